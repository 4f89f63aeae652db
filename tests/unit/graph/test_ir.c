/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include <string.h>

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

static void memory_is_zeroed_aligned_and_stays(void **state)
{
    (void)state;
    world *w = begin();
    eai_ir *ir = NULL;
    assert_ok(eai_ir_create(&ir, w->context, "a path"));
    assert_string_equal(ir->source, "a path");
    char *first = eai_ir_memory(ir, 3);
    memset(first, 7, 3);
    for (size_t bytes = 0; bytes < 100000; bytes = 3 * bytes + 1) {
        char *memory = eai_ir_memory(ir, bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 16, 0);
        for (size_t i = 0; i < bytes; i++)
            assert_int_equal(memory[i], 0);
        if (bytes > 0) memset(memory, 1, bytes);
    }
    assert_int_equal(first[2], 7);
    assert_null(eai_ir_memory(ir, SIZE_MAX));
    assert_error_says("cannot allocate");
    assert_string_equal(eai_ir_string(ir, "abcdef", 3), "abc");
    assert_string_equal(eai_ir_string(ir, NULL, 0), "");
    /* Many small ones share blocks. */
    const size_t before = w->counter.n_allocations;
    for (int i = 0; i < 1000; i++)
        assert_non_null(eai_ir_memory(ir, 100));
    assert_true(w->counter.n_allocations - before <= 3);
    eai_ir_free(ir);
    eai_ir_free(NULL);
    end(w);
}

static void nodes_are_checked_against_their_operator(void **state)
{
    (void)state;
    world *w = begin();
    eai_ir *ir = NULL;
    int32_t node = 0;
    assert_ok(eai_ir_create(&ir, w->context, "net.onnx"));
    assert_fails(eai_ir_add_node(ir, "", "Frobnicate", "f1", 1, 1, 0, &node), EDGEAI_E_UNSUPPORTED);
    assert_error_says("\"f1\" wants operator Frobnicate of domain \"\"");
    assert_fails(eai_ir_add_node(ir, "", "Relu", "r\n", 2, 1, 0, &node), EDGEAI_E_FORMAT);
    assert_error_says("Relu \"r?\" takes at most 1 input(s), found 2");
    assert_fails(eai_ir_add_node(ir, "", "Relu", "r", 1, 0, 0, &node), EDGEAI_E_FORMAT);
    assert_fails(eai_ir_add_node(ir, "", "Relu", "r", 1, 5000, 0, &node), EDGEAI_E_LIMIT);
    assert_int_equal(node, EAI_IR_NONE);
    assert_int_equal(ir->n_nodes, 0);
    for (int i = 0; i < 100; i++) {
        assert_ok(eai_ir_add_node(ir, "ai.onnx", "Relu", "r", 1, 1, 2, &node));
        assert_int_equal(node, i);
    }
    assert_int_equal(ir->nodes[99].inputs[0], EAI_IR_NONE);
    assert_int_equal(ir->nodes[99].outputs[0], EAI_IR_NONE);
    assert_string_equal(ir->nodes[0].domain, "");
    eai_ir_free(ir);
    end(w);
}

static eai_ir *small(world *w)
{
    graph_builder *b = graph_begin(w->context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2, 3));
    const int32_t c =
        graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2, 3), (float[6]){1, 2, 3, 4, 5, 6});
    int32_t y = EAI_IR_NONE;
    graph_node_of(b, &scripted_add, 2, (int32_t[]){x, c}, 1, &y);
    graph_set_int(b, "axis", 3);
    graph_output(b, graph_node(b, "", "Relu", 1, &y));
    return graph_end_ir(b);
}

static void a_copy_is_apart_but_shares_constants(void **state)
{
    (void)state;
    world *w = begin();
    eai_ir *ir = small(w), *copy = NULL;
    assert_ok(eai_ir_copy(&copy, ir));
    assert_int_equal(copy->n_nodes, 2);
    assert_int_equal(copy->n_values, 4);
    assert_ptr_equal(copy->values[1].data, ir->values[1].data);
    copy->nodes[0].inputs[0] = 1;
    copy->nodes[0].attributes[0].i = 9;
    copy->inputs[0] = 2;
    copy->values[0].dims[0] = 77;
    assert_int_equal(ir->nodes[0].inputs[0], 0);
    assert_int_equal(eai_node_int(&ir->nodes[0], "axis", 0), 3);
    assert_int_equal(ir->inputs[0], 0);
    assert_int_equal(ir->values[0].dims[0], 2);
    eai_ir_free(copy);
    eai_ir_free(ir);
    end(w);
}

static void copying_survives_any_failing_allocation(void **state)
{
    (void)state;
    world *w = begin();
    eai_ir *ir = small(w), *copy = NULL;
    const size_t live = w->counter.n_live;
    for (size_t i = 0;; i++) {
        w->counter.fail_at = w->counter.n_allocations + i;
        const edgeai_status status = eai_ir_copy(&copy, ir);
        w->counter.fail_at = SIZE_MAX;
        if (status == EDGEAI_OK) {
            assert_true(i >= 3);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_null(copy);
        assert_int_equal(w->counter.n_live, live);
    }
    eai_ir_free(copy);
    eai_ir_free(ir);
    end(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_zeroed_aligned_and_stays),
        cmocka_unit_test(nodes_are_checked_against_their_operator),
        cmocka_unit_test(a_copy_is_apart_but_shares_constants),
        cmocka_unit_test(copying_survives_any_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
