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

/* Codes of a group as bytes, in order. */
static __m256i round_group(const float *group, float inverse)
{
    /* The packing instructions work in halves of a vector: this puts the dwords back in order. */
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    const __m256 by = _mm256_set1_ps(inverse);
    __m256i low = _mm256_packs_epi32(round_eight(group, by), round_eight(group + 8, by));
    __m256i high = _mm256_packs_epi32(round_eight(group + 16, by), round_eight(group + 24, by));
    return _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
}

static int sum_four(__m128i v)
{
    v = _mm_add_epi32(v, _mm_shuffle_epi32(v, 0x4e));
    return _mm_cvtsi128_si32(_mm_add_epi32(v, _mm_shuffle_epi32(v, 0xb1)));
}

/* Dwords of v to every `step`th dword of `to`. */
static void scatter_dwords(char *to, size_t step, __m256i v)
{
    int32_t dwords[8];
    _mm256_storeu_si256((__m256i *)(void *)dwords, v);
    for (size_t i = 0; i < 8; i++)
        memcpy(to + 4 * step * i, &dwords[i], 4);
}

/* As eai_store_codes(). */
static void store_group(const eai_row_group *out, __m256i bytes, float scale, size_t i, size_t r,
                        size_t index, int wide)
{
    __m256i pairs = _mm256_maddubs_epi16(_mm256_set1_epi8(1), bytes);
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
    const int low = sum_four(_mm256_castsi256_si128(fours));
    const int high = sum_four(_mm256_extracti128_si256(fours, 1));
    out->scales[index * r + i] = scale;
    out->sums[index * r + i] = (float)(low + high);
    out->half_sums[2 * index * r + i] = (float)low;
    out->half_sums[(2 * index + 1) * r + i] = (float)high;
    char *to = (char *)out->codes + (wide ? 2 : 1) * EAI_GROUP * index * r + 4 * i;
    if (!wide) {
        scatter_dwords(to, r, bytes);
        return;
    }
    scatter_dwords(to, r, _mm256_cvtepi8_epi16(_mm256_castsi256_si128(bytes)));
    scatter_dwords(to + 32 * r, r, _mm256_cvtepi8_epi16(_mm256_extracti128_si256(bytes, 1)));
}

void eai_quantize_inputs_avx2(const eai_row_group *out, const float *x, size_t x_stride, size_t r,
                              size_t n, int wide)
{
    for (size_t i = 0; i < r; i++)
        for (size_t index = 0; index < n / EAI_GROUP; index++) {
            const float *group = x + i * x_stride + index * EAI_GROUP;
            eai_group_scale by = eai_group_scale_of(largest_bits(group));
            __m256i bytes = _mm256_setzero_si256();
            if (by.inverse > 0.0f) bytes = round_group(group, by.inverse);
            store_group(out, bytes, by.scale, i, r, index, wide);
        }
}
