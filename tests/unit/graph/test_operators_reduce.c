/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/operator_fixture.h"

static const float numbers[] = {1, -2, 3, 4, 5, -6, 7, 8, 9, 10, -11, 12};

/* [3][2][2] over axis 1. */
static void middle(const char *name, const float *expected)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(3, 2, 2), numbers);
    op_i64(t, OP_DIMS(1), (int64_t[]){-2});
    op_set_int(t, "keepdims", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3, 2), expected, 1e-6);
    op_end(t);
}

static void inner_elements_stay_apart(void **state)
{
    (void)state;
    middle("ReduceSum", (float[]){4, 2, 12, 2, -2, 22});
    middle("ReduceMean", (float[]){2, 1, 6, 1, -1, 11});
    middle("ReduceMax", (float[]){3, 4, 7, 8, 9, 12});
    middle("ReduceMin", (float[]){1, -2, 5, -6, -11, 10});
    middle("ReduceProd", (float[]){3, -8, 35, -48, -99, 120});
    middle("ReduceL1", (float[]){4, 6, 12, 14, 20, 22});
    middle("ReduceL2",
           (float[]){3.16227766f, 4.47213595f, 8.60232527f, 10, 14.2126704f, 15.6204994f});
    middle("ReduceSumSquare", (float[]){10, 20, 74, 100, 202, 244});
    middle("ReduceLogSum",
           (float[]){1.38629436f, 0.693147181f, 2.48490665f, 0.693147181f, NAN, 3.09104245f});
    middle("ReduceLogSumExp",
           (float[]){3.12692801f, 4.00247569f, 7.12692801f, 8.00000083f, 9, 12.126928f});
}

static void all_axes_and_rows(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(3, 2, 2), numbers);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1, 1), (float[]){40}, 0);
    op_end(t);
    t = op_begin("", "ReduceSum"); /* first and last */
    op_f32(t, OP_DIMS(3, 2, 2), numbers);
    op_i64(t, OP_DIMS(2), (int64_t[]){0, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 1), (float[]){17, 23}, 0);
    op_end(t);
    t = op_begin("", "ReduceMean"); /* pictures */
    op_f32(t, OP_DIMS(1, 3, 2, 2), numbers);
    op_i64(t, OP_DIMS(2), (int64_t[]){2, 3});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 3, 1, 1), (float[]){1.5f, 3.5f, 5}, 0);
    op_end(t);
    t = op_begin("", "ReduceSum");
    op_f32(t, OP_SCALAR, numbers);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_SCALAR, numbers, 0);
    op_end(t);
}

static void empty_axes_can_mean_none(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ReduceSumSquare");
    op_f32(t, OP_DIMS(2), (float[]){2, -3});
    op_set_int(t, "noop_with_empty_axes", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2), (float[]){4, 9}, 0);
    op_end(t);
    t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(2), (float[]){2, -3});
    op_i64(t, OP_DIMS(0), NULL);
    op_set_int(t, "keepdims", 0);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_SCALAR, (float[]){-1}, 0);
    op_end(t);
}

static void nothing(const char *name, float expected)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(1, 0), NULL);
    op_i64(t, OP_DIMS(1), (int64_t[]){1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 1), &expected, 0);
    op_end(t);
}

static void no_elements_have_reductions(void **state)
{
    (void)state;
    nothing("ReduceSum", 0);
    nothing("ReduceMean", NAN);
    nothing("ReduceProd", 1);
    nothing("ReduceMax", -INFINITY);
    nothing("ReduceMin", INFINITY);
    nothing("ReduceLogSum", -INFINITY);
    nothing("ReduceLogSumExp", -INFINITY);
    op_test *t = op_begin("", "ReduceMax");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(0), NULL);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(1), (int8_t[]){-128});
    op_end(t);
    t = op_begin("", "ReduceMin");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(0), NULL);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(1), (uint64_t[]){UINT64_MAX});
    op_end(t);
}

static void integers_and_truth(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ReduceSum");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){INT64_MAX, -5});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){INT64_MAX - 5});
    op_end(t);
    t = op_begin("", "ReduceMax");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(2, 2), (uint8_t[]){0, 1, 0, 0});
    op_i64(t, OP_DIMS(1), (int64_t[]){1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_BOOL, OP_DIMS(2, 1), (uint8_t[]){1, 0});
    op_end(t);
    t = op_begin("", "ReduceMin");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(3), (uint8_t[]){200, 100, 255});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){100});
    op_end(t);
    t = op_begin("", "ReduceMean");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){4, 7});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(1), (int32_t[]){5});
    op_end(t);
    t = op_begin("", "ReduceSum");
    op_input(t, EDGEAI_ELEMENT_BOOL, OP_DIMS(1), (uint8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("bool");
    op_end(t);
}

static void extremes_keep_nan_and_sums_are_long(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ReduceMax");
    op_f32(t, OP_DIMS(3), (float[]){1, NAN, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1), (float[]){NAN}, 0);
    op_end(t);
    static float many[2 * 1003];
    for (int i = 0; i < 2 * 1003; i++)
        many[i] = (float)i;
    t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(2, 1003), many);
    op_i64(t, OP_DIMS(1), (int64_t[]){1});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 1), (float[]){502503, 1508512}, 0);
    op_end(t);
    t = op_begin("", "ReduceSum"); /* more than a block stays apart */
    op_f32(t, OP_DIMS(2, 1003), many);
    op_i64(t, OP_DIMS(1), (int64_t[]){0});
    assert_ok(op_run(t, 1));
    const float *y = op_output(t, 0)->data;
    for (int i = 0; i < 1003; i++)
        assert_true(y[i] == (float)(2 * i + 1003));
    op_end(t);
    t = op_begin("", "ReduceLogSumExp");
    op_f32(t, OP_DIMS(2), (float[]){1000, 1000});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1), (float[]){1000.69315f}, 1e-6);
    op_end(t);
}

static void axes_must_be_right(void **state)
{
    (void)state;
    op_test *t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(2), numbers);
    op_i64(t, OP_DIMS(1), (int64_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("axis 1");
    op_end(t);
    t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(2, 2), numbers);
    op_i64(t, OP_DIMS(2), (int64_t[]){1, -1});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("twice");
    op_end(t);
    t = op_begin("", "ReduceSum");
    op_f32(t, OP_DIMS(2), numbers);
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){0});
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("not a constant");
    op_end(t);
}

/* Many short rows, few long ones, and columns. */
static void threads_do_not_change_results(void **state)
{
    (void)state;
    enum { N_MAX = 90000 };
    static float x[N_MAX], y[N_MAX];
    static const struct {
        int64_t dims[3], axis;
    } cases[] = {{{9000, 2, 5}, 2}, {{2, 3, 15000}, 2}, {{3, 30, 1000}, 1}, {{1, 1, 90000}, 0}};
    for (size_t i = 0; i < N_MAX; i++)
        x[i] = 1.0f / (float)(1 + i % 999);
    for (size_t c = 0; c < 4; c++) {
        size_t bytes = 0;
        for (int n_threads = 1; n_threads < 4; n_threads += 2) {
            op_test *t = op_begin_in("", "ReduceMean", n_threads, NULL);
            op_input(t, EDGEAI_ELEMENT_F32, cases[c].dims, 3, x);
            op_i64(t, OP_DIMS(1), &cases[c].axis);
            assert_ok(op_run(t, 1));
            const eai_operand *out = op_output(t, 0);
            if (n_threads == 1)
                memcpy(y, out->data, bytes = out->n * sizeof *y);
            else
                assert_memory_equal(out->data, y, bytes);
            /* The last output, gathered plainly. */
            const size_t n = (size_t)cases[c].dims[cases[c].axis];
            size_t step = 1;
            for (int i = 2; i > (int)cases[c].axis; i--)
                step *= (size_t)cases[c].dims[i];
            double sum = 0;
            for (size_t i = 0; i < n; i++)
                sum += (double)x[N_MAX - 1 - i * step];
            assert_close(((const float *)out->data)[out->n - 1], sum / (double)n, 1e-6, 0);
            op_end(t);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inner_elements_stay_apart),
        cmocka_unit_test(threads_do_not_change_results),
        cmocka_unit_test(all_axes_and_rows),
        cmocka_unit_test(empty_axes_can_mean_none),
        cmocka_unit_test(no_elements_have_reductions),
        cmocka_unit_test(integers_and_truth),
        cmocka_unit_test(extremes_keep_nan_and_sums_are_long),
        cmocka_unit_test(axes_must_be_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
