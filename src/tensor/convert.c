/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "kernels/half.h"
#include "tensor/block_formats.h"

void eai_dequantize_f32(const void *restrict src, float *restrict dst, size_t n)
{
    memcpy(dst, src, n * sizeof *dst);
}

/* Through a small aligned buffer: the source may lie at an odd address, and a plain loop over
 * uint16_t vectorises. */
enum { CHUNK = 64 };

void eai_dequantize_f16(const void *restrict src, float *restrict dst, size_t n)
{
    const uint8_t *bytes = src;
    uint16_t chunk[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        memcpy(chunk, bytes + 2 * i, 2 * m);
        for (size_t j = 0; j < m; j++)
            dst[i + j] = eai_half_to_float(chunk[j]);
    }
}

void eai_dequantize_bf16(const void *restrict src, float *restrict dst, size_t n)
{
    const uint8_t *bytes = src;
    uint16_t chunk[CHUNK];
    for (size_t i = 0; i < n; i += CHUNK) {
        size_t m = n - i < CHUNK ? n - i : CHUNK;
        memcpy(chunk, bytes + 2 * i, 2 * m);
        for (size_t j = 0; j < m; j++)
            dst[i + j] = eai_bfloat_to_float(chunk[j]);
    }
}
