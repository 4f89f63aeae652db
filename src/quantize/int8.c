/* SPDX-License-Identifier: MIT */
#include "quantize/int8.h"

#include <float.h>
#include <math.h>

float eai_int8_filter(const float *weights, size_t n, int8_t *codes)
{
    float most = 0;
    for (size_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(weights[i]));
    const float scale = most > 0 ? fmaxf(most / 127, FLT_MIN) : 1;
    for (size_t i = 0; i < n; i++) {
        const double code = nearbyint((double)weights[i] / (double)scale);
        codes[i] = (int8_t)fmin(fmax(code, -127), 127);
    }
    return scale;
}

eai_int8_affine eai_int8_affine_of(double low, double high)
{
    low = fmin(low, 0);
    high = fmax(high, 0);
    /* Both ends may be 0, and a scale may not vanish. */
    const float scale = high > low ? fmaxf((float)((high - low) / 255), FLT_MIN) : 1;
    const double zero = nearbyint(-128 - low / (double)scale);
    return (eai_int8_affine){scale, (int8_t)fmin(fmax(zero, -128), 127)};
}
