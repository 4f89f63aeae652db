/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include "base/rng.h"
#include "support/graph_builder.h"
#include "support/scripted_operators.h"

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

/* A chain of n negations; node i makes value i + 1. */
static eai_ir *chain(int n)
{
    graph_builder *b = graph_begin(context);
    int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
    for (int i = 0; i < n; i++)
        graph_node_of(b, &scripted_negate, 1, (int32_t[]){x}, 1, &x);
    graph_output(b, x);
    return graph_end_ir(b);
}

static void check_order(const eai_ir *ir)
{
    bool *made = test_calloc(ir->n_values, sizeof *made);
    made[ir->inputs[0]] = true;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        for (size_t k = 0; k < ir->nodes[i].n_inputs; k++)
            assert_true(made[ir->nodes[i].inputs[k]]);
        made[ir->nodes[i].outputs[0]] = true;
    }
    test_free(made);
}

static void any_order_becomes_one_that_runs(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int round = 0; round < 50; round++) {
        graph_builder *b = graph_begin(context);
        int32_t values[40];
        values[0] = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
        for (size_t i = 1; i < 40; i++) {
            const int32_t from[] = {values[eai_rng_below(&rng, i)], values[eai_rng_below(&rng, i)]};
            graph_node_of(b, &scripted_add, 2, from, 1, &values[i]);
        }
        graph_output(b, values[39]);
        eai_ir *ir = graph_end_ir(b);
        for (size_t i = ir->n_nodes; i > 1; i--) {
            const size_t k = (size_t)eai_rng_below(&rng, i);
            const eai_node node = ir->nodes[k];
            ir->nodes[k] = ir->nodes[i - 1];
            ir->nodes[i - 1] = node;
        }
        assert_ok(eai_ir_sort(ir));
        assert_int_equal(ir->n_nodes, 39);
        check_order(ir);
        eai_ir_free(ir);
    }
}

static void an_order_that_runs_is_kept_and_dead_nodes_go(void **state)
{
    (void)state;
    eai_ir *ir = chain(4);
    ir->nodes[3].dead = true;
    ir->outputs[0] = 3;
    const char *second = ir->nodes[1].name;
    assert_ok(eai_ir_sort(ir));
    assert_int_equal(ir->n_nodes, 3);
    assert_ptr_equal(ir->nodes[1].name, second);
    eai_ir_free(ir);
}

/* A stack frame for each node would not do. */
static void a_long_chain_backwards_is_sorted(void **state)
{
    (void)state;
    enum { N = 100000 };
    eai_ir *ir = chain(N);
    for (size_t i = 0; i < N / 2; i++) {
        const eai_node node = ir->nodes[i];
        ir->nodes[i] = ir->nodes[N - 1 - i];
        ir->nodes[N - 1 - i] = node;
    }
    assert_ok(eai_ir_sort(ir));
    check_order(ir);
    eai_ir_free(ir);
}

static void a_cycle_is_named(void **state)
{
    (void)state;
    eai_ir *ir = chain(3);
    ir->nodes[0].inputs[0] = 3;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("depends on itself");
    ir->nodes[0].inputs[0] = 1;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("Negate \"n0\": tensor \"v1\" depends on itself");
    eai_ir_free(ir);
}

static void what_is_made_twice_or_never_is_named(void **state)
{
    (void)state;
    eai_ir *ir = chain(3);
    ir->nodes[1].outputs[0] = 1;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("Negate \"n1\": tensor \"v1\" is made twice");
    ir->nodes[1].outputs[0] = 0; /* an input */
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("tensor \"x\" is made twice");
    ir->nodes[1].outputs[0] = EAI_IR_NONE;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("Negate \"n2\": tensor \"v2\" is neither given nor made");
    ir->nodes[2].inputs[0] = 1;
    ir->outputs[0] = 2;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    assert_error_says("tensor \"v2\" is neither given nor made");
    ir->outputs[0] = 99;
    assert_fails(eai_ir_sort(ir), EDGEAI_E_INTERNAL);
    ir->outputs[0] = 3;
    ir->values[0].data = context; /* an input that is a constant */
    assert_fails(eai_ir_sort(ir), EDGEAI_E_FORMAT);
    eai_ir_free(ir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_becomes_one_that_runs),
        cmocka_unit_test(an_order_that_runs_is_kept_and_dead_nodes_go),
        cmocka_unit_test(a_long_chain_backwards_is_sorted),
        cmocka_unit_test(a_cycle_is_named),
        cmocka_unit_test(what_is_made_twice_or_never_is_named),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
