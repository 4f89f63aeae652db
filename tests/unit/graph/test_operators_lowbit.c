/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

/* Filters +1 -1 0 +1 -1 (two bytes), and 0 0 -1 -1 +1. */
static const uint8_t five_trits[4] = {0x4d, 0x03, 0xf0, 0x01};

static op_test *begin_trits(void)
{
    op_test *t = op_begin("edgeai", "LowBitConv");
    op_f32(t, OP_DIMS(1, 1, 1, 6), (float[]){1, 2, 4, 8, 16, 32});
    op_constant(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(2, 1, 1, 5), five_trits);
    return t;
}

static void trits_add_and_subtract(void **state)
{
    (void)state;
    op_test *t = begin_trits();
    op_f32(t, OP_DIMS(2), (float[]){1, 0.5F});
    op_f32(t, OP_DIMS(2), (float[]){0, 100});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 1, 2), (float[]){-9, -18, 102, 104}, 0);
    op_end(t);
}

static void filters_share_scales_and_padding_is_zero(void **state)
{
    (void)state;
    op_test *t = begin_trits();
    op_f32(t, OP_DIMS(1), (float[]){2});
    op_set_int(t, "filters_per_scale", 2);
    op_set_ints(t, "pads", 4, (int64_t[]){0, 1, 0, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 1, 3), (float[]){-10, -18, -36, 4, 8, 16}, 0);
    op_end(t);
}

static void bits_in_groups(void **state)
{
    (void)state;
    op_test *t = op_begin_in("edgeai", "LowBitConv", 2, NULL);
    op_f32(t, OP_DIMS(1, 2, 2), (float[]){1, 2, 10, 20});
    op_constant(t, EDGEAI_ELEMENT_BITS, OP_DIMS(2, 1, 2), (uint8_t[]){2, 3}); /* + -, - - */
    op_set_int(t, "group", 2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 1), (float[]){-1, -30}, 0);
    op_end(t);
}

static void codes_have_a_zero_that_padding_is(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "LowBitConv");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 3), (uint8_t[]){10, 11, 14});
    op_constant(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2), (uint8_t[]){5});
    op_set_float(t, "x_scale", 0.5F);
    op_set_int(t, "x_zero", 10);
    op_set_ints(t, "pads", 2, (int64_t[]){1, 1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 4), (float[]){0, 0.5F, 2.5F, 2}, 0);
    op_end(t);
}

static void trits_as_input_lie_in_rows(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "LowBitConv");
    /* Rows 1 -1 1 0 1 and 0 0 1 -1 -1. */
    op_input(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2, 5), (uint8_t[]){0x1d, 0x01, 0xd0, 0x03});
    op_constant(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2, 5), (uint8_t[]){0x55, 0x55, 0x05});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1, 1), (float[]){1}, 0);
    op_end(t);
}

static void what_is_not_said_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("edgeai", "LowBitConv");
    op_f32(t, OP_DIMS(1, 1, 3), (float[]){1, 2, 3});
    op_input(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2), (uint8_t[]){5});
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("no constant");
    op_end(t);
    t = op_begin("edgeai", "LowBitConv");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1, 3), (int8_t[]){1, 2, 3});
    op_constant(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2), (uint8_t[]){5});
    assert_fails(op_infer(t, 1), EDGEAI_E_FORMAT);
    assert_error_says("x_scale");
    op_end(t);
    t = begin_trits();
    op_f32(t, OP_DIMS(3), (float[]){1, 2, 3});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin_trits();
    op_set_int(t, "filters_per_scale", 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_LIMIT);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trits_add_and_subtract),
        cmocka_unit_test(filters_share_scales_and_padding_is_zero),
        cmocka_unit_test(bits_in_groups),
        cmocka_unit_test(codes_have_a_zero_that_padding_is),
        cmocka_unit_test(trits_as_input_lie_in_rows),
        cmocka_unit_test(what_is_not_said_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
