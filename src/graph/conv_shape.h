/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_CONV_SHAPE_H
#define EAI_GRAPH_CONV_SHAPE_H

/* The shape of a convolution x [N, C, ...] by w [M, C / group, ...], checked. */

#include "graph/window.h"

typedef struct eai_conv_shape {
    eai_window window; /* three axes; those that x lacks are 1, in front */
    int n_spatial;     /* of x */
    size_t batch, channels, filters, group;
    size_t group_channels, group_filters;
    size_t in_plane, out_plane, taps; /* elements of a channel, of an output's, of a kernel */
} eai_conv_shape;

/* EDGEAI_E_SHAPE where x, w and group do not fit, and what eai_window_read() fails with. */
edgeai_status eai_conv_shape_read(const eai_call *call, const eai_operand *x, const eai_operand *w,
                                  eai_conv_shape *out);
/* The same for ConvTranspose, whose w is [C, M / group, ...]. */
edgeai_status eai_conv_shape_read_transposed(const eai_call *call, const eai_operand *x,
                                             const eai_operand *w, eai_conv_shape *out);

/* Output 0 gets the shape [N, M, ...]. */
edgeai_status eai_conv_shape_output(const eai_call *call, const eai_conv_shape *s,
                                    edgeai_element element);

/* Input `index`, where it is there, has `n` elements in one dimension. */
edgeai_status eai_conv_check_vector(const eai_call *call, size_t index, size_t n);

/* Multiply-adds. */
double eai_conv_shape_macs(const eai_conv_shape *s);

#endif
