/* SPDX-License-Identifier: MIT */

/* Weights into the order of tiles, and packed codes back to bytes. */

#include <string.h>

#include "kernels/half.h"
#include "kernels/kernels.h"

void eai_transpose_dwords_ref(void *out, const void *src, size_t src_stride, size_t n_columns,
                              size_t n)
{
    char *to = out;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < EAI_PANEL; c++, to += 4)
            if (c < n_columns)
                memcpy(to, (const char *)src + c * src_stride + 4 * i, 4);
            else
                memset(to, 0, 4);
}

void eai_unpack_nibbles_ref(uint8_t *out, const uint8_t *packed, size_t n)
{
    for (size_t i = 0; i < n; i += 64, packed += 32)
        for (size_t j = 0; j < 32; j++) {
            out[i + j] = packed[j] & 15;
            out[i + j + 32] = packed[j] >> 4;
        }
}

void eai_unpack_pairs_ref(uint8_t *out, const uint8_t *packed, size_t n)
{
    for (size_t i = 0; i < n; i += 128, packed += 32)
        for (size_t j = 0; j < 128; j++)
            out[i + j] = packed[j % 32] >> (2 * (j / 32)) & 3;
}

void eai_scale_mins_ref(float *scales, float *mins, const void *halves, const uint8_t *bytes)
{
    float d[2 * EAI_PANEL];
    eai_widen_half_ref(d, halves, (size_t)2 * EAI_PANEL);
    for (size_t i = 0; i < 8; i++)
        for (size_t c = 0; c < EAI_PANEL; c++) {
            const size_t at = i * EAI_PANEL + c;
            scales[at] = d[c] * (float)bytes[at];
            mins[at] = -(d[EAI_PANEL + c] * (float)bytes[8 * EAI_PANEL + at]);
        }
}

void eai_widen_bytes_ref(int16_t *out, const int8_t *in, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = in[i];
}

void eai_widen_bfloat_ref(float *out, const void *in, size_t n)
{
    const unsigned char *bytes = in;
    for (size_t i = 0; i < n; i++)
        out[i] = eai_bfloat_to_float((uint16_t)(bytes[2 * i] | bytes[2 * i + 1] << 8));
}
