/* SPDX-License-Identifier: MIT */

/*
 * Codes of 0 to 2 times bytes: a vector product of bytes adds two neighbours in 16 bits, and 64 of
 * those are added before they are widened. Tiles are six rows by two vectors of eight columns:
 * twelve sums, two vectors of codes and one input.
 */

#include "kernels/multiply_avx2.h"

INLINE __m256i load(const void *from)
{
    return _mm256_load_si256(from);
}

INLINE void multiply_codes(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                           const int8_t *rows, size_t row_stride, size_t n_inputs, const int r)
{
    __m256i words[EAI_ROW_GROUP][2];
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
        words[i][0] = words[i][1] = _mm256_setzero_si256();
    for (size_t k = 0; k < n_inputs; k += 4, codes += 4 * EAI_CODE_COLUMNS) {
        const __m256i c0 = load(codes), c1 = load(codes + 32);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const __m256i input = broadcast_dword(rows + i * row_stride + k);
            words[i][0] = _mm256_add_epi16(words[i][0], _mm256_maddubs_epi16(c0, input));
            words[i][1] = _mm256_add_epi16(words[i][1], _mm256_maddubs_epi16(c1, input));
            KEEP(words[i][0], words[i][1]);
        }
    }
    const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            __m256i *to = (__m256i *)(void *)(sums + i * sums_stride + 8 * v);
            const __m256i eight = _mm256_madd_epi16(words[i][v], ones);
            _mm256_storeu_si256(to, _mm256_add_epi32(_mm256_loadu_si256(to), eight));
        }
}

void eai_multiply_codes_avx2(int32_t *sums, size_t sums_stride, const uint8_t *codes,
                             const int8_t *rows, size_t row_stride, size_t n_rows, size_t n_inputs)
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

void eai_sum_rows_avx2(int32_t *sums, const int8_t *rows, size_t row_stride, size_t n_rows,
                       size_t n)
{
    const __m256i one_bytes = _mm256_set1_epi8(1), one_words = _mm256_set1_epi16(1);
    for (size_t r = 0; r < n_rows; r++, rows += row_stride) {
        __m256i all = _mm256_setzero_si256();
        size_t k = 0;
        for (; k + 32 <= n; k += 32) {
            const __m256i bytes = _mm256_loadu_si256((const __m256i *)(const void *)(rows + k));
            const __m256i pairs = _mm256_maddubs_epi16(one_bytes, bytes);
            all = _mm256_add_epi32(all, _mm256_madd_epi16(pairs, one_words));
        }
        __m128i four = _mm_add_epi32(_mm256_castsi256_si128(all), _mm256_extracti128_si256(all, 1));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0x4e));
        four = _mm_add_epi32(four, _mm_shuffle_epi32(four, 0xb1));
        int32_t sum = _mm_cvtsi128_si32(four);
        for (; k < n; k++)
            sum += rows[k];
        sums[r] = sum;
    }
}

void eai_codes_to_floats_avx2(float *out, const uint8_t *codes, size_t n)
{
    const __m256i one = _mm256_set1_epi32(1);
    for (size_t i = 0; i < n; i += 8) {
        const __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)(codes + i));
        const __m256i weights = _mm256_sub_epi32(_mm256_cvtepu8_epi32(eight), one);
        _mm256_storeu_ps(out + i, _mm256_cvtepi32_ps(weights));
    }
}
