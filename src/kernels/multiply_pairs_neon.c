/* SPDX-License-Identifier: MIT */

/*
 * A vector of weights is four columns' pairs. The widening products of its two halves go to sums of
 * their own, in which the lanes of a column lie side by side; they are added at the end. Three rows
 * by four columns by two halves at a time leave registers for the weights.
 */

#include <string.h>

#include "kernels/multiply_neon.h"

enum { ROW_BLOCK = 3 };

/* Rows [0, r), r at most ROW_BLOCK, of a row group of r_all; columns [0, 8). */
INLINE void multiply_block(int32_t *y, size_t y_stride, const eai_tile *tile, const char *weights,
                           const char *x, const int r, const size_t r_all)
{
    int32x4_t sums[ROW_BLOCK][2][2];
#pragma GCC unroll 3
    for (int i = 0; i < r; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++)
            sums[i][v][0] = sums[i][v][1] = vdupq_n_s32(0);
    for (size_t k = 0; k < tile->n_inputs; k += 2, weights += 64, x += 4 * r_all) {
        int16x8_t w[2];
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++)
            w[v] = vld1q_s16((const int16_t *)(const void *)(weights + 16 * v));
#pragma GCC unroll 3
        for (int i = 0; i < r; i++) {
            int32_t dword;
            memcpy(&dword, x + 4 * i, sizeof dword);
            const int16x8_t input = vreinterpretq_s16_s32(vdupq_n_s32(dword));
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++) {
                sums[i][v][0] = vmlal_s16(sums[i][v][0], vget_low_s16(w[v]), vget_low_s16(input));
                sums[i][v][1] = vmlal_high_s16(sums[i][v][1], w[v], input);
            }
        }
    }
#pragma GCC unroll 3
    for (int i = 0; i < r; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int32_t *to = y + i * y_stride + 4 * v;
            int32x4_t sum = vpaddq_s32(sums[i][v][0], sums[i][v][1]);
            if (!tile->is_first) sum = vaddq_s32(vld1q_s32(to), sum);
            vst1q_s32(to, sum);
        }
}

INLINE void multiply_pairs(int32_t *y, size_t y_stride, const eai_tile *tile, const char *x,
                           const int r)
{
    for (size_t c = 0; c < EAI_PANEL; c += 8) {
        const char *weights = (const char *)tile->codes + 4 * c;
        multiply_block(y + c, y_stride, tile, weights, x, r < 3 ? r : 3, (size_t)r);
        if (r > 3)
            multiply_block(y + 3 * y_stride + c, y_stride, tile, weights, x + 12, r - 3, (size_t)r);
    }
}

void eai_multiply_pairs_neon(int32_t *y, size_t y_stride, const eai_tile *tile,
                             const eai_rows *rows, size_t first_input)
{
    const char *x = rows->codes;
#define CALL(r)                                                                                    \
    multiply_pairs(y, y_stride, tile, x + 2 * (first * rows->n_inputs + first_input * (r)), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_byte_pairs_neon(int32_t *y, size_t y_stride, const eai_tile *tile,
                                  const eai_rows *rows, size_t first_input, int16_t *wide)
{
    eai_tile widened = *tile;
    eai_widen_bytes_neon(wide, tile->codes, tile->n_inputs * EAI_PANEL);
    widened.codes = wide;
    eai_multiply_pairs_neon(y, y_stride, &widened, rows, first_input);
}

void eai_widen_pairs_neon(int16_t *out, const void *src, size_t src_stride, size_t r, size_t n,
                          int is_signed)
{
    const unsigned char *bytes = src;
    size_t k = 0;
    for (; k + 8 <= n; k += 8)
        for (size_t i = 0; i < r; i++) {
            const uint8x8_t row = vld1_u8(bytes + i * src_stride + k);
            const int16x8_t wide = is_signed ? vmovl_s8(vreinterpret_s8_u8(row))
                                             : vreinterpretq_s16_u16(vmovl_u8(row));
            int32_t pairs[4];
            vst1q_s32(pairs, vreinterpretq_s32_s16(wide));
            for (size_t j = 0; j < 4; j++)
                memcpy(out + 2 * ((k / 2 + j) * r + i), &pairs[j], sizeof pairs[j]);
        }
    eai_widen_pairs_ref(out + k * r, bytes + k, src_stride, r, n - k, is_signed);
}
