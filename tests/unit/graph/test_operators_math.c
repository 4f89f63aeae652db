/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "support/operator_fixture.h"

/* Computed in double precision. */
static const struct {
    const char *name;
    float inputs[2], expected[2];
} cases[] = {
    {"Round", {2.5f, -3.5f}, {2, -4}},
    {"Floor", {-1.25f, 0.75f}, {-2, 0}},
    {"Ceil", {-1.25f, 0.75f}, {-1, 1}},
    {"Sqrt", {0.25f, 2}, {0.5f, 1.41421356f}},
    {"Reciprocal", {-1.25f, 0.75f}, {-0.8f, 1.33333333f}},
    {"Exp", {-1.25f, 0.75f}, {0.286504797f, 2.11700002f}},
    {"Log", {0.25f, 2}, {-1.38629436f, 0.693147181f}},
    {"Erf", {-1.25f, 0.75f}, {-0.922900128f, 0.711155634f}},
    {"Sin", {-1.25f, 0.75f}, {-0.948984619f, 0.68163876f}},
    {"Cos", {-1.25f, 0.75f}, {0.315322362f, 0.731688869f}},
    {"Tan", {-1.25f, 0.75f}, {-3.00956967f, 0.93159646f}},
    {"Asin", {-0.25f, 0.5f}, {-0.252680255f, 0.523598776f}},
    {"Acos", {-0.25f, 0.5f}, {1.82347658f, 1.04719755f}},
    {"Atan", {-1.25f, 0.75f}, {-0.896055385f, 0.643501109f}},
    {"Sinh", {-1.25f, 0.75f}, {-1.60191908f, 0.822316732f}},
    {"Cosh", {-1.25f, 0.75f}, {1.88842388f, 1.29468328f}},
    {"Asinh", {-1.25f, 0.75f}, {-1.04759301f, 0.693147181f}},
    {"Acosh", {1.25f, 3}, {0.693147181f, 1.76274717f}},
    {"Atanh", {-0.25f, 0.5f}, {-0.255412812f, 0.549306144f}},
    {"Abs", {-1.25f, 0.75f}, {1.25f, 0.75f}},
    {"Neg", {-1.25f, 0.75f}, {1.25f, -0.75f}},
    {"Sign", {-1.25f, 0.75f}, {-1, 1}},
};

static void functions_are_those_of_mathematics(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        op_test *t = op_begin("", cases[c].name);
        op_f32(t, OP_DIMS(1, 2), cases[c].inputs);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(1, 2), cases[c].expected, 1e-6);
        op_end(t);
        t = op_begin("", cases[c].name);
        op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(2),
                 (double[]){(double)cases[c].inputs[0], (double)cases[c].inputs[1]});
        assert_ok(op_run(t, 1));
        const double *y = op_output(t, 0)->data;
        for (size_t i = 0; i < 2; i++)
            assert_close(y[i], (double)cases[c].expected[i], 1e-6, 1e-6);
        op_end(t);
    }
}

static void integers_are_refused_by_most(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Exp");
    op_input(t, EDGEAI_ELEMENT_I32, OP_DIMS(1), (int32_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("i32");
    op_end(t);
    t = op_begin("", "Neg");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("u8");
    op_end(t);
}

static void ties_go_to_even(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Round");
    op_f32(t, OP_DIMS(5), (float[]){0.5f, 1.5f, -0.5f, -2.5f, 0.51f});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(5), (float[]){0, 2, 0, -2, 1}, 0);
    op_end(t);
}

static void integers_keep_their_signs_apart(void **state)
{
    (void)state;
    const int8_t x[] = {-128, -3, 0, 5};
    op_test *t = op_begin("", "Abs");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(4), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(4), (int8_t[]){-128, 3, 0, 5});
    op_end(t);
    t = op_begin("", "Neg");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(4), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(4), (int8_t[]){-128, 3, 0, -5});
    op_end(t);
    t = op_begin("", "Sign");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(4), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(4), (int8_t[]){-1, -1, 0, 1});
    op_end(t);
    t = op_begin("", "Sign");
    op_input(t, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){UINT64_MAX, 0});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U64, OP_DIMS(2), (uint64_t[]){1, 0});
    op_end(t);
    t = op_begin("", "Abs");
    op_input(t, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){INT64_MIN, -7});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){INT64_MIN, 7});
    op_end(t);
}

static void bits_are_turned(void **state)
{
    (void)state;
    op_test *t = op_begin("", "BitwiseNot");
    op_input(t, EDGEAI_ELEMENT_U16, OP_DIMS(2), (uint16_t[]){0, 5});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_U16, OP_DIMS(2), (uint16_t[]){0xFFFF, 0xFFFA});
    op_end(t);
}

static void sign_of_nan_is_nan(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Sign");
    op_f32(t, OP_DIMS(3), (float[]){NAN, INFINITY, -INFINITY});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){NAN, 1, -1}, 0);
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_are_those_of_mathematics),
        cmocka_unit_test(integers_are_refused_by_most),
        cmocka_unit_test(ties_go_to_even),
        cmocka_unit_test(integers_keep_their_signs_apart),
        cmocka_unit_test(bits_are_turned),
        cmocka_unit_test(sign_of_nan_is_nan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
