/* SPDX-License-Identifier: MIT */
#include "quantize/binary_weights.h"

#include <math.h>

eai_code_sums eai_binary_codes(const float *weights, size_t n, int8_t *codes)
{
    eai_code_sums sums = {.n_used = n};
    for (size_t i = 0; i < n; i++) {
        codes[i] = weights[i] < 0 ? -1 : 1;
        sums.magnitudes += fabs((double)weights[i]);
    }
    return sums;
}
