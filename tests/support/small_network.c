/* SPDX-License-Identifier: MIT */
#include "support/small_network.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"

enum { FILTERS = 10, NUMBERS_MAX = 4096 };

typedef struct building {
    graph_builder *b;
    eai_rng rng;
    float numbers[NUMBERS_MAX];
} building;

static void fill(building *self, size_t n, double low, double high)
{
    assert_true(n <= NUMBERS_MAX);
    for (size_t i = 0; i < n; i++)
        self->numbers[i] = (float)(low + (high - low) * eai_rng_uniform(&self->rng));
}

static int32_t constant(building *self, const int64_t *dims, int n_dims, double low, double high)
{
    size_t n = 1;
    for (int i = 0; i < n_dims; i++)
        n *= (size_t)dims[i];
    fill(self, n, low, high);
    return graph_constant(self->b, EDGEAI_ELEMENT_F32, dims, n_dims, self->numbers);
}

/* Filters of different sizes, so that it matters who shares a scale. */
static int32_t conv(building *self, int32_t x, int64_t filters, int64_t channels, int64_t group,
                    const small_network_options *change)
{
    const int64_t dims[] = {filters, channels / group, 3, 3}, bias[] = {filters};
    const size_t n = (size_t)(channels / group * 9);
    fill(self, (size_t)filters * n, -0.5, 0.5);
    for (size_t f = 0; f < (size_t)filters; f++)
        for (size_t i = 0; i < n; i++)
            self->numbers[f * n + i] *= 0.3f + (float)((f * 7) % 10) / 5;
    if (change && change->change) change->change(self->numbers, (size_t)filters, n, change->user);
    int32_t inputs[] = {x, graph_constant(self->b, EDGEAI_ELEMENT_F32, dims, 4, self->numbers),
                        EAI_IR_NONE};
    inputs[2] = constant(self, bias, 1, -0.2, 0.2);
    const int32_t y = graph_node(self->b, "", "Conv", 3, inputs);
    graph_set_ints(self->b, "pads", 4, (int64_t[]){1, 1, 1, 1});
    graph_set_int(self->b, "group", group);
    return y;
}

static int32_t unary(building *self, const char *op, int32_t x)
{
    return graph_node(self->b, "", op, 1, &x);
}

static int32_t normalize(building *self, int32_t x)
{
    const int64_t dims[] = {FILTERS};
    int32_t inputs[5] = {x};
    inputs[1] = constant(self, dims, 1, -1, 1.5); /* some factors are negative */
    inputs[2] = constant(self, dims, 1, -0.5, 0.5);
    inputs[3] = constant(self, dims, 1, -0.5, 0.5);
    inputs[4] = constant(self, dims, 1, 0.5, 2);
    return graph_node(self->b, "", "BatchNormalization", 5, inputs);
}

static int32_t slopes(building *self, int32_t x)
{
    const int32_t inputs[] = {x, constant(self, (int64_t[]){FILTERS, 1, 1}, 3, 0, 0.5)};
    return graph_node(self->b, "", "PRelu", 2, inputs);
}

edgeai_graph *small_network(edgeai_context *context, const small_network_options *options)
{
    building *self = test_calloc(1, sizeof *self);
    eai_rng_seed(&self->rng, 11);
    self->b = graph_begin(context);
    int32_t x = graph_input(self->b, "image", EDGEAI_ELEMENT_F32, OP_DIMS(-1, 3, 8, 8));
    const int32_t first = unary(self, "Relu", conv(self, x, 4, 3, 1, NULL));
    x = conv(self, first, FILTERS, 4, 1, options);
    if (options->has_norm) x = normalize(self, x);
    if (options->has_residual) {
        const int32_t sides[] = {x, conv(self, first, FILTERS, 4, 1, NULL)};
        x = graph_node(self->b, "", "Add", 2, sides);
    }
    x = slopes(self, x);
    if (options->has_depthwise) x = conv(self, x, FILTERS, FILTERS, FILTERS, NULL);
    x = unary(self, "MaxPool", x);
    graph_set_ints(self->b, "kernel_shape", 2, (int64_t[]){2, 2});
    graph_set_ints(self->b, "strides", 2, (int64_t[]){2, 2});
    x = unary(self, "Relu", conv(self, x, 6, FILTERS, 1, NULL));
    x = unary(self, "Flatten", unary(self, "GlobalAveragePool", x));
    int32_t inputs[] = {x, constant(self, (int64_t[]){SMALL_NETWORK_CLASSES, 6}, 2, -1, 1)};
    x = graph_node(self->b, "", "Gemm", 2, inputs);
    graph_set_int(self->b, "transB", 1);
    graph_output(self->b, x);
    edgeai_graph *graph = graph_end(self->b);
    test_free(self);
    return graph;
}

void run_network(const edgeai_graph *graph, const float *input, size_t n_input, float *output,
                 size_t n)
{
    edgeai_session *session;
    edgeai_port port;
    void *place;
    const void *found;
    assert_ok(edgeai_session_create(&session, graph, NULL));
    assert_ok(edgeai_session_input(session, 0, &port, &place));
    memcpy(place, input, n_input * sizeof *input);
    assert_ok(edgeai_session_run(session));
    assert_ok(edgeai_session_output(session, 0, &port, &found));
    assert_int_equal(edgeai_element_bytes(port.element, n), n * sizeof *output);
    assert_int_equal(port.dims[port.n_dims - 1], (int64_t)n);
    memcpy(output, found, n * sizeof *output);
    edgeai_session_free(session);
}
