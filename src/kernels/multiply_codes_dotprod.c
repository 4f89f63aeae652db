/* SPDX-License-Identifier: MIT */

/* Codes of 0 to 2 times bytes, four products to a lane of 32 bits: six rows of four sums, four
 * vectors of codes and one input. */

#include <string.h>

#include "kernels/multiply_neon.h"

INLINE int8x16_t broadcast_dword(const int8_t *from)
{
    int32_t dword;
    memcpy(&dword, from, sizeof dword);
    return vreinterpretq_s8_s32(vdupq_n_s32(dword));
}

INLINE void multiply_codes(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                           const int8_t *rows, size_t row_stride, size_t n_inputs, const int r)
{
    int32x4_t all[EAI_ROW_GROUP][4];
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            all[i][v] = vld1q_s32(sums + i * sums_stride + 4 * v);
    for (size_t k = 0; k < n_inputs; k += 4, codes += 4 * EAI_CODE_COLUMNS) {
        int8x16_t c[4];
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            c[v] = load((const char *)codes + 16 * v);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const int8x16_t input = broadcast_dword(rows + i * row_stride + k);
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                all[i][v] = vdotq_s32(all[i][v], c[v], input);
        }
        END_STEP;
    }
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            vst1q_s32(sums + i * sums_stride + 4 * v, all[i][v]);
}

void eai_multiply_codes_dotprod(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                                const int8_t *rows, size_t row_stride, size_t n_rows,
                                size_t n_inputs)
{
    for (; n_rows >= 6; n_rows -= 6, sums += 6 * sums_stride, rows += 6 * row_stride)
        multiply_codes(sums, sums_stride, codes, rows, row_stride, n_inputs, 6);
#define CASE(R)                                                                                    \
    case R:                                                                                        \
        multiply_codes(sums, sums_stride, codes, rows, row_stride, n_inputs, R);                   \
        break;
    switch (n_rows) {
        CASE(1)
        CASE(2)
        CASE(3)
        CASE(4)
        CASE(5)
    }
#undef CASE
}
