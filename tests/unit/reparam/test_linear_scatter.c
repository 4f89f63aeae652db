/* SPDX-License-Identifier: MIT */
/* Padding as an operator of its own: with zero, with a number, with one for each channel. */

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/reparam_case.h"
#include "support/two_ways.h"

enum { C = 6, ROWS = 7, COLUMNS = 8 };

static int32_t int_constant(int64_t n, const int64_t *numbers)
{
    return graph_constant(case_graph, EDGEAI_ELEMENT_I64, OP_DIMS(n), numbers);
}

static int32_t float_constant(const int64_t *dims, int n_dims, const float *numbers)
{
    return graph_constant(case_graph, EDGEAI_ELEMENT_F32, dims, n_dims, numbers);
}

/* All rows and columns at the border, of every channel. */
static int32_t pad(int32_t x, int64_t n, float value)
{
    const int64_t pads[8] = {0, 0, n, n, 0, 0, n, n};
    return graph_node(case_graph, "", "Pad", 3,
                      (int32_t[]){x, int_constant(8, pads), float_constant(NULL, 0, &value)});
}

static int32_t square(int32_t x, int64_t out, int64_t size, int64_t stride, int64_t padding)
{
    return block_square(case_graph, x, C, out, 1, size, stride, padding);
}

static void zeros_are_padding_of_the_next_layer(void **state)
{
    (void)state;
    reparam_case_begin(C, ROWS, COLUMNS);
    reparam_case_expect(square(pad(case_image, 1, 0), 4, 3, 2, 0), "Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* added to its own, through a normalization */
    int32_t y = pad(block_relu(case_graph, case_image, false), 2, 0);
    y = block_op(case_graph, "Identity", y);
    reparam_case_expect(block_batch_norm(case_graph, square(y, 4, 5, 1, 1), 4), "Relu Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* one side, by axes; counted from the end */
    const int64_t pads[2] = {3, 0}, axis = -1;
    y = graph_node(
        case_graph, "", "Pad", 4,
        (int32_t[]){case_image, int_constant(2, pads), EAI_IR_NONE, int_constant(1, &axis)});
    reparam_case_expect(square(y, 4, 3, 1, 0), "Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* a mean over what was padded */
    y = block_op(case_graph, "AveragePool", pad(case_image, 1, 0));
    graph_set_ints(case_graph, "kernel_shape", 2, (int64_t[]){3, 3});
    reparam_case_expect(block_add(case_graph, y, square(case_image, C, 3, 1, 1)), "Conv");
}

static void what_is_no_padding_of_a_layer_stays(void **state)
{
    (void)state;
    reparam_case_begin(C, ROWS, COLUMNS); /* nothing linear reads it */
    int32_t y = block_relu(case_graph, pad(square(case_image, C, 1, 1, 0), 1, 0), false);
    reparam_case_expect(square(y, 4, 3, 1, 0), "Conv Pad Relu Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* another number, behind nothing linear */
    y = pad(block_relu(case_graph, case_image, false), 1, 0.5f);
    reparam_case_expect(square(y, 4, 3, 1, 0), "Relu Pad Conv");
    reparam_case_begin(C, ROWS, COLUMNS);
    y = pad(case_image, 1, 0);
    graph_set_string(case_graph, "mode", "edge");
    reparam_case_expect(square(y, 4, 3, 1, 0), "Pad Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* cut off */
    reparam_case_expect(square(pad(case_image, -1, 0), 4, 3, 1, 0), "Pad Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* channels */
    const int64_t pads[8] = {0, 1, 1, 1, 0, 0, 1, 1};
    y = graph_node(case_graph, "", "Pad", 2, (int32_t[]){case_image, int_constant(8, pads)});
    y = block_square(case_graph, y, C + 1, 4, 1, 3, 1, 0);
    reparam_case_expect(y, "Pad Conv");
}

/* A number that the first layer does not give there leaves a map. */
static void numbers_leave_a_map(void **state)
{
    (void)state;
    reparam_case_begin(C, ROWS, COLUMNS);
    const int32_t x = block_batch_norm(case_graph, square(case_image, C, 1, 1, 0), C);
    reparam_case_expect(square(pad(x, 1, 0.75f), 4, 3, 2, 0), "Conv Add");
}

/* A constant image is added: alone in front of a layer it stays, behind another it goes along. */
static void constant_images_go_along(void **state)
{
    (void)state;
    for (int op = 0; op < 3; op++) {
        reparam_case_begin(C, ROWS, COLUMNS);
        const int32_t x = square(case_image, C, 3, 1, 1);
        const int32_t map = op == 0 ? block_constant(case_graph, OP_DIMS(ROWS, COLUMNS))
                                    : block_constant(case_graph, OP_DIMS(1, C, ROWS, COLUMNS));
        const int32_t y = graph_node(case_graph, "", op == 0 ? "Add" : "Sub", 2,
                                     op == 2 ? (int32_t[]){map, x} : (int32_t[]){x, map});
        reparam_case_expect(square(y, 4, 3, 2, 0), "Conv Add");
    }
    reparam_case_begin(C, ROWS, COLUMNS);
    const int32_t map = block_constant(case_graph, OP_DIMS(C, ROWS, COLUMNS));
    reparam_case_expect(square(block_add(case_graph, case_image, map), 4, 3, 2, 0), "Add Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* as this program writes it: nothing to gain */
    const int32_t last = block_constant(case_graph, OP_DIMS(C, ROWS, COLUMNS));
    reparam_case_expect(block_add(case_graph, square(case_image, C, 3, 1, 1), last), "Conv Add");
}

typedef struct normalization {
    float gamma[2 * C], beta[2 * C], mean[2 * C], variance[2 * C];
} normalization;

static int32_t normalize(int32_t x, int64_t n, const normalization *by)
{
    const int32_t y = graph_node(
        case_graph, "", "BatchNormalization", 5,
        (int32_t[]){x, float_constant(&n, 1, by->gamma), float_constant(&n, 1, by->beta),
                    float_constant(&n, 1, by->mean), float_constant(&n, 1, by->variance)});
    graph_set_float(case_graph, "epsilon", 1e-5f);
    return y;
}

/* x[:, :, first : first + count along axis] = values, as it is exported. */
static int32_t assign(int32_t x, const int64_t dims[4], int axis, int64_t at, const float *values)
{
    static int64_t indices[4 * 2 * C * 16];
    static float updates[2 * C * 16];
    const int64_t other = axis == 2 ? dims[3] : dims[2];
    size_t n = 0;
    for (int64_t c = 0; c < dims[1]; c++)
        for (int64_t i = 0; i < other; i++, n++) {
            const int64_t tuple[4] = {0, c, axis == 2 ? at : i, axis == 2 ? i : at};
            memcpy(indices + 4 * n, tuple, sizeof tuple);
            updates[n] = values[c];
        }
    const int32_t i = graph_constant(case_graph, EDGEAI_ELEMENT_I64,
                                     OP_DIMS(1, dims[1], other, 1, 4), indices),
                  u = float_constant(OP_DIMS(1, dims[1], other, 1), updates);
    return graph_node(case_graph, "", "ScatterND", 3, (int32_t[]){x, i, u});
}

/* Normalizes, then pads with what the normalization makes of zero. */
static int32_t normalize_and_pad(int32_t x, int64_t n)
{
    normalization by;
    float values[2 * C];
    const int64_t dims[4] = {1, n, ROWS + 2, COLUMNS + 2};
    for (int i = 0; i < n; i++) {
        by.gamma[i] = 1 + 0.1f * (float)i;
        by.beta[i] = 0.3f * (float)(i % 5) - 0.7f;
        by.mean[i] = 0.2f * (float)(i % 3) - 0.3f;
        by.variance[i] = 0.5f + 0.07f * (float)i;
        values[i] = by.beta[i] - by.mean[i] * by.gamma[i] / sqrtf(by.variance[i] + 1e-5f);
    }
    int32_t y = pad(normalize(x, n, &by), 1, 0);
    y = assign(y, dims, 2, 0, values);
    y = assign(y, dims, 2, -1, values);
    y = assign(y, dims, 3, 0, values);
    return assign(y, dims, 3, COLUMNS + 1, values);
}

/* kxk; 1x1; 1x1, norm and pad, kxk; 1x1, norm and pad, mean. */
static void diverse_branches_pad_behind_a_normalization(void **state)
{
    (void)state;
    reparam_case_begin(C, ROWS, COLUMNS);
    const int32_t plain = block_batch_norm(case_graph, square(case_image, C, 3, 1, 1), C),
                  one = block_batch_norm(case_graph, square(case_image, C, 1, 1, 0), C);
    int32_t wide = normalize_and_pad(square(case_image, 2 * C, 1, 1, 0), 2 * C);
    wide = block_square(case_graph, wide, 2 * C, C, 1, 3, 1, 0);
    int32_t mean =
        block_op(case_graph, "AveragePool", normalize_and_pad(square(case_image, C, 1, 1, 0), C));
    graph_set_ints(case_graph, "kernel_shape", 2, (int64_t[]){3, 3});
    const int32_t y = block_add(case_graph, block_add(case_graph, plain, one),
                                block_add(case_graph, block_batch_norm(case_graph, wide, C),
                                          block_batch_norm(case_graph, mean, C)));
    reparam_case_expect(block_relu(case_graph, y, false), "Conv Relu");
}

/* Into the image itself, or of values that are computed: no padding. */
static void other_assignments_stay(void **state)
{
    (void)state;
    static const float values[C] = {1, 2, 3, 4, 5, 6};
    const int64_t dims[4] = {1, C, ROWS + 2, COLUMNS + 2};
    reparam_case_begin(C, ROWS, COLUMNS);
    int32_t y = assign(pad(case_image, 1, 0), dims, 2, 1, values);
    reparam_case_expect(square(y, 4, 3, 1, 0), "Pad ScatterND Conv");
    reparam_case_begin(C, ROWS, COLUMNS); /* padding, but nobody to take it */
    y = assign(pad(case_image, 1, 0), dims, 2, 0, values);
    reparam_case_expect(block_relu(case_graph, y, false), "Pad ScatterND Relu");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_are_padding_of_the_next_layer),
        cmocka_unit_test(what_is_no_padding_of_a_layer_stays),
        cmocka_unit_test(numbers_leave_a_map),
        cmocka_unit_test(constant_images_go_along),
        cmocka_unit_test(diverse_branches_pad_behind_a_normalization),
        cmocka_unit_test(other_assignments_stay),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
