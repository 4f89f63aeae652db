/* SPDX-License-Identifier: MIT */
#include <edgeai/reparam.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/block_builder.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"
#include "support/two_ways.h"

/* Two branches, an activation, a 3x3 and a 1x1; height and width as given. */
static edgeai_graph *make_graph(edgeai_context *context, int64_t rows, int64_t columns)
{
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(-1, 4, rows, columns));
    int32_t y =
        block_add(b, block_square(b, x, 4, 8, 1, 3, 1, 1), block_square(b, x, 4, 8, 1, 1, 1, 0));
    y = block_relu(b, y, false);
    y = block_batch_norm(b, block_square(b, y, 8, 8, 1, 3, 1, 1), 8);
    y = block_square(b, y, 8, 4, 1, 1, 1, 0);
    graph_output(b, y);
    return graph_end(b);
}

static void segments_say_what_became_of_them(void **state)
{
    (void)state;
    edgeai_graph *graph = make_graph(two_ways_context(), 8, 8);
    edgeai_reparam *reparam;
    edgeai_reparam_segment segment;
    assert_ok(edgeai_reparam_create(&reparam, graph, NULL));
    assert_int_equal(edgeai_reparam_n_segments(reparam), 2);
    assert_ok(edgeai_reparam_get_segment(reparam, 0, &segment));
    assert_string_equal(segment.name, "n0");
    assert_string_equal(segment.last, "n2");
    assert_string_equal(segment.reason, "same");
    assert_true(segment.is_merged && segment.n_nodes_before == 3 && segment.n_nodes_after == 1);
    assert_true(segment.macs_before == 64 * 4 * 8 * 10 && segment.macs_after == 64 * 4 * 8 * 9);
    assert_int_equal(segment.weight_bytes_before, 4 * 4 * 8 * 10);
    assert_int_equal(segment.weight_bytes_after, 4 * 4 * 8 * 9);
    assert_int_equal(segment.kernel[0], 3);
    assert_true(segment.ms_before > segment.ms_after && segment.ms_after > 0);
    assert_ok(edgeai_reparam_get_segment(reparam, 1, &segment));
    assert_true(segment.is_merged && segment.n_nodes_before == 3);
    assert_fails(edgeai_reparam_get_segment(reparam, 2, &segment), EDGEAI_E_INVALID);
    assert_fails(edgeai_reparam_get_segment(reparam, 0, NULL), EDGEAI_E_INVALID);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

static void totals_tell_before_and_after(void **state)
{
    (void)state;
    edgeai_graph *graph = make_graph(two_ways_context(), 8, 8);
    edgeai_reparam *reparam;
    edgeai_reparam_totals before, after;
    assert_ok(edgeai_reparam_create(&reparam, graph, NULL));
    assert_ok(edgeai_reparam_compare(reparam, 3, &before, &after));
    assert_int_equal(before.n_nodes, 7);
    assert_int_equal(after.n_nodes, 3);
    assert_int_equal(before.depth, 3);
    assert_int_equal(after.depth, 2);
    assert_true(after.macs < before.macs && after.macs > 0);
    assert_true(after.peak_bytes > 0 && after.peak_bytes <= before.peak_bytes);
    assert_true(before.ms > 0 && after.ms > 0);
    assert_ok(edgeai_reparam_compare(reparam, 0, &before, &after));
    assert_true(before.ms == 0 && after.ms == 0);
    assert_fails(edgeai_reparam_compare(reparam, 0, NULL, &after), EDGEAI_E_INVALID);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

static void shallow_networks_are_written_and_read(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/s.gguf", folder);
    edgeai_graph *graph = make_graph(two_ways_context(), 8, 8), *read;
    edgeai_reparam *reparam;
    assert_ok(edgeai_reparam_create(&reparam, graph, NULL));
    assert_ok(edgeai_graph_save(edgeai_reparam_graph(reparam), path));
    edgeai_reparam_free(reparam);
    assert_ok(edgeai_graph_open(&read, two_ways_context(), path));
    assert_int_equal(edgeai_graph_n_nodes(read), 3);
    edgeai_session *sessions[2];
    const void *data[2];
    edgeai_port port;
    const edgeai_graph *graphs[2] = {graph, read};
    for (int k = 0; k < 2; k++) {
        void *x;
        assert_ok(edgeai_session_create(&sessions[k], graphs[k], NULL));
        assert_ok(edgeai_session_input(sessions[k], 0, NULL, &x));
        memcpy(x, random_floats(256, 9), 256 * sizeof(float));
        assert_ok(edgeai_session_run(sessions[k]));
        assert_ok(edgeai_session_output(sessions[k], 0, &port, &data[k]));
    }
    for (int i = 0; i < 256; i++)
        assert_close((double)((const float *)data[1])[i], (double)((const float *)data[0])[i], 1e-4,
                     0);
    for (int k = 0; k < 2; k++)
        edgeai_session_free(sessions[k]);
    edgeai_graph_free(read);
    edgeai_graph_free(graph);
    temporary_folder_remove(folder);
}

/* Maps of biases have the size of an image, so open sizes have none. */
static void open_sizes_have_no_maps(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(-1, 4, -1, -1));
    graph_output(b, block_square(b, block_batch_norm(b, x, 4), 4, 4, 1, 3, 1, 1));
    edgeai_graph *graph = graph_end(b);
    const edgeai_binding binding = {.input = "x", .n_dims = 4, .dims = {2, 4, 6, 7}};
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    options.bindings = &binding;
    options.n_bindings = 1;
    edgeai_reparam *reparam;
    edgeai_reparam_segment segment;
    edgeai_reparam_difference difference;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), 2);
    assert_ok(edgeai_reparam_get_segment(reparam, 0, &segment));
    assert_string_equal(segment.reason, "sizes are open");
    assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
    assert_int_equal(difference.n_rows, 2);
    edgeai_reparam_free(reparam);
    options.mode = EDGEAI_REPARAM_APPROX;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), 1);
    assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
    assert_true(difference.max > 1e-3);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

static void bad_arguments_are_refused(void **state)
{
    (void)state;
    edgeai_graph *graph = make_graph(two_ways_context(), 8, 8);
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    edgeai_reparam *reparam;
    assert_fails(edgeai_reparam_create(NULL, graph, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_reparam_create(&reparam, NULL, NULL), EDGEAI_E_INVALID);
    options.struct_size = 0;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_INVALID);
    options = (edgeai_reparam_options)EDGEAI_REPARAM_OPTIONS_INIT;
    options.mode = (edgeai_reparam_mode)7;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_INVALID);
    options.mode = EDGEAI_REPARAM_EXACT;
    options.n_bindings = 1;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_INVALID);
    const edgeai_binding binding = {.input = "y", .n_dims = 1, .dims = {1}};
    options.bindings = &binding;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_NOT_FOUND);
    assert_null(reparam);
    edgeai_reparam_free(NULL);
    edgeai_graph_free(graph);
}

/* A block that is faster as one layer, and two layers that are not: the plan beats both ways that
 * take no decisions. */
static void plans_are_faster_than_all_or_nothing(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(two_ways_context());
    int32_t y = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 32, 16, 16));
    y = block_square(b, y, 32, 192, 1, 1, 1, 1);
    y = block_square(b, y, 192, 192, 192, 3, 1, 0);
    y = block_relu(b, block_square(b, y, 192, 64, 1, 1, 1, 0), false);
    y = block_square(b, y, 64, 64, 1, 3, 1, 1);
    graph_output(b, block_square(b, y, 64, 64, 1, 3, 1, 0));
    edgeai_graph *graph = graph_end(b);
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    edgeai_reparam *reparam;
    edgeai_reparam_plan plan;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_ok(edgeai_reparam_get_plan(reparam, &plan));
    assert_int_equal(plan.nothing.n_layers, 5);
    assert_int_equal(plan.everything.n_layers, 2);
    assert_int_equal(plan.chosen.n_layers, 3);
    assert_true(plan.chosen.ms < 0.95 * plan.nothing.ms);
    assert_true(plan.chosen.ms < 0.95 * plan.everything.ms && plan.chosen.ms > 0);
    assert_fails(edgeai_reparam_get_plan(reparam, NULL), EDGEAI_E_INVALID);
    edgeai_reparam_free(reparam);
    options.timing = EDGEAI_REPARAM_ALWAYS;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_ok(edgeai_reparam_get_plan(reparam, &plan));
    assert_true(plan.chosen.n_layers == 0 && plan.nothing.ms == 0);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

/* Padding with a number, a map, a transposed convolution, a matrix product behind an image. */
static edgeai_graph *make_mixed_graph(edgeai_context *context)
{
    static const int64_t pads[8] = {0, 0, 1, 1, 0, 0, 1, 1};
    const float value = 0.5f;
    graph_builder *b = graph_begin(context);
    int32_t y = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 4, 4, 4));
    y = graph_node(b, "", "ConvTranspose", 2,
                   (int32_t[]){y, block_constant(b, OP_DIMS(4, 4, 2, 2))});
    y = block_relu(b, block_batch_norm(b, y, 4), false);
    y = block_batch_norm(b, block_square(b, y, 4, 6, 1, 1, 1, 0), 6);
    y = graph_node(b, "", "Pad", 3,
                   (int32_t[]){y, graph_constant(b, EDGEAI_ELEMENT_I64, OP_DIMS(8), pads),
                               graph_constant(b, EDGEAI_ELEMENT_F32, NULL, 0, &value)});
    y = block_square(b, y, 6, 4, 1, 3, 1, 0);
    y = block_op(b, "Flatten", y);
    y = graph_node(b, "", "MatMul", 2, (int32_t[]){y, block_constant(b, OP_DIMS(100, 3))});
    graph_output(b, block_batch_norm(b, y, 3));
    return graph_end(b);
}

static void mixed_graphs_become_few_layers(void **state)
{
    (void)state;
    edgeai_graph *graph = make_mixed_graph(two_ways_context());
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    edgeai_reparam *reparam;
    edgeai_reparam_difference difference;
    options.timing = EDGEAI_REPARAM_ALWAYS;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), 4);
    assert_ok(edgeai_reparam_verify(reparam, 2, 1, NULL, &difference));
    assert_close(difference.max, 0, 1e-5, 0);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

static edgeai_status go_through(const edgeai_graph *graph, edgeai_reparam_timing timing)
{
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    edgeai_reparam *reparam;
    edgeai_reparam_difference difference;
    edgeai_reparam_segment_difference differences[8];
    edgeai_reparam_totals before, after;
    options.timing = timing;
    edgeai_status status = edgeai_reparam_create(&reparam, graph, &options);
    if (status == EDGEAI_OK) status = edgeai_reparam_verify(reparam, 1, 1, NULL, &difference);
    if (status == EDGEAI_OK)
        status = edgeai_reparam_verify_segments(reparam, 1, 1, NULL, differences);
    if (status == EDGEAI_OK) status = edgeai_reparam_compare(reparam, 1, &before, &after);
    edgeai_reparam_free(reparam);
    return status;
}

static void lose_memory(bool is_mixed)
{
    failing_allocator memory = {.fail_at = SIZE_MAX};
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    settings.n_threads = 1;
    settings.allocator = failing_allocator_make(&memory);
    assert_ok(edgeai_context_create(&context, &settings));
    edgeai_graph *graph = is_mixed ? make_mixed_graph(context) : make_graph(context, 8, 8);
    const size_t n_live = memory.n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    for (size_t k = 0; status != EDGEAI_OK; k++) {
        memory.fail_at = memory.n_allocations + k;
        status = go_through(graph, is_mixed ? EDGEAI_REPARAM_ALWAYS : EDGEAI_REPARAM_ESTIMATED);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, n_live);
        assert_true(k < 10000);
    }
    memory.fail_at = SIZE_MAX;
    edgeai_graph_free(graph);
    edgeai_context_free(context);
    assert_int_equal(memory.n_live, 0);
}

/* Every allocation fails once; nothing leaks. */
static void failing_memory_leaves_nothing(void **state)
{
    (void)state;
    lose_memory(false);
    lose_memory(true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_say_what_became_of_them),
        cmocka_unit_test(totals_tell_before_and_after),
        cmocka_unit_test(shallow_networks_are_written_and_read),
        cmocka_unit_test(open_sizes_have_no_maps),
        cmocka_unit_test(bad_arguments_are_refused),
        cmocka_unit_test(plans_are_faster_than_all_or_nothing),
        cmocka_unit_test(mixed_graphs_become_few_layers),
        cmocka_unit_test(failing_memory_leaves_nothing),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
