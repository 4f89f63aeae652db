/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void elements_are_chosen(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Where");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2, 1), (uint8_t[]){1, 0});
    op_f32(t, OP_DIMS(2, 3), (float[]){1, 2, 3, 4, 5, 6});
    op_f32(t, OP_DIMS(3), (float[]){-1, -2, -3});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){1, 2, 3, -1, -2, -3}, 0);
    op_end(t);
}

static void types_of_any_size_are_moved(void **state)
{
    (void)state;
    const uint8_t which[] = {1, 0};
    op_test *t = op_begin("", "Where");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), which);
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){1, 2});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){9});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){1, 9});
    op_end(t);
    t = op_begin("", "Where");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), which);
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){1, 2});
    op_input(t, EDGEAI_ELEMENT_F16, OP_SCALAR, (uint16_t[]){9});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){1, 9});
    op_end(t);
    t = op_begin("", "Where");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), which);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){1, 2});
    op_input(t, EDGEAI_ELEMENT_I64, OP_SCALAR, (int64_t[]){INT64_MIN});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){1, INT64_MIN});
    op_end(t);
}

static void types_must_agree(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Where");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(1), (uint8_t[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("input 2 is i64");
    op_end(t);
    t = op_begin("", "Where");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("input 0 is f32");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_are_chosen),
        cmocka_unit_test(types_of_any_size_are_moved),
        cmocka_unit_test(types_must_agree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
