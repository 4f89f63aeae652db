/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float six[6] = {0, 1, 2, 3, 4, 5};

static void slices_of_an_axis(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Gather");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2, 1), (int32_t[]){-1, 0});
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2, 1), (float[]){2, 0, 5, 3}, 0);
    op_end(t);
    t = op_begin("", "Gather");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_SCALAR, (int64_t[]){1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){3, 4, 5}, 0);
    op_end(t);
}

static void indices_out_of_range_fail(void **state)
{
    (void)state;
    static const int64_t wrong[] = {2, -3, INT64_MIN, INT64_MAX};
    static const char *const names[] = {"Gather", "GatherElements", "GatherND"};
    for (size_t i = 0; i < 12; i++) {
        op_test *t = op_begin("", names[i % 3]);
        op_f32(t, OP_DIMS(2, 3), six);
        op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 1), &wrong[i / 3]);
        assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
        assert_error_says("index");
        op_end(t);
    }
    op_test *t = op_begin("", "Gather");
    op_f32(t, OP_DIMS(0, 3), NULL);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){0});
    assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
    op_end(t);
}

static void elements(void **state)
{
    (void)state;
    op_test *t = op_begin("", "GatherElements");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2, 2), (int64_t[]){2, -3, 0, 0});
    op_set_int(t, "axis", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){2, 0, 3, 3}, 0);
    op_end(t);
    t = op_begin("", "GatherElements");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(3, 1), (int64_t[]){0, 0, 0});
    op_set_int(t, "axis", 1);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

static void tuples(void **state)
{
    (void)state;
    op_test *t = op_begin("", "GatherND");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2, 2), (int64_t[]){0, 2, -1, 0});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2), (float[]){2, 3}, 0);
    op_end(t);
    t = op_begin("", "GatherND");
    op_f32(t, OP_DIMS(2, 3, 1), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2, 1), (int64_t[]){1, 2});
    op_set_int(t, "batch_dims", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1), (float[]){1, 5}, 0);
    op_end(t);
    t = op_begin("", "GatherND");
    op_f32(t, OP_DIMS(2, 3), six);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1, 3), (int64_t[]){0, 0, 0});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slices_of_an_axis),
        cmocka_unit_test(indices_out_of_range_fail),
        cmocka_unit_test(elements),
        cmocka_unit_test(tuples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
