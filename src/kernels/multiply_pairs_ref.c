/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "kernels/kernels.h"

void eai_multiply_pairs_ref(int32_t *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    const int16_t *weights = tile->codes, *x = rows->codes;
    for (size_t row = 0; row < rows->n_rows; row++) {
        const size_t first = row / EAI_ROW_GROUP * EAI_ROW_GROUP, left = rows->n_rows - first;
        const size_t r = left < EAI_ROW_GROUP ? left : EAI_ROW_GROUP;
        for (size_t c = 0; c < EAI_PANEL; c++) {
            uint32_t sum = tile->is_first ? 0 : (uint32_t)y[row * y_stride + c];
            for (size_t k = 0; k < tile->n_inputs; k++) {
                const size_t at = first_input + k;
                const int input =
                    x[first * rows->n_inputs + (at / 2 * r + row - first) * 2 + at % 2];
                sum += (uint32_t)(input * weights[(k / 2 * EAI_PANEL + c) * 2 + k % 2]);
            }
            y[row * y_stride + c] = (int32_t)sum;
        }
    }
}

void eai_multiply_byte_pairs_ref(int32_t *y, size_t y_stride, const eai_tile *tile,
                                 const eai_rows *rows, size_t first_input, int16_t *wide)
{
    eai_tile widened = *tile;
    eai_widen_bytes_ref(wide, tile->codes, tile->n_inputs * EAI_PANEL);
    widened.codes = wide;
    eai_multiply_pairs_ref(y, y_stride, &widened, rows, first_input);
}

void eai_interleave_rows_ref(void *out, const void *src, size_t src_stride, size_t r, size_t n)
{
    char *to = out;
    const char *from = src;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < r; i++)
            memcpy(to + 4 * (k * r + i), from + i * src_stride + 4 * k, 4);
}

void eai_widen_pairs_ref(int16_t *out, const void *src, size_t src_stride, size_t r, size_t n,
                         int is_signed)
{
    for (size_t i = 0; i < r; i++) {
        const unsigned char *row = (const unsigned char *)src + i * src_stride;
        for (size_t k = 0; k < n; k++)
            out[(k / 2 * r + i) * 2 + k % 2] = is_signed ? (int8_t)row[k] : row[k];
        if (n % 2 == 1) out[(n / 2 * r + i) * 2 + 1] = 0;
    }
}
