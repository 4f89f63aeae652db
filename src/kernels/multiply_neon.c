/* SPDX-License-Identifier: MIT */

/*
 * A step of weights, four inputs of sixteen columns, is four vectors. For integers the instruction
 * that counts is the widening product of eight bytes, one a cycle: sums stay in 16 bits for as long
 * as they fit, pairs of lanes are added only then. Blocks of rows and columns are as large as 32
 * registers allow.
 */

#include <string.h>

#include "kernels/multiply_neon.h"

enum { ROW_BLOCK = 3, HALF_PANEL = 8 };

/* The lane must be written as a constant even where nothing is optimized. */
INLINE float32x4_t fma_lane(float32x4_t sum, float32x4_t weights, float32x4_t inputs, int lane)
{
    switch (lane) {
    case 0:
        return vfmaq_laneq_f32(sum, weights, inputs, 0);
    case 1:
        return vfmaq_laneq_f32(sum, weights, inputs, 1);
    case 2:
        return vfmaq_laneq_f32(sum, weights, inputs, 2);
    default:
        return vfmaq_laneq_f32(sum, weights, inputs, 3);
    }
}

/* Four inputs of r rows are r vectors: no input is broadcast. */
INLINE void multiply_f32_four(float32x4_t sums[EAI_ROW_GROUP][4], const float *weights,
                              const float *x, const int r)
{
    float32x4_t inputs = vdupq_n_f32(0.0f);
#pragma GCC unroll 4
    for (int step = 0; step < 4; step++, weights += EAI_PANEL) {
        float32x4_t w[4];
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            w[v] = vld1q_f32(weights + 4 * v);
#pragma GCC unroll 6
        for (int i = 0; i < r; i++) {
            const int at = step * r + i;
            if (at % 4 == 0) inputs = vld1q_f32(x + at);
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                sums[i][v] = fma_lane(sums[i][v], w[v], inputs, at % 4);
        }
        END_STEP;
    }
}

INLINE void multiply_f32(float *y, size_t y_stride, const eai_tile *tile, const float *x,
                         const int r)
{
    float32x4_t sums[EAI_ROW_GROUP][4];
    const float *weights = tile->codes;
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            sums[i][v] = vld1q_f32(y + i * y_stride + 4 * v);
    size_t k = 0;
    for (; k + 4 <= tile->n_inputs; k += 4, weights += 4 * EAI_PANEL, x += 4 * r)
        multiply_f32_four(sums, weights, x, r);
    for (; k < tile->n_inputs; k++, weights += EAI_PANEL, x += r)
#pragma GCC unroll 6
        for (int i = 0; i < r; i++)
#pragma GCC unroll 4
            for (int v = 0; v < 4; v++)
                sums[i][v] = vfmaq_n_f32(sums[i][v], vld1q_f32(weights + 4 * v), x[i]);
#pragma GCC unroll 6
    for (int i = 0; i < r; i++)
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++)
            vst1q_f32(y + i * y_stride + 4 * v, sums[i][v]);
}

/* Each row's dword of inputs, in all four lanes. */
INLINE void broadcast_rows(int8x16_t inputs[ROW_BLOCK], const char *from, const int r)
{
#pragma GCC unroll 3
    for (int i = 0; i < r; i++) {
        int32_t dword;
        memcpy(&dword, from + 4 * i, sizeof dword);
        inputs[i] = vreinterpretq_s8_s32(vdupq_n_s32(dword));
    }
}

/* Products of four columns' dwords with one row's: two columns to a vector. */
typedef struct products {
    int16x8_t low, high;
} products;

INLINE products product(int8x16_t weights, int8x16_t input)
{
    return (products){vmull_s8(vget_low_s8(weights), vget_low_s8(input)),
                      vmull_high_s8(weights, input)};
}

INLINE products add_product(products sum, int8x16_t weights, int8x16_t input)
{
    return (products){vmlal_s8(sum.low, vget_low_s8(weights), vget_low_s8(input)),
                      vmlal_high_s8(sum.high, weights, input)};
}

/*
 * One group of inputs, codes to 15: a lane's eight products and its neighbour's fit 16 bits. Rows
 * [0, r), r at most ROW_BLOCK, of a row group of r_all; so in the other blocks.
 */
INLINE void multiply_u8_block(float *y, size_t y_stride, const char *weights, const float *scales,
                              const float *mins, const cursor *x, const int r, const int r_all)
{
    products sums[ROW_BLOCK][4];
#pragma GCC unroll 8
    for (int step = 0; step < 8; step++) {
        int8x16_t inputs[ROW_BLOCK];
        broadcast_rows(inputs, x->codes + 4 * step * r_all, r);
#pragma GCC unroll 4
        for (int v = 0; v < 4; v++) {
            int8x16_t w = load(weights + 64 * step + 16 * v);
#pragma GCC unroll 3
            for (int i = 0; i < r; i++)
                sums[i][v] =
                    step == 0 ? product(w, inputs[i]) : add_product(sums[i][v], w, inputs[i]);
        }
        END_STEP;
    }
#pragma GCC unroll 4
    for (int v = 0; v < 4; v++) {
        const float32x4_t scale = vld1q_f32(scales + 4 * v), min = vld1q_f32(mins + 4 * v);
#pragma GCC unroll 3
        for (int i = 0; i < r; i++) {
            int32x4_t dot = vpaddlq_s16(vpaddq_s16(sums[i][v].low, sums[i][v].high));
            float32x4_t t = vmulq_f32(scale, vcvtq_f32_s32(dot));
            t = vfmaq_n_f32(t, min, x->sums[i]);
            add_scaled(y + i * y_stride + 4 * v, t, x->scales[i]);
        }
    }
}

INLINE void multiply_u8(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales, *mins = tile->mins;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        multiply_u8_block(y, y_stride, weights, scales, mins, &x, r < 3 ? r : 3, r);
        if (r > 3) {
            cursor rest = {x.codes + 4 * 3, x.scales + 3, x.sums + 3};
            multiply_u8_block(y + 3 * y_stride, y_stride, weights, scales, mins, &rest, r - 3, r);
        }
        weights += EAI_GROUP * EAI_PANEL;
        scales += EAI_PANEL;
        mins += EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += r;
    }
}

/* Half a group, codes to 63: a lane's four products fit 16 bits, two lanes' do not. */
INLINE void half_dot(int32x4_t dots[ROW_BLOCK][2], const char *weights, const char *codes,
                     const int r, const int r_all)
{
    products sums[ROW_BLOCK][2];
#pragma GCC unroll 4
    for (int step = 0; step < 4; step++) {
        int8x16_t inputs[ROW_BLOCK];
        broadcast_rows(inputs, codes + 4 * step * r_all, r);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int8x16_t w = load(weights + 64 * step + 16 * v);
#pragma GCC unroll 3
            for (int i = 0; i < r; i++)
                sums[i][v] =
                    step == 0 ? product(w, inputs[i]) : add_product(sums[i][v], w, inputs[i]);
        }
        END_STEP;
    }
#pragma GCC unroll 3
    for (int i = 0; i < r; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++)
            dots[i][v] = vpaddq_s32(vpaddlq_s16(sums[i][v].low), vpaddlq_s16(sums[i][v].high));
}

/* Eight columns of one group. */
INLINE void multiply_u8_halves_block(float *y, size_t y_stride, const char *weights,
                                     const float *scales, const float *mins, const cursor *x,
                                     const int r, const int r_all)
{
    float32x4_t t[ROW_BLOCK][2];
#pragma GCC unroll 2
    for (int half = 0; half < 2; half++) {
        int32x4_t dots[ROW_BLOCK][2];
        half_dot(dots, weights + 256 * half, x->codes + 16 * r_all * half, r, r_all);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const float32x4_t scale = vld1q_f32(scales + EAI_PANEL * half + 4 * v);
#pragma GCC unroll 3
            for (int i = 0; i < r; i++) {
                float32x4_t dot = vcvtq_f32_s32(dots[i][v]);
                t[i][v] = half == 0 ? vmulq_f32(scale, dot) : vfmaq_f32(t[i][v], scale, dot);
            }
        }
    }
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        const float32x4_t low = vld1q_f32(mins + 4 * v);
        const float32x4_t high = vld1q_f32(mins + EAI_PANEL + 4 * v);
#pragma GCC unroll 3
        for (int i = 0; i < r; i++) {
            float32x4_t all = vfmaq_n_f32(t[i][v], low, x->sums[i]);
            all = vfmaq_n_f32(all, high, x->sums[r_all + i]);
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
        for (size_t c = 0; c < EAI_PANEL; c += HALF_PANEL) {
            multiply_u8_halves_block(y + c, y_stride, weights + 4 * c, scales + c, mins + c, &x,
                                     r < 3 ? r : 3, r);
            if (r > 3) {
                cursor rest = {x.codes + 4 * 3, x.scales + 3, x.sums + 3};
                multiply_u8_halves_block(y + 3 * y_stride + c, y_stride, weights + 4 * c,
                                         scales + c, mins + c, &rest, r - 3, r);
            }
        }
        weights += EAI_GROUP * EAI_PANEL;
        scales += 2 * EAI_PANEL;
        mins += 2 * EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
        x.sums += 2 * r;
    }
}

/* Eight columns of one group, all of int8: a lane's two products fit 16 bits, three do not. */
INLINE void multiply_s8_block(float *y, size_t y_stride, const char *weights, const float *scales,
                              const cursor *x, const int r, const int r_all)
{
    int32x4_t sums[ROW_BLOCK][2][2];
#pragma GCC unroll 4
    for (int pair = 0; pair < 4; pair++) {
        int8x16_t a[ROW_BLOCK], b[ROW_BLOCK];
        broadcast_rows(a, x->codes + 8 * pair * r_all, r);
        broadcast_rows(b, x->codes + 8 * pair * r_all + 4 * r_all, r);
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            int8x16_t w0 = load(weights + 128 * pair + 16 * v);
            int8x16_t w1 = load(weights + 128 * pair + 64 + 16 * v);
#pragma GCC unroll 3
            for (int i = 0; i < r; i++) {
                products p = add_product(product(w0, a[i]), w1, b[i]);
                int32x4_t *to = sums[i][v];
                to[0] = pair == 0 ? vpaddlq_s16(p.low) : vpadalq_s16(to[0], p.low);
                to[1] = pair == 0 ? vpaddlq_s16(p.high) : vpadalq_s16(to[1], p.high);
            }
        }
        END_STEP;
    }
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        const float32x4_t scale = vld1q_f32(scales + 4 * v);
#pragma GCC unroll 3
        for (int i = 0; i < r; i++) {
            float32x4_t dot = vcvtq_f32_s32(vpaddq_s32(sums[i][v][0], sums[i][v][1]));
            add_scaled(y + i * y_stride + 4 * v, vmulq_f32(scale, dot), x->scales[i]);
        }
    }
}

INLINE void multiply_s8(float *y, size_t y_stride, const eai_tile *tile, cursor x, const int r)
{
    const char *weights = tile->codes;
    const float *scales = tile->scales;
    for (size_t k = 0; k < tile->n_inputs; k += EAI_GROUP) {
        for (size_t c = 0; c < EAI_PANEL; c += HALF_PANEL) {
            multiply_s8_block(y + c, y_stride, weights + 4 * c, scales + c, &x, r < 3 ? r : 3, r);
            if (r > 3) {
                cursor rest = {x.codes + 4 * 3, x.scales + 3, NULL};
                multiply_s8_block(y + 3 * y_stride + c, y_stride, weights + 4 * c, scales + c,
                                  &rest, r - 3, r);
            }
        }
        weights += EAI_GROUP * EAI_PANEL;
        scales += EAI_PANEL;
        x.codes += EAI_GROUP * r;
        x.scales += r;
    }
}

void eai_multiply_f32_neon(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                           size_t first_input)
{
    const float *x = rows->codes;
#define CALL(r) multiply_f32(y, y_stride, tile, x + first * rows->n_inputs + first_input * (r), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_u8_neon(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                          size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_u8(y, y_stride, tile,                                                                 \
                cursor_at(rows, first, r, first_input, 1, rows->sums, EAI_GROUP), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_u8_halves_neon(float *y, size_t y_stride, const eai_tile *tile,
                                 const eai_rows *rows, size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_u8_halves(y, y_stride, tile,                                                          \
                       cursor_at(rows, first, r, first_input, 1, rows->half_sums, EAI_HALF_GROUP), \
                       r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}

void eai_multiply_s8_neon(float *y, size_t y_stride, const eai_tile *tile, const eai_rows *rows,
                          size_t first_input)
{
#define CALL(r)                                                                                    \
    multiply_s8(y, y_stride, tile, cursor_at(rows, first, r, first_input, 1, NULL, 1), r)
    FOR_EACH_ROW_GROUP(CALL)
#undef CALL
}
