/* SPDX-License-Identifier: MIT */

/*
 * Products of few rows straight from packed codes. With one row every weight is used once, and
 * memory sets the speed: codes are unpacked in registers on their way, and what comes next is
 * fetched ahead, since a panel's rows of the cache follow each other over pages.
 */

#include "kernels/multiply_avx2.h"

/*
 * Bytes ahead that are fetched, found by trying (one core of Zen 3, weights of 128 MB, against a
 * plain read of as many bytes): nibbles 0.66 without, 0.73 at 1024, 0.81 at 8192; bytes 0.78
 * without, 0.85 at 1024, 0.74 at 4096. Between stretches of nibbles more time goes into scales.
 */
#define NIBBLES_AHEAD 8192
#define BYTES_AHEAD   1024

/* As in multiply_u8_group() of multiply_avx2.c; a vector's low halves are columns 0 to 7. */
INLINE void nibble_group(float *y, size_t y_stride, const char *packed, const float *scales,
                         const float *mins, const cursor *x, const int r)
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
            __m256i input = broadcast_dword(x->codes + 4 * (step * r + i));
            __m256i p0 = _mm256_maddubs_epi16(w0, input), p1 = _mm256_maddubs_epi16(w1, input);
            sums[i][0] = step == 0 ? p0 : _mm256_add_epi16(sums[i][0], p0);
            sums[i][1] = step == 0 ? p1 : _mm256_add_epi16(sums[i][1], p1);
            KEEP(sums[i][0], sums[i][1]);
        }
    }
    finish_u8(y, y_stride, sums, scales, mins, x, r);
}

INLINE void multiply_nibbles(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *packed = tile->codes;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        const size_t group = k / EAI_GROUP * EAI_PANEL;
        nibble_group(y, y_stride, packed, tile->scales + group, tile->mins + group, &x, r);
        packed += EAI_GROUP * EAI_PANEL / 2;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += r;
    }
}

INLINE __m256i widen_sixteen(const char *bytes)
{
    return _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)(const void *)bytes));
}

INLINE void byte_group(float *y, size_t y_stride, const char *packed, const float *scales,
                       const cursor *x, const int r)
{
    __m256i sums[EAI_ROW_GROUP][2];
#pragma GCC unroll 16
    for (int step = 0; step < 16; step++) {
        __m256i w0 = widen_sixteen(packed + 32 * step), w1 = widen_sixteen(packed + 32 * step + 16);
        if (step % 2 == 0) _mm_prefetch(packed + 32 * step + BYTES_AHEAD, _MM_HINT_T0);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256i input = broadcast_dword(x->codes + 4 * (step * r + i));
            __m256i p0 = _mm256_madd_epi16(w0, input), p1 = _mm256_madd_epi16(w1, input);
            sums[i][0] = step == 0 ? p0 : _mm256_add_epi32(sums[i][0], p0);
            sums[i][1] = step == 0 ? p1 : _mm256_add_epi32(sums[i][1], p1);
            KEEP(sums[i][0], sums[i][1]);
        }
    }
    finish_s16(y, y_stride, sums, scales, x, r);
}

INLINE void multiply_bytes(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *packed = tile->codes;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        byte_group(y, y_stride, packed, tile->scales + k / EAI_GROUP * EAI_PANEL, &x, r);
        packed += EAI_GROUP * EAI_PANEL;
        x.codes += 2 * EAI_GROUP * r;
        x.scales += r;
    }
}

INLINE void multiply_half_floats(float *y, size_t y_stride, const eai_tile *tile, const float *x,
                                 const int r)
{
    const char *packed = tile->codes;
    __m256 sums[EAI_ROW_GROUP][2];
    for (int i = 0; i < r; i++) {
        sums[i][0] = _mm256_loadu_ps(y + i * y_stride);
        sums[i][1] = _mm256_loadu_ps(y + i * y_stride + 8);
    }
    for (size_t k = 0; k < tile->n_inputs; k++, packed += 2 * EAI_PANEL, x += r) {
        const __m128i *halves = (const __m128i *)(const void *)packed;
        __m256 w0 = _mm256_cvtph_ps(_mm_load_si128(halves));
        __m256 w1 = _mm256_cvtph_ps(_mm_load_si128(halves + 1));
        _mm_prefetch(packed + BYTES_AHEAD, _MM_HINT_T0);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            __m256 input = _mm256_broadcast_ss(x + i);
            sums[i][0] = _mm256_fmadd_ps(input, w0, sums[i][0]);
            sums[i][1] = _mm256_fmadd_ps(input, w1, sums[i][1]);
        }
    }
    for (int i = 0; i < r; i++) {
        _mm256_storeu_ps(y + i * y_stride, sums[i][0]);
        _mm256_storeu_ps(y + i * y_stride + 8, sums[i][1]);
    }
}

void eai_multiply_nibbles_avx2(float *y, size_t y_stride, const eai_tile *tile,
                               const eai_rows *rows, size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_nibbles(y, y_stride, tile,                                                            \
                     cursor_at(rows, first, r, first_input, 1, rows->sums, EAI_GROUP), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
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
