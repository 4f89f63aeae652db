/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void integers_are_multiplied_less_their_zeros(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MatMulInteger");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){11, 7, 10, 255});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1), (int8_t[]){-3, 4});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(2, 1), (int32_t[]){-5, 990});
    op_input(t, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){10});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){1});
    assert_ok(op_run(t, 1)); /* 1 -3, 0 245 by -4, 3 */
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(2, 1), (int32_t[]){-13, 735});
    op_end(t);
    t = op_begin("", "MatMulInteger"); /* a zero for each row and each column */
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 1), (int8_t[]){5, 6});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 2), (uint8_t[]){20, 30});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2), (int8_t[]){1, -1});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){10, 0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(2, 2), (int32_t[]){40, 120, 70, 210});
    op_end(t);
}

static void settings_must_fit(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MatMulInteger");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){11, 7, 10, 255});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2, 1), (uint8_t[]){3, 4});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(3), (uint8_t[]){1, 2, 3});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 2 has 3 elements, expected 1 or 2");
    op_end(t);
    t = op_begin("", "MatMulInteger");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(1), (float[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("f32");
    op_end(t);
}

static op_test *quantized(const float *b_scales, int n_scales)
{
    op_test *t = op_begin("", "QLinearMatMul");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){10, 12, 14, 200});
    op_f32(t, OP_DIMS(1), (float[]){0.5f});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){10});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(2, 2), (int8_t[]){1, 2, 3, -4});
    op_f32(t, (int64_t[]){n_scales}, 1, b_scales);
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){0});
    op_f32(t, OP_DIMS(1), (float[]){2});
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){100});
    return t;
}

/* Sums 6 -8, 574 -752. */
static void products_are_quantized_again(void **state)
{
    (void)state;
    op_test *t = quantized((float[]){1}, 1); /* by a quarter: 1.5 -2, 143.5 -188 */
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){102, 98, 244, 0});
    op_end(t);
    t = quantized((float[]){1, 0.25f}, 2); /* the second column by a sixteenth: -0.5 -47 */
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2, 2), (uint8_t[]){102, 100, 244, 53});
    op_end(t);
    t = quantized((float[]){1, 1, 1}, 3);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("input 4 has 3 elements");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_multiplied_less_their_zeros),
        cmocka_unit_test(settings_must_fit),
        cmocka_unit_test(products_are_quantized_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
