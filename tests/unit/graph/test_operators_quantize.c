/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void ties_go_to_even_and_ends_saturate(void **state)
{
    (void)state;
    op_test *t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(8), (float[]){0, 1, 3, 5, -3, 1000, -1000, NAN});
    op_f32(t, OP_SCALAR, (float[]){2});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){128});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(8), (uint8_t[]){128, 128, 130, 130, 126, 255, 0, 0});
    op_end(t);
    t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(3), (float[]){0.5F, 1.5F, 300});
    op_f32(t, OP_SCALAR, (float[]){1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(3), (uint8_t[]){0, 2, 255});
    op_end(t);
}

static void scales_along_an_axis(void **state)
{
    (void)state;
    op_test *t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){2, 4, 30, -30});
    op_f32(t, OP_DIMS(2), (float[]){2, 10});
    op_input(t, EDGEAI_ELEMENT_I16, OP_DIMS(2), (int16_t[]){0, -32767});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I16, OP_DIMS(1, 2, 2), (int16_t[]){1, 2, -32764, -32768});
    op_end(t);
    t = op_begin("", "DequantizeLinear");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 2), (int8_t[]){1, -128, 3, 4});
    op_f32(t, OP_DIMS(2), (float[]){2, 10});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){0, 127});
    op_set_int(t, "axis", -1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2, -2550, 6, -1230}, 0);
    op_end(t);
}

static void scales_for_blocks(void **state)
{
    (void)state;
    op_test *t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(2, 3), (float[]){1, 2, 30, 40, 50, 600});
    op_f32(t, OP_DIMS(2, 2), (float[]){1, 10, 20, 100});
    op_set_int(t, "axis", 1);
    op_set_int(t, "block_size", 2);
    op_set_int(t, "output_dtype", EDGEAI_ELEMENT_I8);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(2, 3), (int8_t[]){1, 2, 3, 2, 2, 6});
    op_end(t);
    t = op_begin("", "DequantizeLinear");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(4, 2), (uint8_t[]){1, 2, 3, 4, 5, 6, 7, 8});
    op_f32(t, OP_DIMS(2, 2), (float[]){1, 10, 100, 1000});
    op_set_int(t, "axis", 0);
    op_set_int(t, "block_size", 2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(4, 2), (float[]){1, 20, 3, 40, 500, 6000, 700, 8000}, 0);
    op_end(t);
}

static void other_types(void **state)
{
    (void)state;
    op_test *t = op_begin("", "DequantizeLinear");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){INT32_MIN, 5});
    op_f32(t, OP_DIMS(1), (float[]){0.5F});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2), (float[]){-0x1p30F, 2.5F}, 0);
    op_end(t);
    t = op_begin("", "DequantizeLinear");
    op_input(t, EDGEAI_ELEMENT_U16, OP_DIMS(1), (uint16_t[]){3});
    op_input(t, EDGEAI_ELEMENT_F16, OP_SCALAR, (uint16_t[]){0x4000});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(1), (uint16_t[]){0x4600});
    op_end(t);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(1, 3), (float[]){1, 2, 3});
    op_f32(t, OP_DIMS(2), (float[]){1, 1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "QuantizeLinear");
    op_f32(t, OP_DIMS(3), (float[]){1, 2, 3});
    op_f32(t, OP_SCALAR, (float[]){1});
    op_set_int(t, "output_dtype", 17);
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    op_end(t);
    t = op_begin("", "DequantizeLinear");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){1, 2, 3, 4});
    op_f32(t, OP_DIMS(2, 1), (float[]){1, 1});
    op_set_int(t, "block_size", -2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_go_to_even_and_ends_saturate),
        cmocka_unit_test(scales_along_an_axis),
        cmocka_unit_test(scales_for_blocks),
        cmocka_unit_test(other_types),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
