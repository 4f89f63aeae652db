/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static op_test *begin(int64_t k, int largest)
{
    op_test *t = op_begin("", "TopK");
    op_f32(t, OP_DIMS(2, 4), (float[]){1, 3, 3, 2, 7, 5, 6, NAN});
    op_i64(t, OP_DIMS(1), &k);
    op_set_int(t, "largest", largest);
    return t;
}

static void best_come_in_order(void **state)
{
    (void)state;
    op_test *t = begin(3, 1);
    assert_ok(op_run(t, 2));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){3, 3, 2, NAN, 7, 6}, 0);
    op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(2, 3), (int64_t[]){1, 2, 3, 3, 0, 2});
    assert_ok(op_run_wanted(t, 2, 2));
    op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(2, 3), (int64_t[]){1, 2, 3, 3, 0, 2});
    op_end(t);
    t = begin(4, 0);
    assert_ok(op_run(t, 2));
    op_expect_f32(t, 0, OP_DIMS(2, 4), (float[]){1, 2, 3, 3, 5, 6, 7, NAN}, 0);
    op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(2, 4), (int64_t[]){0, 3, 1, 2, 1, 2, 0, 3});
    op_end(t);
}

static void columns_of_other_types(void **state)
{
    (void)state;
    op_test *t = op_begin("", "TopK");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(3, 2),
             (uint64_t[]){1, 2, UINT64_MAX, 0, UINT64_MAX - 1, 9});
    op_i64(t, OP_DIMS(1), (int64_t[]){2});
    op_set_int(t, "axis", 0);
    assert_ok(op_run(t, 2));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(2, 2),
              (uint64_t[]){UINT64_MAX, 9, UINT64_MAX - 1, 2});
    op_expect(t, 1, EDGEAI_ELEMENT_I64, OP_DIMS(2, 2), (int64_t[]){1, 2, 2, 0});
    op_end(t);
    t = op_begin("", "TopK");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){-1, -128, 5});
    op_i64(t, OP_DIMS(1), (int64_t[]){1});
    op_set_int(t, "largest", 0);
    assert_ok(op_run(t, 2));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){-128});
    op_end(t);
}

static void long_columns_are_ordered(void **state)
{
    (void)state;
    enum { MANY = 500 };
    float x[MANY], y[MANY];
    for (int i = 0; i < MANY; i++) {
        x[i * 7 % MANY] = (float)i;
        y[i] = (float)(MANY - 1 - i);
    }
    op_test *t = op_begin("", "TopK");
    op_f32(t, OP_DIMS(MANY), x);
    op_i64(t, OP_DIMS(1), (int64_t[]){100});
    assert_ok(op_run(t, 2));
    op_expect_f32(t, 0, OP_DIMS(100), y, 0);
    op_end(t);
}

static void k_must_fit(void **state)
{
    (void)state;
    op_test *t = begin(0, 1);
    assert_ok(op_run(t, 2));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(2, 0));
    op_end(t);
    t = begin(5, 1);
    assert_fails(op_infer(t, 2), EDGEAI_E_SHAPE);
    assert_error_says("k is 5, expected 0 to 4");
    op_end(t);
    t = begin(-1, 1);
    assert_fails(op_infer(t, 2), EDGEAI_E_SHAPE);
    assert_error_says("k is -1");
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_come_in_order),
        cmocka_unit_test(columns_of_other_types),
        cmocka_unit_test(long_columns_are_ordered),
        cmocka_unit_test(k_must_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
