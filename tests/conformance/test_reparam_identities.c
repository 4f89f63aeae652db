/* SPDX-License-Identifier: MIT */
/*
 * Every way of joining layers on networks of random shapes, as sessions run them in float32:
 * strides 1 to 3, dilations, groups, even and odd kernels, padding that differs from side to side.
 * Equal within 1e-4 of the largest value; where mode approx changes the border, equal inside of the
 * ring that is reported, and different in each of its rows and columns.
 */

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "reparam/reparam_internal.h"
#include "support/check.h"
#include "support/kernel_case.h"
#include "support/reparam_case.h"
#include "support/two_ways.h"

enum { ROUNDS = 60, C = 6 };
#define TOLERANCE 1e-4

static eai_rng rng;

static int64_t pick(size_t least, size_t most)
{
    return (int64_t)random_between(&rng, least, most);
}

static void begin(void)
{
    reparam_case_begin(C, pick(11, 16), pick(11, 16));
}

/* pad: the largest on each side. */
static conv_settings random_conv(int64_t most_taps, int64_t pad, int64_t stride)
{
    static const int64_t groups[] = {1, 1, 2, 3, 6};
    conv_settings s = {.rows = pick(1, (size_t)most_taps),
                       .columns = pick(1, (size_t)most_taps),
                       .groups = groups[pick(0, 4)],
                       .stride = stride,
                       .dilation = pick(1, 2),
                       .is_biased = pick(0, 2) > 0};
    for (int i = 0; i < 4; i++)
        s.pads[i] = pick(0, (size_t)pad);
    return s;
}

static int32_t conv(int32_t x, int64_t out, conv_settings s)
{
    return block_conv(case_graph, x, C, out, s);
}

/* y becomes as many nodes, and stays the same. */
static void expect_nodes(int32_t y, size_t n_nodes)
{
    graph_output(case_graph, y);
    edgeai_graph *graph = graph_end(case_graph);
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    edgeai_reparam *reparam;
    edgeai_reparam_difference difference;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), n_nodes);
    assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
    assert_close(difference.max, 0, TOLERANCE, 0);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

static void normalizations_on_either_side(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        begin();
        const conv_settings s = random_conv(4, 2, pick(1, 3));
        const int32_t x = block_batch_norm(case_graph, case_image, C);
        bool is_padded = false;
        for (int i = 0; i < 4; i++)
            is_padded = is_padded || s.pads[i] > 0;
        graph_output(case_graph, block_batch_norm(case_graph, conv(x, 12, s), 12));
        edgeai_graph *graph = graph_end(case_graph);
        edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
        edgeai_reparam *reparam;
        edgeai_reparam_difference difference;
        assert_ok(edgeai_reparam_create(&reparam, graph, &options));
        const size_t n = edgeai_graph_n_nodes(edgeai_reparam_graph(reparam));
        assert_true(n == 1 || (is_padded && n == 2));
        assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
        assert_close(difference.max, 0, TOLERANCE, 0);
        edgeai_reparam_free(reparam);
        edgeai_graph_free(graph);
    }
}

static void unpadded_layers_follow_any(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        begin();
        const int32_t y = conv(case_image, C, random_conv(3, 3, pick(1, 2)));
        conv_settings second = random_conv(3, 0, pick(1, 3));
        second.dilation = 1;
        expect_nodes(conv(y, 12, second), 1);
    }
}

static void pointwise_layers_go_in_front(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        begin();
        const bool is_biased = round % 2 != 0;
        const conv_settings first = {.rows = 1,
                                     .columns = 1,
                                     .groups = round % 3 ? 1 : C,
                                     .stride = pick(1, 2),
                                     .is_biased = is_biased};
        conv_settings second = random_conv(3, 0, pick(1, 2));
        second.rows = second.columns = 3;
        for (int i = 0; i < 4; i++)
            second.pads[i] = pick(1, 2);
        expect_nodes(conv(conv(case_image, C, first), C, second), is_biased ? 2 : 1);
    }
}

/* Kernels of odd sizes with half of them as padding, a mean, an identity; some subtracted. */
static void branches_add_up(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        begin();
        const int64_t stride = pick(1, 3);
        int32_t sum = EAI_IR_NONE;
        for (int branch = 0; branch < 4; branch++) {
            conv_settings s = random_conv(1, 0, stride);
            s.rows = 2 * pick(0, 2) + 1;
            s.columns = 2 * pick(0, 2) + 1;
            s.pads[0] = s.pads[2] = s.rows / 2 * s.dilation;
            s.pads[1] = s.pads[3] = s.columns / 2 * s.dilation;
            int32_t y = block_batch_norm(case_graph, conv(case_image, C, s), C);
            if (branch == 1 && stride == 1) y = block_batch_norm(case_graph, case_image, C);
            if (branch == 2) {
                y = block_op(case_graph, "AveragePool", case_image);
                graph_set_ints(case_graph, "kernel_shape", 2, (int64_t[]){3, 5});
                graph_set_ints(case_graph, "pads", 4, (int64_t[]){1, 2, 1, 2});
                graph_set_ints(case_graph, "strides", 2, (int64_t[]){stride, stride});
                graph_set_int(case_graph, "count_include_pad", 1);
            }
            sum = branch == 0 ? y
                              : graph_node(case_graph, "", branch == 3 ? "Sub" : "Add", 2,
                                           (int32_t[]){sum, y});
        }
        if (stride == 1) sum = block_add(case_graph, case_image, sum);
        expect_nodes(sum, 1);
    }
}

static void pads_and_matrices(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        const int64_t rows = pick(6, 9), columns = pick(6, 9);
        reparam_case_begin(C, rows, columns);
        int64_t pads[8] = {0};
        for (int i = 0; i < 4; i++)
            pads[i < 2 ? 2 + i : 4 + i] = pick(0, 3);
        int32_t y =
            graph_node(case_graph, "", "Pad", 2,
                       (int32_t[]){case_image, graph_constant(case_graph, EDGEAI_ELEMENT_I64,
                                                              OP_DIMS(8), pads)});
        const conv_settings s = random_conv(3, 2, pick(1, 3));
        y = block_op(case_graph, "Flatten", conv(y, C, s));
        const int64_t sizes[2] = {rows + pads[2] + pads[6] + s.pads[0] + s.pads[2],
                                  columns + pads[3] + pads[7] + s.pads[1] + s.pads[3]};
        const int64_t n = C * ((sizes[0] - s.dilation * (s.rows - 1) - 1) / s.stride + 1) *
                          ((sizes[1] - s.dilation * (s.columns - 1) - 1) / s.stride + 1);
        const int32_t w = block_constant(case_graph, OP_DIMS(n, 3));
        expect_nodes(graph_node(case_graph, "", "MatMul", 2, (int32_t[]){y, w}), 2);
    }
}

/* Outputs of both networks of a reparameterization, for one random image. */
static void run_both(const edgeai_reparam *reparam, edgeai_session *sessions[2],
                     const float *outputs[2], edgeai_port *port)
{
    const edgeai_graph *graphs[2] = {reparam->deep, reparam->shallow};
    for (int k = 0; k < 2; k++) {
        edgeai_port in;
        void *x;
        const void *y;
        assert_ok(edgeai_session_create(&sessions[k], graphs[k], NULL));
        assert_ok(edgeai_session_input(sessions[k], 0, &in, &x));
        const size_t n = (size_t)(in.dims[1] * in.dims[2] * in.dims[3]);
        memcpy(x, random_floats(n, 5), n * sizeof(float));
        assert_ok(edgeai_session_run(sessions[k]));
        assert_ok(edgeai_session_output(sessions[k], 0, port, &y));
        outputs[k] = y;
    }
}

/* The largest differences inside of the ring, and the least of its rows' and columns' largest. */
static void expect_ring(const float *outputs[2], const edgeai_port *port, const size_t ring[4])
{
    const size_t rows = (size_t)port->dims[2], columns = (size_t)port->dims[3],
                 n = (size_t)port->dims[1] * rows * columns;
    double largest = 0, row_most[64] = {0}, column_most[64] = {0};
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs((double)outputs[0][i]));
    for (size_t i = 0; i < n; i++) {
        const size_t r = i / columns % rows, q = i % columns;
        const double d = fabs((double)outputs[0][i] - (double)outputs[1][i]) / largest;
        row_most[r] = fmax(row_most[r], d);
        column_most[q] = fmax(column_most[q], d);
        if (r >= ring[0] && q >= ring[1] && r + ring[2] < rows && q + ring[3] < columns)
            assert_close(d, 0, TOLERANCE, 0);
    }
    for (size_t r = 0; r < rows; r++)
        if (r < ring[0] || r + ring[2] >= rows) assert_true(row_most[r] > TOLERANCE);
    for (size_t q = 0; q < columns; q++)
        if (q < ring[1] || q + ring[3] >= columns) assert_true(column_most[q] > TOLERANCE);
}

static void inexact_merges_differ_in_their_ring(void **state)
{
    (void)state;
    edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_APPROX);
    int n_inexact = 0;
    for (int round = 0; round < ROUNDS; round++) {
        begin();
        conv_settings first = random_conv(3, 2, pick(1, 2)), second = random_conv(3, 2, pick(1, 3));
        first.rows = first.columns = second.rows = second.columns = 3;
        first.dilation = second.dilation = 1;
        for (int i = 0; i < 4; i++)
            second.pads[i] = second.pads[i] > 1 ? 1 : second.pads[i];
        graph_output(case_graph, conv(conv(case_image, C, first), C, second));
        edgeai_graph *graph = graph_end(case_graph);
        edgeai_reparam *reparam;
        edgeai_reparam_segment segment;
        edgeai_session *sessions[2];
        const float *outputs[2];
        edgeai_port port;
        assert_ok(edgeai_reparam_create(&reparam, graph, &options));
        assert_ok(edgeai_reparam_get_segment(reparam, 0, &segment));
        assert_true(segment.is_merged);
        n_inexact += strcmp(segment.reason, "border changes") == 0;
        run_both(reparam, sessions, outputs, &port);
        expect_ring(outputs, &port, segment.ring);
        for (int k = 0; k < 2; k++)
            edgeai_session_free(sessions[k]);
        edgeai_reparam_free(reparam);
        edgeai_graph_free(graph);
    }
    assert_true(n_inexact > ROUNDS / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalizations_on_either_side),
        cmocka_unit_test(unpadded_layers_follow_any),
        cmocka_unit_test(pointwise_layers_go_in_front),
        cmocka_unit_test(branches_add_up),
        cmocka_unit_test(pads_and_matrices),
        cmocka_unit_test(inexact_merges_differ_in_their_ring),
    };
    eai_rng_seed(&rng, 6);
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
