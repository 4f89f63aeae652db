/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_QUANTIZE_INPUTS_H
#define EAI_KERNELS_QUANTIZE_INPUTS_H

/* Parts that all variants of eai_quantize_inputs share. */

#include <string.h>

#include "kernels/half.h"
#include "kernels/kernels.h"

/* Bits of 2^-100 (below it a group counts as zero, so that 127 / max stays finite) and infinity. */
#define EAI_LEAST_MAX 0x0d800000u
#define EAI_INFINITY  0x7f800000u

/* How to turn a group whose largest magnitude has these bits into codes. */
typedef struct eai_group_scale {
    float scale, inverse; /* inverse 0: all codes are 0 */
} eai_group_scale;

static inline eai_group_scale eai_group_scale_of(uint32_t max_bits)
{
    if (max_bits >= EAI_INFINITY) return (eai_group_scale){eai_bits_float(0x7fc00000u), 0.0f};
    if (max_bits < EAI_LEAST_MAX) return (eai_group_scale){0.0f, 0.0f};
    float max = eai_bits_float(max_bits);
    return (eai_group_scale){max / 127.0f, 127.0f / max};
}

/* Puts the codes of group `index` of row i where products look for them, and their sums. */
static inline void eai_store_codes(const eai_row_group *out, const int8_t codes[EAI_GROUP],
                                   float scale, size_t i, size_t r, size_t index, int wide)
{
    int sums[2] = {0, 0};
    for (size_t k = 0; k < EAI_GROUP; k++)
        sums[k / EAI_HALF_GROUP] += codes[k];
    out->scales[index * r + i] = scale;
    out->sums[index * r + i] = (float)(sums[0] + sums[1]);
    out->half_sums[2 * index * r + i] = (float)sums[0];
    out->half_sums[(2 * index + 1) * r + i] = (float)sums[1];
    if (!wide) {
        char *to = (char *)out->codes + EAI_GROUP * index * r + 4 * i;
        for (size_t k = 0; k < EAI_GROUP; k += 4, to += 4 * r)
            memcpy(to, codes + k, 4);
    } else {
        char *to = (char *)out->codes + 2 * EAI_GROUP * index * r + 4 * i;
        for (size_t k = 0; k < EAI_GROUP; k += 2, to += 4 * r) {
            const int16_t pair[2] = {codes[k], codes[k + 1]};
            memcpy(to, pair, 4);
        }
    }
}

#endif
