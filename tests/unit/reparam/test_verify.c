/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "reparam/reparam_internal.h"
#include "support/block_builder.h"
#include "support/check.h"
#include "support/two_ways.h"

/* A graph of one convolution whose bias is `bias` everywhere, with `n` rows of output. */
static edgeai_graph *constant_graph(int64_t n, const float bias[3], edgeai_element input)
{
    graph_builder *b = graph_begin(two_ways_context());
    const float weights[3] = {0, 0, 0};
    const int32_t x = graph_input(b, "x", input, OP_DIMS(n, 1, 1, 1));
    const int32_t like =
        input == EDGEAI_ELEMENT_F32 ? x : graph_node(b, "", "Cast", 1, (int32_t[]){x});
    if (input != EDGEAI_ELEMENT_F32) graph_set_int(b, "to", EDGEAI_ELEMENT_F32);
    const int32_t w = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(3, 1, 1, 1), weights),
                  c = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(3), bias);
    graph_output(b, graph_node(b, "", "Conv", 3, (int32_t[]){like, w, c}));
    return graph_end(b);
}

/* What the two give is compared as stated: by the largest value, and by its place. */
static void differences_are_relative_and_places_count(void **state)
{
    (void)state;
    static const float one[3] = {1, -4, 3}, near[3] = {1, -4, 3.4f}, other[3] = {3.5f, -4, 3};
    const struct {
        const float *bias;
        double max, mean;
        size_t n_top1;
    } cases[] = {{one, 0, 0, 6}, {near, 0.1, 0.1 / 3, 6}, {other, 0.625, 0.625 / 3, 0}};
    for (int i = 0; i < 3; i++) {
        edgeai_graph *deep = constant_graph(2, one, EDGEAI_ELEMENT_F32),
                     *shallow = constant_graph(2, cases[i].bias, EDGEAI_ELEMENT_F32);
        const edgeai_reparam pair = {
            .context = two_ways_context(), .deep = deep, .shallow = shallow};
        edgeai_reparam_difference difference;
        assert_ok(edgeai_reparam_verify(&pair, 3, 1, NULL, &difference));
        assert_close(difference.max, cases[i].max, 1e-6, 0);
        assert_close(difference.mean, cases[i].mean, 1e-6, 0);
        assert_int_equal(difference.n_rows, 6);
        assert_int_equal(difference.n_top1, cases[i].n_top1);
        assert_int_equal(difference.n_inputs, 3);
        edgeai_graph_free(deep);
        edgeai_graph_free(shallow);
    }
}

/* A convolution, an activation and another one, of which the first or the second differs. */
static edgeai_graph *chain_graph(float first, float second, int32_t ends[2])
{
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 1, 2)),
                  w = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 1, 1), &first),
                  v = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(1, 1, 1, 1), &second);
    ends[0] = graph_node(b, "", "Conv", 2, (int32_t[]){x, w});
    ends[1] = graph_node(b, "", "Conv", 2, (int32_t[]){block_relu(b, ends[0], false), v});
    graph_output(b, block_relu(b, ends[1], false));
    return graph_end(b);
}

/* Each segment is judged by what comes out of it, not by what comes out at the end. */
static void segments_are_judged_by_their_own_ends(void **state)
{
    (void)state;
    int32_t ends[3] = {0};
    edgeai_graph *deep = chain_graph(1, 1, ends), *near = chain_graph(1.25f, 1, ends),
                 *cancelling = chain_graph(2, 0.5f, ends);
    edgeai_reparam_segment segments[3] = {
        {.is_merged = true}, {.is_merged = true}, {.is_merged = false}};
    edgeai_reparam pair = {.context = two_ways_context(),
                           .deep = deep,
                           .shallow = near,
                           .segments = segments,
                           .ends = ends,
                           .n_segments = 3};
    const float inputs[4] = {4, 0, 2, -2};
    edgeai_reparam_segment_difference d[3];
    assert_ok(edgeai_reparam_verify_segments(&pair, 2, 1, inputs, d));
    assert_close(d[0].max, 0.25, 1e-6, 0);
    assert_close(d[0].mean, (0.125 + 0.25) / 2, 1e-6, 0);
    assert_close(d[1].max, 0.25, 1e-6, 0);
    assert_close(d[1].mean, 0.125, 1e-6, 0);
    assert_true(isnan(d[2].max) && isnan(d[2].mean));
    pair.shallow = cancelling; /* equal again behind the second */
    assert_ok(edgeai_reparam_verify_segments(&pair, 2, 1, inputs, d));
    assert_close(d[0].max, 1, 1e-6, 0);
    assert_close(d[1].max, 0, 1e-6, 0);
    assert_fails(edgeai_reparam_verify_segments(&pair, 0, 1, inputs, d), EDGEAI_E_INVALID);
    assert_fails(edgeai_reparam_verify_segments(&pair, 1, 1, inputs, NULL), EDGEAI_E_INVALID);
    edgeai_graph_free(deep);
    edgeai_graph_free(near);
    edgeai_graph_free(cancelling);
}

/* Inputs that are given go in: a kernel that differs shows with them alone. */
static void given_inputs_are_used(void **state)
{
    (void)state;
    edgeai_graph *graphs[2];
    for (int k = 0; k < 2; k++) {
        graph_builder *b = graph_begin(two_ways_context());
        const float weights[2] = {1, k == 0 ? 2.0f : 3.0f};
        const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 2, 1, 1)),
                      w = graph_constant(b, EDGEAI_ELEMENT_F32, OP_DIMS(1, 2, 1, 1), weights);
        graph_output(b, graph_node(b, "", "Conv", 2, (int32_t[]){x, w}));
        graphs[k] = graph_end(b);
    }
    const edgeai_reparam pair = {
        .context = two_ways_context(), .deep = graphs[0], .shallow = graphs[1]};
    const float without[4] = {1, 0, 2, 0}, with[4] = {1, 0, 2, 1};
    edgeai_reparam_difference difference;
    assert_ok(edgeai_reparam_verify(&pair, 2, 1, without, &difference));
    assert_true(difference.max == 0);
    assert_ok(edgeai_reparam_verify(&pair, 2, 1, with, &difference));
    assert_close(difference.max, 0.25, 1e-6, 0);
    edgeai_graph_free(graphs[0]);
    edgeai_graph_free(graphs[1]);
}

static void what_cannot_be_compared_is_refused(void **state)
{
    (void)state;
    static const float bias[3] = {1, 2, 3};
    edgeai_graph *graph = constant_graph(1, bias, EDGEAI_ELEMENT_U8);
    const edgeai_reparam pair = {.context = two_ways_context(), .deep = graph, .shallow = graph};
    edgeai_reparam_difference difference;
    assert_fails(edgeai_reparam_verify(&pair, 1, 1, NULL, &difference), EDGEAI_E_UNSUPPORTED);
    assert_fails(edgeai_reparam_verify(&pair, 0, 1, NULL, &difference), EDGEAI_E_INVALID);
    assert_fails(edgeai_reparam_verify(&pair, 1, 1, NULL, NULL), EDGEAI_E_INVALID);
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_are_relative_and_places_count),
        cmocka_unit_test(segments_are_judged_by_their_own_ends),
        cmocka_unit_test(given_inputs_are_used),
        cmocka_unit_test(what_cannot_be_compared_is_refused),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
