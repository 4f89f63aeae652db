/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_BENCH_CONV_NETWORK_H
#define TOOLS_BENCH_CONV_NETWORK_H

/* A network of one convolution with random weights, written to a file and opened again. */

#include <edgeai/context.h>
#include <edgeai/graph.h>

/* What is multiplied: activations in and out, and weights. */
typedef enum conv_network_type {
    CONV_NETWORK_F32,      /* float32 x float32 */
    CONV_NETWORK_INT8,     /* int8 x int8, a scale for each filter: QLinearConv */
    CONV_NETWORK_TERNARY8, /* int8 x -1, 0, 1 */
    CONV_NETWORK_TERNARY,  /* -1, 0, 1 on both sides */
    CONV_NETWORK_BINARY    /* -1, 1 on both sides */
} conv_network_type;

/* Their names in this order, NULL at the end. */
extern const char *const conv_network_types[];

/* A square convolution of one image; padded by kernel / 2. */
typedef struct conv_network_layer {
    conv_network_type type;
    size_t channels, filters, size, kernel, stride;
    uint64_t seed; /* of weights and bias */
} conv_network_layer;

/* Height and width of the output. */
size_t conv_network_out_size(const conv_network_layer *layer);

/* Opens the network in *out; the file is gone already. */
edgeai_status conv_network_open(edgeai_graph **out, edgeai_context *context,
                                const conv_network_layer *layer);

#endif
