/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_NHWC_CONV_H
#define EAI_GRAPH_NHWC_CONV_H

/*
 * The operator "edgeai.nhwc" Conv: a convolution with everything that follows it, on [N, H, W, C],
 * or a fully connected layer on [N, K]. Passes make it; it never stands in a file.
 *
 * Attributes: strides, pads [top, left, bottom, right], dilations, group; activation (a name of
 * eai_nhwc_activations), low, high; residual_last, residual_scale, residual_zero; input_zero;
 * output (an edgeai_element: f32, i8, u8 or trits), output_inverse_scale, output_zero.
 */

enum {
    EAI_NHWC_X,
    EAI_NHWC_WEIGHTS, /* constant [M, C / group, kH, kW]: f32, i8, trits, bits */
    EAI_NHWC_SCALE,   /* constants of [M], or left out: f32 */
    EAI_NHWC_BIAS,
    EAI_NHWC_OFFSET, /* i32 */
    EAI_NHWC_RESIDUAL,
    EAI_NHWC_SLOPE, /* f32 from here */
    EAI_NHWC_LOW_THRESHOLD,
    EAI_NHWC_HIGH_THRESHOLD,
    EAI_NHWC_INPUTS
};

/* Names of eai_conv_activation, in its order. */
#define EAI_NHWC_ACTIVATIONS                                                                       \
    {                                                                                              \
        "linear", "relu", "clip", "leaky", "prelu", "hard_swish", "silu", "sigmoid"                \
    }

#endif
