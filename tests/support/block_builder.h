/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_BLOCK_BUILDER_H
#define TESTS_SUPPORT_BLOCK_BUILDER_H

/* Layers with random weights and statistics for graphs made in memory. */

#include "support/graph_builder.h"

/* Of a convolution; zero fields: groups 1, stride 1, no padding, dilation 1. */
typedef struct conv_settings {
    int64_t rows, columns, groups, stride, pads[4], dilation;
    bool is_biased;
} conv_settings;

int32_t block_conv(graph_builder *b, int32_t x, int64_t in, int64_t out, conv_settings settings);
/* A square one with padding on all sides. */
int32_t block_square(graph_builder *b, int32_t x, int64_t in, int64_t out, int64_t groups,
                     int64_t size, int64_t stride, int64_t pad);
int32_t block_batch_norm(graph_builder *b, int32_t x, int64_t channels);
int32_t block_op(graph_builder *b, const char *op, int32_t x);
/* Relu; marked: removable. */
int32_t block_relu(graph_builder *b, int32_t x, bool marked);
int32_t block_add(graph_builder *b, int32_t x, int32_t y);
/* A constant of n_dims dimensions. */
int32_t block_constant(graph_builder *b, const int64_t *dims, int n_dims);

#endif
