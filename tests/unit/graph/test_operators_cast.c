/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void numbers_become_other_numbers(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Cast");
    op_f32(t, OP_DIMS(4), (float[]){-1.9f, 2.5f, 0, NAN});
    op_set_int(t, "to", EDGEAI_ELEMENT_I32);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(4), (int32_t[]){-1, 2, 0, 0});
    op_end(t);
    t = op_begin("", "Cast");
    op_f32(t, OP_DIMS(4), (float[]){0.25f, 0, NAN, -1});
    op_set_int(t, "to", EDGEAI_ELEMENT_BOOL);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(4), (uint8_t[]){1, 0, 1, 1});
    op_end(t);
    t = op_begin("", "Cast");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2), (uint8_t[]){1, 0});
    op_set_int(t, "to", EDGEAI_ELEMENT_F32);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2), (float[]){1, 0}, 0);
    op_end(t);
    t = op_begin("", "Cast");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(1), (uint64_t[]){UINT64_MAX});
    op_set_int(t, "to", EDGEAI_ELEMENT_F64);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(1), (double[]){0x1p64});
    op_end(t);
    t = op_begin("", "Cast");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){0x3C00, 0xC500}); /* 1, -5 */
    op_set_int(t, "to", EDGEAI_ELEMENT_I8);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){1, -5});
    op_end(t);
}

static void long_tensors_are_cast_by_blocks(void **state)
{
    (void)state;
    float x[600];
    int16_t y[600];
    for (int i = 0; i < 600; i++) {
        x[i] = (float)(i - 300);
        y[i] = (int16_t)(i - 300);
    }
    op_test *t = op_begin("", "Cast");
    op_f32(t, OP_DIMS(600), x);
    op_set_int(t, "to", EDGEAI_ELEMENT_I16);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I16, OP_DIMS(600), y);
    op_end(t);
}

static void unknown_types_are_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Cast");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_set_int(t, "to", 8);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("data type 8");
    op_end(t);
    t = op_begin("", "Cast");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_set_int(t, "to", (int64_t)1 << 40);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("data type");
    op_end(t);
}

static void another_tensor_gives_the_type(void **state)
{
    (void)state;
    op_test *t = op_begin("", "CastLike");
    op_f32(t, OP_DIMS(2), (float[]){1, 2});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){1, 2});
    op_end(t);
}

static void values_are_clipped(void **state)
{
    (void)state;
    const float x[] = {-5, 0.5f, 7, NAN};
    op_test *t = op_begin("", "Clip");
    op_f32(t, OP_DIMS(4), x);
    op_f32(t, OP_SCALAR, (float[]){0});
    op_f32(t, OP_SCALAR, (float[]){6});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(4), (float[]){0, 0.5f, 6, NAN}, 0);
    op_end(t);
    t = op_begin("", "Clip");
    op_f32(t, OP_DIMS(4), x);
    op_absent(t);
    op_f32(t, OP_SCALAR, (float[]){6});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(4), (float[]){-5, 0.5f, 6, NAN}, 0);
    op_end(t);
    t = op_begin("", "Clip"); /* both bounds at odds: the upper one counts */
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){-5, 3, 9});
    op_input(t, EDGEAI_ELEMENT_I8, OP_SCALAR, (int8_t[]){5});
    op_input(t, EDGEAI_ELEMENT_I8, OP_SCALAR, (int8_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){2, 2, 2});
    op_end(t);
    t = op_begin("", "Clip");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX, 1});
    op_absent(t);
    op_input(t, EDGEAI_ELEMENT_U64, OP_SCALAR, (uint64_t[]){UINT64_MAX - 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX - 1, 1});
    op_end(t);
}

static void bounds_must_fit(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Clip");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_input(t, EDGEAI_ELEMENT_I8, OP_SCALAR, (int8_t[]){5});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("input 1");
    op_end(t);
    t = op_begin("", "Clip");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_absent(t);
    op_f32(t, OP_DIMS(2), (float[]){1, 2});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("2 elements");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_become_other_numbers),
        cmocka_unit_test(long_tensors_are_cast_by_blocks),
        cmocka_unit_test(unknown_types_are_refused),
        cmocka_unit_test(another_tensor_gives_the_type),
        cmocka_unit_test(values_are_clipped),
        cmocka_unit_test(bounds_must_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
