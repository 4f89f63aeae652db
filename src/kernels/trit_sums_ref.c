/* SPDX-License-Identifier: MIT */

/* Products of trits with ternary and binary weights: plain arithmetic. */

#include "kernels/kernels.h"

void eai_trit_offsets_ref(uint16_t *out, const uint8_t *trits, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint16_t)(16 * trits[i]);
}

/* Trit i of the byte whose table is at this offset. */
static int trit_at(uint16_t offset, int i)
{
    static const int values[4] = {0, 1, 0, -1};
    return values[offset >> (4 + 2 * i) & 3];
}

static int sign_at(const uint8_t *panel, size_t four, size_t c, int i)
{
    const int byte = panel[four / 2 * EAI_TRIT_PANEL + c];
    return byte >> (four % 2 * 4 + (size_t)i) & 1 ? 1 : -1;
}

static int ternary_at(const uint8_t *panel, size_t four, size_t c, int i)
{
    const int byte = panel[four * EAI_TRIT_PANEL + c];
    return (byte >> i & 1) - (byte >> (4 + i) & 1);
}

static void trit_sums(int32_t *sums, size_t sums_stride, const eai_trit_product *product,
                      int (*weight_at)(const uint8_t *, size_t, size_t, int))
{
    const uint16_t *row = product->rows;
    for (size_t r = 0; r < product->n_rows; r++, row += product->row_stride)
        for (size_t c = 0; c < product->n_panels * EAI_TRIT_PANEL; c++) {
            const uint8_t *panel = product->weights + c / EAI_TRIT_PANEL * product->panel_bytes;
            int32_t sum = 0;
            for (size_t four = 0; four < product->n_fours; four++)
                for (int i = 0; i < 4; i++)
                    sum += trit_at(row[four], i) * weight_at(panel, four, c % EAI_TRIT_PANEL, i);
            sums[r * sums_stride + c] = sum;
        }
}

void eai_trit_sums_binary_ref(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    trit_sums(sums, sums_stride, product, sign_at);
}

void eai_trit_sums_ternary_ref(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    trit_sums(sums, sums_stride, product, ternary_at);
}
