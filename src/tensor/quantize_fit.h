/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_QUANTIZE_FIT_H
#define EAI_TENSOR_QUANTIZE_FIT_H

/*
 * Least-squares fits of a grid to a few values: the heart of the quantizers. A handful of widths
 * around the one that just spans the values is tried; for each, values are rounded to the grid and
 * scale (and offset) solved in closed form. Against rounding with the spanning width this takes 3
 * to 9 % off the root mean square error at four bits (docs/numerics.md). Float operations in a
 * fixed order: the same bits on every machine.
 */

#include "kernels/half.h"

/* Values smaller than this count as zero: no half-precision scale reaches them. */
#define EAI_QUANTIZE_TINY 0x1p-30f

/* Nearest integer, ties to even, of |value| < 2^22: adding 1.5 * 2^23 leaves it in the low bits. */
static inline int eai_nearest(float value)
{
    return (int)(eai_float_bits(value + 12582912.0f) & 0x7fffffu) - 0x400000;
}

/* The nearest integer of any finite value, limited to [low, high]. */
static inline int eai_nearest_within(float value, int low, int high)
{
    value = value < (float)low ? (float)low : value;
    value = value > (float)high ? (float)high : value;
    return eai_nearest(value);
}

static inline float eai_inverse(float value)
{
    return value != 0.0f ? 1.0f / value : 0.0f;
}

/* The value that the stored half has. */
static inline float eai_through_half(float value)
{
    return eai_half_to_float(eai_float_to_half(value));
}

/* The value of largest magnitude, with its sign; 0 below EAI_QUANTIZE_TINY. */
float eai_largest(const float *x, int n);

/* d so that d * q, q in [-range, range - 1], is near x[0..n). The largest value goes to -range or
 * thereabouts, so d has either sign. */
float eai_fit_scale(const float *x, int n, int range);

/* d >= 0 and m so that d * q + m, q in [0, q_max], is near x[0..n); with `below_zero` m <= 0. */
void eai_fit_affine(const float *x, int n, int q_max, int below_zero, float *d, float *m);

#endif
