/* SPDX-License-Identifier: MIT */
/* Convolutions and normalizations in front of matrix products, and between them. */

#include <string.h>

#include "support/check.h"
#include "support/reparam_case.h"
#include "support/two_ways.h"

enum { C = 6, ROWS = 5, COLUMNS = 4, PIXELS = ROWS * COLUMNS };

static void begin(void)
{
    reparam_case_begin(C, ROWS, COLUMNS);
}

/* [., in] to [., out]; transposed: the matrix lies the other way. */
static int32_t gemm(int32_t x, int64_t in, int64_t out, bool transposed)
{
    const int32_t w = transposed ? block_constant(case_graph, OP_DIMS(out, in))
                                 : block_constant(case_graph, OP_DIMS(in, out)),
                  bias = block_constant(case_graph, OP_DIMS(out));
    const int32_t y = graph_node(case_graph, "", "Gemm", 3, (int32_t[]){x, w, bias});
    if (transposed) graph_set_int(case_graph, "transB", 1);
    return y;
}

static int32_t reshape(int32_t x, const int64_t shape[2])
{
    const int32_t s = graph_constant(case_graph, EDGEAI_ELEMENT_I64, OP_DIMS(2), shape);
    return graph_node(case_graph, "", "Reshape", 2, (int32_t[]){x, s});
}

static int32_t conv(int32_t x, int64_t out, int64_t size, int64_t stride, int64_t pad)
{
    const conv_settings settings = {.rows = size,
                                    .columns = size,
                                    .stride = stride,
                                    .pads = {pad, pad, pad, pad},
                                    .is_biased = true};
    return block_conv(case_graph, x, C, out, settings);
}

static void convolutions_go_through_flatten(void **state)
{
    (void)state;
    for (int64_t stride = 1; stride <= 3; stride++)
        for (int64_t pad = 0; pad <= 1; pad++) {
            const int64_t rows = (ROWS + 2 * pad - 3) / stride + 1,
                          columns = (COLUMNS + 2 * pad - 3) / stride + 1;
            begin();
            const int32_t y = conv(case_image, 7, 3, stride, pad);
            reparam_case_expect(
                gemm(block_op(case_graph, "Flatten", y), 7 * rows * columns, 3, stride == 2),
                "Flatten Gemm");
        }
    begin(); /* a depthwise one, a normalization, a reshape */
    int32_t y = block_square(case_graph, case_image, C, C, C, 3, 1, 1);
    y = reshape(block_batch_norm(case_graph, y, C), (int64_t[]){0, -1});
    reparam_case_expect(gemm(y, C * PIXELS, 2, true), "Flatten Gemm");
    begin(); /* a map of biases becomes part of the bias */
    y = conv(block_batch_norm(case_graph, case_image, C), 3, 3, 1, 1);
    reparam_case_expect(gemm(block_op(case_graph, "Flatten", y), 3 * PIXELS, 2, false),
                        "Flatten Gemm");
}

/* By time: a wide convolution in front of few outputs pays, a thin one in front of many does not.
 */
static void flatten_is_passed_where_it_pays(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    options.timing = EDGEAI_REPARAM_ESTIMATED;
    begin();
    int32_t y = block_op(case_graph, "Flatten", conv(case_image, 64, 3, 1, 1));
    reparam_case_expect_with(gemm(y, 64 * PIXELS, 2, false), &options, "Flatten Gemm", 1e-5);
    begin();
    y = block_op(case_graph, "Flatten", conv(case_image, 1, 1, 1, 0));
    reparam_case_expect_with(gemm(y, PIXELS, 300, false), &options, "Conv Flatten Gemm", 1e-5);
}

static void pointwise_layers_go_through_means(void **state)
{
    (void)state;
    begin();
    int32_t y = block_batch_norm(case_graph, conv(case_image, 9, 1, 1, 0), 9);
    y = block_op(case_graph, "Flatten", block_op(case_graph, "GlobalAveragePool", y));
    reparam_case_expect(gemm(y, 9, 4, true), "GlobalAveragePool Flatten Gemm");
    begin(); /* ReduceMean straight to a vector; a normalization alone */
    const int64_t axes[2] = {-1, 2};
    y = graph_node(case_graph, "", "ReduceMean", 2,
                   (int32_t[]){block_batch_norm(case_graph, case_image, C),
                               graph_constant(case_graph, EDGEAI_ELEMENT_I64, OP_DIMS(2), axes)});
    graph_set_int(case_graph, "keepdims", 0);
    reparam_case_expect(gemm(y, C, 4, false), "GlobalAveragePool Flatten Gemm");
    begin(); /* no mean of the same pixels: strides, windows, padding */
    y = block_op(case_graph, "GlobalAveragePool", conv(case_image, 9, 3, 1, 1));
    reparam_case_expect(gemm(block_op(case_graph, "Flatten", y), 9, 4, true),
                        "Conv GlobalAveragePool Flatten Gemm");
    begin();
    y = block_op(case_graph, "GlobalAveragePool", conv(case_image, 9, 1, 2, 0));
    reparam_case_expect(gemm(block_op(case_graph, "Flatten", y), 9, 4, true),
                        "Conv GlobalAveragePool Flatten Gemm");
    begin(); /* of other axes */
    const int64_t other[2] = {1, 2};
    y = graph_node(case_graph, "", "ReduceMean", 2,
                   (int32_t[]){conv(case_image, COLUMNS, 1, 1, 0),
                               graph_constant(case_graph, EDGEAI_ELEMENT_I64, OP_DIMS(2), other)});
    graph_set_int(case_graph, "keepdims", 0);
    reparam_case_expect(gemm(y, COLUMNS, 4, false), "Conv ReduceMean Gemm");
}

static void vectors_are_images_of_one_pixel(void **state)
{
    (void)state;
    begin(); /* product, normalization, arithmetic, product, sum with a parallel one */
    const int32_t x = block_relu(case_graph, block_op(case_graph, "Flatten", case_image), false);
    int32_t y = block_batch_norm(case_graph, gemm(x, C * PIXELS, 7, true), 7);
    y = graph_node(case_graph, "", "Mul", 2,
                   (int32_t[]){block_constant(case_graph, OP_DIMS(1, 7)), y});
    y = graph_node(case_graph, "", "MatMul", 2,
                   (int32_t[]){y, block_constant(case_graph, OP_DIMS(7, 5))});
    y = block_add(case_graph, y, block_constant(case_graph, OP_DIMS(5)));
    y = block_add(case_graph, gemm(x, C * PIXELS, 5, false), y);
    reparam_case_expect(block_relu(case_graph, y, false), "Flatten Relu Gemm Relu");
    begin(); /* what it reads is added */
    y = block_relu(case_graph, block_op(case_graph, "Flatten", case_image), false);
    reparam_case_expect(block_add(case_graph, y, gemm(y, C * PIXELS, C * PIXELS, false)),
                        "Flatten Relu Gemm");
    begin(); /* a normalization in front of the product, behind the vector */
    y = block_op(case_graph, "Flatten", conv(case_image, 3, 3, 1, 1));
    y = block_batch_norm(case_graph, y, 3 * PIXELS);
    reparam_case_expect(gemm(y, 3 * PIXELS, 2, true), "Flatten Gemm");
    begin(); /* alone it stays one */
    y = block_op(case_graph, "Flatten", case_image);
    reparam_case_expect(block_relu(case_graph, block_batch_norm(case_graph, y, C * PIXELS), false),
                        "Flatten BatchNormalization Relu");
}

/* alpha, beta, a bias of one number; a product as a file has it is not written anew. */
static void matrices_are_read_with_their_attributes(void **state)
{
    (void)state;
    const float one = 0.75f;
    begin();
    int32_t y = block_op(case_graph, "Flatten", conv(case_image, 2, 1, 1, 0));
    y = graph_node(case_graph, "", "Gemm", 3,
                   (int32_t[]){y, block_constant(case_graph, OP_DIMS(2 * PIXELS, 3)),
                               graph_constant(case_graph, EDGEAI_ELEMENT_F32, NULL, 0, &one)});
    graph_set_float(case_graph, "alpha", -2);
    graph_set_float(case_graph, "beta", 3);
    reparam_case_expect(y, "Flatten Gemm");
    begin();
    y = block_op(case_graph, "Flatten", block_op(case_graph, "GlobalAveragePool", case_image));
    graph_output(case_graph, gemm(y, C, 3, true));
    edgeai_graph *graph = graph_end(case_graph);
    edgeai_reparam *reparam;
    const edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_reparam_n_segments(reparam), 0);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

/* What other nodes read is not taken in. */
static void vectors_that_others_read_stay(void **state)
{
    (void)state;
    begin();
    const int32_t flat = block_op(case_graph, "Flatten", conv(case_image, 2, 3, 1, 1));
    graph_output(case_graph, block_relu(case_graph, flat, false));
    reparam_case_expect(gemm(flat, 2 * PIXELS, 2, true), "Conv Flatten Relu Gemm");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(convolutions_go_through_flatten),
        cmocka_unit_test(flatten_is_passed_where_it_pays),
        cmocka_unit_test(pointwise_layers_go_through_means),
        cmocka_unit_test(vectors_are_images_of_one_pixel),
        cmocka_unit_test(matrices_are_read_with_their_attributes),
        cmocka_unit_test(vectors_that_others_read_stay),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
