/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static const float numbers[] = {0, 1, 2, 1000, 1001, 1002};
/* exp(0), exp(1), exp(2) by their sum. */
static const float shares[] = {0.0900305732f, 0.244728471f, 0.665240956f};

static void rows_sum_to_one(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Softmax");
    op_f32(t, OP_DIMS(2, 3), numbers);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3),
                  (float[]){shares[0], shares[1], shares[2], shares[0], shares[1], shares[2]},
                  1e-6);
    op_end(t);
    t = op_begin("", "LogSoftmax");
    op_f32(t, OP_DIMS(2, 3), numbers);
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3),
                  (float[]){-2.40760596f, -1.40760596f, -0.407605964f, -2.40760596f, -1.40760596f,
                            -0.407605964f},
                  1e-6);
    op_end(t);
    t = op_begin("", "Hardmax");
    op_f32(t, OP_DIMS(2, 3), (float[]){1, 5, 5, 3, 2, 1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){0, 1, 0, 1, 0, 0}, 0);
    op_end(t);
}

static void columns_too(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Softmax");
    op_f32(t, OP_DIMS(1, 3, 2), (float[]){0, 5, 1, 5, 2, 5});
    op_set_int(t, "axis", -2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 3, 2),
                  (float[]){shares[0], 1 / 3.0f, shares[1], 1 / 3.0f, shares[2], 1 / 3.0f}, 1e-6);
    op_end(t);
    t = op_begin("", "Softmax");
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(2), (double[]){3, 3});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(2), (double[]){0.5, 0.5});
    op_end(t);
}

static void old_opsets_flatten(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Softmax");
    op_f32(t, OP_DIMS(1, 3, 1, 2), (float[]){0, 0, 0, 0, 0, 0});
    op_set_int(t, "edgeai_flatten", 1);
    assert_ok(op_run(t, 1)); /* at axis 1 */
    for (int i = 0; i < 6; i++)
        assert_close(((const float *)op_output(t, 0)->data)[i], 1 / 6.0, 1e-7, 0);
    op_set_int(t, "axis", 4);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 3, 1, 2), (float[]){1, 1, 1, 1, 1, 1}, 0);
    op_end(t);
    t = op_begin("", "Hardmax");
    op_f32(t, OP_DIMS(2, 2, 2), (float[]){1, 2, 3, 4, 9, 7, 8, 7});
    op_set_int(t, "edgeai_flatten", 1);
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 2), (float[]){0, 0, 0, 1, 1, 0, 0, 0}, 0);
    op_end(t);
}

static void limits(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Softmax");
    op_f32(t, OP_DIMS(0, 3), NULL);
    assert_ok(op_run(t, 1));
    op_end(t);
    t = op_begin("", "Softmax");
    op_f32(t, OP_DIMS(2, 3), numbers);
    op_set_int(t, "axis", 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 2");
    op_end(t);
    t = op_begin("", "Softmax");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(1), (uint16_t[]){0});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("f16");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_sum_to_one),
        cmocka_unit_test(columns_too),
        cmocka_unit_test(old_opsets_flatten),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
