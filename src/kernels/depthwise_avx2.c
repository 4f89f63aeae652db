/* SPDX-License-Identifier: MIT */

/*
 * Channels lie in the vector. Weights are loaded once for several outputs; inputs come from the
 * first-level cache, two vectors a cycle, which is what two fused multiply-adds want.
 */

#include <immintrin.h>

#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

enum { FLOAT_OUTPUTS = 8, BYTE_OUTPUTS = 4 };

/* Eight channels of n outputs from number `first` on. */
INLINE void floats(float *sums, size_t stride, const eai_depthwise *d, size_t first, size_t c,
                   const int n)
{
    __m256 sum[FLOAT_OUTPUTS];
#pragma GCC unroll 8
    for (int i = 0; i < n; i++)
        sum[i] = _mm256_setzero_ps();
    for (size_t tap = 0; tap < d->n_taps; tap++) {
        const __m256 w = _mm256_loadu_ps((const float *)d->weights[tap] + c);
        const char *x = (const char *)d->taps[tap] + first * d->step + 4 * c;
#pragma GCC unroll 8
        for (int i = 0; i < n; i++)
            sum[i] = _mm256_fmadd_ps(
                _mm256_loadu_ps((const float *)(const void *)(x + (size_t)i * d->step)), w, sum[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < n; i++)
        _mm256_storeu_ps(sums + (first + (size_t)i) * stride + c, sum[i]);
}

void eai_depthwise_floats_avx2(float *sums, size_t stride, const eai_depthwise *d)
{
    const size_t n_whole = d->n_channels / 8 * 8;
    size_t i = 0;
    for (; i + FLOAT_OUTPUTS <= d->n_outputs; i += FLOAT_OUTPUTS)
        for (size_t c = 0; c < n_whole; c += 8)
            floats(sums, stride, d, i, c, FLOAT_OUTPUTS);
    for (; i + 4 <= d->n_outputs; i += 4)
        for (size_t c = 0; c < n_whole; c += 8)
            floats(sums, stride, d, i, c, 4);
    for (; i < d->n_outputs; i++)
        for (size_t c = 0; c < n_whole; c += 8)
            floats(sums, stride, d, i, c, 1);
    eai_depthwise_floats_rest(sums, stride, d, n_whole);
}

INLINE __m256i widened(const void *from, const int is_signed)
{
    const __m128i bytes = _mm_loadu_si128((const __m128i *)from);
    return is_signed ? _mm256_cvtepi8_epi16(bytes) : _mm256_cvtepu8_epi16(bytes);
}

/*
 * Sixteen channels of n outputs: two taps' inputs side by side make the pairs of a product. What
 * the zero point adds to every output is computed once and taken away at the end.
 */
INLINE void bytes(int32_t *sums, size_t stride, const eai_depthwise *d, size_t first, size_t c,
                  const int n, const int is_signed)
{
    const __m256i zero = _mm256_set1_epi16((short)d->zero);
    __m256i sum[BYTE_OUTPUTS][2], of_zero[2] = {_mm256_setzero_si256(), _mm256_setzero_si256()};
#pragma GCC unroll 4
    for (int i = 0; i < n; i++)
        sum[i][0] = sum[i][1] = _mm256_setzero_si256();
    for (size_t tap = 0; tap < d->n_taps; tap += 2) {
        const int is_last = tap + 1 == d->n_taps;
        const size_t next = is_last ? tap : tap + 1;
        const __m256i a = _mm256_loadu_si256(
            (const __m256i *)(const void *)((const int16_t *)d->weights[tap] + c));
        __m256i b = _mm256_loadu_si256(
            (const __m256i *)(const void *)((const int16_t *)d->weights[next] + c));
        if (is_last) b = _mm256_setzero_si256();
        const __m256i w0 = _mm256_unpacklo_epi16(a, b), w1 = _mm256_unpackhi_epi16(a, b);
        const char *x0 = (const char *)d->taps[tap] + first * d->step + c;
        const char *x1 = (const char *)d->taps[next] + first * d->step + c;
        of_zero[0] = _mm256_add_epi32(of_zero[0], _mm256_madd_epi16(w0, zero));
        of_zero[1] = _mm256_add_epi32(of_zero[1], _mm256_madd_epi16(w1, zero));
#pragma GCC unroll 4
        for (int i = 0; i < n; i++) {
            const __m256i p = widened(x0 + (size_t)i * d->step, is_signed);
            const __m256i q = widened(x1 + (size_t)i * d->step, is_signed);
            sum[i][0] =
                _mm256_add_epi32(sum[i][0], _mm256_madd_epi16(w0, _mm256_unpacklo_epi16(p, q)));
            sum[i][1] =
                _mm256_add_epi32(sum[i][1], _mm256_madd_epi16(w1, _mm256_unpackhi_epi16(p, q)));
        }
    }
#pragma GCC unroll 4
    for (int i = 0; i < n; i++) {
        int32_t *to = sums + (first + (size_t)i) * stride + c;
        const __m256i low = _mm256_sub_epi32(sum[i][0], of_zero[0]);
        const __m256i high = _mm256_sub_epi32(sum[i][1], of_zero[1]);
        _mm256_storeu_si256((__m256i *)(void *)to, _mm256_permute2x128_si256(low, high, 0x20));
        _mm256_storeu_si256((__m256i *)(void *)(to + 8),
                            _mm256_permute2x128_si256(low, high, 0x31));
    }
}

INLINE void bytes_of_kind(int32_t *sums, size_t stride, const eai_depthwise *d, size_t n_whole,
                          const int is_signed)
{
    size_t i = 0;
    for (; i + BYTE_OUTPUTS <= d->n_outputs; i += BYTE_OUTPUTS)
        for (size_t c = 0; c < n_whole; c += 16)
            bytes(sums, stride, d, i, c, BYTE_OUTPUTS, is_signed);
    for (; i < d->n_outputs; i++)
        for (size_t c = 0; c < n_whole; c += 16)
            bytes(sums, stride, d, i, c, 1, is_signed);
}

void eai_depthwise_bytes_avx2(int32_t *sums, size_t stride, const eai_depthwise *d)
{
    const size_t n_whole = d->n_channels / 16 * 16;
    if (d->is_signed)
        bytes_of_kind(sums, stride, d, n_whole, 1);
    else
        bytes_of_kind(sums, stride, d, n_whole, 0);
    eai_depthwise_bytes_rest(sums, stride, d, n_whole);
}
