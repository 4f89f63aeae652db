/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

static void f32_pair(const char *name, const float *a, const float *b, const float *expected)
{
    op_test *t = op_begin("", name);
    op_f32(t, OP_DIMS(2, 2), a);
    op_f32(t, OP_DIMS(2, 2), b);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), expected, 0);
    op_end(t);
}

static void tensors_of_one_shape(void **state)
{
    (void)state;
    const float a[] = {1, 2, -3, 4}, b[] = {2, 0.5f, 2, -8};
    f32_pair("Add", a, b, (float[]){3, 2.5f, -1, -4});
    f32_pair("Sub", a, b, (float[]){-1, 1.5f, -5, 12});
    f32_pair("Mul", a, b, (float[]){2, 1, -6, -32});
    f32_pair("Div", a, b, (float[]){0.5f, 4, -1.5f, -0.5f});
    f32_pair("PRelu", a, b, (float[]){1, 2, -6, 4});
    f32_pair("Pow", a, (float[]){2, 3, 2, 0.5f}, (float[]){1, 8, 9, 2});
    f32_pair("Div", a, (float[]){0, -0.0f, 1, INFINITY}, (float[]){INFINITY, -INFINITY, -3, 0});
}

static void small_shapes_are_stretched(void **state)
{
    (void)state;
    const float a[] = {1, 2, 3, 4, 5, 6, 7, 8};
    op_test *t = op_begin("", "Sub"); /* a value for each channel */
    op_f32(t, OP_DIMS(1, 2, 2, 2), a);
    op_f32(t, OP_DIMS(2, 1, 1), (float[]){10, 20});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 2, 2, 2), (float[]){-9, -8, -7, -6, -15, -14, -13, -12}, 0);
    op_end(t);
    t = op_begin("", "Sub"); /* on the left */
    op_f32(t, OP_SCALAR, (float[]){10});
    op_f32(t, OP_DIMS(4), a);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(4), (float[]){9, 8, 7, 6}, 0);
    op_end(t);
    t = op_begin("", "Sub"); /* both ways */
    op_f32(t, OP_DIMS(2, 1), a);
    op_f32(t, OP_DIMS(1, 3), a);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 3), (float[]){0, -1, -2, 1, 0, -1}, 0);
    op_end(t);
    t = op_begin("", "Add"); /* the last dimension repeats */
    op_f32(t, OP_DIMS(2, 2), a);
    op_f32(t, OP_DIMS(2), (float[]){10, 20});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2, 2), (float[]){11, 22, 13, 24}, 0);
    op_end(t);
    t = op_begin("", "Add");
    op_f32(t, OP_DIMS(2, 0), NULL);
    op_f32(t, OP_DIMS(1), a);
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(2, 0));
    op_end(t);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Add");
    op_f32(t, OP_DIMS(2), (float[]){1, 2});
    op_f32(t, OP_DIMS(3), (float[]){1, 2, 3});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("broadcast");
    op_end(t);
    t = op_begin("", "Add");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(1), (double[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("input 1 is f64");
    op_end(t);
    t = op_begin("", "PRelu"); /* the slope does not stretch the input */
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_f32(t, OP_DIMS(2), (float[]){1, 2});
    assert_fails(op_infer(t, 1), EDGEAI_E_SHAPE);
    assert_error_says("slope");
    op_end(t);
}

static void i8_pair(const char *name, int8_t a, int8_t b, int8_t expected)
{
    op_test *t = op_begin("", name);
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), &a);
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(1), &b);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(1), &expected);
    op_end(t);
}

static void integers_wrap_and_truncate(void **state)
{
    (void)state;
    i8_pair("Add", 127, 1, -128);
    i8_pair("Sub", -128, 1, 127);
    i8_pair("Mul", 64, 3, -64);
    i8_pair("Div", -7, 2, -3);
    i8_pair("Div", -128, -1, -128);
    i8_pair("Mod", -7, 3, 2);
    i8_pair("Mod", 7, -3, -2);
    i8_pair("Mod", -128, -1, 0);
    i8_pair("Pow", 2, 6, 64);
    i8_pair("Pow", -1, -3, -1);
    i8_pair("Pow", 2, -1, 0);
    op_test *t = op_begin("", "Div");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){INT64_MIN});
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){-1});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(1), (int64_t[]){INT64_MIN});
    op_end(t);
    t = op_begin("", "Div");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(1), (uint64_t[]){UINT64_MAX});
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(1), (uint64_t[]){2});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(1), (uint64_t[]){INT64_MAX});
    op_end(t);
}

static void division_by_zero_is_an_error(void **state)
{
    (void)state;
    const char *names[] = {"Div", "Mod"};
    for (int i = 0; i < 2; i++) {
        op_test *t = op_begin("", names[i]);
        op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){1, 2});
        op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){1, 0});
        assert_fails(op_run(t, 1), EDGEAI_E_INVALID);
        assert_error_says("divided by 0");
        op_end(t);
    }
}

static void rests_of_floats_follow_the_dividend(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Mod");
    op_f32(t, OP_DIMS(2), (float[]){-4.5f, 4.5f});
    op_f32(t, OP_DIMS(1), (float[]){2});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("fmod");
    op_set_int(t, "fmod", 1);
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(2), (float[]){-0.5f, 0.5f}, 0);
    op_end(t);
    t = op_begin("", "Mod");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){-7, 7});
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1), (int32_t[]){3});
    op_set_int(t, "fmod", 1);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){-1, 1});
    op_end(t);
}

static void exponents_may_have_another_type(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Pow");
    op_f32(t, OP_DIMS(3), (float[]){1, 2, 3});
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(3), (int32_t[]){4, 5, 2});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){1, 32, 9}, 0);
    op_end(t);
    t = op_begin("", "Pow");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(3), (int64_t[]){4, 9, 3});
    op_f32(t, OP_SCALAR, (float[]){0.5f});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(3), (int64_t[]){2, 3, 1});
    op_end(t);
}

static void halves_are_widened(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Add");
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){0x3C00, 0x4000}); /* 1, 2 */
    op_input(t, EDGEAI_ELEMENT_F16, OP_SCALAR, (uint16_t[]){0x3C00});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){0x4000, 0x4200});
    op_end(t);
}

static void long_rows_are_done_by_blocks(void **state)
{
    (void)state;
    uint8_t x[700], y[700];
    for (int i = 0; i < 700; i++) {
        x[i] = (uint8_t)i;
        y[i] = (uint8_t)(2 * i);
    }
    op_test *t = op_begin("", "Add");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(700), x);
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(700), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U8, OP_DIMS(700), y);
    op_end(t);
}

/* Long rows are cut, short ones go together. */
static void threads_do_not_change_results(void **state)
{
    (void)state;
    enum { LONG = 70000 };
    static float x[LONG], y[LONG], expected[LONG];
    const struct {
        int64_t x[3], y[3];
    } shapes[] = {{{1, 1, 70000}, {1, 1, 1}}, {{700, 10, 10}, {10, 1}}, {{2, 1, 35000}, {2, 1, 1}}};
    for (size_t i = 0; i < LONG; i++)
        x[i] = (float)i * 0.25f - 3, y[i] = (float)(i % 977);
    for (size_t s = 0; s < 3; s++)
        for (int n_threads = 1; n_threads < 4; n_threads += 2) {
            op_test *t = op_begin_in("", "Sub", n_threads, NULL);
            op_input(t, EDGEAI_ELEMENT_F32, shapes[s].x, 3, x);
            op_input(t, EDGEAI_ELEMENT_F32, shapes[s].y, s == 1 ? 2 : 3, y);
            assert_ok(op_run(t, 1));
            const size_t inner = s == 1 ? 10 : 35000;
            for (size_t i = 0; i < LONG; i++)
                expected[i] = x[i] - (s == 0 ? y[0] : y[i / inner % (s == 1 ? 10 : 2)]);
            op_expect(t, 0, EDGEAI_ELEMENT_F32, shapes[s].x, 3, expected);
            op_end(t);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tensors_of_one_shape),
        cmocka_unit_test(threads_do_not_change_results),
        cmocka_unit_test(small_shapes_are_stretched),
        cmocka_unit_test(what_does_not_fit_is_refused),
        cmocka_unit_test(integers_wrap_and_truncate),
        cmocka_unit_test(division_by_zero_is_an_error),
        cmocka_unit_test(rests_of_floats_follow_the_dividend),
        cmocka_unit_test(exponents_may_have_another_type),
        cmocka_unit_test(halves_are_widened),
        cmocka_unit_test(long_rows_are_done_by_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
