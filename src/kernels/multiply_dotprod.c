/* SPDX-License-Identifier: MIT */

/*
 * Dot products of four bytes: a dword of weights meets a dword of inputs, one lane of a vector that
 * holds those of four rows, so that no input is broadcast. All codes fit int8. Six rows of sixteen
 * columns are 24 sums; four vectors of weights and one of inputs go with them.
 */

#include "kernels/multiply_neon.h"

/* The lane must be written as a constant even where nothing is optimized. */
INLINE int32x4_t dot_lane(int32x4_t sum, int8x16_t weights, int8x16_t inputs, int lane)
{
    switch (lane) {
    case 0:
        return vdotq_laneq_s32(sum, weights, inputs, 0);
    case 1:
        return vdotq_laneq_s32(sum, weights, inputs, 1);
    case 2:
        return vdotq_laneq_s32(sum, weights, inputs, 2);
    default:
        return vdotq_laneq_s32(sum, weights, inputs, 3);
    }
}

/* Sums of 4 * `steps` inputs for r rows and 4 * `quads` columns. steps: a multiple of four, so that
 * the inputs are whole vectors. */
INLINE void dots(int32x4_t sums[EAI_ROW_GROUP][4], const char *weights, const char *codes,
                 const int steps, const int quads, const int r)
{
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < quads; v++)
            sums[i][v] = vdupq_n_s32(0);
    int8x16_t inputs = vdupq_n_s8(0);
#pragma GCC unroll 8
    for (int step = 0; step < steps; step++, weights += 64) {
        int8x16_t w[4];
#pragma GCC unroll 4
        for (int v = 0; v < quads; v++)
            w[v] = load(weights + 16 * v);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const int at = step * r + i;
            if (at % 4 == 0) inputs = load(codes + 4 * at);
#pragma GCC unroll 4
            for (int v = 0; v < quads; v++)
                sums[i][v] = dot_lane(sums[i][v], w[v], inputs, at % 4);
        }
        END_STEP;
    }
}

/* mins: NULL for codes without an offset. */
INLINE void multiply(float *y, size_t y_stride, const eai_tile *tile, const float *mins, cursor x,
                     const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        int32x4_t sums[EAI_ROW_GROUP][4];
        dots(sums, weights, x.codes, 8, 4, r);
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            const float32x4_t scale = vld1q_f32(scales + 4 * v);
            const float32x4_t min = mins ? vld1q_f32(mins + 4 * v) : scale;
#pragma GCC unroll 6
            for (int i = 0; i < r; i++) {
                float32x4_t t = vmulq_f32(scale, vcvtq_f32_s32(sums[i][v]));
                if (mins) t = vfmaq_n_f32(t, min, x.sums[i]);
                add_scaled(y + i * y_stride + 4 * v, t, x.scales[i]);
            }
        }
        weights += EAI_GROUP * EAI_PANEL;
        scales += EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        if (mins) {
            mins += EAI_PANEL;
            x.sums += r;
        }
    }
}

/* Eight columns of one group: the first half's floats stay in registers beside the second's dots.
 */
INLINE void multiply_u8_halves_block(float *y, size_t y_stride, const char *weights,
                                     const float *scales, const float *mins, const cursor *x,
                                     const int r)
{
    float32x4_t t[EAI_ROW_GROUP][2];
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        int32x4_t sums[EAI_ROW_GROUP][4];
        dots(sums, weights + 256 * half, x->codes + 16 * r * half, 4, 2, r);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const float32x4_t scale = vld1q_f32(scales + EAI_PANEL * half + 4 * v);
#pragma GCC unroll 6
            for (int i = 0; i < r; i++) {
                float32x4_t dot = vcvtq_f32_s32(sums[i][v]);
                t[i][v] = half == 0 ? vmulq_f32(scale, dot) : vfmaq_f32(t[i][v], scale, dot);
            }
        }
    }
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        const float32x4_t low = vld1q_f32(mins + 4 * v);
        const float32x4_t high = vld1q_f32(mins + EAI_PANEL + 4 * v);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            float32x4_t all = vfmaq_n_f32(t[i][v], low, x->sums[i]);
            all = vfmaq_n_f32(all, high, x->sums[r + i]);
            add_scaled(y + i * y_stride + 4 * v, all, x->scales[i]);
        }
    }
}

INLINE void multiply_u8_halves(float *y, size_t y_stride, const eai_tile *tile, cursor x,
                               const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales, *mins = tile->mins;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        for (size_t c = 0; c < EAI_PANEL; c += 8)
            multiply_u8_halves_block(y + c, y_stride, weights + 4 * c, scales + c, mins + c, &x, r);
        weights += EAI_GROUP * EAI_PANEL;
        scales += 2 * EAI_PANEL;
        mins += 2 * EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += 2 * r;
    }
}

void eai_multiply_u8_dotprod(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                             size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply(y, y_stride, tile, tile->mins,                                                        \
             cursor_at(rows, first, r, first_input, 1, rows->sums, EAI_GROUP), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_u8_halves_dotprod(float *y, size_t y_stride, const eai_tile *tile,
                                    const eai_rows *rows, size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_u8_halves(y, y_stride, tile,                                                          \
                       cursor_at(rows, first, r, first_input, 1, rows->half_sums, EAI_HALF_GROUP), \
                       r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_s8_dotprod(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                             size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply(y, y_stride, tile, NULL, cursor_at(rows, first, r, first_input, 1, NULL, 1), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}
