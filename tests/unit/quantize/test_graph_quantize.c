/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/quantize.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "quantize/binary_weights.h"
#include "quantize/int8.h"
#include "quantize/ternary_weights.h"
#include "support/failing_allocator.h"
#include "support/forward_fixture.h"
#include "support/small_network.h"
#include "support/temporary_folder.h"

enum { N_IN = SMALL_NETWORK_INPUT, N_OUT = SMALL_NETWORK_CLASSES };

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

/* Nothing leaks, whatever a test did. */
static int end(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return counter.n_live == 0 ? 0 : -1;
}

static edgeai_graph_quantize_options options_of(edgeai_precision weights, edgeai_precision inputs)
{
    edgeai_graph_quantize_options options = EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT;
    options.weights = weights;
    options.activations = inputs;
    return options;
}

static void check_refused(const edgeai_graph *graph, const edgeai_graph_quantize_options *options,
                          edgeai_status status, const char *text)
{
    edgeai_graph_quantizer *quantizer;
    assert_fails(edgeai_graph_quantizer_create(&quantizer, graph, options), status);
    assert_null(quantizer);
    assert_error_says(text);
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){0});
    edgeai_graph_quantize_options o = EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT;
    check_refused(graph, &o, EDGEAI_E_INVALID, "weights: expected");
    o = options_of(EDGEAI_PRECISION_INT8, EDGEAI_PRECISION_TERNARY);
    check_refused(graph, &o, EDGEAI_E_INVALID, "int8 weights");
    o = options_of(EDGEAI_PRECISION_INT8, EDGEAI_PRECISION_INT8);
    o.filters_per_scale = 4;
    check_refused(graph, &o, EDGEAI_E_INVALID, "for each filter or layer");
    o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    o.sort_filters = true;
    check_refused(graph, &o, EDGEAI_E_INVALID, "sort_filters");
    o.filters_per_scale = EDGEAI_SCALE_LAYER;
    check_refused(graph, &o, EDGEAI_E_INVALID, "sort_filters");
    o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_INT8);
    o.percentile = 101;
    check_refused(graph, &o, EDGEAI_E_INVALID, "percentile");
    o.percentile = NAN;
    check_refused(graph, &o, EDGEAI_E_INVALID, "percentile");
    o = options_of(EDGEAI_PRECISION_BINARY, (edgeai_precision)9);
    check_refused(graph, &o, EDGEAI_E_INVALID, "activations");
    o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    o.n_keep = 1;
    o.keep = (const char *const[]){"nobody"};
    check_refused(graph, &o, EDGEAI_E_NOT_FOUND, "'nobody'");
    o.n_keep = 3;
    o.keep = (const char *const[]){"first", "n2", "n5"};
    check_refused(graph, &o, EDGEAI_E_NOT_FOUND, "nothing to quantize");
    o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    o.struct_size = 0;
    check_refused(graph, &o, EDGEAI_E_INVALID, "struct_size");
    edgeai_graph_free(graph);
}

static void first_and_last_are_kept(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){0});
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    edgeai_graph_quantizer *q;
    edgeai_graph_quantize_totals totals;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_int_equal(edgeai_graph_quantizer_n_layers(q), 4);
    const edgeai_quantized_layer *layer = edgeai_graph_quantizer_layer(q, 0);
    assert_false(layer->is_quantized);
    assert_string_equal(layer->note, "the first layer");
    assert_true(isnan(layer->zeros) && layer->bytes_after == layer->bytes_before);
    layer = edgeai_graph_quantizer_layer(q, 3);
    assert_string_equal(layer->op, "Gemm");
    assert_string_equal(layer->note, "not a convolution");
    assert_int_equal(layer->n_filters, N_OUT);
    layer = edgeai_graph_quantizer_layer(q, 1);
    assert_true(layer->is_quantized);
    assert_string_equal(layer->name, "n2");
    assert_int_equal(layer->n_weights, 360);
    assert_int_equal(layer->bytes_before, 1440);
    assert_int_equal(layer->bytes_after, 10 * 9 + 10 * 4);
    assert_true(layer->zeros > 0.2 && layer->zeros < 0.6);
    assert_true(layer->relative_rms > 0.2 && layer->relative_rms < 0.7);
    assert_null(edgeai_graph_quantizer_layer(q, 4));
    edgeai_graph_quantizer_totals(q, &totals);
    assert_int_equal(totals.n_quantized, 2);
    assert_int_equal(totals.n_layers, 4);
    edgeai_graph_quantizer_free(q);

    o.keep = (const char *const[]){"n2"};
    o.n_keep = 1;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_true(edgeai_graph_quantizer_layer(q, 0)->is_quantized);
    assert_string_equal(edgeai_graph_quantizer_layer(q, 1)->note, "to be kept");
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
}

/* How weights are after quantizing and back. */
typedef struct dequantizer {
    edgeai_precision weights;
    size_t per_scale;
} dequantizer;

static void dequantize(float *weights, size_t n_filters, size_t per_filter, void *user)
{
    const dequantizer *how = user;
    int8_t codes[360];
    eai_code_sums sums[10];
    float scales[10];
    assert_true(n_filters == 10 && per_filter == 36);
    const bool is_layer = how->per_scale == EDGEAI_SCALE_LAYER;
    const float all = eai_ternary_threshold(weights, n_filters * per_filter);
    for (size_t f = 0; f < n_filters; f++) {
        float *w = weights + f * per_filter;
        int8_t *c = codes + f * per_filter;
        if (how->weights == EDGEAI_PRECISION_BINARY)
            sums[f] = eai_binary_codes(w, per_filter, c);
        else
            sums[f] = eai_ternary_codes(w, per_filter,
                                        is_layer ? all : eai_ternary_threshold(w, per_filter), c);
    }
    eai_filter_scales(sums, n_filters, how->per_scale, scales);
    for (size_t i = 0; i < n_filters * per_filter; i++)
        weights[i] = (float)codes[i] * scales[is_layer ? 0 : i / per_filter / how->per_scale];
}

/* The quantized network, written and read again, on the input. */
static void run_quantized(edgeai_graph_quantizer *q, float *output)
{
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    edgeai_graph *graph;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/out.gguf", folder);
    assert_ok(edgeai_graph_quantizer_write(q, path));
    assert_ok(edgeai_graph_open(&graph, context, path));
    run_network(graph, input, N_IN, output, N_OUT);
    edgeai_graph_free(graph);
    temporary_folder_remove(folder);
}

/* Float activations: the same as the float network with weights there and back. */
static void check_weights(edgeai_precision weights, size_t per_scale, bool has_norm)
{
    edgeai_graph_quantize_options o = options_of(weights, EDGEAI_PRECISION_F32);
    small_network_options shape = {.has_norm = has_norm};
    edgeai_graph *graph = small_network(context, &shape);
    dequantizer how = {weights, per_scale};
    shape.change = dequantize;
    shape.user = &how;
    edgeai_graph *expected = small_network(context, &shape);
    edgeai_graph_quantizer *q;
    float before[N_OUT], after[N_OUT];
    o.filters_per_scale = per_scale;
    o.keep = (const char *const[]){"first", "last", has_norm ? "n6" : "n5"};
    o.n_keep = 3;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    run_network(expected, input, N_IN, before, N_OUT);
    run_quantized(q, after);
    for (size_t i = 0; i < N_OUT; i++)
        assert_close((double)after[i], (double)before[i], 1e-4, 1e-4);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(expected);
    edgeai_graph_free(graph);
}

static void weights_are_codes_and_scales(void **state)
{
    (void)state;
    static const size_t groups[] = {1, 4, EDGEAI_SCALE_LAYER};
    for (size_t i = 0; i < 3; i++) {
        check_weights(EDGEAI_PRECISION_TERNARY, groups[i], false);
        check_weights(EDGEAI_PRECISION_TERNARY, groups[i], true);
        check_weights(EDGEAI_PRECISION_BINARY, groups[i], true);
    }
}

static void sorting_leaves_less_error(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_BINARY, EDGEAI_PRECISION_F32);
    edgeai_graph_quantizer *q[2];
    float outputs[2][N_OUT];
    o.filters_per_scale = 5;
    for (size_t i = 0; i < 2; i++) {
        o.sort_filters = i == 1;
        assert_ok(edgeai_graph_quantizer_create(&q[i], graph, &o));
        assert_ok(edgeai_graph_quantizer_compare(q[i], input, N_IN));
        run_quantized(q[i], outputs[i]);
    }
    const edgeai_quantized_layer *as_is = edgeai_graph_quantizer_layer(q[0], 1);
    const edgeai_quantized_layer *sorted = edgeai_graph_quantizer_layer(q[1], 1);
    assert_true(sorted->is_sorted && !as_is->is_sorted);
    assert_true(sorted->relative_rms < 0.95 * as_is->relative_rms);
    assert_true(sorted->output_rms < as_is->output_rms);
    assert_int_equal(sorted->bytes_after, 10 * 5 + 2 * 4);
    for (size_t i = 0; i < 2; i++)
        edgeai_graph_quantizer_free(q[i]);
    edgeai_graph_free(graph);
}

/* The most that any output changes, by the largest of them. */
static double change_of(const edgeai_graph *graph, edgeai_graph_quantizer *q)
{
    float before[N_OUT], after[N_OUT];
    double most = 0, change = 0;
    run_network(graph, input, N_IN, before, N_OUT);
    run_quantized(q, after);
    for (size_t i = 0; i < N_OUT; i++) {
        most = fmax(most, fabs((double)before[i]));
        change = fmax(change, fabs((double)after[i] - (double)before[i]));
    }
    return change / most;
}

static void eight_bits_are_near(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    for (int with_inputs = 0; with_inputs < 2; with_inputs++) {
        edgeai_graph_quantize_options o = options_of(
            EDGEAI_PRECISION_INT8, with_inputs ? EDGEAI_PRECISION_INT8 : EDGEAI_PRECISION_F32);
        edgeai_graph_quantizer *q;
        assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
        if (with_inputs)
            assert_fails(edgeai_graph_quantizer_compare(q, input, N_IN), EDGEAI_E_INVALID);
        assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
        assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
        const edgeai_quantized_layer *layer = edgeai_graph_quantizer_layer(q, 1);
        assert_true(layer->relative_rms > 0 && layer->relative_rms < 0.01);
        assert_true(layer->output_rms > 0 && layer->output_rms < 0.02);
        assert_int_equal(layer->bytes_after, 360 + 10 * 4);
        assert_int_equal(layer->x_zero, with_inputs ? -128 : 0); /* behind a Relu */
        assert_true(change_of(graph, q) < 0.03);
        edgeai_graph_quantizer_free(q);
    }
    edgeai_graph_free(graph);
}

static void check_activations(edgeai_precision weights, edgeai_precision activations, double most)
{
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    edgeai_graph_quantize_options o = options_of(weights, activations);
    edgeai_graph_quantizer *q;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_fails(edgeai_graph_quantizer_calibrate(q, input, N_IN - 1), EDGEAI_E_SHAPE);
    assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
    assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
    assert_fails(edgeai_graph_quantizer_calibrate(q, input, N_IN), EDGEAI_E_INVALID);
    assert_error_says("too late");
    const edgeai_quantized_layer *layer = edgeai_graph_quantizer_layer(q, 1);
    assert_true(layer->x_scale > 0);
    assert_true(layer->output_rms > 0.05 && layer->output_rms < most);
    assert_true(change_of(graph, q) < 2);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
}

static void activations_get_few_values(void **state)
{
    (void)state;
    check_activations(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_INT8, 0.6);
    check_activations(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_TERNARY, 0.9);
    check_activations(EDGEAI_PRECISION_BINARY, EDGEAI_PRECISION_TERNARY, 1);
    check_activations(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_BINARY, 2);
    check_activations(EDGEAI_PRECISION_BINARY, EDGEAI_PRECISION_BINARY, 2);
}

/* A convolution of 1 x 1 alone: sums of trits by hand. */
static void trits_carry_their_scale(void **state)
{
    (void)state;
    enum { M = 3, C = 6, P = 16 };
    float weights[M * C], x[C * P], found[M * P];
    int8_t codes[C];
    fill_random(weights, M * C, 4);
    fill_random(x, C * P, 5);
    graph_builder *b = graph_begin(context);
    const int32_t in = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, C, 4, 4));
    const int32_t inputs[] = {in,
                              graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(M, C, 1, 1), weights)};
    const int32_t y = graph_node(b, "", "Conv", 2, inputs);
    graph_output(b, graph_node(b, "", "Flatten", 1, &y));
    edgeai_graph *graph = graph_end(b), *written;
    for (int is_binary = 0; is_binary < 2; is_binary++) {
        char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
        double mean = 0, scale = 0, n_above = 0;
        for (size_t i = 0; i < C * P; i++)
            mean += fabs((double)x[i]) / (C * P);
        const double threshold = is_binary ? 0 : mean / 2;
        for (size_t i = 0; i < C * P; i++) {
            if (fabs((double)x[i]) <= threshold) continue;
            scale += fabs((double)x[i]);
            n_above++;
        }
        scale = is_binary ? mean : scale / n_above;
        edgeai_graph_quantize_options o =
            options_of(EDGEAI_PRECISION_TERNARY,
                       is_binary ? EDGEAI_PRECISION_BINARY : EDGEAI_PRECISION_TERNARY);
        o.keep = (const char *const[]){""}; /* nobody: n_keep is 0 */
        edgeai_graph_quantizer *q;
        assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
        assert_ok(edgeai_graph_quantizer_calibrate(q, x, C * P));
        temporary_folder_make(folder);
        snprintf(path, sizeof path, "%s/out.gguf", folder);
        assert_ok(edgeai_graph_quantizer_write(q, path));
        assert_close(edgeai_graph_quantizer_layer(q, 0)->x_scale, scale, 1e-3, 0);
        assert_close(edgeai_graph_quantizer_layer(q, 0)->x_threshold, threshold, 1e-6, 0);
        edgeai_graph_quantizer_free(q);
        assert_ok(edgeai_graph_open(&written, context, path));
        run_network(written, x, C * P, found, M * P);
        edgeai_graph_free(written);
        temporary_folder_remove(folder);
        for (size_t m = 0; m < M; m++) {
            const float *w = weights + m * C;
            const eai_code_sums sums = eai_ternary_codes(w, C, eai_ternary_threshold(w, C), codes);
            for (size_t p = 0; p < P; p++) {
                double sum = 0;
                for (size_t c = 0; c < C; c++) {
                    const double v = (double)x[c * P + p];
                    const int trit =
                        is_binary ? (v > 0 ? 1 : -1) : (v > threshold) - (v < -threshold);
                    sum += codes[c] * trit;
                }
                assert_close((double)found[m * P + p], eai_best_scale(&sums) * scale * sum, 1e-2,
                             1e-3);
            }
        }
    }
    edgeai_graph_free(graph);
}

/* int8 activations against float ones: next to nothing beside the weights' error. */
static void int8_inputs_add_little(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    double rms[2];
    for (int i = 0; i < 2; i++) {
        edgeai_graph_quantize_options o =
            options_of(EDGEAI_PRECISION_TERNARY, i ? EDGEAI_PRECISION_INT8 : EDGEAI_PRECISION_F32);
        edgeai_graph_quantizer *q;
        assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
        assert_ok(edgeai_graph_quantizer_calibrate(q, input, N_IN));
        assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
        rms[i] = edgeai_graph_quantizer_layer(q, 1)->output_rms;
        edgeai_graph_quantizer_free(q);
    }
    assert_close(rms[1], rms[0], 0.01, 0);
    edgeai_graph_free(graph);
}

static edgeai_status give_input(void *user, size_t index, float *place, size_t n)
{
    size_t *n_given = user;
    ++*n_given;
    assert_int_equal(n, N_IN);
    fill_random(place, N_IN, 21 + index);
    return EDGEAI_OK;
}

static edgeai_status give_nothing(void *user, size_t index, float *place, size_t n)
{
    (void)user, (void)index, (void)place, (void)n;
    return EDGEAI_E_CANCELLED;
}

static void corrected_layers_are_nearer(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    for (size_t k = 0; k < 3; k++) {
        static const edgeai_precision weights[] = {EDGEAI_PRECISION_BINARY,
                                                   EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_INT8};
        edgeai_graph_quantize_options o = options_of(weights[k], EDGEAI_PRECISION_F32);
        o.filters_per_scale = k == 1 ? 4 : 1;
        double rms[2];
        size_t n_given = 0;
        for (int corrects = 0; corrects < 2; corrects++) {
            edgeai_graph_quantizer *q;
            assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
            if (corrects) assert_ok(edgeai_graph_quantizer_correct(q, 4, give_input, &n_given));
            assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
            rms[corrects] = edgeai_graph_quantizer_layer(q, 2)->output_rms;
            assert_fails(edgeai_graph_quantizer_correct(q, 4, give_input, &n_given),
                         EDGEAI_E_INVALID);
            edgeai_graph_quantizer_free(q);
        }
        assert_int_equal(n_given, 2 * 4);
        assert_true(rms[1] < (k == 2 ? 1.01 : 0.9) * rms[0]);
    }
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    edgeai_graph_quantizer *q;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    assert_fails(edgeai_graph_quantizer_correct(q, 1, give_nothing, NULL), EDGEAI_E_CANCELLED);
    assert_fails(edgeai_graph_quantizer_correct(q, 0, give_nothing, NULL), EDGEAI_E_INVALID);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
}

static void totals_are_what_is_written(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_F32);
    edgeai_graph_quantizer *q;
    edgeai_graph_quantize_totals planned, made;
    assert_ok(edgeai_graph_quantizer_create(&q, graph, &o));
    edgeai_graph_quantizer_totals(q, &planned);
    assert_ok(edgeai_graph_quantizer_compare(q, input, N_IN));
    edgeai_graph_quantizer_totals(q, &made);
    /* Four vectors of the normalization are gone; with the bias they are the new bias. */
    assert_int_equal(planned.bytes_after - made.bytes_after, 4 * 10 * 4);
    assert_true(made.bytes_before == planned.bytes_before);
    assert_true(made.bytes_before - made.bytes_after > 1440 + 2160 - 130 - 168 - 1);
    edgeai_graph_quantizer_free(q);
    edgeai_graph_free(graph);
}

static void a_weight_that_is_not_finite_is_named(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){0});
    const eai_ir *ir = graph->content.ir;
    for (size_t i = 0; i < ir->n_values; i++)
        if (ir->values[i].data_bytes == 1440) {
            float *w;
            memcpy(&w, &ir->values[i].data, sizeof w); /* the builder's own copy */
            w[7] = INFINITY;
        }
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_BINARY, EDGEAI_PRECISION_F32);
    check_refused(graph, &o, EDGEAI_E_FORMAT, "Conv \"n2\": a weight is not finite");
    edgeai_graph_free(graph);
}

/* Whichever allocation fails, nothing stays. */
static void memory_may_be_short(void **state)
{
    (void)state;
    edgeai_graph *graph = small_network(context, &(small_network_options){.has_norm = true});
    edgeai_graph_quantize_options o = options_of(EDGEAI_PRECISION_TERNARY, EDGEAI_PRECISION_INT8);
    o.filters_per_scale = 4;
    o.sort_filters = true;
    const size_t n_live = counter.n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t n_given = 0;
    for (size_t i = 0; status == EDGEAI_E_MEMORY; i++) {
        edgeai_graph_quantizer *q;
        counter.fail_at = counter.n_allocations + i;
        status = edgeai_graph_quantizer_create(&q, graph, &o);
        if (status == EDGEAI_OK) status = edgeai_graph_quantizer_calibrate(q, input, N_IN);
        if (status == EDGEAI_OK)
            status = edgeai_graph_quantizer_correct(q, 1, give_input, &n_given);
        if (status == EDGEAI_OK) status = edgeai_graph_quantizer_compare(q, input, N_IN);
        counter.fail_at = SIZE_MAX;
        edgeai_graph_quantizer_free(q);
        assert_int_equal(counter.n_live, n_live);
        assert_true(i < 100000);
    }
    assert_ok(status);
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nonsense_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(first_and_last_are_kept, begin, end),
        cmocka_unit_test_setup_teardown(weights_are_codes_and_scales, begin, end),
        cmocka_unit_test_setup_teardown(sorting_leaves_less_error, begin, end),
        cmocka_unit_test_setup_teardown(eight_bits_are_near, begin, end),
        cmocka_unit_test_setup_teardown(activations_get_few_values, begin, end),
        cmocka_unit_test_setup_teardown(trits_carry_their_scale, begin, end),
        cmocka_unit_test_setup_teardown(int8_inputs_add_little, begin, end),
        cmocka_unit_test_setup_teardown(corrected_layers_are_nearer, begin, end),
        cmocka_unit_test_setup_teardown(totals_are_what_is_written, begin, end),
        cmocka_unit_test_setup_teardown(a_weight_that_is_not_finite_is_named, begin, end),
        cmocka_unit_test_setup_teardown(memory_may_be_short, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
