/* SPDX-License-Identifier: MIT */

/*
 * The registers hold what they hold for float32: six rows by two vectors of sums. A product of
 * pairs and an addition do 16 multiply-adds; Zen 3 starts two products and two more operations in a
 * cycle, so 32 multiply-adds are the limit.
 */

#include <immintrin.h>

#include "kernels/multiply_avx2.h"
#include "kernels/transpose_avx2.h"

/* What weights are: pairs of int16; of bytes, to be widened; of bytes, to be widened and kept. */
enum { PAIRS, BYTES, KEPT_BYTES };

INLINE __m256i sixteen_weights(const char *weights, size_t at, const int kind)
{
    if (kind == PAIRS) return _mm256_load_si256((const __m256i *)(const void *)(weights + 2 * at));
    return _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(const void *)(weights + at)));
}

/* next: what is fetched meanwhile, or NULL. */
INLINE void multiply_pairs(int32_t *y, size_t y_stride, const eai_tile *tile, const char *x,
                           int16_t *wide, const char *next, const int r, const int kind)
{
    __m256i sums[EAI_ROW_GROUP][2];
    const char *weights = tile->codes;
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        sums[i][0] = sums[i][1] = _mm256_setzero_si256();
        if (tile->is_first) continue;
        sums[i][0] = _mm256_loadu_si256((const __m256i *)(const void *)(y + i * y_stride));
        sums[i][1] = _mm256_loadu_si256((const __m256i *)(const void *)(y + i * y_stride + 8));
    }
    for (size_t k = 0; k < tile->n_inputs; k += 2, x += 4 * r) {
        const size_t at = k * EAI_PANEL;
        if (next) _mm_prefetch(next + (kind == PAIRS ? 2 : 1) * at, _MM_HINT_T0);
        __m256i w0 = sixteen_weights(weights, at, kind);
        __m256i w1 = sixteen_weights(weights, at + 16, kind);
        if (kind == KEPT_BYTES) {
            _mm256_store_si256((__m256i *)(void *)(wide + at), w0);
            _mm256_store_si256((__m256i *)(void *)(wide + at + 16), w1);
        }
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256i input = broadcast_dword(x + 4 * i);
            sums[i][0] = _mm256_add_epi32(sums[i][0], _mm256_madd_epi16(w0, input));
            sums[i][1] = _mm256_add_epi32(sums[i][1], _mm256_madd_epi16(w1, input));
            KEEP(sums[i][0], sums[i][1]);
        }
    }
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        _mm256_storeu_si256((__m256i *)(void *)(y + i * y_stride), sums[i][0]);
        _mm256_storeu_si256((__m256i *)(void *)(y + i * y_stride + 8), sums[i][1]);
    }
}

void eai_multiply_pairs_avx2(int32_t *y, size_t y_stride, const eai_tile *tile,
                             const eai_rows *rows, size_t first_input)
{
    const char *x = rows->codes;
#define CALL(r)                                                                                    \
    multiply_pairs(y, y_stride, tile, x + 2 * (first * rows->n_inputs + first_input * (r)), NULL,  \
                   next_for(tile, rows->n_rows, first), r, PAIRS)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

/* All rows are in one group. */
static void multiply_few(int32_t *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                         size_t first_input)
{
    const char *x = rows->codes;
#define CALL(r)                                                                                    \
    multiply_pairs(y, y_stride, tile, x + 2 * (first * rows->n_inputs + first_input * (r)), NULL,  \
                   tile->next, r, BYTES)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

/* The first group widens for the others; the second fetches what comes next, twice as far as it
 * needs to. */
void eai_multiply_byte_pairs_avx2(int32_t *y, size_t y_stride, const eai_tile *tile,
                                  const eai_rows *rows, size_t first_input, int16_t *wide)
{
    const char *x = rows->codes;
    eai_tile widened = *tile;
    widened.codes = wide;
    if (rows->n_rows <= EAI_ROW_GROUP) {
        multiply_few(y, y_stride, tile, rows, first_input);
        return;
    }
    multiply_pairs(y, y_stride, tile, x + 2 * first_input * EAI_ROW_GROUP, wide, NULL,
                   EAI_ROW_GROUP, KEPT_BYTES);
    y += EAI_ROW_GROUP * y_stride;
#define CALL(r)                                                                                    \
    multiply_pairs(y, y_stride, &widened, x + 2 * (first * rows->n_inputs + first_input * (r)),    \
                   NULL, next_for(tile, rows->n_rows, first), r, PAIRS)
    FOR_ROW_GROUPS_FROM(EAI_ROW_GROUP, CALL)
#undef CALL
}

/* What a row's dwords are made from. */
enum { DWORDS, SIGNED_BYTES, UNSIGNED_BYTES };

INLINE __m256 eight_dwords(const char *from, const int kind)
{
    if (kind == DWORDS) return _mm256_loadu_ps((const float *)(const void *)from);
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)from);
    return _mm256_castsi256_ps(kind == SIGNED_BYTES ? _mm256_cvtepi8_epi16(bytes)
                                                    : _mm256_cvtepu8_epi16(bytes));
}

/*
 * Eight dwords of each row at a time. A vector of the transposed block has r dwords that count; the
 * store of the next one covers the rest, and the last block's are masked.
 */
INLINE void interleave(float *out, const char *src, size_t src_stride, const size_t r,
                       size_t n_blocks, const int kind)
{
    const size_t block_bytes = kind == DWORDS ? 32 : 16;
    const __m256i mask =
        _mm256_cmpgt_epi32(_mm256_set1_epi32((int)r), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    for (size_t block = 0; block < n_blocks; block++, src += block_bytes) {
        __m256 v[8];
#pragma GCC unroll 8
        for (size_t i = 0; i < 8; i++)
            v[i] = i < r ? eight_dwords(src + i * src_stride, kind) : _mm256_setzero_ps();
        eai_transpose_8x8(v);
        if (block + 1 < n_blocks)
#pragma GCC unroll 8
            for (size_t i = 0; i < 8; i++, out += r)
                _mm256_storeu_ps(out, v[i]);
        else
#pragma GCC unroll 8
            for (size_t i = 0; i < 8; i++, out += r)
                _mm256_maskstore_ps(out, mask, v[i]);
    }
}

INLINE void interleave_any(float *out, const void *src, size_t src_stride, size_t r,
                           size_t n_blocks, const int kind)
{
    if (r == EAI_ROW_GROUP)
        interleave(out, src, src_stride, EAI_ROW_GROUP, n_blocks, kind);
    else
        interleave(out, src, src_stride, r, n_blocks, kind);
}

void eai_interleave_rows_avx2(void *out, const void *src, size_t src_stride, size_t r, size_t n)
{
    const size_t n_blocks = n / 8;
    interleave_any(out, src, src_stride, r, n_blocks, DWORDS);
    eai_interleave_rows_ref((float *)out + 8 * n_blocks * r, (const float *)src + 8 * n_blocks,
                            src_stride, r, n - 8 * n_blocks);
}

void eai_widen_pairs_avx2(int16_t *out, const void *src, size_t src_stride, size_t r, size_t n,
                          int is_signed)
{
    const size_t n_blocks = n / 16;
    if (is_signed)
        interleave_any((float *)(void *)out, src, src_stride, r, n_blocks, SIGNED_BYTES);
    else
        interleave_any((float *)(void *)out, src, src_stride, r, n_blocks, UNSIGNED_BYTES);
    eai_widen_pairs_ref(out + 16 * n_blocks * r, (const char *)src + 16 * n_blocks, src_stride, r,
                        n - 16 * n_blocks, is_signed);
}
