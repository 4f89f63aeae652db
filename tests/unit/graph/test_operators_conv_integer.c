/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void padding_is_the_zero_point(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ConvInteger");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 3, 3), (uint8_t[]){2, 3, 4, 5, 6, 7, 8, 9, 10});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 2, 2), (uint8_t[]){1, 1, 1, 1});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){1});
    op_set_ints(t, "pads", 4, (int64_t[]){1, 1, 1, 1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(1, 1, 4, 4),
              (int32_t[]){1, 3, 5, 3, 5, 12, 16, 9, 11, 24, 28, 15, 7, 15, 17, 9});
    op_end(t);
}

static void each_filter_has_its_own_zero(void **state)
{
    (void)state;
    op_test *t = op_begin_in("", "ConvInteger", 2, NULL);
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 2, 2), (int8_t[]){-128, 127, 3, 4});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1, 1), (int8_t[]){-128, 2});
    op_absent(t);
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){127, -1});
    op_set_int(t, "group", 2);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(1, 2, 2), (int32_t[]){32640, -32385, 9, 12});
    op_end(t);
}

static op_test *begin_quantized(const uint8_t x[4], float y_scale, uint8_t y_zero)
{
    op_test *t = op_begin("", "QLinearConv");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 4), x);
    op_f32(t, OP_SCALAR, (float[]){1});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){10});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1, 1), (int8_t[]){1, 2});
    op_f32(t, OP_DIMS(2), (float[]){1, 0.5F});
    op_input(t, EDGEAI_ELEMENT_I8, OP_SCALAR, (int8_t[]){0});
    op_f32(t, OP_SCALAR, (float[]){y_scale});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){y_zero});
    return t;
}

static void ties_go_to_even_and_ends_saturate(void **state)
{
    (void)state;
    op_test *t = begin_quantized((uint8_t[]){11, 13, 0, 255}, 2, 3);
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){0, 1000});
    assert_ok(op_run(t, 1));
    /* (x - 10) / 2: 0.5, 1.5, -5, 122.5; then (2 (x - 10) + 1000) / 4 */
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(1, 2, 4),
              (uint8_t[]){3, 5, 0, 125, 253, 255, 248, 255});
    op_end(t);
}

static void no_scale_makes_it_undefined(void **state)
{
    (void)state;
    op_test *t = begin_quantized((uint8_t[]){10, 11, 9, 10}, 0, 3);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(1, 2, 4), (uint8_t[]){0, 255, 0, 0, 0, 255, 0, 0});
    op_end(t);
    t = begin_quantized((uint8_t[]){10, 11, 9, 10}, NAN, 3);
    assert_ok(op_run(t, 1));
    op_end(t);
}

static void wrong_types_and_sizes_are_refused(void **state)
{
    (void)state;
    op_test *t = begin_quantized((uint8_t[]){1, 2, 3, 4}, 1, 0);
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(3), (int32_t[]){0, 0, 0});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = op_begin("", "ConvInteger");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1, 1), (int8_t[]){1});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1, 1), (int8_t[]){1});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padding_is_the_zero_point),
        cmocka_unit_test(each_filter_has_its_own_zero),
        cmocka_unit_test(ties_go_to_even_and_ends_saturate),
        cmocka_unit_test(no_scale_makes_it_undefined),
        cmocka_unit_test(wrong_types_and_sizes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
