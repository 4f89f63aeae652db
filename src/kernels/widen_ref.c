/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "kernels/half.h"
#include "kernels/kernels.h"

void eai_widen_half_ref(float *y, const void *halves, size_t n)
{
    const unsigned char *bytes = halves;
    for (size_t i = 0; i < n; i++) {
        uint16_t half;
        memcpy(&half, bytes + 2 * i, sizeof half);
        y[i] = eai_half_to_float(half);
    }
}
