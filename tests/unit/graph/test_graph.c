/* SPDX-License-Identifier: MIT */
#include <edgeai/graph.h>

#include <stdio.h>

#include "support/failing_allocator.h"
#include "support/graph_builder.h"
#include "support/temporary_folder.h"

static failing_allocator counter;
static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    counter.fail_at = SIZE_MAX;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&counter);
    options.n_threads = 1;
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return counter.n_live == 0 ? 0 : -1;
}

static edgeai_graph *small(void)
{
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "image", EDGEAI_ELEMENT_F32, OP_DIMS(-1, 3));
    graph_output(b, graph_node(b, "", "Relu", 1, &x));
    return graph_end(b);
}

static void ports_tell_what_the_file_says(void **state)
{
    (void)state;
    edgeai_graph *graph = small();
    edgeai_port port;
    assert_int_equal(edgeai_graph_n_inputs(graph), 1);
    assert_int_equal(edgeai_graph_n_outputs(graph), 1);
    assert_int_equal(edgeai_graph_n_nodes(graph), 1);
    assert_ok(edgeai_graph_input(graph, 0, &port));
    assert_string_equal(port.name, "image");
    assert_int_equal(port.n_dims, 2);
    assert_int_equal(port.dims[0], -1);
    assert_int_equal(port.dims[1], 3);
    assert_ok(edgeai_graph_output(graph, 0, &port));
    assert_string_equal(port.name, "v1");
    assert_int_equal(port.n_dims, -1);
    assert_fails(edgeai_graph_input(graph, 1, &port), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_output(graph, 1, &port), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_input(graph, 0, NULL), EDGEAI_E_INVALID);
    size_t n = 9;
    assert_null(edgeai_graph_labels(graph, &n));
    assert_int_equal(n, 0);
    assert_null(edgeai_graph_image_options(graph));
    edgeai_graph_free(graph);
    edgeai_graph_free(NULL);
}

static void what_is_saved_opens_and_computes(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/small.gguf", folder);
    edgeai_graph *graph = small();
    assert_ok(edgeai_graph_save(graph, path));
    edgeai_graph_free(graph);
    assert_ok(edgeai_graph_open(&graph, context, path));
    edgeai_session *session = NULL;
    assert_ok(edgeai_session_create(&session, graph, NULL));
    void *x = NULL;
    const void *y = NULL;
    assert_ok(edgeai_session_input(session, 0, NULL, &x));
    ((float *)x)[0] = -3;
    ((float *)x)[2] = 5;
    assert_ok(edgeai_session_run(session));
    assert_ok(edgeai_session_output(session, 0, NULL, &y));
    assert_true(((const float *)y)[0] == 0 && ((const float *)y)[2] == 5);
    edgeai_session_free(session);
    edgeai_graph_free(graph);

    const size_t live = counter.n_live;
    for (size_t i = 0;; i++) {
        counter.fail_at = counter.n_allocations + i;
        const edgeai_status status = edgeai_graph_open(&graph, context, path);
        counter.fail_at = SIZE_MAX;
        if (status == EDGEAI_OK) {
            assert_true(i > 5);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_null(graph);
        assert_int_equal(counter.n_live, live);
    }
    edgeai_graph_free(graph);
    temporary_folder_remove(folder);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    edgeai_graph *graph = NULL;
    static const uint64_t bytes[4] = {1, 2, 3, 4};
    assert_fails(edgeai_graph_open(NULL, context, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open(&graph, NULL, "x"), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open(&graph, context, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open(&graph, context, "/no/such/file"), EDGEAI_E_NOT_FOUND);
    assert_fails(edgeai_graph_open_memory(&graph, context, NULL, 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open_memory(NULL, context, bytes, 8), EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open_memory(&graph, context, (const char *)bytes + 1, 8),
                 EDGEAI_E_INVALID);
    assert_fails(edgeai_graph_open_memory(&graph, context, bytes, sizeof bytes), EDGEAI_E_FORMAT);
    assert_null(graph);
    assert_fails(edgeai_graph_save(NULL, "x"), EDGEAI_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ports_tell_what_the_file_says),
        cmocka_unit_test(what_is_saved_opens_and_computes),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
