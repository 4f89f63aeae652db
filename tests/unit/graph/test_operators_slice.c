/* SPDX-License-Identifier: MIT */
#include "support/operator_fixture.h"

static const float twelve[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

static void concat_along_any_axis(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Concat");
    op_f32(t, OP_DIMS(2, 1, 2), twelve);
    op_f32(t, OP_DIMS(2, 0, 2), NULL);
    op_f32(t, OP_DIMS(2, 2, 2), twelve + 4);
    op_set_int(t, "axis", -2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3, 2), (float[]){0, 1, 4, 5, 6, 7, 2, 3, 8, 9, 10, 11}, 0);
    op_end(t);
    t = op_begin("", "Concat");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){1});
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){1});
    op_set_int(t, "axis", 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    op_end(t);
    t = op_begin("", "Concat");
    op_f32(t, OP_DIMS(1, 2), twelve);
    op_f32(t, OP_DIMS(1, 3), twelve);
    op_set_int(t, "axis", 0);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

static void split_into_equal_parts(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Split");
    op_f32(t, OP_DIMS(2, 5), twelve);
    op_set_int(t, "axis", 1);
    op_set_int(t, "num_outputs", 3);
    assert_ok(op_run_wanted(t, 3, 5));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){0, 1, 5, 6}, 0);
    op_expect_f32(t, 2, OP_DIMS(2, 1), (float[]){4, 9}, 0);
    op_end(t);
}

static void split_into_given_parts(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Split");
    op_input(t, EDGEAI_ELEMENT_I16, OP_DIMS(6), (int16_t[]){1, 2, 3, 4, 5, 6});
    op_i64(t, OP_DIMS(3), (int64_t[]){2, 0, 4});
    assert_ok(op_run(t, 3));
    op_expect(t, 0, EDGEAI_ELEMENT_I16, OP_DIMS(2), (int16_t[]){1, 2});
    op_expect(t, 1, EDGEAI_ELEMENT_I16, OP_DIMS(0), NULL);
    op_expect(t, 2, EDGEAI_ELEMENT_I16, OP_DIMS(4), (int16_t[]){3, 4, 5, 6});
    op_end(t);
    static const int64_t wrong[][2] = {{2, 3}, {7, -1}, {INT64_MAX, 1}};
    for (size_t i = 0; i < 3; i++) {
        t = op_begin("", "Split");
        op_f32(t, OP_DIMS(6), twelve);
        op_i64(t, OP_DIMS(2), wrong[i]);
        assert_fails(op_infer(t, 2), EDGEAI_E_SHAPE);
        op_end(t);
    }
}

static op_test *begin_slice(const int64_t *starts, const int64_t *ends, const int64_t *axes,
                            const int64_t *steps, int64_t n)
{
    op_test *t = op_begin("", "Slice");
    op_f32(t, OP_DIMS(3, 4), twelve);
    op_i64(t, &n, 1, starts);
    op_i64(t, &n, 1, ends);
    if (axes)
        op_i64(t, &n, 1, axes);
    else
        op_absent(t);
    if (steps) op_i64(t, &n, 1, steps);
    return t;
}

static void slices_are_clamped(void **state)
{
    (void)state;
    op_test *t = begin_slice((int64_t[]){1, -9}, (int64_t[]){INT64_MAX, -2}, NULL, NULL, 2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){4, 5, 8, 9}, 0);
    op_end(t);
    t = begin_slice((int64_t[]){3}, (int64_t[]){1}, (int64_t[]){-1}, NULL, 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 0), NULL, 0);
    op_end(t);
}

static void steps_go_either_way(void **state)
{
    (void)state;
    op_test *t = begin_slice((int64_t[]){-1, INT64_MAX}, (int64_t[]){0, INT64_MIN},
                             (int64_t[]){0, 1}, (int64_t[]){-1, -3}, 2);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){11, 8, 7, 4}, 0);
    op_end(t);
    t = begin_slice((int64_t[]){0}, (int64_t[]){4}, (int64_t[]){1}, (int64_t[]){3}, 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 2), (float[]){0, 3, 4, 7, 8, 11}, 0);
    op_end(t);
    t = begin_slice((int64_t[]){3}, (int64_t[]){-9}, (int64_t[]){1}, (int64_t[]){INT64_MIN}, 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 1), (float[]){3, 7, 11}, 0);
    op_end(t);
}

static void slices_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    op_test *t = begin_slice((int64_t[]){0}, (int64_t[]){4}, (int64_t[]){1}, (int64_t[]){0}, 1);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin_slice((int64_t[]){0, 0}, (int64_t[]){1, 1}, (int64_t[]){1, -1}, NULL, 2);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
    t = begin_slice((int64_t[]){0, 0, 0}, (int64_t[]){1, 1, 1}, NULL, NULL, 3);
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(concat_along_any_axis),
        cmocka_unit_test(split_into_equal_parts),
        cmocka_unit_test(split_into_given_parts),
        cmocka_unit_test(slices_are_clamped),
        cmocka_unit_test(steps_go_either_way),
        cmocka_unit_test(slices_that_make_no_sense_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
