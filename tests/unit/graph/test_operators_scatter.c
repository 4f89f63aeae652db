/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void elements_in_the_order_of_indices(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ScatterElements");
    op_f32(t, OP_DIMS(1, 4), (float[]){0, 1, 2, 3});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 3), (int64_t[]){1, -1, 1});
    op_f32(t, OP_DIMS(1, 3), (float[]){10, 20, 30});
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 4), (float[]){0, 30, 2, 20}, 0);
    op_set_string(t, "reduction", "add");
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 4), (float[]){0, 41, 2, 23}, 0);
    op_end(t);
}

static void reductions_of_integers(void **state)
{
    (void)state;
    static const char *const names[] = {"add", "mul", "max", "min"};
    static const int8_t expected[] = {-56, 16, 100, 100};
    for (size_t i = 0; i < 4; i++) {
        op_test *t = op_begin("", "ScatterND");
        op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1), (int8_t[]){1, 100});
        op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1), (int32_t[]){1});
        op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1), (int8_t[]){100});
        op_set_string(t, "reduction", names[i]);
        assert_ok(op_run(t, 1));
        op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1), (int8_t[]){1, expected[i]});
        op_end(t);
    }
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ScatterND");
    op_f32(t, OP_DIMS(2, 2), (float[]){0, 1, 2, 3});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 1), (int64_t[]){2});
    op_f32(t, OP_DIMS(1, 2), (float[]){10, 20});
    assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
    op_end(t);
    t = op_begin("", "ScatterND");
    op_f32(t, OP_DIMS(2, 2), (float[]){0, 1, 2, 3});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 1), (int64_t[]){0});
    op_f32(t, OP_DIMS(1), (float[]){10});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "ScatterElements");
    op_f32(t, OP_DIMS(2), (float[]){0, 1});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){0});
    op_f32(t, OP_DIMS(2), (float[]){10, 20});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_in_the_order_of_indices),
        cmocka_unit_test(reductions_of_integers),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
