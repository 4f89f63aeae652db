/* SPDX-License-Identifier: MIT */

/*
 * Codes of 0 to 2 times bytes, with widening products of eight bytes: a lane of 16 bits gets one
 * product of at most 256 from each four inputs, 64 of them from a tile. Three rows of eight sums,
 * a vector of codes and three inputs.
 */

#include <string.h>

#include "kernels/multiply_neon.h"

enum { ROW_BLOCK = 3, PARTS = 8 };

INLINE int8x16_t broadcast_dword(const int8_t *from)
{
    int32_t dword;
    memcpy(&dword, from, sizeof dword);
    return vreinterpretq_s8_s32(vdupq_n_s32(dword));
}

INLINE void multiply_codes(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                           const int8_t *rows, size_t row_stride, size_t n_inputs, const int r)
{
    int16x8_t words[ROW_BLOCK][PARTS]; /* two columns each */
#pragma GCC unroll 3
    for (int i = 0; i < r; i++)
#pragma GCC unroll 8
        for (int v = 0; v < PARTS; v++)
            words[i][v] = vdupq_n_s16(0);
    for (size_t k = 0; k < n_inputs; k += 4, codes += 4 * EAI_CODE_COLUMNS) {
        int8x16_t inputs[ROW_BLOCK];
#pragma GCC unroll 3
        for (int i = 0; i < r; i++)
            inputs[i] = broadcast_dword(rows + i * row_stride + k);
#pragma GCC unroll 4
        for (int v = 0; v < PARTS / 2; v++) {
            const int8x16_t c = load((const char *)codes + 16 * v);
#pragma GCC unroll 3
            for (int i = 0; i < r; i++) {
                words[i][2 * v] = vmlal_s8(words[i][2 * v], vget_low_s8(c), vget_low_s8(inputs[i]));
                words[i][2 * v + 1] = vmlal_high_s8(words[i][2 * v + 1], c, inputs[i]);
            }
        }
        END_STEP;
    }
#pragma GCC unroll 3
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < PARTS / 2; v++) {
            int32_t *to = sums + i * sums_stride + 4 * v;
            const int32x4_t four =
                vpaddq_s32(vpaddlq_s16(words[i][2 * v]), vpaddlq_s16(words[i][2 * v + 1]));
            vst1q_s32(to, vaddq_s32(vld1q_s32(to), four));
        }
}

void eai_multiply_codes_neon(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                             const int8_t *rows, size_t row_stride, size_t n_rows, size_t n_inputs)
{
    for (; n_rows >= 3; n_rows -= 3, sums += 3 * sums_stride, rows += 3 * row_stride)
        multiply_codes(sums, sums_stride, codes, rows, row_stride, n_inputs, 3);
    if (n_rows == 2)
        multiply_codes(sums, sums_stride, codes, rows, row_stride, n_inputs, 2);
    else if (n_rows == 1)
        multiply_codes(sums, sums_stride, codes, rows, row_stride, n_inputs, 1);
}

void eai_sum_rows_neon(int32_t *sums, const int8_t *rows, size_t row_stride, size_t n_rows,
                       size_t n)
{
    for (size_t r = 0; r < n_rows; r++, rows += row_stride) {
        int32x4_t four = vdupq_n_s32(0);
        size_t k = 0;
        for (; k + 16 <= n; k += 16)
            four = vpadalq_s16(four, vpaddlq_s8(vld1q_s8(rows + k)));
        int32_t sum = vaddvq_s32(four);
        for (; k < n; k++)
            sum += rows[k];
        sums[r] = sum;
    }
}

void eai_codes_to_floats_neon(float *out, const uint8_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        const int8x8_t eight = vsub_s8(vld1_s8((const int8_t *)codes + i), vdup_n_s8(1));
        const int16x8_t words = vmovl_s8(eight);
        vst1q_f32(out + i, vcvtq_f32_s32(vmovl_s16(vget_low_s16(words))));
        vst1q_f32(out + i + 4, vcvtq_f32_s32(vmovl_high_s16(words)));
    }
}
