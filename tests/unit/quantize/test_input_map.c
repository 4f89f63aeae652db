/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/quantize.h>

#include <math.h>
#include <stdio.h>

#include "support/failing_allocator.h"
#include "support/forward_fixture.h"
#include "support/graph_builder.h"
#include "support/small_network.h"
#include "support/temporary_folder.h"

enum { SIDE = 7, CHANNELS = 4, N_IN = CHANNELS * SIDE * SIDE, OUT_MAX = 6 * 9 * 9 };

static failing_allocator counter;
static edgeai_context *context;
static float input[N_IN];

static int begin(void **state)
{
    (void)state;
    counter = (failing_allocator){.fail_at = SIZE_MAX};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&counter);
    options.n_threads = 1;
    fill_random(input, N_IN, 21);
    return edgeai_context_create(&context, &options);
}

static int end(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return counter.n_live == 0 ? 0 : -1;
}

/* A convolution of one picture. */
typedef struct conv {
    int filters, group, kernel[2], stride[2], dilation[2], pads[4]; /* top, left, bottom, right */
    const char *auto_pad;                                           /* NULL: pads */
    size_t filters_per_scale;
    bool has_bias;
} conv;

static float weights[6 * CHANNELS * 9], bias[6];

static edgeai_graph *graph_of(const conv *c)
{
    const int64_t kernel[] = {c->kernel[0], c->kernel[1]}, stride[] = {c->stride[0], c->stride[1]};
    const int64_t dilation[] = {c->dilation[0], c->dilation[1]};
    const int64_t pads[] = {c->pads[0], c->pads[1], c->pads[2], c->pads[3]};
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, CHANNELS, SIDE, SIDE));
    const int32_t w =
        graph_constant(b, EDGEAI_ELEMENT_F32,
                       OP_DIMS(c->filters, CHANNELS / c->group, kernel[0], kernel[1]), weights);
    int32_t inputs[3] = {x, w, EAI_IR_NONE};
    if (c->has_bias) inputs[2] = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(c->filters), bias);
    const int32_t y = graph_node(b, "", "Conv", c->has_bias ? 3 : 2, inputs);
    graph_set_int(b, "group", c->group);
    graph_set_ints(b, "strides", 2, stride);
    graph_set_ints(b, "dilations", 2, dilation);
    if (c->auto_pad)
        graph_set_string(b, "auto_pad", c->auto_pad);
    else
        graph_set_ints(b, "pads", 4, pads);
    graph_output(b, graph_node(b, "", "Flatten", 1, &y));
    return graph_end(b);
}

static edgeai_graph_quantize_options options_of(void)
{
    edgeai_graph_quantize_options o = EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT;
    o.weights = EDGEAI_PRECISION_BINARY;
    o.activations = EDGEAI_PRECISION_BINARY;
    o.input_scale = EDGEAI_INPUT_SCALE_MAP;
    o.keep = (const char *const[]){""}; /* nobody: n_keep is 0 */
    return o;
}

/* The quantized network, written and read again, on the input. */
static void run_quantized(edgeai_graph_quantizer *q, float *output, size_t n)
{
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    edgeai_graph *written;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/out.gguf", folder);
    assert_ok(edgeai_graph_quantizer_write(q, path));
    assert_ok(edgeai_graph_open(&written, context, path));
    run_network(written, input, N_IN, output, n);
    edgeai_graph_free(written);
    temporary_folder_remove(folder);
}

static int out_of(const conv *c, int axis)
{
    const int field = (c->kernel[axis] - 1) * c->dilation[axis] + 1;
    return (SIDE + c->pads[axis] + c->pads[2 + axis] - field) / c->stride[axis] + 1;
}

static double pixel(int channel, int row, int column)
{
    if (row < 0 || row >= SIDE || column < 0 || column >= SIDE) return 0;
    return (double)input[(channel * SIDE + row) * SIDE + column];
}

/* Sum of signs, and mean magnitude, of what a filter's window reads at output (i, j). */
static void look(const conv *c, int filter, int i, int j, double *sum, double *magnitude)
{
    const int n_channels = CHANNELS / c->group, area = c->kernel[0] * c->kernel[1];
    const int first = filter / (c->filters / c->group) * n_channels;
    *sum = *magnitude = 0;
    for (int n = 0; n < n_channels; n++)
        for (int k = 0; k < area; k++) {
            const int row = i * c->stride[0] - c->pads[0] + k / c->kernel[1] * c->dilation[0];
            const int column = j * c->stride[1] - c->pads[1] + k % c->kernel[1] * c->dilation[1];
            const double x = pixel(first + n, row, column);
            const float w = weights[(filter * n_channels + n) * area + k];
            const bool is_inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
            if (is_inside) *sum += (x > 0 ? 1 : -1) * (w < 0 ? -1 : 1);
            *magnitude += fabs(x) / (n_channels * area);
        }
}

/* alpha of the filters that share it. */
static double scale_of(const conv *c, int filter)
{
    const int per = (int)c->filters_per_scale, first = filter / per * per;
    const int n = CHANNELS / c->group * c->kernel[0] * c->kernel[1];
    double sum = 0;
    int count = 0;
    for (int f = first; f < first + per && f < c->filters; f++)
        for (int i = 0; i < n; i++, count++)
            sum += fabs((double)weights[f * n + i]);
    return sum / count;
}

/* `how` has no auto_pad, but the padding that it amounts to. */
static void check(const conv *given, const conv *how)
{
    float found[OUT_MAX];
    const int height = out_of(how, 0), width = out_of(how, 1);
    edgeai_graph *graph = graph_of(given);
    edgeai_graph_quantize_options o = options_of();
    edgeai_graph_quantizer *q;
    o.filters_per_scale = how->filters_per_scale;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
    run_quantized(q, found, (size_t)(how->filters * height * width));
    assert_string_equal(edgeai_graph_quantizer_layer(q, 0)->note, "");
    assert_true(edgeai_graph_quantizer_layer(q, 0)->x_scale == 0);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
    for (int m = 0; m < how->filters; m++)
        for (int i = 0; i < height; i++)
            for (int j = 0; j < width; j++) {
                double sum, magnitude;
                look(how, m, i, j, &sum, &magnitude);
                const double expected =
                    scale_of(how, m) * magnitude * sum + (how->has_bias ? (double)bias[m] : 0);
                assert_close((double)found[(m * height + i) * width + j], expected, 1e-5, 1e-5);
            }
}

static void sums_are_scaled_at_each_position(void **state)
{
    (void)state;
    static const conv cases[] = {
        {6, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, NULL, 1, true},
        {6, 1, {3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, NULL, 1, false},
        {5, 1, {3, 2}, {2, 1}, {2, 1}, {0, 1, 2, 0}, NULL, 2, true},
        {6, 1, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, NULL, 1, true},
        {6, 1, {1, 1}, {2, 2}, {1, 1}, {0, 0, 0, 0}, NULL, 4, false},
        {6, 1, {1, 1}, {1, 1}, {1, 1}, {1, 0, 0, 1}, NULL, 1, true},
        {4, 4, {3, 3}, {2, 2}, {1, 1}, {1, 1, 1, 1}, NULL, 1, true},
        {4, 4, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, NULL, 2, false},
    };
    fill_random(weights, sizeof weights / sizeof weights[0], 4);
    fill_random(bias, 6, 6);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        check(&cases[i], &cases[i]);
}

static void automatic_padding_counts(void **state)
{
    (void)state;
    const conv how = {6, 1, {3, 2}, {2, 1}, {1, 1}, {1, 0, 1, 1}, NULL, 1, true};
    conv given = how;
    given.auto_pad = "SAME_UPPER";
    fill_random(weights, sizeof weights / sizeof weights[0], 7);
    check(&given, &how);
}

static void groups_keep_a_constant(void **state)
{
    (void)state;
    static const conv grouped[] = {
        {6, 2, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, NULL, 1, false},
        {4, 2, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, NULL, 1, false},
    };
    fill_random(weights, sizeof weights / sizeof weights[0], 4);
    for (size_t i = 0; i < 2; i++) {
        float found[2][OUT_MAX];
        edgeai_graph *graph = graph_of(&grouped[i]);
        const size_t n = (size_t)grouped[i].filters * SIDE * SIDE;
        for (int with_map = 0; with_map < 2; with_map++) {
            edgeai_graph_quantize_options o = options_of();
            edgeai_graph_quantizer *q;
            o.input_scale = with_map ? EDGEAI_INPUT_SCALE_MAP : EDGEAI_INPUT_SCALE_CONSTANT;
            assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
            assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
            run_quantized(q, found[with_map], n);
            const edgeai_quantized_layer *layer = edgeai_graph_quantizer_layer(q, 0);
            assert_true(layer->x_scale > 0);
            assert_string_equal(layer->note,
                                with_map ? "channels in groups: one scale for its input" : "");
            edgeai_graph_quantizer_free(q);
        }
        assert_memory_equal(found[0], found[1], n * sizeof(float));
        edgeai_graph_free(graph);
    }
}

/* Two layers that read the same share what is computed of it; a BatchNormalization goes along. */
static void layers_share_the_magnitude(void **state)
{
    (void)state;
    const float zeros[2] = {0};
    float found[4 * SIDE * SIDE];
    const float *const halves[] = {weights, weights + 2 * CHANNELS};
    const float factors[] = {2, -3}, summands[] = {0.5f, 1}, ones[] = {1, 1};
    fill_random(weights, sizeof weights / sizeof weights[0], 9);
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, CHANNELS, SIDE, SIDE));
    int32_t y[2];
    for (size_t i = 0; i < 2; i++) {
        const int32_t inputs[] = {
            x, graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2, CHANNELS, 1, 1), halves[i])};
        y[i] = graph_node(b, "", "Conv", 2, inputs);
        const int32_t norm[] = {y[i], graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), factors),
                                graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), summands),
                                graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), zeros),
                                graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), ones)};
        y[i] = graph_node(b, "", "BatchNormalization", 5, norm);
        graph_set_float(b, "epsilon", 0);
    }
    const int32_t both = graph_node(b, "", "Concat", 2, y);
    graph_set_int(b, "axis", 1);
    graph_output(b, graph_node(b, "", "Flatten", 1, &both));
    edgeai_graph *graph = graph_end(b);
    edgeai_graph_quantize_options o = options_of();
    edgeai_graph_quantizer *q;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
    run_quantized(q, found, 4 * SIDE * SIDE);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
    const conv how = {4, 1, {1, 1}, {1, 1}, {1, 1}, {0, 0, 0, 0}, NULL, 1, false};
    for (int m = 0; m < 4; m++)
        for (int p = 0; p < SIDE * SIDE; p++) {
            double sum, magnitude;
            look(&how, m, p / SIDE, p % SIDE, &sum, &magnitude);
            assert_close((double)found[m * SIDE * SIDE + p],
                         (double)factors[m % 2] * scale_of(&how, m) * magnitude * sum +
                             (double)summands[m % 2],
                         1e-5, 1e-5);
        }
}

/* Inputs about zero that are larger on one side: a constant cannot follow them. */
static void maps_follow_the_magnitude(void **state)
{
    (void)state;
    static const conv how = {6, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, NULL, 1, false};
    double rms[2];
    fill_random(weights, sizeof weights / sizeof weights[0], 4);
    for (size_t i = 0; i < N_IN; i++)
        input[i] *= (float)(i % SIDE);
    edgeai_graph *graph = graph_of(&how);
    for (int with_map = 0; with_map < 2; with_map++) {
        edgeai_graph_quantize_options o = options_of();
        edgeai_graph_quantizer *q;
        o.input_scale = with_map ? EDGEAI_INPUT_SCALE_MAP : EDGEAI_INPUT_SCALE_CONSTANT;
        assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
        assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
        assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
        rms[with_map] = edgeai_graph_quantizer_layer(q, 0)->output_rms;
        edgeai_graph_quantizer_free(q);
    }
    edgeai_graph_free(graph);
    assert_true(rms[1] < 0.95 * rms[0]);
}

static void maps_are_for_binary_inputs(void **state)
{
    (void)state;
    static const conv any = {6, 1, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}, NULL, 1, false};
    edgeai_graph *graph = graph_of(&any);
    edgeai_graph_quantize_options o = options_of();
    edgeai_graph_quantizer *q;
    o.activations = EDGEAI_PRECISION_TERNARY;
    assert_fails(edgeai_graph_quantizer_create(&q, graph, &o), EDGEAI_E_INVALID);
    assert_error_says("a map is for binary activations");
    o.input_scale = (edgeai_input_scale)2;
    assert_fails(edgeai_graph_quantizer_create(&q, graph, &o), EDGEAI_E_INVALID);
    assert_error_says("input_scale: expected");
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sums_are_scaled_at_each_position, begin, end),
        cmocka_unit_test_setup_teardown(automatic_padding_counts, begin, end),
        cmocka_unit_test_setup_teardown(groups_keep_a_constant, begin, end),
        cmocka_unit_test_setup_teardown(layers_share_the_magnitude, begin, end),
        cmocka_unit_test_setup_teardown(maps_follow_the_magnitude, begin, end),
        cmocka_unit_test_setup_teardown(maps_are_for_binary_inputs, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
