/* SPDX-License-Identifier: MIT */

/* Blocks of 32. The scale is fitted, rounded to half, and the values rounded for that half. */

#include "tensor/quantize_blocks.h"

#include <math.h>
#include <string.h>

#include "kernels/block_layouts.h"
#include "tensor/quantize_fit.h"

/* q[i] + shift as nibbles: elements 0-15 low, 16-31 high. */
static void pack_nibbles(const int q[32], uint8_t qs[16])
{
    for (int j = 0; j < 16; j++)
        qs[j] = (uint8_t)((q[j] & 15) | (q[j + 16] & 15) << 4);
}

static void pack_high_bits(const int q[32], uint8_t qh[4])
{
    memset(qh, 0, 4);
    for (int j = 0; j < 32; j++)
        qh[j / 8] |= (uint8_t)((q[j] >> 4 & 1) << (j % 8));
}

/* Stores a fitted scale and rounds for what is stored; q is 0 .. 2 * range - 1. */
static void quantize_symmetric(const float *x, int range, uint8_t d_bytes[2], int q[32])
{
    float d = eai_fit_scale(x, 32, range);
    eai_store_half(d_bytes, eai_float_to_half(d));
    float inverse = eai_inverse(eai_through_half(d));
    for (int i = 0; i < 32; i++)
        q[i] = eai_nearest_within(x[i] * inverse, -range, range - 1) + range;
}

static void quantize_affine(const float *x, int q_max, uint8_t d_bytes[2], uint8_t m_bytes[2],
                            int q[32])
{
    float d, m;
    eai_fit_affine(x, 32, q_max, 0, &d, &m);
    eai_store_half(d_bytes, eai_float_to_half(d));
    eai_store_half(m_bytes, eai_float_to_half(m));
    float inverse = eai_inverse(eai_through_half(d)), offset = eai_through_half(m);
    for (int i = 0; i < 32; i++)
        q[i] = eai_nearest_within((x[i] - offset) * inverse, 0, q_max);
}

void eai_quantize_q4_0(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q4_0 *blocks = dst;
    int q[32];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_symmetric(src + 32 * b, 8, blocks[b].d, q);
        pack_nibbles(q, blocks[b].qs);
    }
}

void eai_quantize_q4_1(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q4_1 *blocks = dst;
    int q[32];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_affine(src + 32 * b, 15, blocks[b].d, blocks[b].m, q);
        pack_nibbles(q, blocks[b].qs);
    }
}

void eai_quantize_q5_0(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q5_0 *blocks = dst;
    int q[32];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_symmetric(src + 32 * b, 16, blocks[b].d, q);
        pack_nibbles(q, blocks[b].qs);
        pack_high_bits(q, blocks[b].qh);
    }
}

void eai_quantize_q5_1(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q5_1 *blocks = dst;
    int q[32];
    for (size_t b = 0; b < n_blocks; b++) {
        quantize_affine(src + 32 * b, 31, blocks[b].d, blocks[b].m, q);
        pack_nibbles(q, blocks[b].qs);
        pack_high_bits(q, blocks[b].qh);
    }
}

/* No search: at eight bits it gains nothing, and max / 127 is what everybody writes. */
void eai_quantize_q8_0(const float *src, void *dst, size_t n_blocks)
{
    eai_block_q8_0 *blocks = dst;
    for (size_t b = 0; b < n_blocks; b++) {
        const float *x = src + 32 * b;
        float d = fabsf(eai_largest(x, 32)) / 127.0f;
        eai_store_half(blocks[b].d, eai_float_to_half(d));
        float inverse = eai_inverse(eai_through_half(d));
        for (int i = 0; i < 32; i++)
            blocks[b].qs[i] = (int8_t)eai_nearest_within(x[i] * inverse, -127, 127);
    }
}

/* The code whose value is nearest: how many midpoints between the table's values lie below. */
static int nearest_code(float value)
{
    static const float midpoints[15] = {-115.5f, -93.5f, -74.0f, -57.0f, -42.0f,
                                        -28.5f,  -16.0f, -4.5f,  7.0f,   19.0f,
                                        31.5f,   45.5f,  61.0f,  79.0f,  101.0f};
    int code = 0;
    for (int i = 0; i < 15; i++)
        code += value > midpoints[i];
    return code;
}

/* As eai_fit_scale() on the table's values, whose largest is -127. */
static float fit_table_scale(const float *x)
{
    float largest = eai_largest(x, 32), best_d = 0.0f, best_gain = -1.0f;
    if (largest == 0.0f) return 0.0f;
    for (int step = -9; step <= 9; step++) {
        float inverse = (-127.0f + 2.0f * (float)step) / largest;
        float sum_xv = 0.0f, sum_vv = 0.0f;
        for (int i = 0; i < 32; i++) {
            float v = (float)eai_iq4_nl_values[nearest_code(x[i] * inverse)];
            sum_xv += x[i] * v;
            sum_vv += v * v;
        }
        float gain = sum_xv * sum_xv / sum_vv;
        if (gain > best_gain) {
            best_gain = gain;
            best_d = sum_xv / sum_vv;
        }
    }
    return best_d;
}

void eai_quantize_iq4_nl(const float *src, void *dst, size_t n_blocks)
{
    eai_block_iq4_nl *blocks = dst;
    int q[32];
    for (size_t b = 0; b < n_blocks; b++) {
        const float *x = src + 32 * b;
        float d = fit_table_scale(x);
        eai_store_half(blocks[b].d, eai_float_to_half(d));
        float inverse = eai_inverse(eai_through_half(d));
        for (int i = 0; i < 32; i++)
            q[i] = nearest_code(x[i] * inverse);
        pack_nibbles(q, blocks[b].qs);
    }
}
