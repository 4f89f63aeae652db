/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/logits.h"

void eai_logits_summarize_ref(eai_logits_summary *out, const float *logits, const float *penalty,
                              size_t n, eai_logits_depth depth)
{
    eai_logits_summary s = eai_logits_nothing();
    for (size_t i = 0; i < n; i++) {
        float value = penalty ? logits[i] + penalty[i] : logits[i];
        if (value > s.best) {
            s.second = s.best;
            s.best = value;
            s.best_id = (int32_t)i;
        } else if (value > s.second) {
            s.second = value;
        }
        if (logits[i] > s.max) s.max = logits[i];
    }
    if (depth >= EAI_LOGITS_REST)
        for (size_t i = 0; i < n; i++) {
            float below = logits[i] - s.max, e = expf(below);
            if ((int32_t)i != s.best_id) s.rest += e;
            if (depth >= EAI_LOGITS_MOMENT) s.moment += below * e;
        }
    *out = s;
}
