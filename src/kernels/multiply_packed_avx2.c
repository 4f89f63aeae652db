/* SPDX-License-Identifier: MIT */

/*
 * Products of few rows straight from packed codes. With one row every weight is used once, and
 * memory sets the speed only as long as the processor keeps up with it with room to spare: on a
 * virtual machine, arithmetic in the cache was seen to fall to 0.6 of its speed for seconds while a
 * plain read fell to 0.9. So codes and scales are unpacked in registers on their way, and what
 * comes next is fetched ahead, since a panel's rows of the cache follow each other over pages.
 */

#include "kernels/multiply_avx2.h"

/*
 * Bytes ahead that are fetched, found by trying (one core of Zen 3, weights of 128 MB, against a
 * plain read of as many bytes): nibbles 0.66 without, 0.73 at 1024, 0.81 at 8192; bytes 0.78
 * without, 0.85 at 1024, 0.74 at 4096. Between stretches of nibbles more time goes into scales.
 */
#define NIBBLES_AHEAD 8192
#define BYTES_AHEAD   1024

/* A panel's columns of y stay in registers over a stretch: in memory, every group would wait. */
INLINE void load_totals(__m256 totals[EAI_ROW_GROUP][2], const float *y, size_t y_stride,
                        const int r)
{
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        totals[i][0] = _mm256_loadu_ps(y + i * y_stride);
        totals[i][1] = _mm256_loadu_ps(y + i * y_stride + 8);
    }
}

INLINE void store_totals(__m256 totals[EAI_ROW_GROUP][2], float *y, size_t y_stride, const int r)
{
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        _mm256_storeu_ps(y + i * y_stride, totals[i][0]);
        _mm256_storeu_ps(y + i * y_stride + 8, totals[i][1]);
    }
}

/* As in multiply_u8_group() of multiply_avx2.c; a vector's low halves are columns 0 to 7. */
INLINE void sum_nibbles(__m256i out[EAI_ROW_GROUP][2], const char *packed, const char *codes,
                        const int r)
{
    const __m256i low = _mm256_set1_epi8(15);
    __m256i sums[EAI_ROW_GROUP][2];
#pragma GCC unroll 8
    for (int step = 0; step < 8; step++) {
        __m256i v = _mm256_load_si256((const __m256i *)(const void *)(packed + 32 * step));
        __m256i w0 = _mm256_and_si256(v, low);
        __m256i w1 = _mm256_and_si256(_mm256_srli_epi16(v, 4), low);
        if (step % 2 == 0) _mm_prefetch(packed + 32 * step + NIBBLES_AHEAD, _MM_HINT_T1);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256i input = broadcast_dword(codes + 4 * (step * r + i));
            __m256i p0 = _mm256_maddubs_epi16(w0, input), p1 = _mm256_maddubs_epi16(w1, input);
            sums[i][0] = step == 0 ? p0 : _mm256_add_epi16(sums[i][0], p0);
            sums[i][1] = step == 0 ? p1 : _mm256_add_epi16(sums[i][1], p1);
            KEEP(sums[i][0], sums[i][1]);
        }
    }
#pragma GCC unroll 6
    for (int i = 0; i < r; i++) {
        out[i][0] = sums[i][0];
        out[i][1] = sums[i][1];
    }
}

INLINE __m256 eight_halves(const char *from)
{
    return _mm256_cvtph_ps(_mm_load_si128((const __m128i *)(const void *)from));
}

INLINE __m256 eight_bytes(const char *from)
{
    __m128i eight = _mm_loadl_epi64((const __m128i *)(const void *)from);
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(eight));
}

typedef struct scale_min {
    __m256 scale, min;
} scale_min;

/* What all groups of a superblock of Q4_K share, for columns 0 to 7 (v = 0) or 8 to 15. */
INLINE scale_min superblock_scales(const char *packed, size_t v)
{
    const char *d = packed + 16 * v;
    return (scale_min){eight_halves(d),
                       _mm256_xor_ps(eight_halves(d + 2 * EAI_PANEL), _mm256_set1_ps(-0.0f))};
}

/* Likewise a group's scales and mins; all products are exact. */
INLINE scale_min group_scales(const eai_tile *tile, size_t group, size_t v, scale_min super,
                              const eai_code_format format)
{
    const char *packed = tile->packed_scales, *d = packed + 2 * EAI_PANEL * group + 16 * v;
    if (format == EAI_CODES_Q4_K) {
        const char *bytes = packed + EAI_PANEL * (4 + group) + 8 * v;
        return (scale_min){_mm256_mul_ps(super.scale, eight_bytes(bytes)),
                           _mm256_mul_ps(super.min, eight_bytes(bytes + 8 * EAI_PANEL))};
    }
    const __m256 scale = eight_halves(d);
    if (format == EAI_CODES_Q4_0)
        return (scale_min){scale, _mm256_mul_ps(scale, _mm256_set1_ps(-8.0f))};
    return (scale_min){scale, eight_halves(d + tile->n_inputs / EAI_GROUP * 2 * EAI_PANEL)};
}

/* A stretch's sums of codes, [groups], to y. */
INLINE void finish_nibbles(float *y, size_t y_stride, __m256i sums[][EAI_ROW_GROUP][2],
                           const eai_tile *tile, cursor x, const int r,
                           const eai_code_format format)
{
    const __m256i ones = _mm256_set1_epi16(1);
    const scale_min super[2] = {superblock_scales(tile->packed_scales, 0),
                                superblock_scales(tile->packed_scales, 1)};
    __m256 totals[EAI_ROW_GROUP][2];
    load_totals(totals, y, y_stride, r);
    for (size_t group = 0; group < tile->n_inputs / EAI_GROUP; group++) {
#pragma GCC unroll 2
        for (size_t v = 0; v < 2; v++) {
            const scale_min s = group_scales(tile, group, v, super[v], format);
#pragma GCC unroll 6
            for (int i = 0; i < r; i++) {
                __m256 dot = _mm256_cvtepi32_ps(_mm256_madd_epi16(sums[group][i][v], ones));
                __m256 t = _mm256_mul_ps(s.scale, dot);
                t = _mm256_fmadd_ps(_mm256_broadcast_ss(x.sums + i), s.min, t);
                totals[i][v] = _mm256_fmadd_ps(t, _mm256_broadcast_ss(x.scales + i), totals[i][v]);
            }
        }
        x.scales += r;
        x.sums += r;
    }
    store_totals(totals, y, y_stride, r);
}

/*
 * All groups are summed before the first is finished: a group in the first-level cache took 24
 * cycles in place of 29 (Zen 3, one row). Probably because finishing is one long chain of steps
 * that wait for each other, and keeps the next group's sums from starting.
 */
INLINE void multiply_nibbles(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r,
                             const eai_code_format format)
{
    const char *packed = tile->codes, *codes = x.codes;
    __m256i sums[EAI_STRETCH / EAI_GROUP][EAI_ROW_GROUP][2];
    for (size_t group = 0; group < tile->n_inputs / EAI_GROUP; group++) {
        sum_nibbles(sums[group], packed, codes, r);
        packed += EAI_GROUP * EAI_PANEL / 2;
        codes += EAI_GROUP * r;
    }
    finish_nibbles(y, y_stride, sums, tile, x, r, format);
}

INLINE __m256i widen_sixteen(const char *bytes)
{
    return _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)(const void *)bytes));
}

INLINE void sum_bytes(__m256i sums[EAI_ROW_GROUP][2], const char *packed, const char *codes,
                      const int r)
{
#pragma GCC unroll 16
    for (int step = 0; step < 16; step++) {
        __m256i w0 = widen_sixteen(packed + 32 * step), w1 = widen_sixteen(packed + 32 * step + 16);
        if (step % 2 == 0) _mm_prefetch(packed + 32 * step + BYTES_AHEAD, _MM_HINT_T0);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256i input = broadcast_dword(codes + 4 * (step * r + i));
            __m256i p0 = _mm256_madd_epi16(w0, input), p1 = _mm256_madd_epi16(w1, input);
            sums[i][0] = step == 0 ? p0 : _mm256_add_epi32(sums[i][0], p0);
            sums[i][1] = step == 0 ? p1 : _mm256_add_epi32(sums[i][1], p1);
            KEEP(sums[i][0], sums[i][1]);
        }
    }
}

INLINE void multiply_bytes(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *packed = tile->codes, *d = tile->packed_scales;
    __m256 totals[EAI_ROW_GROUP][2];
    load_totals(totals, y, y_stride, r);
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP, d += 2 * EAI_PANEL) {
        __m256i sums[EAI_ROW_GROUP][2];
        sum_bytes(sums, packed, x.codes, r);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const __m256 scale = eight_halves(d + 16 * v);
#pragma GCC unroll 6
            for (int i = 0; i < r; i++)
                totals[i][v] = _mm256_fmadd_ps(_mm256_mul_ps(scale, _mm256_cvtepi32_ps(sums[i][v])),
                                               _mm256_broadcast_ss(x.scales + i), totals[i][v]);
        }
        packed += EAI_GROUP * EAI_PANEL;
        x.codes += 2 * EAI_GROUP * r;
        x.scales += r;
    }
    store_totals(totals, y, y_stride, r);
}

INLINE void multiply_half_floats(float *y, size_t y_stride, const eai_tile *tile, const float *x,
                                 const int r)
{
    const char *packed = tile->codes;
    __m256 totals[EAI_ROW_GROUP][2];
    load_totals(totals, y, y_stride, r);
    for (size_t k = 0; k < tile->n_inputs; k++, packed += 2 * EAI_PANEL, x += r) {
        const __m128i *halves = (const __m128i *)(const void *)packed;
        __m256 w0 = _mm256_cvtph_ps(_mm_load_si128(halves));
        __m256 w1 = _mm256_cvtph_ps(_mm_load_si128(halves + 1));
        _mm_prefetch(packed + BYTES_AHEAD, _MM_HINT_T0);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256 input = _mm256_broadcast_ss(x + i);
            totals[i][0] = _mm256_fmadd_ps(input, w0, totals[i][0]);
            totals[i][1] = _mm256_fmadd_ps(input, w1, totals[i][1]);
        }
    }
    store_totals(totals, y, y_stride, r);
}

INLINE void multiply_nibbles_of(float *y, size_t y_stride, const eai_tile *tile,
                                const eai_rows *rows, size_t first_input,
                                const eai_code_format format)
{
#define CALL(r)                                                                                    \
    multiply_nibbles(y, y_stride, tile,                                                            \
                     cursor_at(rows, first, r, first_input, 1, rows->sums, EAI_GROUP), r, format)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_q4_0_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    multiply_nibbles_of(y, y_stride, tile, rows, first_input, EAI_CODES_Q4_0);
}

void eai_multiply_q4_1_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    multiply_nibbles_of(y, y_stride, tile, rows, first_input, EAI_CODES_Q4_1);
}

void eai_multiply_q4_k_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                            size_t first_input)
{
    multiply_nibbles_of(y, y_stride, tile, rows, first_input, EAI_CODES_Q4_K);
}

void eai_multiply_bytes_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                             size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_bytes(y, y_stride, tile, cursor_at(rows, first, r, first_input, 2, NULL, 1), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_half_floats_avx2(float *y, size_t y_stride, const eai_tile *tile,
                                   const eai_rows *rows, size_t first_input)
{
    const float *x = rows->codes;
#define CALL(r)                                                                                    \
    multiply_half_floats(y, y_stride, tile, x + first * rows->n_inputs + first_input * (r), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}
