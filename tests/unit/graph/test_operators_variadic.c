/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void three(const char *name, const float *expected)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(3), (float[]){1, 5, NAN});
    op_f32(t, OP_SCALAR, (float[]){2});
    op_f32(t, OP_DIMS(2, 1), (float[]){3, 9});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), expected, 1e-6);
    op_end(t);
}

static void many_are_combined(void **state)
{
    (void)state;
    three("Sum", (float[]){6, 10, NAN, 12, 16, NAN});
    three("Mean", (float[]){2, 10 / 3.0f, NAN, 4, 16 / 3.0f, NAN});
    three("Max", (float[]){3, 5, NAN, 9, 9, NAN});
    three("Min", (float[]){1, 2, NAN, 1, 2, NAN});
}

static void one_is_copied(void **state)
{
    (void)state;
    const char *names[] = {"Sum", "Mean", "Max", "Min"};
    for (int i = 0; i < 4; i++) {
        op_test *t = op_begin("", names[i]);
        op_f32(t, OP_DIMS(2), (float[]){1, -2});
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(2), (float[]){1, -2}, 0);
        op_end(t);
    }
}

static void extremes_of_integers(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Max");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX, 1});
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){2, 3});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX, 3});
    op_end(t);
    t = op_begin("", "Min");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){-128, 1});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){-128, 0});
    op_end(t);
}

static void halves_have_means(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Mean");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(1), (uint16_t[]){0x3C00}); /* 1 */
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(1), (uint16_t[]){0x4200}); /* 3 */
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(1), (uint16_t[]){0x4000});
    op_end(t);
}

static void types_must_be_right(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Sum");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("i8");
    op_end(t);
    t = op_begin("", "Max");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_absent(t);
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    assert_error_says("input 1 is missing");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_are_combined),    cmocka_unit_test(one_is_copied),
        cmocka_unit_test(extremes_of_integers), cmocka_unit_test(halves_have_means),
        cmocka_unit_test(types_must_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
