/* SPDX-License-Identifier: MIT */
#include <edgeai/graph.h>

#include <string.h>

#include "base/rng.h"
#include "graph/session_internal.h"
#include "support/failing_allocator.h"
#include "support/graph_builder.h"
#include "support/scripted_operators.h"

typedef struct world {
    failing_allocator counter;
    edgeai_context *context;
} world;

static world *begin(void)
{
    world *w = test_calloc(1, sizeof *w);
    w->counter.fail_at = SIZE_MAX;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&w->counter);
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&w->context, &options));
    return w;
}

static void end(world *w)
{
    edgeai_context_free(w->context);
    assert_int_equal(w->counter.n_live, 0);
    test_free(w);
}

static int32_t node1(graph_builder *b, const eai_operator *op, int32_t x)
{
    int32_t y = EAI_IR_NONE;
    graph_node_of(b, op, 1, &x, 1, &y);
    return y;
}

static int32_t add(graph_builder *b, int32_t x, int32_t y)
{
    int32_t z = EAI_IR_NONE;
    graph_node_of(b, &scripted_add, 2, (int32_t[]){x, y}, 1, &z);
    return z;
}

static edgeai_session *open_session(const edgeai_graph *graph)
{
    edgeai_session *session = NULL;
    assert_ok(edgeai_session_create(&session, graph, NULL));
    return session;
}

static float *input_of(edgeai_session *session, size_t index)
{
    void *data = NULL;
    edgeai_port port;
    assert_ok(edgeai_session_input(session, index, &port, &data));
    return data;
}

static const float *output_of(const edgeai_session *session, size_t index)
{
    const void *data = NULL;
    edgeai_port port;
    assert_ok(edgeai_session_output(session, index, &port, &data));
    return data;
}

static void a_graph_computes_and_keeps_its_inputs(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(-1, 4));
    const int32_t y = node1(b, &scripted_negate, x);
    const int32_t z = node1(b, &scripted_negate, node1(b, &scripted_negate, y));
    graph_output(b, add(b, z, x));
    graph_output(b, node1(b, &scripted_flat, x));
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    edgeai_port port;
    void *data = NULL;
    assert_ok(edgeai_session_input(session, 0, &port, &data));
    assert_string_equal(port.name, "x");
    assert_int_equal(port.dims[0], 1);
    assert_fails(edgeai_session_input(session, 1, &port, &data), EDGEAI_E_INVALID);
    for (int round = 0; round < 2; round++) {
        const float values[] = {1, -2, 3, (float)round};
        memcpy(data, values, sizeof values);
        const size_t before = w->counter.n_allocations;
        assert_ok(edgeai_session_run(session));
        assert_int_equal(w->counter.n_allocations, before);
        assert_memory_equal(data, values, sizeof values);
        for (int i = 0; i < 4; i++) {
            assert_true(output_of(session, 0)[i] == 0);
            assert_true(output_of(session, 1)[i] == values[i]);
        }
    }
    /* The next input does not change what the last run gave. */
    input_of(session, 0)[0] = 77;
    assert_true(output_of(session, 1)[0] == 1);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

static void operators_in_place_share_a_buffer(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(64));
    x = node1(b, &scripted_negate, x); /* not over the input */
    for (int i = 0; i < 5; i++)
        x = node1(b, &scripted_negate, x);
    x = node1(b, &scripted_flat, x);
    graph_output(b, x);
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    edgeai_session_memory_info memory;
    edgeai_session_memory(session, &memory);
    assert_int_equal(memory.arena_bytes, 2 * 256);
    assert_int_equal(memory.largest_pair_bytes, 2 * 256);
    assert_int_equal(memory.scratch_bytes, 0);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

/* x is read again after the node that could overwrite it. */
static void what_is_read_later_is_not_overwritten(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
    const int32_t c = node1(b, &scripted_copy, x);
    const int32_t f = node1(b, &scripted_flat, c); /* another view of it */
    const int32_t n = node1(b, &scripted_negate, c);
    const int32_t twice = add(b, f, f); /* both sides are one buffer */
    graph_output(b, add(b, n, twice));
    graph_output(b, n);
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    memcpy(input_of(session, 0), (float[]){3, -4}, 8);
    assert_ok(edgeai_session_run(session));
    assert_true(output_of(session, 0)[0] == 3 && output_of(session, 0)[1] == -4);
    assert_true(output_of(session, 1)[0] == -3 && output_of(session, 1)[1] == 4);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

/* Works in place for its first input only: the second one is read backwards. */
static edgeai_status add_reversed(const eai_call *call)
{
    const float *x = call->inputs[0]->data, *y = call->inputs[1]->data;
    float *z = call->outputs[0]->data;
    const size_t n = call->outputs[0]->n;
    for (size_t i = 0; i < n; i++)
        z[i] = x[i] + y[n - 1 - i];
    return EDGEAI_OK;
}

static const eai_operator reversed_operator = {.domain = "test",
                                               .name = "AddReversed",
                                               .min_inputs = 2,
                                               .max_inputs = 2,
                                               .min_outputs = 1,
                                               .max_outputs = 1,
                                               .flags = EAI_OP_IN_PLACE,
                                               .run = add_reversed};

static void an_input_read_twice_is_not_overwritten(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
    const int32_t c = node1(b, &scripted_copy, x);
    int32_t y = EAI_IR_NONE;
    graph_node_of(b, &reversed_operator, 2, (int32_t[]){c, node1(b, &scripted_flat, c)}, 1, &y);
    graph_output(b, y);
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    memcpy(input_of(session, 0), (float[]){3, -4}, 8);
    assert_ok(edgeai_session_run(session));
    assert_true(output_of(session, 0)[0] == -1 && output_of(session, 0)[1] == -1);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

static edgeai_graph *fill_graph(world *w)
{
    graph_builder *b = graph_begin(w->context);
    const int32_t dims = graph_input(b, "dims", EDGEAI_ELEMENT_I64, OP_DIMS(2));
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(-1, -1));
    graph_output(b, add(b, node1(b, &scripted_fill, dims), x));
    return graph_end(b);
}

static void bindings_decide_shapes(void **state)
{
    (void)state;
    world *w = begin();
    edgeai_graph *graph = fill_graph(w);
    edgeai_session *session = NULL;
    assert_fails(edgeai_session_create(&session, graph, NULL), EDGEAI_E_UNSUPPORTED);
    assert_error_says("Fill \"n0\"");
    assert_null(session);
    const int64_t dims[] = {2, 3};
    edgeai_binding bindings[] = {{.input = "dims", .n_dims = 1, .dims = {2}, .data = dims},
                                 {.input = "x", .n_dims = 2, .dims = {2, 3}}};
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.bindings = bindings;
    options.n_bindings = 2;
    assert_ok(edgeai_session_create(&session, graph, &options));
    void *data = session;
    edgeai_port port;
    assert_ok(edgeai_session_input(session, 0, &port, &data));
    assert_null(data);
    for (int i = 0; i < 6; i++)
        input_of(session, 1)[i] = (float)i;
    assert_ok(edgeai_session_run(session));
    for (int i = 0; i < 6; i++)
        assert_true(output_of(session, 0)[i] == (float)(i + 1));
    assert_int_equal(edgeai_session_n_steps(session), 1); /* the other one is folded */
    edgeai_session_free(session);

    bindings[1].n_dims = 1;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_SHAPE);
    bindings[1].n_dims = 9;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    bindings[1].n_dims = 2;
    bindings[1].dims[0] = -1;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    bindings[0].dims[0] = 3;
    bindings[1].dims[0] = 2;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_SHAPE);
    bindings[0].input = "y";
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_NOT_FOUND);
    bindings[0].input = "x";
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    edgeai_graph_free(graph);
    end(w);
}

static void shapes_that_depend_on_data_are_outputs_only(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
    graph_output(b, node1(b, &scripted_positive, x));
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    edgeai_port port;
    const float all[2][4] = {{1, -1, 2, -2}, {1, 2, 3, 4}};
    for (int round = 0; round < 2; round++) {
        memcpy(input_of(session, 0), all[round], sizeof all[round]);
        assert_ok(edgeai_session_run(session));
        assert_ok(edgeai_session_output(session, 0, &port, NULL));
        assert_int_equal(port.dims[0], round ? 4 : 2);
    }
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    b = graph_begin(w->context);
    x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
    graph_output(b, node1(b, &scripted_negate, node1(b, &scripted_positive, x)));
    graph = graph_end(b);
    assert_fails(edgeai_session_create(&session, graph, NULL), EDGEAI_E_UNSUPPORTED);
    assert_error_says("Positive \"n0\"");
    edgeai_graph_free(graph);
    end(w);
}

static void what_is_random_is_refused_unless_unread(void **state)
{
    (void)state;
    world *w = begin();
    for (int read = 0; read < 2; read++) {
        graph_builder *b = graph_begin(w->context);
        const int32_t x = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(1), (float[]){1});
        const int32_t y = node1(b, &scripted_random, x);
        graph_output(b, read ? y : x);
        edgeai_graph *graph = graph_end(b);
        edgeai_session *session = NULL;
        if (read)
            assert_fails(edgeai_session_create(&session, graph, NULL), EDGEAI_E_UNSUPPORTED);
        else
            session = open_session(graph);
        edgeai_session_free(session);
        edgeai_graph_free(graph);
    }
    end(w);
}

static void constants_and_inputs_can_be_outputs(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
    const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), (float[]){1, 2});
    graph_output(b, x);
    graph_output(b, node1(b, &scripted_negate, c));
    graph_output(b, x);
    edgeai_graph *graph = graph_end(b);
    edgeai_session *session = open_session(graph);
    assert_int_equal(edgeai_session_n_steps(session), 0);
    input_of(session, 0)[1] = 5;
    assert_ok(edgeai_session_run(session));
    assert_true(output_of(session, 0)[1] == 5 && output_of(session, 2)[1] == 5);
    assert_true(output_of(session, 1)[1] == -2);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

static void steps_tell_method_and_time(void **state)
{
    (void)state;
    world *w = begin();
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2, 3));
    graph_output(b, node1(b, &scripted_negate, node1(b, &scripted_prepared, x)));
    edgeai_graph *graph = graph_end(b);
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.profile = true;
    edgeai_session *session = NULL;
    assert_ok(edgeai_session_create(&session, graph, &options));
    edgeai_session_memory_info memory;
    edgeai_session_memory(session, &memory);
    assert_int_equal(memory.scratch_bytes, 1000);
    assert_int_equal(memory.weight_bytes, 100);
    assert_ok(edgeai_session_run(session));
    edgeai_step_info info;
    assert_ok(edgeai_session_step(session, 0, &info));
    assert_string_equal(info.name, "n0");
    assert_string_equal(info.op, "Prepared");
    assert_string_equal(info.method, "by state");
    assert_close(info.macs, 6, 0, 0);
    assert_int_equal(info.n_runs, 1);
    assert_int_equal(info.output.dims[1], 3);
    assert_true(info.ms >= 0);
    assert_ok(edgeai_session_step(session, 1, &info));
    assert_string_equal(info.method, "");
    assert_fails(edgeai_session_step(session, 2, &info), EDGEAI_E_INVALID);
    input_of(session, 0)[0] = -1;
    assert_fails(edgeai_session_run(session), EDGEAI_E_INVALID);
    assert_error_says("Prepared \"n0\"");
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    end(w);
}

/* Folded weights that an operator packs are not held twice, unless somebody else reads them. */
static void packed_constants_are_given_back(void **state)
{
    (void)state;
    world *w = begin();
    for (int shared = 0; shared < 2; shared++) {
        graph_builder *b = graph_begin(w->context);
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
        const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4), (float[4]){-7});
        const int32_t weights = node1(b, &scripted_negate, c);
        int32_t y = EAI_IR_NONE;
        graph_node_of(b, &scripted_packed, 2, (int32_t[]){x, weights}, 1, &y);
        graph_output(b, shared ? add(b, y, weights) : y);
        edgeai_graph *graph = graph_end(b);
        edgeai_session *session = open_session(graph);
        edgeai_session_memory_info memory;
        edgeai_session_memory(session, &memory);
        assert_int_equal(memory.weight_bytes, shared ? 116 : 100);
        assert_int_equal(session->constants.n, shared);
        input_of(session, 0)[0] = 1;
        assert_ok(edgeai_session_run(session));
        assert_true(output_of(session, 0)[0] == (shared ? 15 : 8));
        edgeai_session_free(session);
        edgeai_graph_free(graph);
    }
    end(w);
}

static edgeai_graph *everything(world *w)
{
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(8));
    const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(8), (float[8]){1, 2});
    const int32_t p = node1(b, &scripted_prepared, x);
    const int32_t folded = node1(b, &scripted_prepared, node1(b, &scripted_late, c));
    int32_t parts[2];
    graph_node_of(b, &scripted_halves, 1, &p, 2, parts);
    graph_output(b, add(b, parts[0], parts[1]));
    graph_output(b, add(b, p, folded));
    return graph_end(b);
}

static void any_failing_allocation_leaves_nothing(void **state)
{
    (void)state;
    world *w = begin();
    edgeai_graph *graph = everything(w);
    const size_t live = w->counter.n_live;
    size_t n_failed = 0;
    for (;; n_failed++) {
        edgeai_session *session = NULL;
        w->counter.fail_at = w->counter.n_allocations + n_failed;
        const edgeai_status status = edgeai_session_create(&session, graph, NULL);
        w->counter.fail_at = SIZE_MAX;
        if (status == EDGEAI_OK) {
            edgeai_session_free(session);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_null(session);
        assert_int_equal(w->counter.n_live, live);
    }
    assert_true(n_failed > 20);
    assert_int_equal(w->counter.n_live, live);
    edgeai_graph_free(graph);
    end(w);
}

/* Random networks, planned and not (all copies), must agree. */
static void plans_do_not_change_results(void **state)
{
    (void)state;
    world *w = begin();
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    for (int round = 0; round < 60; round++) {
        enum { N = 25, LENGTH = 24 };
        int32_t values[N + 1];
        float expected[N + 1][LENGTH], x[LENGTH];
        graph_builder *b = graph_begin(w->context);
        values[0] = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(LENGTH));
        for (int i = 0; i < LENGTH; i++)
            x[i] = expected[0][i] = (float)eai_rng_below(&rng, 100);
        for (int k = 1; k <= N; k++) {
            const size_t from = (size_t)eai_rng_below(&rng, (uint64_t)k);
            const size_t other = (size_t)eai_rng_below(&rng, (uint64_t)k);
            const uint64_t kind = eai_rng_below(&rng, 5);
            const eai_operator *ops[] = {&scripted_negate, &scripted_flat, &scripted_copy,
                                         &scripted_prepared};
            if (kind == 4)
                values[k] = add(b, values[from], values[other]);
            else if (kind == 3) /* needs what is not negative */
                values[k] = node1(b, &scripted_prepared, values[0]);
            else
                values[k] = node1(b, ops[kind], values[from]);
            for (int i = 0; i < LENGTH; i++)
                expected[k][i] = kind == 4   ? expected[from][i] + expected[other][i]
                                 : kind == 3 ? expected[0][i] + 1
                                 : kind == 0 ? -expected[from][i]
                                             : expected[from][i];
        }
        const size_t outputs[] = {N, (size_t)eai_rng_below(&rng, N), N - 3};
        for (int i = 0; i < 3; i++)
            graph_output(b, values[outputs[i]]);
        edgeai_graph *graph = graph_end(b);
        edgeai_session *session = open_session(graph);
        memcpy(input_of(session, 0), x, sizeof x);
        for (int run = 0; run < 2; run++) {
            assert_ok(edgeai_session_run(session));
            for (size_t i = 0; i < 3; i++)
                assert_memory_equal(output_of(session, i), expected[outputs[i]], sizeof x);
        }
        edgeai_session_free(session);
        edgeai_graph_free(graph);
    }
    end(w);
}

static void arguments_are_checked(void **state)
{
    (void)state;
    world *w = begin();
    edgeai_graph *graph = everything(w);
    edgeai_session *session = NULL;
    edgeai_session_options options = {0};
    assert_fails(edgeai_session_create(NULL, graph, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_session_create(&session, NULL, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    options.struct_size = sizeof options;
    options.n_bindings = 1;
    assert_fails(edgeai_session_create(&session, graph, &options), EDGEAI_E_INVALID);
    edgeai_session_free(NULL);
    edgeai_graph_free(graph);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_graph_computes_and_keeps_its_inputs),
        cmocka_unit_test(operators_in_place_share_a_buffer),
        cmocka_unit_test(what_is_read_later_is_not_overwritten),
        cmocka_unit_test(an_input_read_twice_is_not_overwritten),
        cmocka_unit_test(bindings_decide_shapes),
        cmocka_unit_test(shapes_that_depend_on_data_are_outputs_only),
        cmocka_unit_test(what_is_random_is_refused_unless_unread),
        cmocka_unit_test(constants_and_inputs_can_be_outputs),
        cmocka_unit_test(steps_tell_method_and_time),
        cmocka_unit_test(packed_constants_are_given_back),
        cmocka_unit_test(any_failing_allocation_leaves_nothing),
        cmocka_unit_test(plans_do_not_change_results),
        cmocka_unit_test(arguments_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
