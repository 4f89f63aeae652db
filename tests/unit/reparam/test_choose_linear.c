/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "reparam/reparam_internal.h"
#include "support/block_builder.h"
#include "support/check.h"
#include "support/two_ways.h"

enum { C = 8, BLOCKS = 3 };

/* Inverted residual blocks, padded at first, whose activations are marked; of block k they matter
 * importance[k] each. */
static edgeai_graph *make_graph(const int64_t importance[BLOCKS])
{
    graph_builder *b = graph_begin(two_ways_context());
    int32_t y = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, C, 10, 10));
    for (int k = 0; k < BLOCKS; k++) {
        const int32_t x = y;
        y = block_relu(b, block_square(b, x, C, 6 * C, 1, 1, 1, 1), true);
        graph_set_int(b, "edgeai_importance", importance[k]);
        y = block_relu(b, block_square(b, y, 6 * C, 6 * C, 6 * C, 3, 1, 0), true);
        graph_set_int(b, "edgeai_importance", importance[k]);
        y = block_relu(b, block_add(b, block_square(b, y, 6 * C, C, 1, 1, 1, 0), x), false);
    }
    graph_output(b, y);
    return graph_end(b);
}

static edgeai_reparam_options options;

/* Which blocks became one layer: "101"; and the sum of times. */
static const char *merged_blocks(const edgeai_graph *graph, double *ms)
{
    static char text[BLOCKS + 1];
    edgeai_reparam *reparam;
    edgeai_reparam_difference difference;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_ok(edgeai_reparam_verify(reparam, 1, 1, NULL, &difference));
    assert_close(difference.max, 0, 1e-5, 0);
    strcpy(text, "000");
    *ms = 0;
    for (size_t i = 0; i < edgeai_reparam_n_segments(reparam); i++) {
        edgeai_reparam_segment segment;
        assert_ok(edgeai_reparam_get_segment(reparam, i, &segment));
        int first;
        assert_int_equal(sscanf(segment.name, "n%d", &first), 1);
        if (!segment.is_merged || segment.n_nodes_before < 6) continue;
        text[first / 7] = '1';
        *ms += segment.ms_before - segment.ms_after;
    }
    edgeai_reparam_free(reparam);
    return text;
}

static void begin_options(void)
{
    options = (edgeai_reparam_options)EDGEAI_REPARAM_OPTIONS_INIT;
    options.linearize = true;
}

static void all_that_are_faster_go_without_a_budget(void **state)
{
    (void)state;
    double saved;
    edgeai_graph *graph = make_graph((int64_t[]){1, 2, 3});
    begin_options();
    assert_string_equal(merged_blocks(graph, &saved), "111");
    assert_true(saved > 0);
    edgeai_graph_free(graph);
}

static void budgets_cost_the_least_importance(void **state)
{
    (void)state;
    static const struct {
        int64_t importance[BLOCKS];
        double speedup;
        const char *merged;
    } cases[] = {
        {{5, 1, 3}, 1.01, "010"}, {{5, 9, 3}, 1.01, "001"}, {{1, 9, 3}, 1.6, "101"},
        {{9, 1, 3}, 1.6, "011"},  {{1, 1, 1}, 0.99, "000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double saved;
        edgeai_graph *graph = make_graph(cases[i].importance);
        begin_options();
        options.target_speedup = cases[i].speedup;
        assert_string_equal(merged_blocks(graph, &saved), cases[i].merged);
        edgeai_graph_free(graph);
    }
}

static void budgets_out_of_reach_are_an_error(void **state)
{
    (void)state;
    edgeai_graph *graph = make_graph((int64_t[]){1, 2, 3});
    edgeai_reparam *reparam;
    begin_options();
    options.target_speedup = 100;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_NOT_FOUND);
    options.target_speedup = 0;
    options.budget_ms = 1e-9;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_NOT_FOUND);
    options.linearize = false;
    assert_fails(edgeai_reparam_create(&reparam, graph, &options), EDGEAI_E_INVALID);
    edgeai_graph_free(graph);
}

/* A block that would be slower keeps its activations. */
static void slower_blocks_stay(void **state)
{
    (void)state;
    graph_builder *b = graph_begin(two_ways_context());
    int32_t y = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, C, 40, 40));
    y = block_relu(b, block_square(b, y, C, 64, 1, 3, 1, 1), false);
    y = block_relu(b, block_square(b, y, 64, 64, 1, 3, 1, 2), true);
    y = block_square(b, y, 64, 64, 1, 3, 1, 0);
    graph_output(b, y);
    edgeai_graph *graph = graph_end(b);
    edgeai_reparam *reparam;
    begin_options();
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), 5);
    edgeai_reparam_free(reparam);
    options.timing = EDGEAI_REPARAM_ALWAYS;
    assert_ok(edgeai_reparam_create(&reparam, graph, &options));
    assert_int_equal(edgeai_graph_n_nodes(edgeai_reparam_graph(reparam)), 3);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_are_faster_go_without_a_budget),
        cmocka_unit_test(budgets_cost_the_least_importance),
        cmocka_unit_test(budgets_out_of_reach_are_an_error),
        cmocka_unit_test(slower_blocks_stay),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
