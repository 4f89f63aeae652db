/* SPDX-License-Identifier: MIT */
/* Small networks, plainly and turned to N, H, W, C; the steps tell where copies are left. */

#include "support/two_ways.h"

static graph_builder *begin(void)
{
    return graph_begin(two_ways_context());
}

static int32_t conv(graph_builder *b, int32_t x, int64_t m, int64_t c, uint64_t seed)
{
    const int32_t w = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(m, c, 1, 1),
                                     random_floats((size_t)(m * c), seed));
    return graph_node(b, "", "Conv", 2, (int32_t[]){x, w});
}

static int32_t image(graph_builder *b, int64_t n, int64_t c, int64_t h, int64_t w)
{
    return graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(n, c, h, w));
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

static void test_pools(void **state)
{
    (void)state;
    for (int kind = 0; kind < 4; kind++) {
        graph_builder *b = begin();
        const int32_t x = image(b, 2, 3, 9, 8);
        const int32_t y = one(b, kind < 2 ? "MaxPool" : "AveragePool", x);
        graph_set_ints(b, "kernel_shape", 2, (int64_t[]){3, 2});
        graph_set_ints(b, "strides", 2, (int64_t[]){2, 2});
        graph_set_ints(b, "pads", 4, (int64_t[]){1, 0, 1, 1});
        graph_set_int(b, "ceil_mode", kind % 2);
        if (kind == 3) graph_set_int(b, "count_include_pad", 1);
        expect(b, y, kind < 2 ? "ToNhwc MaxPool ToNchw" : "ToNhwc AveragePool ToNchw");
    }
}

static void test_global_means(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 2, 3, 4, 5);
    expect(b, one(b, "GlobalAveragePool", x), "ToNhwc GlobalAveragePool ToNchw");
    b = begin();
    const int32_t axes = graph_constant(b, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){-1, 2});
    const int32_t mean = two(b, "ReduceMean", image(b, 2, 3, 4, 5), axes);
    expect(b, mean, "ToNhwc GlobalAveragePool ToNchw");
}

static void test_elementwise_operators_follow(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 1, 3, 4, 5);
    const int32_t y = conv(b, x, 6, 3, 1);
    const int32_t plane =
        graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4, 5), random_floats(20, 3));
    const int32_t tanh_y = one(b, "Tanh", y), sum = two(b, "Add", y, plane);
    expect(b, two(b, "Mul", sum, tanh_y), "ToNhwc Conv Tanh Add Mul ToNchw");
}

/* Squeeze and excitation: a product with [N, C, 1, 1] that is computed. */
static void test_excitation(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 2, 3, 4, 5);
    const int32_t y = conv(b, x, 6, 3, 1);
    const int32_t gate = one(b, "Sigmoid", conv(b, one(b, "GlobalAveragePool", y), 6, 6, 2));
    expect(b, two(b, "Mul", y, gate), "ToNhwc Conv GlobalAveragePool Conv Mul ToNchw");
}

static void test_concat_split_along_channels(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 1, 3, 4, 5);
    const int32_t both = two(b, "Concat", conv(b, x, 6, 3, 1), conv(b, x, 4, 3, 2));
    graph_set_int(b, "axis", 1);
    const int32_t sizes = graph_constant(b, EDGEAI_ELEMENT_I64, OP_DIMS(2), (int64_t[]){7, 3});
    int32_t parts[2];
    graph_node_many(b, "", "Split", 2, (int32_t[]){both, sizes}, 2, parts);
    graph_set_int(b, "axis", -3);
    graph_output(b, parts[0]);
    expect(b, parts[1], "ToNhwc Conv Conv Concat Split ToNchw ToNchw");
}

static void test_lone_normalization(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 1, 3, 4, 5);
    const int32_t y = one(b, "Relu", conv(b, x, 4, 3, 1));
    int32_t in[5] = {y};
    for (int i = 1; i < 5; i++)
        in[i] = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4),
                               (float[]){0.5f + (float)i, 1.5f, 2.5f, 3.5f});
    expect(b, graph_node(b, "", "BatchNormalization", 5, in), "ToNhwc Conv Mul Add ToNchw");
}

static void test_pad_and_resize(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 1, 3, 4, 5);
    const int32_t y = conv(b, x, 4, 3, 1);
    const int32_t pads =
        graph_constant(b, EDGEAI_ELEMENT_I64, OP_DIMS(8), (int64_t[]){0, 1, 2, 0, 0, 0, 1, 3});
    const int32_t padded = two(b, "Pad", y, pads);
    const int32_t scales = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(4), (float[]){1, 1, 2, 3});
    const int32_t larger = graph_node(b, "", "Resize", 3, (int32_t[]){padded, EAI_IR_NONE, scales});
    expect(b, larger, "ToNhwc Conv Pad Resize ToNchw");
}

/* An operator that knows N, C, H, W alone gets that, and what follows goes on as N, H, W, C. */
static void test_others_stay(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 1, 3, 4, 5);
    const int32_t y = one(b, "LRN", conv(b, x, 4, 3, 1));
    graph_set_int(b, "size", 3);
    expect(b, conv(b, y, 2, 4, 2), "ToNhwc Conv ToNchw LRN ToNhwc Conv ToNchw");
}

static void test_trits(void **state)
{
    (void)state;
    graph_builder *b = begin();
    const int32_t x = image(b, 2, 5, 6, 7);
    const uint8_t bits[6] = {0x15, 0x0a, 0x1f, 0x00, 0x11, 0x04}; /* five signs each */
    const int32_t w = graph_constant(b, EDGEAI_ELEMENT_BITS, OP_DIMS(6, 5, 1, 1), bits);
    const int32_t limits =
        graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(5), (float[]){-0.5f, 0, 0.5f, 1, -1});
    const int32_t t = graph_node(b, "edgeai", "Binarize", 2, (int32_t[]){x, limits});
    const int32_t pooled = one(b, "MaxPool", t);
    graph_set_ints(b, "kernel_shape", 2, (int64_t[]){2, 2});
    const int32_t y = graph_node(b, "edgeai", "LowBitConv", 2, (int32_t[]){pooled, w});
    graph_set_ints(b, "pads", 4, (int64_t[]){1, 1, 1, 1});
    const int32_t next = graph_node(b, "edgeai", "Binarize", 1, &y);
    const int32_t z =
        graph_node(b, "edgeai", "LowBitConv", 2,
                   (int32_t[]){next, graph_constant(b, EDGEAI_ELEMENT_TRITS, OP_DIMS(1, 6, 1, 1),
                                                    (uint8_t[]){0x4d, 0x07})});
    expect(b, z, "ToNhwc Binarize MaxPool Conv Conv ToNchw");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pools),
        cmocka_unit_test(test_global_means),
        cmocka_unit_test(test_elementwise_operators_follow),
        cmocka_unit_test(test_excitation),
        cmocka_unit_test(test_concat_split_along_channels),
        cmocka_unit_test(test_lone_normalization),
        cmocka_unit_test(test_pad_and_resize),
        cmocka_unit_test(test_others_stay),
        cmocka_unit_test(test_trits),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
