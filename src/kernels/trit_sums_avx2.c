/* SPDX-License-Identifier: MIT */

/*
 * Sums of bytes, 32 columns to a vector. Binary weights: tiles of six rows by two panels are twelve
 * sums, which with the weights of two panels, a table and a mask fill the sixteen registers; a
 * table that is loaded serves 256 products in two shuffles and two additions. Ternary weights take
 * twice the shuffles and two more registers, which leaves room for five rows.
 *
 * Four trits add at most 4 to a byte. Bytes start at BIAS and stay unsigned for STEPS of them; then
 * they are added to 16-bit sums, whole words and upper bytes apart, from which the lower bytes'
 * sum follows modulo 2^16: shift, add, add. These hold FLUSHES of that.
 */

#include <immintrin.h>

#include "kernels/kernels.h"
#include "kernels/multiply_groups.h"

enum {
    STEPS = 30,
    BIAS = 4 * STEPS,
    FLUSHES = 65535 / (2 * BIAS),
    BINARY_ROWS = 6,
    TERNARY_ROWS = 5,
};

/* Sums of one tile's columns: words[..][0] of whole words, [1] of upper bytes. */
typedef struct wide_sums {
    __m256i words[BINARY_ROWS][2][2];
} wide_sums;

/* What a tile reads: its rows, and the weights of the first panel. */
typedef struct tile_source {
    const uint8_t *weights;
    size_t panel_bytes;
    const uint16_t *rows;
    size_t row_stride;
} tile_source;

INLINE __m256i load(const uint8_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

INLINE __m256i table_at(const void *tables, size_t offset)
{
    return _mm256_broadcastsi128_si256(
        _mm_load_si128((const __m128i *)(const void *)((const char *)tables + offset)));
}

/* Where six rows are read: two pointers and one stride address all of them. */
typedef struct row_cursor {
    const uint16_t *row[2]; /* rows 0 and 3 */
    size_t stride;
} row_cursor;

INLINE row_cursor cursor_to(const tile_source *from, const int r)
{
    const size_t stride = from->row_stride;
    return (row_cursor){{from->rows, from->rows + (r > 3 ? 3 * stride : 0)}, stride};
}

INLINE size_t offset_at(const row_cursor *x, const int i, const int k)
{
    return x->row[i / 3][(size_t)(i % 3) * x->stride + (size_t)k];
}

/* The pointers are made opaque, so that gcc keeps no register for every row and step. */
INLINE void advance(row_cursor *x, size_t n)
{
    x->row[0] += n;
    x->row[1] += n;
    __asm__("" : "+r"(x->row[0]), "+r"(x->row[1]), "+r"(x->stride));
}

/* Adds byte k of trits of r rows, its signs of p panels being given. */
INLINE void add_signs(__m256i bytes[BINARY_ROWS][2], const __m256i signs[2], const row_cursor *x,
                      const int k, const int r, const int p)
{
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        const __m256i table = table_at(eai_trit_sign_sums, offset_at(x, i, k));
#pragma GCC unroll 2
        for (int v = 0; v < p; v++)
            bytes[i][v] = _mm256_add_epi8(bytes[i][v], _mm256_shuffle_epi8(table, signs[v]));
        KEEP(bytes[i][0], bytes[i][p - 1]);
    }
}

INLINE void add_binary(__m256i bytes[BINARY_ROWS][2], const tile_source *from, size_t n_fours,
                       const int r, const int p)
{
    const __m256i low = _mm256_set1_epi8(15);
    const uint8_t *weights = from->weights;
    row_cursor x = cursor_to(from, r);
    for (size_t k = 0; k < n_fours; k += 2, weights += EAI_TRIT_PANEL, advance(&x, 2)) {
        __m256i signs[2];
#pragma GCC unroll 2
        for (int v = 0; v < p; v++)
            signs[v] = _mm256_and_si256(load(weights + v * from->panel_bytes), low);
        add_signs(bytes, signs, &x, 0, r, p);
#pragma GCC unroll 2
        for (int v = 0; v < p; v++)
            signs[v] =
                _mm256_and_si256(_mm256_srli_epi16(load(weights + v * from->panel_bytes), 4), low);
        add_signs(bytes, signs, &x, 1, r, p);
    }
}

INLINE void add_ternary(__m256i bytes[BINARY_ROWS][2], const tile_source *from, size_t n_fours,
                        const int r, const int p)
{
    const __m256i low = _mm256_set1_epi8(15);
    const uint8_t *weights = from->weights;
    row_cursor x = cursor_to(from, r);
    for (size_t k = 0; k < n_fours; k++, weights += EAI_TRIT_PANEL, advance(&x, 1)) {
        __m256i plus[2], minus[2];
#pragma GCC unroll 2
        for (int v = 0; v < p; v++) {
            const __m256i both = load(weights + v * from->panel_bytes);
            plus[v] = _mm256_and_si256(both, low);
            minus[v] = _mm256_and_si256(_mm256_srli_epi16(both, 4), low);
        }
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const __m256i table = table_at(eai_trit_set_sums, offset_at(&x, i, 0));
#pragma GCC unroll 2
            for (int v = 0; v < p; v++) {
                bytes[i][v] = _mm256_add_epi8(bytes[i][v], _mm256_shuffle_epi8(table, plus[v]));
                bytes[i][v] = _mm256_sub_epi8(bytes[i][v], _mm256_shuffle_epi8(table, minus[v]));
            }
            KEEP(bytes[i][0], bytes[i][p - 1]);
        }
    }
}

/* Adds n_fours bytes of trits to wide sums. */
INLINE void add_stretch(wide_sums *wide, tile_source from, size_t n_fours, const int r, const int p,
                        const int ternary)
{
    for (size_t k = 0; k < n_fours; k += STEPS) {
        const size_t n = n_fours - k < STEPS ? n_fours - k : STEPS;
        __m256i bytes[BINARY_ROWS][2];
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 2
            for (int v = 0; v < p; v++)
                bytes[i][v] = _mm256_set1_epi8(BIAS);
        if (ternary)
            add_ternary(bytes, &from, n, r, p);
        else
            add_binary(bytes, &from, n, r, p);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 2
            for (int v = 0; v < p; v++) {
                __m256i *words = wide->words[i][v];
                words[0] = _mm256_add_epi16(words[0], bytes[i][v]);
                words[1] = _mm256_add_epi16(words[1], _mm256_srli_epi16(bytes[i][v], 8));
            }
        from.weights += EAI_TRIT_PANEL * (ternary ? n : n / 2);
        from.rows += n;
    }
}

INLINE void put_eight(int32_t *sums, __m128i words, int add)
{
    __m256i eight = _mm256_cvtepi16_epi32(words);
    __m256i *to = (__m256i *)(void *)sums;
    if (add) eight = _mm256_add_epi32(eight, _mm256_loadu_si256(to));
    _mm256_storeu_si256(to, eight);
}

/* Wide sums, less the bias of n_flushes, to the columns of a panel. */
INLINE void put_sums(int32_t *sums, const __m256i words[2], size_t n_flushes, int add)
{
    const __m256i bias = _mm256_set1_epi16((short)(n_flushes * BIAS));
    __m256i even = _mm256_sub_epi16(words[0], _mm256_slli_epi16(words[1], 8));
    __m256i odd = _mm256_sub_epi16(words[1], bias);
    even = _mm256_sub_epi16(even, bias);
    const __m256i first = _mm256_unpacklo_epi16(even, odd),
                  second = _mm256_unpackhi_epi16(even, odd);
    put_eight(sums, _mm256_castsi256_si128(first), add);
    put_eight(sums + 8, _mm256_castsi256_si128(second), add);
    put_eight(sums + 16, _mm256_extracti128_si256(first, 1), add);
    put_eight(sums + 24, _mm256_extracti128_si256(second, 1), add);
}

INLINE void tile_sums(int32_t *sums, size_t sums_stride, const eai_trit_product *product,
                      const uint16_t *rows, const int r, const int p, const int ternary)
{
    tile_source from = {product->weights, product->panel_bytes, rows, product->row_stride};
    size_t k = 0;
    do {
        const size_t most = (size_t)FLUSHES * STEPS, left = product->n_fours - k;
        const size_t n = left < most ? left : most;
        wide_sums wide;
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 2
            for (int v = 0; v < p; v++)
                wide.words[i][v][0] = wide.words[i][v][1] = _mm256_setzero_si256();
        add_stretch(&wide, from, n, r, p, ternary);
        for (int i = 0; i < r; i++)
            for (int v = 0; v < p; v++)
                put_sums(sums + i * sums_stride + v * EAI_TRIT_PANEL, wide.words[i][v],
                         (n + STEPS - 1) / STEPS, k > 0);
        from.weights += EAI_TRIT_PANEL * (ternary ? n : n / 2);
        from.rows += n;
        k += n;
    } while (k < product->n_fours);
}

/* All rows, `tile` at a time. */
INLINE void all_sums(int32_t *sums, size_t sums_stride, const eai_trit_product *product,
                     const int tile, const int p, const int ternary)
{
    const uint16_t *rows = product->rows;
    for (size_t left = product->n_rows; left > 0;) {
        const int r = left < (size_t)tile ? (int)left : tile;
#define CASE(R)                                                                                    \
    case R:                                                                                        \
        tile_sums(sums, sums_stride, product, rows, R, p, ternary);                                \
        break;
        switch (r) {
            CASE(1)
            CASE(2)
            CASE(3)
            CASE(4)
            CASE(5)
        default:
            if (tile == 6) tile_sums(sums, sums_stride, product, rows, 6, p, ternary);
            break;
        }
#undef CASE
        sums += (size_t)r * sums_stride;
        rows += (size_t)r * product->row_stride;
        left -= (size_t)r;
    }
}

void eai_trit_sums_binary_avx2(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    if (product->n_panels == 1)
        all_sums(sums, sums_stride, product, BINARY_ROWS, 1, 0);
    else
        all_sums(sums, sums_stride, product, BINARY_ROWS, 2, 0);
}

void eai_trit_sums_ternary_avx2(int32_t *sums, size_t sums_stride, const eai_trit_product *product)
{
    if (product->n_panels == 1)
        all_sums(sums, sums_stride, product, TERNARY_ROWS, 1, 1);
    else
        all_sums(sums, sums_stride, product, TERNARY_ROWS, 2, 1);
}

void eai_trit_offsets_avx2(uint16_t *out, const uint8_t *trits, size_t n)
{
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(trits + i));
        _mm256_storeu_si256((__m256i *)(void *)(out + i),
                            _mm256_slli_epi16(_mm256_cvtepu8_epi16(bytes), 4));
    }
    for (; i < n; i++)
        out[i] = (uint16_t)(16 * trits[i]);
}
