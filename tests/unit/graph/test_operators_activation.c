/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/operator_fixture.h"

enum { N = 7 };

static const float inputs[N] = {-3.5f, -1, -0.25f, 0, 0.5f, 2, 10};

/* Computed from the specification's formulas in double precision. */
static const struct {
    const char *name, *first;
    float first_value;
    const char *second;
    float second_value;
    float expected[N];
} cases[] = {
    {"LeakyRelu", "alpha", 0.1f, "", 0, {-0.35f, -0.1f, -0.025f, 0, 0.5f, 2, 10}},
    {"Elu", "alpha", 2, "", 0, {-1.93960523f, -1.26424112f, -0.442398434f, 0, 0.5f, 2, 10}},
    {"Selu",
     "",
     0,
     "",
     0,
     {-1.70500934f, -1.11133074f, -0.388890197f, 0, 0.525350494f, 2.10140197f, 10.5070099f}},
    {"Celu", "alpha", 2, "", 0, {-1.65245211f, -0.786938681f, -0.235006195f, 0, 0.5f, 2, 10}},
    {"HardSigmoid", "", 0, "", 0, {0, 0.3f, 0.45f, 0.5f, 0.6f, 0.9f, 1}},
    {"HardSwish",
     "",
     0,
     "",
     0,
     {0, -0.333333333f, -0.114583333f, 0, 0.291666667f, 1.66666667f, 10}},
    {"Sigmoid",
     "",
     0,
     "",
     0,
     {0.0293122308f, 0.268941421f, 0.437823499f, 0.5f, 0.622459331f, 0.880797078f, 0.999954602f}},
    {"Tanh",
     "",
     0,
     "",
     0,
     {-0.998177898f, -0.761594156f, -0.244918662f, 0, 0.462117157f, 0.96402758f, 0.999999996f}},
    {"Softplus",
     "",
     0,
     "",
     0,
     {0.0297504183f, 0.313261688f, 0.57593942f, 0.693147181f, 0.974076984f, 2.12692801f,
      10.0000454f}},
    {"Softsign",
     "",
     0,
     "",
     0,
     {-0.777777778f, -0.5f, -0.2f, 0, 0.333333333f, 0.666666667f, 0.909090909f}},
    {"Mish",
     "",
     0,
     "",
     0,
     {-0.104095754f, -0.303401461f, -0.129926964f, 0, 0.375245211f, 1.94395896f, 9.99999996f}},
    {"Swish",
     "alpha",
     0.5f,
     "",
     0,
     {-0.518165193f, -0.377540669f, -0.117197657f, 0, 0.28108825f, 1.46211716f, 9.93307149f}},
    {"ThresholdedRelu", "alpha", 0.5f, "", 0, {0, 0, 0, 0, 0, 2, 10}},
    {"Shrink", "lambd", 1, "bias", 0.5f, {-3, 0, 0, 0, 0, 1.5f, 9.5f}},
    {"Gelu",
     "",
     0,
     "",
     0,
     {-0.000814201777f, -0.158655254f, -0.100323419f, 0, 0.345731231f, 1.95449974f, 10}},
};

static op_test *begin(size_t index)
{
    op_test *t = op_begin("", cases[index].name);
    if (cases[index].first[0]) op_set_float(t, cases[index].first, cases[index].first_value);
    if (cases[index].second[0]) op_set_float(t, cases[index].second, cases[index].second_value);
    return t;
}

static void formulas_hold(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        op_test *t = begin(c);
        op_f32(t, OP_DIMS(N), inputs);
        assert_ok(op_run(t, 1));
        op_expect_f32(t, 0, OP_DIMS(N), cases[c].expected, 2e-6);
        op_end(t);
        double wide[N];
        for (size_t i = 0; i < N; i++)
            wide[i] = (double)inputs[i];
        t = begin(c);
        op_input(t, EDGEAI_ELEMENT_F64, OP_DIMS(N), wide);
        assert_ok(op_run(t, 1));
        op_expect_shape(t, 0, EDGEAI_ELEMENT_F64, OP_DIMS(N));
        for (size_t i = 0; i < N; i++)
            assert_close(((const double *)op_output(t, 0)->data)[i], (double)cases[c].expected[i],
                         1e-6, 1e-6);
        op_end(t);
    }
}

static void nan_stays_and_extremes_are_finite(void **state)
{
    (void)state;
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        op_test *t = begin(c);
        op_f32(t, OP_DIMS(3), (float[]){NAN, 200, -200});
        assert_ok(op_run(t, 1));
        const float *y = op_output(t, 0)->data;
        assert_true(isnan(y[0]));
        assert_true(isfinite(y[1]) && isfinite(y[2]));
        op_end(t);
    }
}

static void relu_keeps_what_is_positive(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Relu");
    op_f32(t, OP_DIMS(1, 5), (float[]){-1, 0, 2, -INFINITY, NAN});
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(1, 5), (float[]){0, 0, 2, 0, NAN}, 0);
    op_end(t);
    t = op_begin("", "Relu");
    op_input(t, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){-128, 0, 127});
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_I8, OP_DIMS(3), (int8_t[]){0, 0, 127});
    op_end(t);
    t = op_begin("", "Relu");
    op_input(t, EDGEAI_ELEMENT_U8, OP_DIMS(1), (uint8_t[]){1});
    assert_fails(op_infer(t, 1), EDGEAI_E_DTYPE);
    assert_error_says("u8");
    op_end(t);
}

static void halves_are_widened(void **state)
{
    (void)state;
    op_test *t = op_begin("", "LeakyRelu");
    op_set_float(t, "alpha", 0.5f);
    op_input(t, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){0xC000, 0x3C00}); /* -2, 1 */
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F16, OP_DIMS(2), (uint16_t[]){0xBC00, 0x3C00});
    op_end(t);
}

static void gelu_is_approximated_on_demand(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Gelu");
    op_f32(t, OP_DIMS(3), (float[]){-1, 0, 2});
    op_set_string(t, "approximate", "tanh");
    assert_ok(op_run(t, 1));
    op_expect_f32(t, 0, OP_DIMS(3), (float[]){-0.158808009f, 0, 1.95459769f}, 1e-6);
    op_end(t);
    t = op_begin("", "Gelu");
    op_f32(t, OP_DIMS(1), (float[]){1});
    op_set_string(t, "approximate", "roughly");
    assert_fails(op_infer(t, 1), EDGEAI_E_UNSUPPORTED);
    assert_error_says("approximate");
    op_end(t);
}

static void threads_do_not_change_results(void **state)
{
    (void)state;
    enum { MANY = 40000 };
    static float x[MANY], y[MANY];
    for (size_t i = 0; i < MANY; i++)
        x[i] = (float)i * 0.001f - 20;
    op_test *t = op_begin("", "Sigmoid");
    op_f32(t, OP_DIMS(MANY), x);
    assert_ok(op_run(t, 1));
    memcpy(y, op_output(t, 0)->data, sizeof y);
    op_end(t);
    t = op_begin_in("", "Sigmoid", 3, NULL);
    op_f32(t, OP_DIMS(MANY), x);
    assert_ok(op_run(t, 1));
    op_expect(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(MANY), y);
    op_end(t);
}

static void nothing_gives_nothing(void **state)
{
    (void)state;
    op_test *t = op_begin("", "Sigmoid");
    op_f32(t, OP_DIMS(2, 0), NULL);
    assert_ok(op_run(t, 1));
    op_expect_shape(t, 0, EDGEAI_ELEMENT_F32, OP_DIMS(2, 0));
    op_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_hold),
        cmocka_unit_test(nan_stays_and_extremes_are_finite),
        cmocka_unit_test(relu_keeps_what_is_positive),
        cmocka_unit_test(halves_are_widened),
        cmocka_unit_test(gelu_is_approximated_on_demand),
        cmocka_unit_test(threads_do_not_change_results),
        cmocka_unit_test(nothing_gives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
