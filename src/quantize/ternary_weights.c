/* SPDX-License-Identifier: MIT */
#include "quantize/ternary_weights.h"

#include <math.h>

float eai_ternary_threshold(const float *weights, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += fabs((double)weights[i]);
    return n == 0 ? 0.0f : (float)(0.7 * sum / (double)n);
}

eai_code_sums eai_ternary_codes(const float *weights, size_t n, float threshold, int8_t *codes)
{
    eai_code_sums sums = {0};
    for (size_t i = 0; i < n; i++) {
        const float w = weights[i];
        codes[i] = (int8_t)((w > threshold) - (w < -threshold));
        if (codes[i] == 0) continue;
        sums.magnitudes += fabs((double)w);
        sums.n_used++;
    }
    return sums;
}
