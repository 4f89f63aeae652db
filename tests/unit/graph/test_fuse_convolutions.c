/* SPDX-License-Identifier: MIT */
/* Each case runs a small network plainly and fused, and says which steps are left. */

#include "support/two_ways.h"

static graph_builder *begin(void)
{
    return graph_begin(two_ways_context());
}

static int32_t weights(graph_builder *b, int64_t m, int64_t c, int64_t k, uint64_t seed)
{
    return graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(m, c, k, k),
                          random_floats((size_t)(m * c * k * k), seed));
}

static int32_t vector(graph_builder *b, int64_t n, uint64_t seed)
{
    return graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(n), random_floats((size_t)n, seed));
}

static int32_t positive(graph_builder *b, int64_t n, uint64_t seed)
{
    float values[64];
    const float *random = random_floats((size_t)n, seed);
    for (int64_t i = 0; i < n; i++)
        values[i] = 2.5f + random[i];
    return graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(n), values);
}

static int32_t scalar(graph_builder *b, float value)
{
    return graph_constant(b, EDGEAI_ELEMENT_F32, OP_SCALAR, &value);
}

/* 3 x 3, padded, m filters over c channels, with a bias. */
static int32_t conv(graph_builder *b, int32_t x, int64_t m, int64_t c, uint64_t seed)
{
    const int32_t w = weights(b, m, c, 3, seed), bias = vector(b, m, seed + 1);
    const int32_t y = graph_node(b, "", "Conv", 3, (int32_t[]){x, w, bias});
    graph_set_ints(b, "pads", 4, (int64_t[]){1, 1, 1, 1});
    return y;
}

static int32_t normalization(graph_builder *b, int32_t x, int64_t n, uint64_t seed)
{
    const int32_t gamma = vector(b, n, seed), beta = vector(b, n, seed + 1);
    const int32_t mean = vector(b, n, seed + 2), variance = positive(b, n, seed + 3);
    return graph_node(b, "", "BatchNormalization", 5, (int32_t[]){x, gamma, beta, mean, variance});
}

static int32_t one(graph_builder *b, const char *op, int32_t x)
{
    return graph_node(b, "", op, 1, &x);
}

static int32_t two(graph_builder *b, const char *op, int32_t x, int32_t y)
{
    return graph_node(b, "", op, 2, (int32_t[]){x, y});
}

static void expect(graph_builder *b, int32_t output, const char *steps)
{
    graph_output(b, output);
    assert_string_equal(expect_same_two_ways(graph_end(b), 2e-6, 0), steps);
}

static void test_affine_then_activation(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(2, 5, 7, 6));
    int32_t y = normalization(b, conv(b, x, 9, 5, 1), 9, 10);
    y = two(b, "Mul", y,
            graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(9, 1, 1), random_floats(9, 20)));
    y = two(b, "Sub", scalar(b, 0.5f), y);
    y = two(b, "Div", y, scalar(b, 4.0f));
    expect(b, one(b, "Relu", y), "ToNhwc Conv ToNchw");
}

static void test_activations(void **state)
{
    static const char *const names[] = {"Relu", "LeakyRelu", "HardSwish", "Sigmoid"};
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        graph_builder *b = begin();
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 5, 5));
        expect(b, one(b, names[i], conv(b, x, 4, 3, 1)), "ToNhwc Conv ToNchw");
    }
}

static void test_clip_prelu_silu(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        graph_builder *b = begin();
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 5, 5));
        int32_t y = conv(b, x, 4, 3, 1);
        if (i == 0)
            y = graph_node(b, "", "Clip", 3, (int32_t[]){y, scalar(b, -1), scalar(b, 2)});
        else if (i == 1)
            y = two(b, "PRelu", y,
                    graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4, 1, 1), random_floats(4, 8)));
        else
            y = two(b, "Mul", y, one(b, "Sigmoid", y));
        expect(b, y, "ToNhwc Conv ToNchw");
    }
}

static void test_residual_before_and_after_activation(void **state)
{
    (void)state;
    for (int after = 0; after < 2; after++) {
        graph_builder *b = begin();
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 6, 5, 4));
        const int32_t first = one(b, "Relu", conv(b, x, 6, 6, 1));
        int32_t y = conv(b, first, 6, 6, 5);
        y = after ? two(b, "Add", first, one(b, "Relu", y))
                  : one(b, "Relu", two(b, "Add", y, first));
        expect(b, y, "ToNhwc Conv Conv ToNchw");
    }
}

/* Both sides of the sum are convolutions: one takes the other's result. */
static void test_sum_of_two(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 6, 5, 4));
    const int32_t a = conv(b, x, 8, 6, 1), c = conv(b, x, 8, 6, 5);
    expect(b, two(b, "Add", a, c), "ToNhwc Conv Conv ToNchw");
}

/* What somebody else reads, or the caller, is not taken in. */
static void test_shared_results_stay(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 5, 5));
    const int32_t y = conv(b, x, 4, 3, 1);
    graph_output(b, y);
    expect(b, one(b, "Relu", y), "ToNhwc Conv Relu ToNchw ToNchw");
}

static void test_broadcast_that_grows_stays(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 1, 1));
    const int32_t w = weights(b, 4, 3, 1, 1);
    const int32_t y = two(b, "Conv", x, w);
    const int32_t c =
        graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 3, 3), random_floats(9, 2));
    expect(b, two(b, "Add", y, c), "ToNhwc Conv Add ToNchw");
}

static void test_fully_connected(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(3, 10));
    const int32_t w = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(7, 10), random_floats(70, 1));
    int32_t y = graph_node(b, "", "Gemm", 3, (int32_t[]){x, w, vector(b, 7, 2)});
    graph_set_int(b, "transB", 1);
    graph_set_float(b, "alpha", 0.5f);
    graph_set_float(b, "beta", 3.0f);
    y = one(b, "Relu", y);
    const int32_t v = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(7, 4), random_floats(28, 3));
    expect(b, two(b, "Add", two(b, "MatMul", y, v), vector(b, 4, 5)), "Conv Conv");
}

static int32_t bytes(graph_builder *b, edgeai_element element, uint8_t value)
{
    return graph_constant(b, element, OP_SCALAR, &value);
}

static int32_t round_trip(graph_builder *b, int32_t x, float scale, uint8_t zero)
{
    const int32_t z = bytes(b, EDGEAI_ELEMENT_U8, zero), s = scalar(b, scale);
    const int32_t q = graph_node(b, "", "QuantizeLinear", 3, (int32_t[]){x, s, z});
    return graph_node(b, "", "DequantizeLinear", 3, (int32_t[]){q, s, z});
}

/* 4 filters over 3 channels, int8 with a scale each. */
static int32_t byte_weights(graph_builder *b)
{
    static const int8_t codes[12] = {9, -128, 127, 5, -3, 44, -1, 0, 17, 3, 2, -60};
    static const float scales[4] = {0.01f, 0.02f, 0.03f, 0.5f};
    const int32_t w = graph_constant(b, EDGEAI_ELEMENT_I8, OP_DIMS(4, 3, 1, 1), codes);
    const int32_t s = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4), scales);
    const int32_t wide = two(b, "DequantizeLinear", w, s);
    graph_set_int(b, "axis", 0);
    return wide;
}

static void test_dequantized_operands(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 5, 5));
    const int32_t codes =
        graph_constant(b, EDGEAI_ELEMENT_I32, OP_DIMS(4), (int32_t[]){5, -7, 900, 0});
    const int32_t bias = two(b, "DequantizeLinear", codes, scalar(b, 0.01f));
    const int32_t y = graph_node(b, "", "Conv", 3,
                                 (int32_t[]){round_trip(b, x, 0.03f, 120), byte_weights(b), bias});
    expect(b, one(b, "Relu", y), "QuantizeLinear ToNhwc Conv ToNchw");
    b = begin();
    const int32_t wide = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 5, 5));
    expect(b, two(b, "Conv", wide, byte_weights(b)), "ToNhwc Conv ToNchw");
}

/* From bytes to bytes, with a residual of bytes. Rounding may go the other way at a tie. */
static void test_chain_of_bytes(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 3, 6, 5));
    const int32_t first =
        round_trip(b, two(b, "Conv", round_trip(b, x, 0.02f, 128), byte_weights(b)), 0.05f, 100);
    const int32_t second = round_trip(b, one(b, "Relu", x), 0.02f, 0);
    const int32_t y = two(b, "Add", two(b, "Conv", second, byte_weights(b)), first);
    const int32_t q = graph_node(b, "", "QuantizeLinear", 3,
                                 (int32_t[]){y, scalar(b, 0.1f), bytes(b, EDGEAI_ELEMENT_I8, 3)});
    graph_output(b, q);
    assert_string_equal(expect_same_two_ways(graph_end(b), 0, 3),
                        "QuantizeLinear ToNhwc Conv Relu QuantizeLinear ToNhwc Conv ToNchw");
}

static void test_qlinear_conv(void **state)
{
    (void)state;
    for (int moved = 0; moved < 2; moved++) {
        uint8_t codes[2 * 3 * 9];
        graph_builder *b = begin();
        for (size_t i = 0; i < sizeof codes; i++)
            codes[i] = (uint8_t)(i * 37 + 11);
        const edgeai_element type = moved ? EDGEAI_ELEMENT_U8 : EDGEAI_ELEMENT_I8;
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_U8, OP_DIMS(2, 3, 6, 5));
        const int32_t w = graph_constant(b, type, OP_DIMS(2, 3, 3, 3), codes);
        const int32_t bias =
            graph_constant(b, EDGEAI_ELEMENT_I32, OP_DIMS(2), (int32_t[]){700, -90});
        const int32_t y =
            graph_node(b, "", "QLinearConv", 9,
                       (int32_t[]){x, scalar(b, 0.02f), bytes(b, EDGEAI_ELEMENT_U8, 7), w,
                                   scalar(b, 0.01f), bytes(b, type, moved ? 128 : 0),
                                   scalar(b, 0.25f), bytes(b, EDGEAI_ELEMENT_U8, 90), bias});
        graph_set_ints(b, "pads", 4, (int64_t[]){1, 0, 1, 2});
        graph_output(b, y);
        assert_string_equal(expect_same_two_ways(graph_end(b), 0, 0), "ToNhwc Conv ToNchw");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_affine_then_activation),
        cmocka_unit_test(test_activations),
        cmocka_unit_test(test_clip_prelu_silu),
        cmocka_unit_test(test_residual_before_and_after_activation),
        cmocka_unit_test(test_sum_of_two),
        cmocka_unit_test(test_shared_results_stay),
        cmocka_unit_test(test_broadcast_that_grows_stays),
        cmocka_unit_test(test_fully_connected),
        cmocka_unit_test(test_dequantized_operands),
        cmocka_unit_test(test_chain_of_bytes),
        cmocka_unit_test(test_qlinear_conv),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
