/* SPDX-License-Identifier: MIT */
/* Blocks of known networks become the number of layers that they should, and compute the same. */

#include "reparam/reparam_internal.h"
#include "support/check.h"
#include "support/reparam_case.h"
#include "support/two_ways.h"

enum { C = 8 };

static void begin(int64_t rows)
{
    reparam_case_begin(C, rows, 9);
}

static int32_t conv_norm(int32_t x, int64_t in, int64_t out, int64_t groups, int64_t size,
                         int64_t stride, int64_t pad)
{
    return block_batch_norm(case_graph,
                            block_square(case_graph, x, in, out, groups, size, stride, pad), out);
}

/* 3x3, 1x1 and, where nothing changes its size, an identity; each normalized. */
static int32_t repvgg(int32_t x, int64_t out, int64_t stride, int64_t groups)
{
    int32_t y = block_add(case_graph, conv_norm(x, C, out, groups, 3, stride, 1),
                          conv_norm(x, C, out, groups, 1, stride, 0));
    if (out == C && stride == 1) y = block_add(case_graph, y, block_batch_norm(case_graph, x, C));
    return block_relu(case_graph, y, false);
}

static void repvgg_blocks_are_one_layer(void **state)
{
    (void)state;
    begin(10);
    int32_t y = repvgg(case_image, C, 1, 1);
    y = repvgg(y, C, 1, 2);
    reparam_case_expect(repvgg(y, 2 * C, 2, 1), "Conv Relu Conv Relu Conv Relu");
}

/* Several copies, a scale and an identity, first depthwise and then pointwise. */
static void mobileone_blocks_are_two_layers(void **state)
{
    (void)state;
    begin(8);
    int32_t y = case_image;
    for (int part = 0; part < 2; part++) {
        const int64_t groups = part == 0 ? C : 1, size = part == 0 ? 3 : 1;
        int32_t sum = block_batch_norm(case_graph, y, C);
        for (int copy = 0; copy < 3; copy++)
            sum = block_add(case_graph, conv_norm(y, C, C, groups, size, 1, size / 2), sum);
        if (part == 0) sum = block_add(case_graph, sum, conv_norm(y, C, C, C, 1, 1, 0));
        y = block_relu(case_graph, sum, false);
    }
    reparam_case_expect(y, "Conv Relu Conv Relu");
}

static void acnet_crosses_are_one_layer(void **state)
{
    (void)state;
    begin(8);
    const int32_t square = conv_norm(case_image, C, 4, 1, 3, 2, 1);
    const int32_t row =
        block_conv(case_graph, case_image, C, 4,
                   (conv_settings){.rows = 1, .columns = 3, .stride = 2, .pads = {0, 1, 0, 1}});
    const int32_t column =
        block_conv(case_graph, case_image, C, 4,
                   (conv_settings){.rows = 3, .columns = 1, .stride = 2, .pads = {1, 0, 1, 0}});
    const int32_t cross = block_add(case_graph, block_batch_norm(case_graph, row, 4),
                                    block_batch_norm(case_graph, column, 4));
    reparam_case_expect(block_add(case_graph, square, cross), "Conv");
}

/* kxk; 1x1; 1x1 then kxk; 1x1 then the mean of kxk: the 1x1 before others pads, so that what they
 * see outside is its bias. */
static void diverse_branches_are_one_layer(void **state)
{
    (void)state;
    begin(8);
    const int32_t plain = conv_norm(case_image, C, C, 1, 3, 1, 1),
                  one = conv_norm(case_image, C, C, 1, 1, 1, 0),
                  wide =
                      conv_norm(conv_norm(case_image, C, 2 * C, 1, 1, 1, 1), 2 * C, C, 1, 3, 1, 0);
    int32_t mean = block_op(case_graph, "AveragePool", conv_norm(case_image, C, C, 1, 1, 1, 1));
    graph_set_ints(case_graph, "kernel_shape", 2, (int64_t[]){3, 3});
    mean = block_batch_norm(case_graph, mean, C);
    const int32_t y =
        block_add(case_graph, block_add(case_graph, plain, one), block_add(case_graph, wide, mean));
    reparam_case_expect(block_relu(case_graph, y, false), "Conv Relu");
}

/* x + scale * (mixer(x) - norm(x)), the mixer of a depthwise 3x3, a 1x1 and an identity. */
static void token_mixers_are_one_layer(void **state)
{
    (void)state;
    begin(8);
    const int32_t mixer = block_add(case_graph,
                                    block_add(case_graph, conv_norm(case_image, C, C, C, 3, 1, 1),
                                              conv_norm(case_image, C, C, C, 1, 1, 0)),
                                    block_batch_norm(case_graph, case_image, C));
    int32_t y = graph_node(case_graph, "", "Sub", 2,
                           (int32_t[]){mixer, block_batch_norm(case_graph, case_image, C)});
    y = graph_node(case_graph, "", "Mul", 2,
                   (int32_t[]){block_constant(case_graph, OP_DIMS(C, 1, 1)), y});
    reparam_case_expect(block_add(case_graph, case_image, y), "Conv");
}

/* A normalization in front of a padded convolution leaves a map of biases. */
static void affine_in_front_leaves_a_map(void **state)
{
    (void)state;
    begin(8);
    reparam_case_expect(
        block_square(case_graph, block_batch_norm(case_graph, case_image, C), C, C, C, 3, 1, 1),
        "Conv Add");
}

/* Without a convolution beside them they are one normalization. */
static void pointwise_layers_are_one_normalization(void **state)
{
    (void)state;
    begin(8);
    int32_t y = block_batch_norm(case_graph, block_relu(case_graph, case_image, false), C);
    y = graph_node(case_graph, "", "Mul", 2,
                   (int32_t[]){y, block_constant(case_graph, OP_DIMS(1, C, 1, 1))});
    y = block_op(case_graph, "Identity", y);
    y = graph_node(case_graph, "", "Sub", 2,
                   (int32_t[]){block_constant(case_graph, OP_DIMS(C, 1, 1)), y});
    const float two = 2;
    y = graph_node(case_graph, "", "Div", 2,
                   (int32_t[]){y, graph_constant(case_graph, EDGEAI_ELEMENT_F32, NULL, 0, &two)});
    reparam_case_expect(block_relu(case_graph, y, false), "Relu BatchNormalization Relu");
}

/* The map goes on through the layers before it and after it. */
static void maps_are_carried_along(void **state)
{
    (void)state;
    begin(8);
    const conv_settings biased = {.rows = 1, .columns = 1, .is_biased = true};
    const int32_t x = block_conv(case_graph, case_image, C, C, biased);
    const int32_t left =
        block_square(case_graph, block_batch_norm(case_graph, x, C), C, C, 1, 3, 1, 1);
    const int32_t sum = block_add(case_graph, left, block_square(case_graph, x, C, C, 1, 1, 1, 0));
    reparam_case_expect(block_conv(case_graph, sum, C, 4, biased), "Conv Add");
}

static int32_t inverted(int32_t x, int64_t out, int64_t stride, bool skips, int64_t first_pad,
                        bool marked)
{
    int32_t y = block_relu(case_graph, conv_norm(x, C, 6 * C, 1, 1, 1, first_pad), marked);
    y = conv_norm(y, 6 * C, 6 * C, 6 * C, 3, stride, 1 - first_pad);
    y = conv_norm(block_relu(case_graph, y, marked), 6 * C, out, 1, 1, 1, 0);
    return skips ? block_add(case_graph, y, x) : y;
}

static void inverted_residuals_are_one_layer(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    options.linearize = true;
    begin(10); /* padding in the first: as trained for it */
    int32_t y = block_relu(case_graph, inverted(case_image, C, 1, true, 1, true), false);
    y = block_relu(case_graph, inverted(y, 2 * C, 2, false, 1, true), false);
    reparam_case_expect_with(y, &options, "Conv Relu Conv Relu", 1e-5);
    begin(10); /* padding in the second: a map of biases */
    y = block_relu(case_graph, inverted(case_image, C, 1, true, 0, true), false);
    y = block_relu(case_graph, inverted(y, 2 * C, 2, false, 0, true), false);
    reparam_case_expect_with(y, &options, "Conv Add Relu Conv Add Relu", 1e-5);
    begin(10); /* without leave they stay */
    options.linearize = false;
    y = inverted(case_image, C, 1, true, 0, true);
    reparam_case_expect_with(y, &options, "Conv Relu Conv Relu Conv Add", 1e-5);
}

static void modes_differ_at_the_border(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    static const char *const ops[] = {"Conv Conv", "Conv", "Conv"};
    for (int mode = 0; mode < 3; mode++) {
        begin(10);
        options.mode = (edgeai_reparam_mode)mode;
        const int32_t y = block_square(
            case_graph, block_square(case_graph, case_image, C, C, 1, 3, 1, 1), C, C, 1, 3, 1, 1);
        graph_output(case_graph, y);
        edgeai_graph *graph = graph_end(case_graph);
        edgeai_reparam *reparam;
        edgeai_reparam_segment segment;
        edgeai_reparam_difference difference;
        assert_ok(edgeai_reparam_create(&reparam, graph, &options));
        assert_string_equal(reparam_case_operators(edgeai_reparam_graph(reparam)), ops[mode]);
        assert_int_equal(edgeai_reparam_n_segments(reparam), 1);
        assert_ok(edgeai_reparam_get_segment(reparam, 0, &segment));
        assert_int_equal(segment.is_merged, mode > 0);
        assert_string_equal(
            segment.reason,
            ((const char *[]){"border would change", "padding moved", "border changes"})[mode]);
        for (int side = 0; side < 4; side++)
            assert_int_equal(segment.ring[side], 1);
        assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
        assert_true(mode == 0 ? difference.max == 0 : difference.max > 1e-3);
        edgeai_reparam_free(reparam);
        edgeai_graph_free(graph);
    }
}

/* A pointwise layer, a depthwise one and a pointwise one, with padding in the first or the second;
 * weights and biases are the same each time. */
static edgeai_graph *padded_block(int64_t stride, int64_t first_pad)
{
    const struct {
        int64_t dims[4], groups, stride, pad;
    } layers[3] = {{{4 * C, C, 1, 1}, 1, 1, first_pad},
                   {{4 * C, 1, 3, 3}, 4 * C, stride, 1 - first_pad},
                   {{C, 4 * C, 1, 1}, 1, 1, 0}};
    begin(10);
    int32_t y = case_image;
    for (int i = 0; i < 3; i++) {
        const int64_t *dims = layers[i].dims, pad = layers[i].pad;
        const size_t n = (size_t)(dims[0] * dims[1] * dims[2] * dims[3]);
        const int32_t w = graph_constant(case_graph, EDGEAI_ELEMENT_F32, dims, 4,
                                         random_floats(n, 10 + (uint64_t)i)),
                      bias = graph_constant(case_graph, EDGEAI_ELEMENT_F32, dims, 1,
                                            random_floats((size_t)dims[0], 20 + (uint64_t)i));
        y = graph_node(case_graph, "", "Conv", 3, (int32_t[]){y, w, bias});
        graph_set_ints(case_graph, "pads", 4, (int64_t[]){pad, pad, pad, pad});
        graph_set_ints(case_graph, "strides", 2, (int64_t[]){layers[i].stride, layers[i].stride});
        graph_set_int(case_graph, "group", layers[i].groups);
    }
    graph_output(case_graph, stride == 1 ? block_add(case_graph, y, case_image) : y);
    return graph_end(case_graph);
}

/* What mode pad-first writes is the network whose padding was moved, which mode exact merges. */
static void pad_first_is_the_network_with_its_padding_moved(void **state)
{
    (void)state;
    const edgeai_reparam_options modes[2] = {reparam_case_options(EDGEAI_REPARAM_PAD_FIRST),
                                             reparam_case_options(EDGEAI_REPARAM_EXACT)};
    for (int64_t stride = 1; stride <= 2; stride++) {
        edgeai_graph *deep = padded_block(stride, 0), *moved = padded_block(stride, 1);
        edgeai_reparam *first, *exact;
        edgeai_reparam_difference difference;
        assert_ok(edgeai_reparam_create(&first, deep, &modes[0]));
        assert_ok(edgeai_reparam_create(&exact, moved, &modes[1]));
        assert_ok(edgeai_reparam_verify(first, 2, 1, NULL, &difference));
        assert_true(difference.max > 1e-2);
        for (int k = 0; k < 2; k++) {
            edgeai_reparam pair = *exact;
            pair.shallow = k == 0 ? exact->shallow : first->shallow;
            assert_string_equal(reparam_case_operators(pair.shallow), "Conv");
            assert_ok(edgeai_reparam_verify(&pair, 2, 1, NULL, &difference));
            assert_close(difference.max, 0, 1e-5, 0);
        }
        edgeai_reparam_free(first);
        edgeai_reparam_free(exact);
        edgeai_graph_free(deep);
        edgeai_graph_free(moved);
    }
}

/* What is read twice or given out is not merged away. */
static void values_that_others_read_stay(void **state)
{
    (void)state;
    begin(8);
    const int32_t middle = block_square(case_graph, case_image, C, C, 1, 3, 1, 1);
    graph_output(case_graph, middle);
    reparam_case_expect(block_square(case_graph, middle, C, C, 1, 1, 1, 0), "Conv Conv");
    begin(8);
    const int32_t first = block_square(case_graph, case_image, C, C, 1, 3, 1, 1);
    const int32_t left = block_relu(case_graph, first, false);
    reparam_case_expect(block_add(case_graph, left, block_batch_norm(case_graph, first, C)),
                        "Conv Relu BatchNormalization Add");
}

/* Without a say by time, the planner decides by an estimate: two 3x3 stay two. */
static void slower_merges_are_left(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    options.timing = EDGEAI_REPARAM_ESTIMATED;
    begin(20);
    int32_t y =
        block_relu(case_graph, block_square(case_graph, case_image, C, 64, 1, 3, 1, 1), false);
    y = block_square(case_graph, y, 64, 64, 1, 3, 1, 1);
    y = block_square(case_graph, y, 64, 64, 1, 3, 1, 0);
    y = block_square(case_graph, y, 64, 64, 1, 1, 1, 0); /* cheaper together with the one before */
    reparam_case_expect_with(y, &options, "Conv Relu Conv Conv", 1e-5);
}

/* A branch that would be slower as one layer of its own is none once it is added to another. */
static void branches_beside_a_layer_cost_nothing(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    options.timing = EDGEAI_REPARAM_ESTIMATED;
    for (int is_beside = 0; is_beside < 2; is_beside++) {
        begin(20);
        const int32_t x =
            block_relu(case_graph, block_square(case_graph, case_image, C, 64, 1, 1, 1, 0), false);
        int32_t y = block_op(case_graph, "AveragePool", conv_norm(x, 64, 64, 1, 1, 1, 1));
        graph_set_ints(case_graph, "kernel_shape", 2, (int64_t[]){3, 3});
        const int32_t other = conv_norm(x, 64, 64, 1, 3, 1, 1);
        y = block_add(case_graph, y, is_beside ? other : block_relu(case_graph, other, false));
        reparam_case_expect_with(
            y, &options, is_beside ? "Conv Relu Conv" : "Conv Relu Conv AveragePool Conv Relu Add",
            1e-5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(repvgg_blocks_are_one_layer),
        cmocka_unit_test(mobileone_blocks_are_two_layers),
        cmocka_unit_test(acnet_crosses_are_one_layer),
        cmocka_unit_test(diverse_branches_are_one_layer),
        cmocka_unit_test(token_mixers_are_one_layer),
        cmocka_unit_test(affine_in_front_leaves_a_map),
        cmocka_unit_test(pointwise_layers_are_one_normalization),
        cmocka_unit_test(maps_are_carried_along),
        cmocka_unit_test(inverted_residuals_are_one_layer),
        cmocka_unit_test(modes_differ_at_the_border),
        cmocka_unit_test(pad_first_is_the_network_with_its_padding_moved),
        cmocka_unit_test(values_that_others_read_stay),
        cmocka_unit_test(slower_merges_are_left),
        cmocka_unit_test(branches_beside_a_layer_cost_nothing),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
