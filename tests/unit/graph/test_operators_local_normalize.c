/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void neighbours_count(void **state)
{
    (void)state;
    op_test *t = op_begin("", "LRN"); /* sizes 3: 1 before and 1 behind; 2: 1 behind */
    op_f32(t, OP_DIMS(1, 3, 2), (float[]){1, 1, 2, 0, 3, 2});
    op_set_int(t, "size", 3);
    op_set_float(t, "alpha", 3);
    op_set_float(t, "beta", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 3, 2), (float[]){1 / 6.0f, 0.5f, 2 / 15.0f, 0, 3 / 14.0f, 0.4f},
                  1e-6);
    op_end(t);
    t = op_begin("", "LRN");
    op_f32(t, OP_DIMS(1, 3, 1), (float[]){1, 2, 3});
    op_set_int(t, "size", 2);
    op_set_float(t, "alpha", 2);
    op_set_float(t, "beta", 0.5f);
    op_set_float(t, "bias", 4);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 3, 1), (float[]){1 / 3.0f, 0.485071250f, 0.832050294f}, 1e-6);
    op_end(t);
    t = op_begin("", "LRN"); /* beta 0.75 has a way of its own: 5 / 16^0.75 */
    op_f32(t, OP_DIMS(1, 1), (float[]){5});
    op_set_int(t, "size", 1);
    op_set_float(t, "alpha", 0.6f);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1), (float[]){0.625f}, 1e-6);
    op_end(t);
    t = op_begin("", "LRN");
    op_f32(t, OP_DIMS(1, 1, 1), (float[]){2});
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    assert_error_says("size is 0");
    op_set_int(t, "size", INT64_MAX);
    op_set_float(t, "alpha", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1), (float[]){2}, 0);
    op_end(t);
}

static void norms_become_one(void **state)
{
    (void)state;
    op_test *t = op_begin("", "LpNormalization");
    op_f32(t, OP_DIMS(2, 2), (float[]){3, -4, 0, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){0.6f, -0.8f, 0, 0}, 1e-6);
    op_set_int(t, "p", 1);
    op_set_int(t, "axis", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){1, -1, 0, 0}, 1e-6);
    op_end(t);
    t = op_begin("", "LpNormalization");
    op_f32(t, OP_DIMS(1), (float[]){3});
    op_set_int(t, "p", 3);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("p is 3");
    op_end(t);
}

static void means_and_variances_of_any_axes(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MeanVarianceNormalization");
    op_f32(t, OP_DIMS(2, 2, 1, 1), (float[]){1, 4, 3, 8});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 1, 1), (float[]){-1, -1, 1, 1}, 1e-6);
    op_set_ints(t, "axes", 1, (int64_t[]){-3});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 1, 1), (float[]){-1, 1, -1, 1}, 1e-6);
    op_end(t);
    t = op_begin("", "MeanVarianceNormalization");
    op_f32(t, OP_DIMS(2, 2), (float[]){1, 4, 3, 8});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 2");
    op_end(t);
    t = op_begin("", "MeanVarianceNormalization");
    op_f32(t, OP_DIMS(0, 2, 1, 1), NULL);
    assert_ok(op_run(t, 1));
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neighbours_count),
        cmocka_unit_test(norms_become_one),
        cmocka_unit_test(means_and_variances_of_any_axes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
