/* SPDX-License-Identifier: MIT */

/* Channels lie in the vector: 8 floats or sums, 16 integers of 16 bits. */

#include <immintrin.h>

#include "kernels/kernels.h"
#include "kernels/winograd_transforms.h"

enum { FLOATS = 8, SHORTS = 16, INTS = 8 };

/* Factors are 2, 4 and, for floats only, 8. */
#define SCALE_PS(v, factor)    _mm256_mul_ps(v, _mm256_set1_ps(factor))
#define SCALE_EPI16(v, factor) _mm256_slli_epi16(v, (factor) / 2)
#define SCALE_EPI32(v, factor) _mm256_slli_epi32(v, (factor) / 2)

EAI_WINOGRAD_INPUTS(float_inputs, __m256, _mm256_add_ps, _mm256_sub_ps, SCALE_PS)
EAI_WINOGRAD_INPUTS(integer_inputs, __m256i, _mm256_add_epi16, _mm256_sub_epi16, SCALE_EPI16)
EAI_WINOGRAD_OUTPUTS(float_outputs, __m256, _mm256_add_ps, _mm256_sub_ps, SCALE_PS)
EAI_WINOGRAD_OUTPUTS8(integer_outputs, __m256i, _mm256_add_epi32, _mm256_sub_epi32, SCALE_EPI32)

INLINE __m256 load_floats(const void *from, size_t at)
{
    return _mm256_loadu_ps((const float *)from + at);
}

INLINE void store_floats(float *to, __m256 v)
{
    _mm256_storeu_ps(to, v);
}

INLINE __m256i load_bytes(const void *from, size_t at, __m256i zero, const int is_signed)
{
    const __m128i v = _mm_loadu_si128((const __m128i *)(const void *)((const char *)from + at));
    return _mm256_sub_epi16(is_signed ? _mm256_cvtepi8_epi16(v) : _mm256_cvtepu8_epi16(v), zero);
}

INLINE void store_shorts(int16_t *to, __m256i v)
{
    _mm256_storeu_si256((__m256i *)(void *)to, v);
}

INLINE __m256i load_ints(const int32_t *from)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)from);
}

/* The true sum of what is too large by 9 * 2^shift, or 2^shift. */
INLINE void store_quotients(int32_t *to, __m256i v, const int m, const int shift)
{
    if (m == 4) v = _mm256_mullo_epi32(v, _mm256_set1_epi32(954437177));
    _mm256_storeu_si256((__m256i *)(void *)to, _mm256_srai_epi32(v, shift));
}

INLINE size_t input_floats(float *out, size_t out_stride, const void *const *pixels, size_t first,
                           size_t n, const int m)
{
    size_t c = 0;
    for (; c + FLOATS <= n; c += FLOATS) {
#define LOAD(place)     load_floats(pixels[place], first + c)
#define STORE(place, v) store_floats(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(__m256, float_inputs, m + 2, m + 2, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_input_avx2(float *out, size_t out_stride, const void *const *pixels, size_t first,
                             size_t n, int m)
{
    const size_t c = m == 2 ? input_floats(out, out_stride, pixels, first, n, 2)
                            : input_floats(out, out_stride, pixels, first, n, 4);
    eai_winograd_input_ref(out + c, out_stride, pixels, first + c, n - c, m);
}

INLINE size_t input_bytes(int16_t *out, size_t out_stride, const void *const *pixels, size_t first,
                          size_t n, const int m, int zero, const int is_signed)
{
    const __m256i zeros = _mm256_set1_epi16((short)zero);
    size_t c = 0;
    for (; c + SHORTS <= n; c += SHORTS) {
#define LOAD(place)     load_bytes(pixels[place], first + c, zeros, is_signed)
#define STORE(place, v) store_shorts(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(__m256i, integer_inputs, m + 2, m + 2, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_input8_avx2(int16_t *out, size_t out_stride, const void *const *pixels,
                              size_t first, size_t n, int m, int zero, int is_signed)
{
    size_t c;
    if (m == 2)
        c = is_signed ? input_bytes(out, out_stride, pixels, first, n, 2, zero, 1)
                      : input_bytes(out, out_stride, pixels, first, n, 2, zero, 0);
    else
        c = is_signed ? input_bytes(out, out_stride, pixels, first, n, 4, zero, 1)
                      : input_bytes(out, out_stride, pixels, first, n, 4, zero, 0);
    eai_winograd_input8_ref(out + c, out_stride, pixels, first + c, n - c, m, zero, is_signed);
}

INLINE size_t output_floats(float *out, size_t out_stride, const float *sums, size_t sums_stride,
                            size_t n, const int m)
{
    size_t c = 0;
    for (; c + FLOATS <= n; c += FLOATS) {
#define LOAD(place)     load_floats(sums, (size_t)(place)*sums_stride + c)
#define STORE(place, v) store_floats(out + (size_t)(place)*out_stride + c, v)
        EAI_WINOGRAD_TWICE(__m256, float_outputs, m + 2, m, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_output_avx2(float *out, size_t out_stride, const float *sums, size_t sums_stride,
                              size_t n, int m)
{
    const size_t c = m == 2 ? output_floats(out, out_stride, sums, sums_stride, n, 2)
                            : output_floats(out, out_stride, sums, sums_stride, n, 4);
    eai_winograd_output_ref(out + c, out_stride, sums + c, sums_stride, n - c, m);
}

INLINE int shift_of(const int m, int place)
{
    const int i = place / m, j = place % m;
    if (m == 2) return 2;
    return (i < 2 ? 3 - i : 1) + (j < 2 ? 3 - j : 1);
}

INLINE size_t output_integers(int32_t *out, size_t out_stride, const int32_t *sums,
                              size_t sums_stride, size_t n, const int m)
{
    size_t c = 0;
    for (; c + INTS <= n; c += INTS) {
#define LOAD(place) load_ints(sums + (size_t)(place)*sums_stride + c)
#define STORE(place, v)                                                                            \
    store_quotients(out + (size_t)(place)*out_stride + c, v, m, shift_of(m, place))
        EAI_WINOGRAD_TWICE(__m256i, integer_outputs, m + 2, m, LOAD, STORE, m);
#undef LOAD
#undef STORE
    }
    return c;
}

void eai_winograd_output8_avx2(int32_t *out, size_t out_stride, const int32_t *sums,
                               size_t sums_stride, size_t n, int m)
{
    const size_t c = m == 2 ? output_integers(out, out_stride, sums, sums_stride, n, 2)
                            : output_integers(out, out_stride, sums, sums_stride, n, 4);
    eai_winograd_output8_ref(out + c, out_stride, sums + c, sums_stride, n - c, m);
}
