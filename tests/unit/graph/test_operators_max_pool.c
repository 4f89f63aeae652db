/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void indices_in_both_orders(void **state)
{
    (void)state;
    static const float x[12] = {1, 9, 2, 3, 4, 8, 7, 5, 6, 5, 5, 5};
    for (int order = 0; order < 2; order++) {
        op_test *t = op_begin("", "MaxPool");
        op_f32(t, OP_DIMS(1, 2, 2, 3), x);
        op_set_ints(t, "kernel_shape", 2, (int64_t[]){2, 2});
        op_set_int(t, "storage_order", order);
        assert_ok(op_run(t, 2));
        op_expect_f32(t, 0, OP_DIMS(1, 2, 1, 2), (float[]){9, 9, 7, 6}, 0);
        op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(1, 2, 1, 2),
                  order == 0 ? (int64_t[]){1, 1, 6, 8} : (int64_t[]){2, 2, 6, 10});
        op_end(t);
    }
}

static void padding_never_wins(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MaxPool");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1, 3), (int8_t[]){-5, -7, -9});
    op_set_ints(t, "kernel_shape", 1, (int64_t[]){2});
    op_set_ints(t, "pads", 2, (int64_t[]){1, 2});
    assert_ok(op_run(t, 2));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(1, 1, 5), (int8_t[]){-5, -5, -7, -9, -128});
    op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(1, 1, 5), (int64_t[]){0, 0, 1, 2, -1});
    op_end(t);
}

static void every_type(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MaxPool");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(1, 1, 3), (uint16_t[]){0x3c00, 0xc000, 0x0001});
    op_set_ints(t, "kernel_shape", 1, (int64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(1, 1, 2), (uint16_t[]){0x3c00, 0x0001});
    op_end(t);
    t = op_begin("", "MaxPool");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 3), (uint8_t[]){0, 200, 3});
    op_set_ints(t, "kernel_shape", 1, (int64_t[]){2});
    op_set_ints(t, "dilations", 1, (int64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(1, 1, 1), (uint8_t[]){3});
    op_end(t);
    t = op_begin("", "MaxPool");
    op_f32(t, OP_DIMS(1, 1, 4), (float[]){NAN, 1, -INFINITY, -INFINITY});
    op_set_ints(t, "kernel_shape", 1, (int64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 3), (float[]){NAN, 1, -INFINITY}, 0);
    op_end(t);
}

static void rows_of_trits(void **state)
{
    (void)state;
    op_test *t = op_begin("", "MaxPool");
    /* Rows -1 -1 0 -1 -1, -1 1 -1 -1 -1, each in two bytes. */
    op_input(t, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2, 5), (uint8_t[]){0xcf, 0x03, 0xf7, 0x03});
    op_set_ints(t, "kernel_shape", 2, (int64_t[]){2, 1});
    op_set_ints(t, "pads", 4, (int64_t[]){1, 0, 0, 0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 1, 2, 5), (uint8_t[]){0xcf, 0x03, 0xc7, 0x03});
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indices_in_both_orders),
        cmocka_unit_test(padding_never_wins),
        cmocka_unit_test(every_type),
        cmocka_unit_test(rows_of_trits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
