/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/kernels.h"
#include "kernels/quantize_inputs.h"

void eai_quantize_inputs_ref(const eai_row_group *out, const float *x, size_t x_stride, size_t r,
                             size_t n, int wide)
{
    for (size_t i = 0; i < r; i++)
        for (size_t index = 0; index < n / EAI_GROUP; index++) {
            const float *group = x + i * x_stride + index * EAI_GROUP;
            int8_t codes[EAI_GROUP] = {0};
            /* As integers, magnitudes order like the numbers, and NaN comes last. */
            uint32_t max_bits = 0;
            for (size_t k = 0; k < EAI_GROUP; k++) {
                uint32_t bits = eai_float_bits(group[k]) & 0x7fffffffu;
                if (bits > max_bits) max_bits = bits;
            }
            eai_group_scale by = eai_group_scale_of(max_bits);
            if (by.inverse > 0.0f)
                for (size_t k = 0; k < EAI_GROUP; k++)
                    codes[k] = (int8_t)rintf(group[k] * by.inverse);
            eai_store_codes(out, codes, by.scale, i, r, index, wide);
        }
}
