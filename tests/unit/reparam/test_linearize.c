/* SPDX-License-Identifier: MIT */
#include "reparam/reparam_internal.h"
#include "support/block_builder.h"
#include "support/check.h"
#include "support/two_ways.h"

static void marked_activations_pass_on(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 2, 3, 3));
    int32_t y = block_relu(b, block_relu(b, x, true), false);
    const float low = 0, high = 6;
    y = graph_node(b, "", "Clip", 3,
                   (int32_t[]){y, graph_constant(b, EDGEAI_ELEMENT_F32, NULL, 0, &low),
                               graph_constant(b, EDGEAI_ELEMENT_F32, NULL, 0, &high)});
    graph_set_int(b, "edgeai_linearizable", 1);
    graph_output(b, y);
    eai_ir *ir = graph_end_ir(b);
    size_t n;
    assert_ok(eai_linearize_check(ir, &n));
    assert_int_equal(n, 2);
    eai_linearize(ir, (bool[]){true, true, false});
    assert_string_equal(ir->nodes[2].op_type, "Clip");
    eai_linearize(ir, NULL);
    assert_string_equal(ir->nodes[0].op_type, "Identity");
    assert_string_equal(ir->nodes[1].op_type, "Relu");
    assert_string_equal(ir->nodes[2].op_type, "Identity");
    assert_int_equal(ir->nodes[2].n_inputs, 1);
    eai_ir_free(ir);
}

static void marks_on_others_are_refused(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 2, 3, 3));
    const int32_t y = block_square(b, x, 2, 2, 1, 1, 1, 0);
    graph_set_int(b, "edgeai_linearizable", 1);
    graph_output(b, y);
    eai_ir *ir = graph_end_ir(b);
    size_t n;
    assert_fails(eai_linearize_check(ir, &n), EDGEAI_E_FORMAT);
    assert_error_says("no activation");
    eai_ir_free(ir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marked_activations_pass_on),
        cmocka_unit_test(marks_on_others_are_refused),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
