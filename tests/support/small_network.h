/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SMALL_NETWORK_H
#define TESTS_SUPPORT_SMALL_NETWORK_H

/* A network with random weights for tests of what rewrites networks, and running networks. */

#include "support/graph_builder.h"

enum { SMALL_NETWORK_SIDE = 8, SMALL_NETWORK_INPUT = 3 * 8 * 8, SMALL_NETWORK_CLASSES = 5 };

/* What a weight of layer 1 (n2) becomes before it is put into the graph. */
typedef void (*small_network_change)(float *weights, size_t n_filters, size_t per_filter,
                                     void *user);

typedef struct small_network_options {
    bool has_residual;  /* what n2 makes meets the output of another convolution */
    bool has_norm;      /* BatchNormalization behind n2 */
    bool has_depthwise; /* a depthwise convolution behind n2 */
    small_network_change change;
    void *user;
} small_network_options;

/*
 * image [N, 3, 8, 8] -> n0 Conv 4, n1 Relu, n2 Conv 10 (BatchNormalization), ..., Relu, MaxPool,
 * Conv 6, Relu, GlobalAveragePool, Flatten, Gemm 5.
 */
edgeai_graph *small_network(edgeai_context *context, const small_network_options *options);

/* Output 0 of a network on one input, [n]; the test fails where it has another size. */
void run_network(const edgeai_graph *graph, const float *input, size_t n_input, float *output,
                 size_t n);

#endif
