/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_REPARAM_CASE_H
#define TESTS_SUPPORT_REPARAM_CASE_H

/*
 * A graph with one input, and what becomes of it:
 *
 *     reparam_case_begin(8, 10, 9);
 *     int32_t y = block_square(case_graph, case_image, 8, 8, 1, 3, 1, 1);
 *     reparam_case_expect(y, "Conv");
 */

#include <edgeai/reparam.h>

#include "support/block_builder.h"

extern graph_builder *case_graph;
extern int32_t case_image; /* [1, channels, rows, columns] */

void reparam_case_begin(int64_t channels, int64_t rows, int64_t columns);

/* Everything is merged that may be. */
edgeai_reparam_options reparam_case_options(edgeai_reparam_mode mode);

/* Operators of a graph: "Conv Relu". Overwritten by the next call. */
const char *reparam_case_operators(const edgeai_graph *graph);

/* The graph that ends with y becomes these operators, and gives the same within tolerance, at the
 * outputs and at the end of each segment. */
void reparam_case_expect_with(int32_t y, const edgeai_reparam_options *options,
                              const char *operators, double tolerance);
/* In mode exact, within 1e-5. */
void reparam_case_expect(int32_t y, const char *operators);

#endif
