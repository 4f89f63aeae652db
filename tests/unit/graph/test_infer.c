/* SPDX-License-Identifier: MIT */
#include "graph/infer.h"

#include "graph/passes.h"
#include "platform/context_internal.h"
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

static int32_t node1(graph_builder *b, const eai_operator *op, int32_t x)
{
    int32_t y = EAI_IR_NONE;
    graph_node_of(b, op, 1, &x, 1, &y);
    return y;
}

static void close(eai_ir *ir, eai_constants *constants)
{
    eai_constants_free(constants, &context->allocator);
    eai_ir_free(ir);
}

/* Shape -> Fill: the shape of one tensor becomes that of another. */
static void shape_computations_fold(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2, 3));
    const int32_t dims = node1(b, &scripted_shape, node1(b, &scripted_grow, x));
    const int32_t ones = node1(b, &scripted_fill, dims);
    graph_output(b, ones);
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, true));
    assert_int_equal(ir->n_nodes, 0); /* Grow is read by nobody now */
    assert_int_equal(constants.n, 1); /* and dims neither */
    assert_int_equal(constants.bytes, 12 * sizeof(float));
    assert_null(ir->values[dims].data);
    assert_int_equal(ir->values[ones].dims[1], 6);
    assert_true(((const float *)ir->values[ones].data)[11] == 1);
    assert_ok(eai_complete(ir, &constants, true)); /* once more changes nothing */
    assert_int_equal(constants.n, 1);
    close(ir, &constants);
}

static void late_ones_wait_for_the_passes(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), (float[]){1, 2});
    const int32_t late = node1(b, &scripted_late, node1(b, &scripted_negate, c));
    graph_output(b, node1(b, &scripted_negate, late));
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, false));
    assert_int_equal(ir->n_nodes, 2);
    assert_ok(eai_passes_run(ir, &constants, false));
    assert_int_equal(ir->n_nodes, 0);
    assert_true(((const float *)ir->values[ir->outputs[0]].data)[1] == 2);
    close(ir, &constants);
}

static void true_shapes_of_folded_data_count(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(3), (float[]){1, -1, 2});
    const int32_t p = node1(b, &scripted_positive, c);
    graph_output(b, node1(b, &scripted_grow, p));
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, true));
    assert_int_equal(ir->n_nodes, 0);
    assert_int_equal(ir->values[ir->outputs[0]].dims[0], 4);
    assert_true(((const float *)ir->values[ir->outputs[0]].data)[3] == 2);
    close(ir, &constants);
}

/* Beyond the cap it stays a node, and what needs its value says so. */
static void what_is_too_large_is_not_folded(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int64_t dims[] = {(int64_t)(EAI_CONSTANTS_MAX / 4 + 1)};
    const int32_t d = graph_constant(b, EDGEAI_ELEMENT_I64, OP_DIMS(1), dims);
    graph_output(b, node1(b, &scripted_fill, d));
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, true));
    assert_int_equal(ir->n_nodes, 1);
    assert_int_equal(constants.n, 0);
    close(ir, &constants);
}

/* As passes do: another value, with another shape, in the memory of a folded one. */
static void data_that_another_value_borrows_stay(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(2), (float[]){1, 2});
    const int32_t folded = node1(b, &scripted_negate, c);
    graph_output(b, folded);
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, true));
    eai_value other = ir->values[folded];
    other.n_dims = 0;
    other.data = (const float *)other.data + 1;
    other.data_bytes = sizeof(float);
    assert_ok(eai_ir_add_value(ir, &other, &ir->outputs[0]));
    assert_ok(eai_complete(ir, &constants, true));
    assert_int_equal(constants.n, 1);
    assert_true(*(const float *)ir->values[ir->outputs[0]].data == -2);
    close(ir, &constants);
}

static void errors_name_the_node(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_SCALAR);
    graph_output(b, node1(b, &scripted_grow, x));
    eai_ir *ir = graph_end_ir(b);
    eai_constants constants = {0};
    assert_fails(eai_complete(ir, &constants, true), EDGEAI_E_SHAPE);
    assert_error_says("Grow \"n0\"");
    ir->nodes[0].inputs[0] = EAI_IR_NONE;
    assert_fails(eai_complete(ir, &constants, true), EDGEAI_E_FORMAT);
    assert_error_says("Grow \"n0\": input 0 is missing");
    close(ir, &constants);
}

/* Outputs that an operator always makes but the file does not name. */
static void unnamed_outputs_get_a_value(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(context);
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(4));
    int32_t y[2];
    graph_node_of(b, &scripted_halves, 1, &x, 2, y);
    graph_output(b, y[1]);
    eai_ir *ir = graph_end_ir(b);
    ir->nodes[0].outputs[0] = EAI_IR_NONE;
    eai_constants constants = {0};
    assert_ok(eai_complete(ir, &constants, true));
    assert_true(ir->nodes[0].outputs[0] > y[1]);
    assert_int_equal(ir->values[ir->nodes[0].outputs[0]].dims[0], 2);
    close(ir, &constants);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shape_computations_fold),
        cmocka_unit_test(late_ones_wait_for_the_passes),
        cmocka_unit_test(true_shapes_of_folded_data_count),
        cmocka_unit_test(what_is_too_large_is_not_folded),
        cmocka_unit_test(data_that_another_value_borrows_stay),
        cmocka_unit_test(errors_name_the_node),
        cmocka_unit_test(unnamed_outputs_get_a_value),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
