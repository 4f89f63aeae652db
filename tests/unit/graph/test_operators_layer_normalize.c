/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

/* Rows 1, 3 and 4, 8: means 2 and 6, deviations 1 and 2. */
static op_test *begin(int axis)
{
    op_test *t = op_begin("", "LayerNormalization");
    op_f32(t, OP_DIMS(2, 1, 2), (float[]){1, 3, 4, 8});
    op_set_int(t, "axis", axis);
    op_set_float(t, "epsilon", 0);
    return t;
}

static void rows_are_normalized(void **state)
{
    (void)state;
    op_test *t = begin(-1);
    op_f32(t, OP_DIMS(2), (float[]){2, 3});
    op_f32(t, OP_DIMS(2), (float[]){10, 20});
    assert_ok(op_run(t, 3));
    op_expect_f32(t, 0, OP_DIMS(2, 1, 2), (float[]){8, 23, 8, 23}, 1e-6);
    op_expect_f32(t, 1, OP_DIMS(2, 1, 1), (float[]){2, 6}, 1e-6);
    op_expect_f32(t, 2, OP_DIMS(2, 1, 1), (float[]){1, 0.5f}, 1e-6);
    op_end(t);
    t = begin(1);
    op_f32(t, OP_DIMS(1, 2), (float[]){2, 3});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1, 2), (float[]){-2, 3, -2, 3}, 1e-6);
    op_end(t);
    t = begin(-1);
    op_f32(t, OP_DIMS(1), (float[]){2});
    op_f32(t, OP_DIMS(2), (float[]){10, 20});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1, 2), (float[]){8, 22, 8, 22}, 1e-6);
    op_end(t);
}

static void all_dimensions_are_a_row(void **state)
{
    (void)state;
    op_test *t = begin(0); /* 1, 3, 4, 8: mean 4, variance 6.5 */
    op_f32(t, OP_DIMS(2, 1, 2), (float[]){1, 1, 1, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1, 2), (float[]){-1.17669681f, -0.39223227f, 0, 3.13785816f},
                  1e-6);
    op_end(t);
}

static void shapes_must_agree(void **state)
{
    (void)state;
    op_test *t = begin(-1);
    op_f32(t, OP_DIMS(3), (float[]){1, 1, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 1");
    op_end(t);
    t = begin(-1);
    op_f32(t, OP_DIMS(2, 1, 1), (float[]){1, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 1");
    op_end(t);
    t = begin(3);
    op_f32(t, OP_DIMS(2), (float[]){1, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 3");
    op_end(t);
}

static void root_mean_squares(void **state)
{
    (void)state;
    op_test *t = op_begin("", "RMSNormalization"); /* mean square 25 / 2 and 1 */
    op_f32(t, OP_DIMS(2, 2), (float[]){3, 4, 1, -1});
    op_f32(t, OP_DIMS(2), (float[]){1, 2});
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){0.848528137f, 2.26274170f, 1, -2}, 1e-6);
    op_end(t);
    t = op_begin("", "RMSNormalization");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1, 2), (double[]){2, -2});
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(2), (double[]){1, 3});
    op_set_float(t, "epsilon", 0);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(1, 2), (double[]){1, -3});
    op_end(t);
}

static void empty_rows(void **state)
{
    (void)state;
    op_test *t = op_begin("", "LayerNormalization");
    op_f32(t, OP_DIMS(2, 0), NULL);
    op_f32(t, OP_DIMS(0), NULL);
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(2, 0));
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_normalized), cmocka_unit_test(all_dimensions_are_a_row),
        cmocka_unit_test(shapes_must_agree),   cmocka_unit_test(root_mean_squares),
        cmocka_unit_test(empty_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
