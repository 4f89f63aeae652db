/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_WINDOW_H
#define EAI_GRAPH_WINDOW_H

/*
 * Geometry of windows that slide over spatial axes: convolutions and pools. Numbers are small
 * enough that begin + end + dilation * kernel + stride * out never overflows.
 */

#include "graph/operator.h"

enum {
    EAI_WINDOW_AXES_MAX = EDGEAI_GRAPH_DIMS_MAX - 2,
    EAI_WINDOW_RUN_AXES = 3, /* what convolutions and pools compute */
};

/* One entry for each spatial axis. Output o reads inputs o * stride - begin + k * dilation. */
typedef struct eai_window {
    int n;
    int64_t kernel[EAI_WINDOW_AXES_MAX], stride[EAI_WINDOW_AXES_MAX];
    int64_t dilation[EAI_WINDOW_AXES_MAX];
    int64_t begin[EAI_WINDOW_AXES_MAX], end[EAI_WINDOW_AXES_MAX]; /* padding, >= 0 */
    int64_t in[EAI_WINDOW_AXES_MAX], out[EAI_WINDOW_AXES_MAX];
} eai_window;

/*
 * Reads kernel_shape, strides, dilations, pads, auto_pad and ceil_mode of call->node (nothing else
 * of the call is read) for an input whose spatial axes are in[n]. kernel[n]: of the weights, which
 * kernel_shape must equal; NULL: kernel_shape is the kernel. SAME pads so that out = ceil(in /
 * stride); with ceil_mode, windows that would begin in the padding at the end are dropped.
 * EDGEAI_E_FORMAT (lengths), EDGEAI_E_SHAPE (a kernel that does not fit), EDGEAI_E_LIMIT,
 * EDGEAI_E_UNSUPPORTED (auto_pad).
 */
edgeai_status eai_window_read(const eai_call *call, const int64_t *in, int n, const int64_t *kernel,
                              eai_window *out);

/*
 * The same for ConvTranspose, with output_padding and output_shape: input i adds to outputs
 * i * stride - begin + k * dilation; end follows from out.
 */
edgeai_status eai_window_read_transposed(const eai_call *call, const int64_t *in, int n,
                                         const int64_t *kernel, eai_window *out);

/* The window with EAI_WINDOW_RUN_AXES axes: those in front have size 1 and do nothing. */
void eai_window_extend(eai_window *window);

/* The i in [0, n) for which 0 <= i * stride + offset < limit: [*first, *last), maybe empty. */
void eai_window_range(int64_t offset, int64_t stride, int64_t limit, int64_t n, int64_t *first,
                      int64_t *last);

/* Product of the kernel's sizes. */
double eai_window_taps(const eai_window *window);

/* Checks that x has a batch, a channel and 1 to 3 spatial dimensions. */
edgeai_status eai_window_check_rank(const eai_call *call, const eai_operand *x);

#endif
