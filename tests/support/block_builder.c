/* SPDX-License-Identifier: MIT */
#include "support/block_builder.h"

#include <math.h>
#include <stdlib.h>

#include "base/rng.h"
#include "support/check.h"

/* Numbers of about `size`, around `middle`. */
static int32_t numbers(graph_builder *b, const int64_t *dims, int n_dims, double middle,
                       double size)
{
    static eai_rng rng;
    size_t n = 1;
    for (int d = 0; d < n_dims; d++)
        n *= (size_t)dims[d];
    float *data = calloc(n, sizeof *data);
    assert_non_null(data);
    if (rng.state[0] == 0) eai_rng_seed(&rng, 3);
    for (size_t i = 0; i < n; i++)
        data[i] = (float)(middle + size * (2 * eai_rng_uniform(&rng) - 1));
    const int32_t value = graph_constant(b, EDGEAI_ELEMENT_F32, dims, n_dims, data);
    free(data);
    return value;
}

int32_t block_constant(graph_builder *b, const int64_t *dims, int n_dims)
{
    return numbers(b, dims, n_dims, 0.5, 1);
}

int32_t block_conv(graph_builder *b, int32_t x, int64_t in, int64_t out, conv_settings s)
{
    s.groups = s.groups ? s.groups : 1;
    s.stride = s.stride ? s.stride : 1;
    s.dilation = s.dilation ? s.dilation : 1;
    const int64_t dims[4] = {out, in / s.groups, s.rows, s.columns};
    const int32_t w = numbers(b, dims, 4, 0, 1.5 / sqrt((double)(dims[1] * dims[2] * dims[3])));
    const int32_t bias = s.is_biased ? numbers(b, &out, 1, 0, 1) : EAI_IR_NONE;
    const int32_t y = graph_node(b, "", "Conv", 3, (int32_t[]){x, w, bias});
    graph_set_ints(b, "strides", 2, (int64_t[]){s.stride, s.stride});
    graph_set_ints(b, "pads", 4, s.pads);
    graph_set_ints(b, "dilations", 2, (int64_t[]){s.dilation, s.dilation});
    graph_set_int(b, "group", s.groups);
    return y;
}

int32_t block_square(graph_builder *b, int32_t x, int64_t in, int64_t out, int64_t groups,
                     int64_t size, int64_t stride, int64_t pad)
{
    return block_conv(b, x, in, out,
                      (conv_settings){.rows = size,
                                      .columns = size,
                                      .groups = groups,
                                      .stride = stride,
                                      .pads = {pad, pad, pad, pad}});
}

int32_t block_batch_norm(graph_builder *b, int32_t x, int64_t channels)
{
    const int32_t gamma = numbers(b, &channels, 1, 1, 0.5), beta = numbers(b, &channels, 1, 0, 1),
                  mean = numbers(b, &channels, 1, 0, 0.5),
                  variance = numbers(b, &channels, 1, 1, 0.7);
    const int32_t y =
        graph_node(b, "", "BatchNormalization", 5, (int32_t[]){x, gamma, beta, mean, variance});
    graph_set_float(b, "epsilon", 1e-3f);
    return y;
}

int32_t block_op(graph_builder *b, const char *op, int32_t x)
{
    return graph_node(b, "", op, 1, &x);
}

int32_t block_relu(graph_builder *b, int32_t x, bool marked)
{
    const int32_t y = block_op(b, "Relu", x);
    if (marked) graph_set_int(b, "edgeai_linearizable", 1);
    return y;
}

int32_t block_add(graph_builder *b, int32_t x, int32_t y)
{
    return graph_node(b, "", "Add", 2, (int32_t[]){x, y});
}
