/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void f32_pair(const char *name, const uint8_t *expected)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(4), (float[]){1, 2, 3, NAN});
    op_f32(t, OP_DIMS(1), (float[]){2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), expected);
    op_end(t);
}

static void numbers_are_compared(void **state)
{
    (void)state;
    f32_pair("Equal", (uint8_t[]){0, 1, 0, 0});
    f32_pair("Less", (uint8_t[]){1, 0, 0, 0});
    f32_pair("LessOrEqual", (uint8_t[]){1, 1, 0, 0});
    f32_pair("Greater", (uint8_t[]){0, 0, 1, 0});
    f32_pair("GreaterOrEqual", (uint8_t[]){0, 1, 1, 0});
}

static void large_integers_are_compared_exactly(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Less");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX - 1, 1});
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX, UINT64_MAX});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){1, 1});
    op_end(t);
    t = op_begin("", "Equal");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){INT64_MAX});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){INT64_MAX - 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(1), (uint8_t[]){0});
    op_end(t);
    t = op_begin("", "Equal");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){1, 0});
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(1), (uint8_t[]){0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){0, 1});
    op_end(t);
}

static void truth(const char *name, const uint8_t *expected)
{
    op_test *t = op_begin("", name);
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){0, 0, 1, 1});
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){0, 1, 0, 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), expected);
    op_end(t);
}

static void truth_tables_hold(void **state)
{
    (void)state;
    truth("And", (uint8_t[]){0, 0, 0, 1});
    truth("Or", (uint8_t[]){0, 1, 1, 1});
    truth("Xor", (uint8_t[]){0, 1, 1, 0});
    op_test *t = op_begin("", "And");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("f32");
    op_end(t);
}

static void bits_are_combined(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int8_t expected[2];
    } cases[] = {{"BitwiseAnd", {4, -128}}, {"BitwiseOr", {7, -1}}, {"BitwiseXor", {3, 127}}};
    for (size_t i = 0; i < 3; i++) {
        op_test *t = op_begin("", cases[i].name);
        op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){5, -1});
        op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){6, -128});
        assert_ok(op_run(t, 1));
        op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2), cases[i].expected);
        op_end(t);
    }
    op_test *t = op_begin("", "BitwiseAnd");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    op_end(t);
}

static void bits_are_shifted(void **state)
{
    (void)state;
    op_test *t = op_begin("", "BitShift");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(4), (uint8_t[]){16, 4, 1, 200});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(4), (uint8_t[]){1, 2, 3, 200});
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    assert_error_says("direction");
    op_set_string(t, "direction", "RIGHT");
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(4), (uint8_t[]){8, 1, 0, 0});
    op_end(t);
    t = op_begin("", "BitShift");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(3), (uint64_t[]){1, 1, 1});
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(3), (uint64_t[]){1, 63, 64});
    op_set_string(t, "direction", "LEFT");
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(3), (uint64_t[]){2, (uint64_t)1 << 63, 0});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_compared),
        cmocka_unit_test(large_integers_are_compared_exactly),
        cmocka_unit_test(truth_tables_hold),
        cmocka_unit_test(bits_are_combined),
        cmocka_unit_test(bits_are_shifted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
