/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static void scale_and_zero_fit_the_values(void **state)
{
    (void)state;
    op_test *t = op_begin("", "DynamicQuantizeLinear");
    op_f32(t, OP_DIMS(6), (float[]){0, 2, -3, -2.5F, 1.34F, 0.5F});
    assert_ok(op_run(t, 3));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(6), (uint8_t[]){153, 255, 0, 26, 221, 179});
    op_expect_f32(t, 1, OP_SCALAR, (float[]){0.0196078438F}, 1e-7);
    op_expect(t, 2, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){153});
    op_end(t);
}

static void zero_is_always_inside(void **state)
{
    (void)state;
    op_test *t = op_begin("", "DynamicQuantizeLinear");
    op_f32(t, OP_DIMS(2), (float[]){-51, -25.5F});
    assert_ok(op_run(t, 3));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){0, 127});
    op_expect(t, 2, EDGEAI_ELEMENT_U8, OP_SCALAR, (uint8_t[]){255});
    op_end(t);
    t = op_begin("", "DynamicQuantizeLinear");
    op_f32(t, OP_DIMS(2), (float[]){0, 0});
    assert_ok(op_run(t, 3));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(2), (uint8_t[]){0, 0});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scale_and_zero_fit_the_values),
        cmocka_unit_test(zero_is_always_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
