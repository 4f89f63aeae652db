/* SPDX-License-Identifier: MIT */

/*
 * Tiles of EAI_PANEL columns are two vectors; six rows of x make twelve sums, which with two
 * vectors of weights and one broadcast input fill the sixteen registers.
 */

#include "kernels/multiply_avx2.h"

INLINE __m256i load(const void *from)
{
    return _mm256_load_si256(from);
}

INLINE void multiply_f32(float *y, size_t y_stride, const eai_tile *tile, const float *x,
                         const int r, const char *next)
{
    __m256 sums[EAI_ROW_GROUP][2];
    const float *weights = tile->codes;
    for (int i = 0; i < r; i++) {
        sums[i][0] = _mm256_loadu_ps(y + i * y_stride);
        sums[i][1] = _mm256_loadu_ps(y + i * y_stride + 8);
    }
    for (size_t k = 0; k < tile->n_inputs; k++, weights += EAI_PANEL, x += r) {
        if (next) _mm_prefetch(next + k * EAI_PANEL * sizeof(float), _MM_HINT_T0);
        __m256 w0 = _mm256_load_ps(weights), w1 = _mm256_load_ps(weights + 8);
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

/*
 * One group of inputs, codes to 15: eight products of a column's pairs fit 16 bits, so one widening
 * a group is enough. 20 instructions a vector of 256 products; 8 of them multiply.
 */
INLINE void multiply_u8_group(float *y, size_t y_stride, const char *weights, const float *scales,
                              const float *mins, const cursor *x, const int r)
{
    __m256i sums[EAI_ROW_GROUP][2];
#pragma GCC unroll 8
    for (int step = 0; step < 8; step++) {
        __m256i w0 = load(weights + 64 * step), w1 = load(weights + 64 * step + 32);
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

INLINE void multiply_u8(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales, *mins = tile->mins;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        multiply_u8_group(y, y_stride, weights, scales, mins, &x, r);
        weights += EAI_GROUP * EAI_PANEL;
        scales += EAI_PANEL;
        mins += EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += r;
    }
}

/* Half a group, codes to 63: two products of a column's pairs fit 16 bits. r is 3 at most. */
INLINE void half_dot(__m256i dots[3][2], const char *weights, const char *codes, size_t row_step,
                     const int r)
{
    const __m256i ones = _mm256_set1_epi16(1);
#pragma GCC unroll 2
    for (int pair = 0; pair < 2; pair++, weights += 128, codes += 2 * row_step) {
        __m256i w00 = load(weights), w01 = load(weights + 32);
        __m256i w10 = load(weights + 64), w11 = load(weights + 96);
#pragma GCC unroll 3
        for (int i = 0; i < r; i++) {
            __m256i a = broadcast_dword(codes + 4 * i),
                    b = broadcast_dword(codes + row_step + 4 * i);
            __m256i p0 =
                _mm256_add_epi16(_mm256_maddubs_epi16(w00, a), _mm256_maddubs_epi16(w10, b));
            __m256i p1 =
                _mm256_add_epi16(_mm256_maddubs_epi16(w01, a), _mm256_maddubs_epi16(w11, b));
            p0 = _mm256_madd_epi16(p0, ones);
            p1 = _mm256_madd_epi16(p1, ones);
            dots[i][0] = pair == 0 ? p0 : _mm256_add_epi32(dots[i][0], p0);
            dots[i][1] = pair == 0 ? p1 : _mm256_add_epi32(dots[i][1], p1);
            KEEP(dots[i][0], dots[i][1]);
        }
    }
}

/* Rows [0, r), r at most 3, of a row group of r_all. */
INLINE void multiply_u8_halves_group(float *y, size_t y_stride, const char *weights,
                                     const float *scales, const float *mins, const cursor *x,
                                     const int r, const int r_all)
{
    __m256i dots[3][2];
    __m256 t[3][2];
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        half_dot(dots, weights + 256 * half, x->codes + 16 * r_all * half, 4 * (size_t)r_all, r);
#pragma GCC unroll 3
        for (int i = 0; i < r; i++)
#pragma GCC unroll 2
            for (int v = 0; v < 2; v++) {
                __m256 dot = _mm256_cvtepi32_ps(dots[i][v]);
                __m256 scale = _mm256_load_ps(scales + EAI_PANEL * half + 8 * v);
                t[i][v] =
                    half == 0 ? _mm256_mul_ps(scale, dot) : _mm256_fmadd_ps(scale, dot, t[i][v]);
            }
    }
#pragma GCC unroll 3
    for (int i = 0; i < r; i++) {
        __m256 scale = _mm256_broadcast_ss(x->scales + i);
        __m256 low = _mm256_broadcast_ss(x->sums + i);
        __m256 high = _mm256_broadcast_ss(x->sums + r_all + i);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            __m256 all = _mm256_fmadd_ps(low, _mm256_load_ps(mins + 8 * v), t[i][v]);
            all = _mm256_fmadd_ps(high, _mm256_load_ps(mins + EAI_PANEL + 8 * v), all);
            add_scaled(y + i * y_stride + 8 * v, all, scale);
        }
    }
}

INLINE void multiply_u8_halves(float *y, size_t y_stride, const eai_tile *tile, cursor x,
                               const int r)
{
    const int first = r < 3 ? r : 3;
    const char *weights = tile->codes;
    const float *scales = tile->scales, *mins = tile->mins;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        multiply_u8_halves_group(y, y_stride, weights, scales, mins, &x, first, r);
        if (r > 3) {
            cursor rest = {x.codes + 4 * 3, x.scales + 3, x.sums + 3};
            multiply_u8_halves_group(y + 3 * y_stride, y_stride, weights, scales, mins, &rest,
                                     r - 3, r);
        }
        weights += EAI_GROUP * EAI_PANEL;
        scales += 2 * EAI_PANEL;
        mins += 2 * EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += 2 * r;
    }
}

/* One group of inputs, both sides in 16 bits: half as many products to an instruction as with
 * bytes, but exact for all of int8. */
INLINE void multiply_s16_group(float *y, size_t y_stride, const char *weights, const float *scales,
                               const cursor *x, const int r)
{
    __m256i sums[EAI_ROW_GROUP][2];
#pragma GCC unroll 16
    for (int step = 0; step < 16; step++) {
        __m256i w0 = load(weights + 64 * step), w1 = load(weights + 64 * step + 32);
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

INLINE void multiply_s16(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        multiply_s16_group(y, y_stride, weights, scales, &x, r);
        weights += 2 * EAI_GROUP * EAI_PANEL;
        scales += EAI_PANEL;
        x.codes += 2 * EAI_GROUP * r;
        x.scales += r;
    }
}

void eai_multiply_f32_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
    const float *x = rows->codes;
#define CALL(r)                                                                                    \
    multiply_f32(y, y_stride, tile, x + first * rows->n_inputs + first_input * (r), r,             \
                 next_for(tile, rows->n_rows, first))
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_u8_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                          size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_u8(y, y_stride, tile,                                                                 \
                cursor_at(rows, first, r, first_input, 1, rows->sums, EAI_GROUP), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_u8_halves_avx2(float *y, size_t y_stride, const eai_tile *tile,
                                 const eai_rows *rows, size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_u8_halves(y, y_stride, tile,                                                          \
                       cursor_at(rows, first, r, first_input, 1, rows->half_sums, EAI_HALF_GROUP), \
                       r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_s16_avx2(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_s16(y, y_stride, tile, cursor_at(rows, first, r, first_input, 2, NULL, 1), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}
