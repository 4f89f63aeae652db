/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "quantize/graph_edit.h"
#include "quantize/sort_filters.h"
#include "support/forward_fixture.h"
#include "support/small_network.h"

enum { FILTERS = 10 };

static edgeai_context *context;

static int begin(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int end(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* The convolution with FILTERS filters and four channels that comes first. */
static int32_t find_conv(const eai_ir *ir)
{
    for (size_t i = 0; i < ir->n_nodes; i++)
        if (eai_edit_is(&ir->nodes[i], "Conv") &&
            ir->values[ir->nodes[i].inputs[1]].dims[0] == FILTERS)
            return (int32_t)i;
    fail();
    return 0;
}

/* The graph with the filters turned round; *note as sorting left it. */
static edgeai_graph *turned(const edgeai_graph *graph, const char **note)
{
    eai_graph_content content = graph->content;
    edgeai_graph *out;
    size_t order[FILTERS];
    for (size_t i = 0; i < FILTERS; i++)
        order[i] = FILTERS - 1 - i;
    assert_ok(eai_ir_copy(&content.ir, graph->content.ir));
    assert_ok(eai_sort_filters(content.ir, find_conv(content.ir), order, FILTERS, note));
    assert_ok(eai_graph_wrap(&out, context, &content));
    return out;
}

static const float *first_weights(const edgeai_graph *graph)
{
    const eai_ir *ir = graph->content.ir;
    return ir->values[ir->nodes[find_conv(ir)].inputs[1]].data;
}

static void check_same(const small_network_options *options, bool is_sorted)
{
    float input[SMALL_NETWORK_INPUT], before[SMALL_NETWORK_CLASSES], after[SMALL_NETWORK_CLASSES];
    edgeai_graph *graph = small_network(context, options);
    const char *note;
    edgeai_graph *sorted = turned(graph, &note);
    const float *old = first_weights(graph), *new = first_weights(sorted);
    if (is_sorted) {
        assert_string_equal(note, "");
        assert_memory_equal(new, old + (FILTERS - 1) * 36, 36 * sizeof *old);
        assert_memory_equal(new + 36, old + (FILTERS - 2) * 36, 36 * sizeof *old);
    } else {
        assert_non_null(strstr(note, "not sorted: Add"));
        assert_ptr_equal(old, new);
    }
    fill_random(input, SMALL_NETWORK_INPUT, 5);
    run_network(graph, input, SMALL_NETWORK_INPUT, before, SMALL_NETWORK_CLASSES);
    run_network(sorted, input, SMALL_NETWORK_INPUT, after, SMALL_NETWORK_CLASSES);
    for (size_t i = 0; i < SMALL_NETWORK_CLASSES; i++)
        assert_close((double)after[i], (double)before[i], 1e-5, 1e-5);
    edgeai_graph_free(sorted);
    edgeai_graph_free(graph);
}

static void the_network_computes_the_same(void **state)
{
    (void)state;
    check_same(&(small_network_options){0}, true);
    check_same(&(small_network_options){.has_norm = true}, true);
    check_same(&(small_network_options){.has_norm = true, .has_depthwise = true}, true);
}

static void channels_that_meet_others_stay(void **state)
{
    (void)state;
    check_same(&(small_network_options){.has_residual = true, .has_norm = true}, false);
}

/* [N, C, 2, 2] flattened: four columns for each channel. */
static void flattened_channels_are_blocks(void **state)
{
    (void)state;
    enum { C = 3, K = 12, M = 2 };
    float weights[C], matrix[K * M], input[4], before[M], after[M];
    const size_t order[C] = {2, 0, 1};
    fill_random(weights, C, 1);
    fill_random(matrix, K * M, 2);
    fill_random(input, 4, 3);
    for (int is_product = 0; is_product < 2; is_product++) {
        graph_builder *b = graph_begin(context);
        int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 2, 2));
        int32_t inputs[] = {x, graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(C, 1, 1, 1), weights)};
        x = graph_node(b, "", "Conv", 2, inputs);
        x = graph_node(b, "", "Flatten", 1, &x);
        int32_t sides[] = {x, graph_constant(b, EDGEAI_ELEMENT_F32,
                                             is_product ? (int64_t[]){K, M} : (int64_t[]){M, K}, 2,
                                             matrix)};
        x = graph_node(b, "", is_product ? "MatMul" : "Gemm", 2, sides);
        if (!is_product) graph_set_int(b, "transB", 1);
        graph_output(b, x);
        edgeai_graph *graph = graph_end(b);
        const char *note;
        run_network(graph, input, 4, before, M);
        assert_ok(eai_sort_filters(graph->content.ir, 0, order, C, &note));
        assert_string_equal(note, "");
        run_network(graph, input, 4, after, M);
        for (size_t i = 0; i < M; i++)
            assert_close((double)after[i], (double)before[i], 1e-6, 1e-5);
        edgeai_graph_free(graph);
    }
}

static void outputs_keep_their_order(void **state)
{
    (void)state;
    const float weights[2] = {1, 2};
    const size_t order[2] = {1, 0};
    const char *note;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 2, 2));
    const int32_t inputs[] = {x,
                              graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2, 1, 1, 1), weights)};
    graph_output(b, graph_node(b, "", "Conv", 2, inputs));
    edgeai_graph *graph = graph_end(b);
    assert_ok(eai_sort_filters(graph->content.ir, 0, order, 2, &note));
    assert_string_equal(note, "not sorted: its channels are an output");
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_network_computes_the_same),
        cmocka_unit_test(channels_that_meet_others_stay),
        cmocka_unit_test(flattened_channels_are_blocks),
        cmocka_unit_test(outputs_keep_their_order),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
