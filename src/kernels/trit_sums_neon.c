/* SPDX-License-Identifier: MIT */

/*
 * Sums of bytes, sixteen columns to a vector: a table that is loaded serves 64 columns in four
 * look-ups. Six rows of two panels are 24 sums, with four vectors of weights, a table and a mask;
 * ternary weights are eight vectors, with five rows.
 *
 * Four trits add at most 4 to a byte: bytes hold STEPS of them, words FLUSHES of that.
 */

#include "kernels/multiply_neon.h"

enum {
    STEPS = 30,
    FLUSHES = 32767 / (4 * STEPS),
    BINARY_ROWS = 6,
    TERNARY_ROWS = 5,
    VECTORS = 4, /* of two panels */
    PANEL_VECTORS = 2,
};

typedef struct tile_source {
    const uint8_t *weights;
    size_t panel_bytes;
    const uint16_t *rows;
    size_t row_stride;
} tile_source;

/* Vector v of the weights of a tile's columns. */
INLINE uint8x16_t weights_at(const tile_source *from, const uint8_t *weights, const int v)
{
    return vld1q_u8(weights + (size_t)(v / PANEL_VECTORS) * from->panel_bytes +
                    16 * (v % PANEL_VECTORS));
}

INLINE int8x16_t table_at(const void *tables, size_t offset)
{
    return vld1q_s8((const int8_t *)tables + offset);
}

/* Adds one byte of trits of r rows, its signs of n vectors being given. */
INLINE void add_signs(int8x16_t bytes[BINARY_ROWS][VECTORS], const uint8x16_t signs[VECTORS],
                      const uint16_t *row, size_t row_stride, const int r, const int n)
{
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        const int8x16_t table = table_at(eai_trit_sign_sums, row[i * row_stride]);
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            bytes[i][v] = vaddq_s8(bytes[i][v], vqtbl1q_s8(table, signs[v]));
    }
    END_STEP;
}

INLINE void add_binary(int8x16_t bytes[BINARY_ROWS][VECTORS], const tile_source *from,
                       size_t n_fours, const int r, const int n)
{
    const uint8_t *weights = from->weights;
    const uint16_t *row = from->rows;
    for (size_t k = 0; k < n_fours; k += 2, weights += EAI_TRIT_PANEL, row += 2) {
        uint8x16_t signs[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            signs[v] = vandq_u8(weights_at(from, weights, v), vdupq_n_u8(15));
        add_signs(bytes, signs, row, from->row_stride, r, n);
#pragma GCC unroll 4
        for (int v = 0; v < n; v++)
            signs[v] = vshrq_n_u8(weights_at(from, weights, v), 4);
        add_signs(bytes, signs, row + 1, from->row_stride, r, n);
    }
}

INLINE void add_ternary(int8x16_t bytes[BINARY_ROWS][VECTORS], const tile_source *from,
                        size_t n_fours, const int r, const int n)
{
    const uint8_t *weights = from->weights;
    const uint16_t *row = from->rows;
    for (size_t k = 0; k < n_fours; k++, weights += EAI_TRIT_PANEL, row++) {
        uint8x16_t plus[VECTORS], minus[VECTORS];
#pragma GCC unroll 4
        for (int v = 0; v < n; v++) {
            const uint8x16_t both = weights_at(from, weights, v);
            plus[v] = vandq_u8(both, vdupq_n_u8(15));
            minus[v] = vshrq_n_u8(both, 4);
        }
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const int8x16_t table = table_at(eai_trit_set_sums, row[i * from->row_stride]);
#pragma GCC unroll 4
            for (int v = 0; v < n; v++) {
                bytes[i][v] = vaddq_s8(bytes[i][v], vqtbl1q_s8(table, plus[v]));
                bytes[i][v] = vsubq_s8(bytes[i][v], vqtbl1q_s8(table, minus[v]));
            }
        }
        END_STEP;
    }
}

/* Adds n_fours bytes of trits to sums of words. */
INLINE void add_stretch(int16x8_t words[BINARY_ROWS][VECTORS][2], tile_source from, size_t n_fours,
                        const int r, const int n, const int ternary)
{
    for (size_t k = 0; k < n_fours; k += STEPS) {
        const size_t some = n_fours - k < STEPS ? n_fours - k : STEPS;
        int8x16_t bytes[BINARY_ROWS][VECTORS];
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 4
            for (int v = 0; v < n; v++)
                bytes[i][v] = vdupq_n_s8(0);
        if (ternary)
            add_ternary(bytes, &from, some, r, n);
        else
            add_binary(bytes, &from, some, r, n);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 4
            for (int v = 0; v < n; v++) {
                words[i][v][0] = vaddw_s8(words[i][v][0], vget_low_s8(bytes[i][v]));
                words[i][v][1] = vaddw_high_s8(words[i][v][1], bytes[i][v]);
            }
        from.weights += EAI_TRIT_PANEL * (ternary ? some : some / 2);
        from.rows += some;
    }
}

INLINE void put_eight(int32_t *sums, int16x8_t words, int add)
{
    int32x4_t low = vmovl_s16(vget_low_s16(words)), high = vmovl_high_s16(words);
    if (add) {
        low = vaddq_s32(low, vld1q_s32(sums));
        high = vaddq_s32(high, vld1q_s32(sums + 4));
    }
    vst1q_s32(sums, low);
    vst1q_s32(sums + 4, high);
}

/* r rows of n vectors of columns. */
INLINE void tile_sums(int32_t *sums, size_t sums_stride, const eai_trit_product *product,
                      const uint16_t *rows, const int r, const int n, const int ternary)
{
    tile_source from = {product->weights, product->panel_bytes, rows, product->row_stride};
    size_t k = 0;
    do {
        const size_t most = (size_t)FLUSHES * STEPS, left = product->n_fours - k;
        const size_t some = left < most ? left : most;
        int16x8_t words[BINARY_ROWS][VECTORS][2];
        for (int i = 0; i < r; i++)
            for (int v = 0; v < n; v++)
                words[i][v][0] = words[i][v][1] = vdupq_n_s16(0);
        add_stretch(words, from, some, r, n, ternary);
        for (int i = 0; i < r; i++)
            for (int v = 0; v < n; v++) {
                put_eight(sums + i * sums_stride + 16 * v, words[i][v][0], k > 0);
                put_eight(sums + i * sums_stride + 16 * v + 8, words[i][v][1], k > 0);
            }
        from.weights += EAI_TRIT_PANEL * (ternary ? some : some / 2);
        from.rows += some;
        k += some;
    } while (k < product->n_fours);
}

/* All rows, `tile` at a time. */
INLINE void all_sums(int32_t *sums, size_t sums_stride, const eai_trit_product *product,
                     const int tile, const int n, const int ternary)
{
    const uint16_t *rows = product->rows;
    for (size_t left = product->n_rows; left > 0;) {
        const int r = left < (size_t)tile ? (int)left : tile;
#define CASE(R)                                                                                    \
    case R:                                                                                        \
        tile_sums(sums, sums_stride, product, rows, R, n, ternary);                                \
        break;
        switch (r) {
            CASE(1)
            CASE(2)
            CASE(3)
            CASE(4)
            CASE(5)
        default:
            if (tile == 6) tile_sums(sums, sums_stride, product, rows, 6, n, ternary);
            break;
        }
#undef CASE
        sums += (size_t)r * sums_stride;
        rows += (size_t)r * product->row_stride;
        left -= (size_t)r;
    }
}

void eai_trit_sums_binary_neon(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    if (product->n_panels == 1)
        all_sums(sums, sums_stride, product, BINARY_ROWS, PANEL_VECTORS, 0);
    else
        all_sums(sums, sums_stride, product, BINARY_ROWS, VECTORS, 0);
}

void eai_trit_sums_ternary_neon(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    if (product->n_panels == 1)
        all_sums(sums, sums_stride, product, TERNARY_ROWS, PANEL_VECTORS, 1);
    else
        all_sums(sums, sums_stride, product, TERNARY_ROWS, VECTORS, 1);
}

void eai_trit_offsets_neon(uint16_t *out, const uint8_t *trits, size_t n)
{
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        vst1q_u16(out + i, vshll_n_u8(vld1_u8(trits + i), 4));
    for (; i < n; i++)
        out[i] = (uint16_t)(16 * trits[i]);
}
