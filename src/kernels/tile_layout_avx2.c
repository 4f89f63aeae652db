/* SPDX-License-Identifier: MIT */
#include <immintrin.h>
#include <string.h>

#include "kernels/kernels.h"
#include "kernels/transpose_avx2.h"

void eai_transpose_dwords_avx2(void *out, const void *src, size_t src_stride, size_t n_columns,
                               size_t n)
{
    if (n_columns < EAI_PANEL) {
        eai_transpose_dwords_ref(out, src, src_stride, n_columns, n);
        return;
    }
    float *to = out;
    const char *from = src;
    size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (size_t half = 0; half < 2; half++) {
            __m256 v[8];
            for (size_t c = 0; c < 8; c++)
                v[c] = _mm256_castsi256_ps(_mm256_loadu_si256(
                    (const __m256i *)(const void *)(from + (8 * half + c) * src_stride + 4 * i)));
            eai_transpose_8x8(v);
            for (size_t j = 0; j < 8; j++)
                _mm256_store_ps(to + (i + j) * EAI_PANEL + 8 * half, v[j]);
        }
    eai_transpose_dwords_ref(to + i * EAI_PANEL, from + 4 * i, src_stride, n_columns, n - i);
}

void eai_unpack_nibbles_avx2(uint8_t *out, const uint8_t *packed, size_t n)
{
    const __m256i low = _mm256_set1_epi8(15);
    for (size_t i = 0; i < n; i += 64, packed += 32) {
        __m256i v = _mm256_load_si256((const __m256i *)(const void *)packed);
        __m256i *to = (__m256i *)(void *)(out + i);
        _mm256_store_si256(to, _mm256_and_si256(v, low));
        _mm256_store_si256(to + 1, _mm256_and_si256(_mm256_srli_epi16(v, 4), low));
    }
}

void eai_unpack_pairs_avx2(uint8_t *out, const uint8_t *packed, size_t n)
{
    const __m256i low = _mm256_set1_epi8(3);
    for (size_t i = 0; i < n; i += 128, packed += 32) {
        __m256i v = _mm256_load_si256((const __m256i *)(const void *)packed);
        __m256i *to = (__m256i *)(void *)(out + i);
        for (int part = 0; part < 4; part++, v = _mm256_srli_epi16(v, 2))
            _mm256_store_si256(to + part, _mm256_and_si256(v, low));
    }
}

static __m256 eight_halves(const void *from)
{
    return _mm256_cvtph_ps(_mm_loadu_si128(from));
}

static __m256 eight_bytes(const uint8_t *from)
{
    __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)from);
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight));
}

void eai_scale_mins_avx2(float *scales, float *mins, const void *halves, const uint8_t *bytes)
{
    const unsigned char *d = halves;
    const __m256 minus = _mm256_set1_ps(-0.0f);
    const __m256 d0 = eight_halves(d), d1 = eight_halves(d + 16);
    const __m256 m0 = _mm256_xor_ps(eight_halves(d + 32), minus);
    const __m256 m1 = _mm256_xor_ps(eight_halves(d + 48), minus);
    for (size_t at = 0; at < (size_t)8 * EAI_PANEL; at += EAI_PANEL) {
        const uint8_t *low = bytes + at, *high = low + 8 * EAI_PANEL;
        _mm256_storeu_ps(scales + at, _mm256_mul_ps(d0, eight_bytes(low)));
        _mm256_storeu_ps(scales + at + 8, _mm256_mul_ps(d1, eight_bytes(low + 8)));
        _mm256_storeu_ps(mins + at, _mm256_mul_ps(m0, eight_bytes(high)));
        _mm256_storeu_ps(mins + at + 8, _mm256_mul_ps(m1, eight_bytes(high + 8)));
    }
}

void eai_widen_bytes_avx2(int16_t *out, const int8_t *in, size_t n)
{
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(in + i));
        _mm256_storeu_si256((__m256i *)(void *)(out + i), _mm256_cvtepi8_epi16(bytes));
    }
    eai_widen_bytes_ref(out + i, in + i, n - i);
}

void eai_widen_bfloat_avx2(float *out, const void *in, size_t n)
{
    const unsigned char *bytes = in;
    const __m256 quiet = _mm256_castsi256_ps(_mm256_set1_epi32(0x00400000));
    size_t i = 0;
    for (; i + 8 <= n; i += 8) {
        __m128i eight = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 2 * i));
        __m256 wide = _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(eight), 16));
        __m256 nan = _mm256_cmp_ps(wide, wide, _CMP_UNORD_Q);
        _mm256_storeu_ps(out + i, _mm256_or_ps(wide, _mm256_and_ps(nan, quiet)));
    }
    eai_widen_bfloat_ref(out + i, bytes + 2 * i, n - i);
}
