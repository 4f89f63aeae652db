/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static op_test *begin(int32_t axis, int exclusive, int reverse)
{
    op_test *t = op_begin("", "CumSum");
    op_f32(t, OP_DIMS(2, 3), (float[]){1, 2, 3, 4, 5, 6});
    op_input(t, EDGEAI_ELEMENT_I32, OP_SCALAR, &axis);
    op_set_int(t, "exclusive", exclusive);
    op_set_int(t, "reverse", reverse);
    return t;
}

static void sums_grow_along_an_axis(void **state)
{
    (void)state;
    static const struct {
        int32_t axis;
        int exclusive, reverse;
        float expected[6];
    } cases[] = {
        {1, 0, 0, {1, 3, 6, 4, 9, 15}}, {0, 0, 0, {1, 2, 3, 5, 7, 9}},
        {-1, 1, 0, {0, 1, 3, 0, 4, 9}}, {1, 0, 1, {6, 5, 3, 15, 11, 6}},
        {-2, 1, 1, {4, 5, 6, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        op_test *t = begin(cases[i].axis, cases[i].exclusive, cases[i].reverse);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(2, 3), cases[i].expected, 0);
        op_end(t);
    }
}

static void integers_wrap(void **state)
{
    (void)state;
    op_test *t = op_begin("", "CumSum");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){INT64_MAX, 1});
    op_i64(t, OP_SCALAR, (int64_t[]){0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){INT64_MAX, INT64_MIN});
    op_end(t);
    t = op_begin("", "CumSum");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2, 0), NULL);
    op_i64(t, OP_SCALAR, (int64_t[]){1});
    assert_ok(op_run(t, 1));
    op_end(t);
}

static void axes_must_be_right(void **state)
{
    (void)state;
    op_test *t = begin(2, 0, 0);
    assert_fails(op_run(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 2");
    op_end(t);
    t = op_begin("", "CumSum");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_i64(t, OP_SCALAR, (int64_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 1");
    op_end(t);
    t = op_begin("", "CumSum");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_i64(t, OP_DIMS(2), (int64_t[]){0, 0});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("2 elements");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_grow_along_an_axis),
        cmocka_unit_test(integers_wrap),
        cmocka_unit_test(axes_must_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
