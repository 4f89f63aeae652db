/* SPDX-License-Identifier: MIT */
#include <immintrin.h>

#include "kernels/kernels.h"
#include "kernels/quantize_inputs.h"

static uint32_t largest_bits(const float *group)
{
    const __m256i magnitude = _mm256_set1_epi32(0x7fffffff);
    __m256i max = _mm256_setzero_si256();
    for (size_t k = 0; k < EAI_GROUP; k += 8) {
        __m256i bits = _mm256_castps_si256(_mm256_loadu_ps(group + k));
        max = _mm256_max_epi32(max, _mm256_and_si256(bits, magnitude));
    }
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(max), _mm256_extracti128_si256(max, 1));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    four = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0xb1));
    return (uint32_t)_mm_cvtsi128_si32(four);
}

static __m256i round_eight(const float *x, __m256 inverse)
{
    return _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(x), inverse));
}

void eai_quantize_inputs_avx2(const eai_row_group *out, const float *x, size_t x_stride, size_t r,
                              size_t n, int wide)
{
    /* The packing instructions work in halves of a vector: this puts the dwords back in order. */
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    for (size_t i = 0; i < r; i++)
        for (size_t index = 0; index < n / EAI_GROUP; index++) {
            const float *group = x + i * x_stride + index * EAI_GROUP;
            int8_t codes[EAI_GROUP];
            eai_group_scale by = eai_group_scale_of(largest_bits(group));
            __m256i bytes = _mm256_setzero_si256();
            if (by.inverse > 0.0f) {
                __m256 inverse = _mm256_set1_ps(by.inverse);
                __m256i low = _mm256_packs_epi32(round_eight(group, inverse),
                                                 round_eight(group + 8, inverse));
                __m256i high = _mm256_packs_epi32(round_eight(group + 16, inverse),
                                                  round_eight(group + 24, inverse));
                bytes = _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
            }
            _mm256_storeu_si256((__m256i *)(void *)codes, bytes);
            eai_store_codes(out, codes, by.scale, i, r, index, wide);
        }
}
