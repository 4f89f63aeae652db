/* SPDX-License-Identifier: MIT */

/*
 * Eight channels at a time in the reference's order of operations, so that bits agree; 32 where
 * bytes or trits are packed. What does not change from channel to channel is decided outside of the
 * inner loops by constant arguments for the common cases, LINEAR, RELU and CLIP without a residual.
 */

#include <math.h>
#include <string.h>

#include "kernels/exp_avx2.h"
#include "kernels/kernels.h"

#define INLINE static inline __attribute__((always_inline))

/* What a row's values are made from. */
typedef struct source {
    const eai_conv_epilogue *e;
    const char *sums, *residual; /* at the first channel */
    size_t channel;
    __m256 low, high; /* RELU and CLIP; infinite for LINEAR */
    __m256 inverse, lowest, highest;
} source;

INLINE __m256 residual_at(const source *s, size_t c)
{
    const eai_conv_epilogue *e = s->e;
    if (e->residual_type == EAI_CONV_F32)
        return _mm256_loadu_ps((const float *)(const void *)s->residual + c);
    const __m128i bytes = _mm_loadl_epi64((const __m128i *)(const void *)(s->residual + c));
    __m256i v =
        e->residual_type == EAI_CONV_S8 ? _mm256_cvtepi8_epi32(bytes) : _mm256_cvtepu8_epi32(bytes);
    v = _mm256_sub_epi32(v, _mm256_set1_epi32(e->residual_zero));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(v), _mm256_set1_ps(e->residual_scale));
}

/* v where it is positive, else factor * v. */
INLINE __m256 leaky(__m256 v, __m256 factor)
{
    const __m256 is_positive = _mm256_cmp_ps(v, _mm256_setzero_ps(), _CMP_GT_OQ);
    return _mm256_blendv_ps(_mm256_mul_ps(factor, v), v, is_positive);
}

INLINE __m256 one_plus_exp_minus(__m256 v)
{
    return _mm256_add_ps(_mm256_set1_ps(1.0f), eai_exp_avx2(_mm256_sub_ps(_mm256_setzero_ps(), v)));
}

/* With a NaN, max and min return their second operand: it stays one. */
INLINE __m256 clip(__m256 v, __m256 low, __m256 high)
{
    return _mm256_min_ps(high, _mm256_max_ps(low, v));
}

static __m256 activated(const source *s, __m256 v, size_t c)
{
    const __m256 one = _mm256_set1_ps(1.0f);
    switch (s->e->activation) {
    case EAI_CONV_LEAKY:
        return leaky(v, _mm256_set1_ps(s->e->low));
    case EAI_CONV_PRELU:
        return leaky(v, _mm256_loadu_ps(s->e->slope + s->channel + c));
    case EAI_CONV_HARD_SWISH: {
        __m256 gate = _mm256_div_ps(v, _mm256_set1_ps(6.0f));
        gate = _mm256_add_ps(gate, _mm256_set1_ps(0.5f));
        return _mm256_mul_ps(v, clip(gate, _mm256_setzero_ps(), one));
    }
    case EAI_CONV_SILU:
        return _mm256_div_ps(v, one_plus_exp_minus(v));
    case EAI_CONV_SIGMOID:
        return _mm256_div_ps(one, one_plus_exp_minus(v));
    default:
        return clip(v, s->low, s->high);
    }
}

/* Channels [c, c + 8) before the output's type. is_plain: no residual, and clipping at most. */
INLINE __m256 value(const source *s, size_t c, const int has_floats, const int is_plain)
{
    const eai_conv_epilogue *e = s->e;
    const size_t channel = s->channel + c;
    __m256 v;
    if (has_floats) {
        v = _mm256_loadu_ps((const float *)(const void *)s->sums + c);
    } else {
        __m256i sum = _mm256_loadu_si256((const __m256i *)(const void *)(s->sums + 4 * c));
        __m256i offset = _mm256_loadu_si256((const __m256i *)(const void *)(e->offset + channel));
        v = _mm256_cvtepi32_ps(_mm256_add_epi32(sum, offset));
    }
    v = _mm256_mul_ps(v, _mm256_loadu_ps(e->scale + channel));
    v = _mm256_add_ps(v, _mm256_loadu_ps(e->bias + channel));
    if (is_plain) return clip(v, s->low, s->high);
    if (e->has_residual && !e->residual_last) v = _mm256_add_ps(v, residual_at(s, c));
    v = activated(s, v, c);
    if (e->has_residual && e->residual_last) v = _mm256_add_ps(v, residual_at(s, c));
    return v;
}

/* To int32 inside the output's range. */
INLINE __m256i quantized(const source *s, __m256 v)
{
    v = _mm256_mul_ps(v, s->inverse);
    v = _mm256_min_ps(_mm256_max_ps(v, s->lowest), s->highest);
    return _mm256_add_epi32(_mm256_cvtps_epi32(v), _mm256_set1_epi32(s->e->output_zero));
}

/* -1, 0 or 1 as int32. */
INLINE __m256i trits(const source *s, __m256 v, size_t c)
{
    const size_t channel = s->channel + c;
    const __m256 low = _mm256_loadu_ps(s->e->low_threshold + channel);
    const __m256 high = _mm256_loadu_ps(s->e->high_threshold + channel);
    __m256i above = _mm256_add_epi32(_mm256_castps_si256(_mm256_cmp_ps(v, low, _CMP_GT_OQ)),
                                     _mm256_castps_si256(_mm256_cmp_ps(v, high, _CMP_GT_OQ)));
    return _mm256_sub_epi32(_mm256_set1_epi32(-1), above);
}

/* Four vectors of int32 as bytes in order; all fit. */
INLINE __m256i as_bytes(const __m256i v[4], const int is_signed)
{
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    __m256i a = _mm256_packs_epi32(v[0], v[1]), b = _mm256_packs_epi32(v[2], v[3]);
    __m256i bytes = is_signed ? _mm256_packs_epi16(a, b) : _mm256_packus_epi16(a, b);
    return _mm256_permutevar8x32_epi32(bytes, order);
}

/* 32 trits as bytes to fields of two bits. */
INLINE uint64_t as_fields(__m256i bytes)
{
    bytes = _mm256_and_si256(bytes, _mm256_set1_epi8(3));
    __m256i pairs = _mm256_maddubs_epi16(bytes, _mm256_set1_epi16(0x0401));
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(0x00100001));
    __m128i words =
        _mm_packus_epi32(_mm256_castsi256_si128(fours), _mm256_extracti128_si256(fours, 1));
    return (uint64_t)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}

INLINE __m256i integer(const source *s, size_t c, const int has_floats, const int is_plain,
                       const int output)
{
    const __m256 v = value(s, c, has_floats, is_plain);
    return output == EAI_CONV_TRITS ? trits(s, v, c) : quantized(s, v);
}

/* Channels [c, c + 32) of bytes or trits, n (1 to 32) of them stored. */
INLINE void put_integers(const source *s, unsigned char *row, size_t c, const __m256i v[4],
                         const int output, size_t n)
{
    (void)s;
    if (output == EAI_CONV_TRITS) {
        uint64_t fields = as_fields(as_bytes(v, 1));
        if (n < 32) fields &= ((uint64_t)1 << (2 * n)) - 1;
        memcpy(row + c / 4, &fields, n == 32 ? 8 : (n + 3) / 4);
        return;
    }
    const __m256i bytes = as_bytes(v, output == EAI_CONV_S8);
    unsigned char all[32];
    if (n == 32) {
        _mm256_storeu_si256((__m256i *)(void *)(row + c), bytes);
        return;
    }
    _mm256_storeu_si256((__m256i *)(void *)all, bytes);
    memcpy(row + c, all, n);
}

INLINE void finish_row(const source *s, unsigned char *row, size_t n, const int has_floats,
                       const int is_plain, const int output)
{
    size_t c = 0;
    if (output == EAI_CONV_F32) {
        for (; c + 8 <= n; c += 8)
            _mm256_storeu_ps((float *)(void *)row + c, value(s, c, has_floats, is_plain));
        return;
    }
    for (; c + 32 <= n; c += 32) {
        __m256i v[4];
#pragma GCC unroll 4
        for (size_t i = 0; i < 4; i++)
            v[i] = integer(s, c + 8 * i, has_floats, is_plain, output);
        put_integers(s, row, c, v, output, 32);
    }
    if (n - c < 8) return;
    __m256i v[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                    _mm256_setzero_si256()};
    const size_t first = c, n_vectors = (n - c) / 8;
    for (size_t i = 0; i < n_vectors; i++)
        v[i] = integer(s, first + 8 * i, has_floats, is_plain, output);
    put_integers(s, row, first, v, output, 8 * n_vectors);
}

/* Sums and residual of a row's last channels, which may lie at the end of memory, with zeros
 * behind them; then as a whole vector. */
INLINE void finish_tail(const source *s, unsigned char *row, size_t c, size_t n,
                        const int has_floats, const int output)
{
    _Alignas(32) char sums[32] = {0}, residual[32] = {0};
    const size_t r_bytes = s->e->residual_type == EAI_CONV_F32 ? 4 : 1;
    source tail = *s;
    memcpy(sums, s->sums + 4 * c, 4 * n);
    if (s->e->has_residual) memcpy(residual, s->residual + r_bytes * c, r_bytes * n);
    tail.sums = sums;
    tail.residual = residual;
    tail.channel = s->channel + c;
    if (output == EAI_CONV_F32) {
        float y[8];
        _mm256_storeu_ps(y, value(&tail, 0, has_floats, 0));
        memcpy(row + 4 * c, y, 4 * n);
        return;
    }
    __m256i v[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                    _mm256_setzero_si256()};
    v[0] = integer(&tail, 0, has_floats, 0, output);
    put_integers(&tail, output == EAI_CONV_TRITS ? row + c / 4 : row + c, 0, v, output, n);
}

INLINE void finish_as(const eai_conv_epilogue *e, const eai_finish_rows *rows, const int has_floats,
                      const int is_plain, const int output)
{
    const int lowest = output == EAI_CONV_S8 ? -128 : 0;
    source s = {.e = e, .channel = rows->channel};
    s.low = _mm256_set1_ps(e->activation == EAI_CONV_RELU   ? 0.0f
                           : e->activation == EAI_CONV_CLIP ? e->low
                                                            : -INFINITY);
    s.high = _mm256_set1_ps(e->activation == EAI_CONV_CLIP ? e->high : INFINITY);
    s.inverse = _mm256_set1_ps(e->output_inverse_scale);
    s.lowest = _mm256_set1_ps((float)(lowest - e->output_zero));
    s.highest = _mm256_set1_ps((float)(lowest + 255 - e->output_zero));
    const size_t n = rows->n_channels, n_whole = n / 8 * 8;
    for (size_t i = 0; i < rows->n_rows; i++) {
        unsigned char *row = (unsigned char *)rows->y + i * rows->y_stride;
        s.sums = (const char *)rows->sums + 4 * i * rows->sums_stride;
        s.residual =
            e->has_residual ? (const char *)rows->residual + i * rows->residual_stride : NULL;
        finish_row(&s, row, n, has_floats, is_plain, output);
        if (n > n_whole) finish_tail(&s, row, n_whole, n - n_whole, has_floats, output);
    }
}

INLINE void finish(const eai_conv_epilogue *e, const eai_finish_rows *rows, const int has_floats)
{
    const int is_plain = !e->has_residual && e->activation <= EAI_CONV_CLIP;
#define CASE(type)                                                                                 \
    case type:                                                                                     \
        if (is_plain)                                                                              \
            finish_as(e, rows, has_floats, 1, type);                                               \
        else                                                                                       \
            finish_as(e, rows, has_floats, 0, type);                                               \
        break;
    switch (e->output_type) {
        CASE(EAI_CONV_F32)
        CASE(EAI_CONV_S8)
        CASE(EAI_CONV_U8)
        CASE(EAI_CONV_TRITS)
    }
#undef CASE
}

void eai_finish_integers_avx2(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    finish(epilogue, rows, 0);
}

void eai_finish_floats_avx2(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    finish(epilogue, rows, 1);
}
