/* SPDX-License-Identifier: MIT */
#include "kernels/kernels.h"

void eai_multiply_codes_ref(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                            const int8_t *rows, size_t row_stride, size_t n_rows, size_t n_inputs)
{
    for (size_t r = 0; r < n_rows; r++, sums += sums_stride, rows += row_stride)
        for (size_t k = 0; k < n_inputs; k++)
            for (size_t c = 0; c < EAI_CODE_COLUMNS; c++)
                sums[c] += codes[(k / 4 * EAI_CODE_COLUMNS + c) * 4 + k % 4] * rows[k];
}

void eai_sum_rows_ref(int32_t *sums, const int8_t *rows, size_t row_stride, size_t n_rows, size_t n)
{
    for (size_t r = 0; r < n_rows; r++, rows += row_stride) {
        int32_t sum = 0;
        for (size_t k = 0; k < n; k++)
            sum += rows[k];
        sums[r] = sum;
    }
}

void eai_codes_to_floats_ref(float *out, const uint8_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (float)(codes[i] - 1);
}
