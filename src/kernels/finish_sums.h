/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_FINISH_SUMS_H
#define EAI_KERNELS_FINISH_SUMS_H

/* What becomes of a convolution's sums, and the kernels that do it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What an activation tensor holds. TRITS: values -1, 0, 1, four channels in a byte: channel 4 j + i
 * in bits 2 i and 2 i + 1 of byte j, as 2-bit two's complement (0: 0, 1: +1, 3: -1); a pixel takes
 * ceil(C / 4) bytes and channels beyond C are zero. Binary activations are trits without zeros, so
 * zero padding is exact for them too.
 */
typedef enum eai_conv_type {
    EAI_CONV_F32,
    EAI_CONV_S8,
    EAI_CONV_U8,
    EAI_CONV_TRITS,
} eai_conv_type;

typedef enum eai_conv_activation {
    EAI_CONV_LINEAR,
    EAI_CONV_RELU,
    EAI_CONV_CLIP,       /* to [low, high]; high where low is above it */
    EAI_CONV_LEAKY,      /* v > 0 ? v : low * v */
    EAI_CONV_PRELU,      /* v > 0 ? v : slope[c] * v */
    EAI_CONV_HARD_SWISH, /* v * clip(v / 6 + 1/2, 0, 1) */
    EAI_CONV_SILU,       /* v / (1 + exp(-v)) */
    EAI_CONV_SIGMOID,
} eai_conv_activation;

/*
 * What becomes of a sum of products, in this order:
 *   s = sum (+ offset[c], for integer sums)            int32
 *   v = float(s) * scale[c] + bias[c]                  float32, not contracted in _ref
 *   v = v + residual (dequantized), unless residual_last
 *   v = activation(v)
 *   v = v + residual, if residual_last
 *   F32:    y = v
 *   S8, U8: y = saturate(round_half_even(v * output_inverse_scale) + output_zero)
 *   TRITS:  y = -1 + (v > low_threshold[c]) + (v > high_threshold[c])   (binary: both the same)
 * Arrays are copied by the plan; NULL means all zero, for scale all one. A residual r is worth
 * float(r - residual_zero) * residual_scale, and itself in float32. What is not a number stays so
 * through LINEAR, RELU and CLIP, and becomes the lowest value of S8, U8 and TRITS.
 */
typedef struct eai_conv_epilogue {
    const int32_t *offset;
    const float *scale;
    const float *bias;
    eai_conv_activation activation;
    float low, high;
    const float *slope;
    bool has_residual, residual_last;
    eai_conv_type residual_type; /* F32, S8 or U8 */
    float residual_scale;
    int32_t residual_zero;
    eai_conv_type output_type;
    float output_inverse_scale;
    int32_t output_zero;
    const float *low_threshold, *high_threshold;
} eai_conv_epilogue;

/* Rows of sums at hand, with columns [channel, channel + n_channels) of the epilogue's arrays. */
typedef struct eai_finish_rows {
    const void *sums; /* [n_rows, sums_stride] int32 or float32, the first column first */
    size_t sums_stride;
    const void *residual; /* [n_rows] of residual_stride bytes; unused without a residual */
    size_t residual_stride;
    void *y; /* [n_rows] of y_stride bytes; TRITS: whole bytes are written */
    size_t y_stride;
    size_t n_rows, channel, n_channels;
} eai_finish_rows;

/*
 * Finishes rows. The arrays that are used are there (no NULL) and can be read up to a multiple of
 * eight channels. Every variant gives the reference's bits, but for SILU and SIGMOID, whose
 * exponentials differ by what docs/numerics.md allows.
 */
typedef void eai_finish_fn(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows);
typedef eai_finish_fn eai_finish_integers_fn, eai_finish_floats_fn;

#endif
