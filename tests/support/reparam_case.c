/* SPDX-License-Identifier: MIT */
#include "support/reparam_case.h"

#include <string.h>

#include "support/check.h"
#include "support/two_ways.h"

graph_builder *case_graph;
int32_t case_image;

void reparam_case_begin(int64_t channels, int64_t rows, int64_t columns)
{
    case_graph = graph_begin(two_ways_context());
    case_image =
        graph_input(case_graph, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, channels, rows, columns));
}

edgeai_reparam_options reparam_case_options(edgeai_reparam_mode mode)
{
    edgeai_reparam_options options = EDGEAI_REPARAM_OPTIONS_INIT;
    options.mode = mode;
    options.timing = EDGEAI_REPARAM_ALWAYS;
    return options;
}

const char *reparam_case_operators(const edgeai_graph *graph)
{
    static char text[1024];
    const eai_ir *ir = graph->content.ir;
    text[0] = '\0';
    for (size_t i = 0; i < ir->n_nodes; i++) {
        assert_true(strlen(text) + strlen(ir->nodes[i].op_type) + 2 < sizeof text);
        strcat(text, i ? " " : "");
        strcat(text, ir->nodes[i].op_type);
    }
    return text;
}

static void expect_segments(const edgeai_reparam *reparam, double tolerance)
{
    edgeai_reparam_segment_difference differences[16];
    const size_t n = edgeai_reparam_n_segments(reparam);
    assert_true(n <= 16);
    assert_ok(edgeai_reparam_verify_segments(reparam, 1, 1, NULL, differences));
    for (size_t i = 0; i < n; i++) {
        edgeai_reparam_segment segment;
        assert_ok(edgeai_reparam_get_segment(reparam, i, &segment));
        if (segment.is_merged) assert_close(differences[i].max, 0, tolerance, 0);
    }
}

void reparam_case_expect_with(int32_t y, const edgeai_reparam_options *options,
                              const char *operators, double tolerance)
{
    graph_output(case_graph, y);
    edgeai_graph *graph = graph_end(case_graph);
    edgeai_reparam *reparam;
    edgeai_reparam_difference difference;
    assert_ok(edgeai_reparam_create(&reparam, graph, options));
    assert_string_equal(reparam_case_operators(edgeai_reparam_graph(reparam)), operators);
    assert_ok(edgeai_reparam_verify(reparam, 2, 1, NULL, &difference));
    assert_close(difference.max, 0, tolerance, 0);
    assert_int_equal(difference.n_top1, difference.n_rows);
    expect_segments(reparam, tolerance);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
}

void reparam_case_expect(int32_t y, const char *operators)
{
    const edgeai_reparam_options options = reparam_case_options(EDGEAI_REPARAM_EXACT);
    reparam_case_expect_with(y, &options, operators, 1e-5);
}
