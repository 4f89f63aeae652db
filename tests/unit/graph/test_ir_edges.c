/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

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

/* x -> negate -> y -> add(y, y) -> z, outputs y and z. */
static eai_ir *small(void)
{
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2));
    int32_t y = EAI_IR_NONE, z = EAI_IR_NONE;
    graph_node_of(b, &scripted_negate, 1, &x, 1, &y);
    graph_node_of(b, &scripted_add, 2, (int32_t[]){y, y}, 1, &z);
    graph_output(b, y);
    graph_output(b, z);
    return graph_end_ir(b);
}

static void producers_and_readers_are_counted(void **state)
{
    (void)state;
    eai_ir *ir = small();
    int32_t found[3];
    eai_ir_producers(ir, found);
    assert_int_equal(found[0], EAI_IR_NONE);
    assert_int_equal(found[1], 0);
    assert_int_equal(found[2], 1);
    eai_ir_count_readers(ir, found);
    assert_int_equal(found[0], 1);
    assert_int_equal(found[1], 3);
    assert_int_equal(found[2], 1);
    ir->nodes[1].dead = true;
    eai_ir_count_readers(ir, found);
    assert_int_equal(found[1], 1);
    eai_ir_producers(ir, found);
    assert_int_equal(found[2], EAI_IR_NONE);
    eai_ir_free(ir);
}

static void replacing_moves_all_readers(void **state)
{
    (void)state;
    eai_ir *ir = small();
    eai_ir_replace(ir, 1, 0);
    assert_int_equal(ir->nodes[1].inputs[0], 0);
    assert_int_equal(ir->nodes[1].inputs[1], 0);
    assert_int_equal(ir->outputs[0], 0);
    assert_int_equal(ir->outputs[1], 2);
    assert_int_equal(ir->nodes[0].outputs[0], 1);
    eai_ir_free(ir);
}

static void sweeping_leaves_what_is_read(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
    int32_t y[2], z = EAI_IR_NONE, unread = EAI_IR_NONE;
    graph_node_of(b, &scripted_halves, 1, &x, 2, y);
    graph_node_of(b, &scripted_negate, 1, &y[1], 1, &z);
    graph_node_of(b, &scripted_copy, 1, &z, 1, &unread);
    graph_node_of(b, &scripted_copy, 1, &unread, 1, &unread);
    graph_output(b, z);
    eai_ir *ir = graph_end_ir(b);
    assert_ok(eai_ir_sweep(ir));
    assert_int_equal(ir->n_nodes, 2);
    /* Both halves are needed by the operator, one only by the graph. */
    assert_int_equal(ir->nodes[0].outputs[0], y[0]);
    ir->nodes[1].dead = true;
    assert_ok(eai_ir_sweep(ir));
    assert_int_equal(ir->n_nodes, 0);
    assert_ok(eai_ir_sweep(ir));
    eai_ir_free(ir);
}

/* As halves, but the second one is optional. */
static const eai_operator one_or_two = {.domain = "test",
                                        .name = "OneOrTwo",
                                        .min_inputs = 1,
                                        .max_inputs = 1,
                                        .min_outputs = 1,
                                        .max_outputs = 2};

static void unread_optional_outputs_are_dropped(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
    int32_t y[2];
    graph_node_of(b, &one_or_two, 1, &x, 2, y);
    graph_output(b, y[0]);
    eai_ir *ir = graph_end_ir(b);
    assert_ok(eai_ir_sweep(ir));
    assert_int_equal(ir->nodes[0].outputs[0], y[0]);
    assert_int_equal(ir->nodes[0].outputs[1], EAI_IR_NONE);
    eai_ir_free(ir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(producers_and_readers_are_counted),
        cmocka_unit_test(replacing_moves_all_readers),
        cmocka_unit_test(sweeping_leaves_what_is_read),
        cmocka_unit_test(unread_optional_outputs_are_dropped),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
