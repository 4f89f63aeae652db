/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "reparam/reparam_internal.h"
#include "support/block_builder.h"
#include "support/check.h"
#include "support/temporary_folder.h"
#include "support/two_ways.h"

static void both_networks_are_drawn(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16], text[4096] = "";
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/n.dot", folder);
    graph_builder *b = graph_begin(two_ways_context());
    const int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 4, 8, 8));
    graph_output(b, block_batch_norm(b, block_square(b, x, 4, 4, 4, 3, 2, 1), 4));
    edgeai_graph *graph = graph_end(b);
    edgeai_reparam *reparam;
    assert_ok(edgeai_reparam_create(&reparam, graph, NULL));
    assert_ok(edgeai_reparam_draw(reparam, path));
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_true(fread(text, 1, sizeof text - 1, file) > 0);
    fclose(file);
    assert_string_equal(text, "digraph network {\n  node [shape=box];\n"
                              "  subgraph cluster_b {\n    label=\"before\";\n"
                              "    b0 [label=\"Conv 3x3, 4 grouped /2\"];\n"
                              "    b1 [label=\"BatchNormalization\"];\n    b0 -> b1;\n  }\n"
                              "  subgraph cluster_a {\n    label=\"after\";\n"
                              "    a0 [label=\"Conv 3x3, 4 grouped /2\"];\n  }\n}\n");
    assert_fails(edgeai_reparam_draw(reparam, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_reparam_draw(reparam, "/nowhere/at/all.dot"), EDGEAI_E_IO);
    edgeai_reparam_free(reparam);
    edgeai_graph_free(graph);
    temporary_folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_networks_are_drawn)};
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    two_ways_end();
    return failed;
}
