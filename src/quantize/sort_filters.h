/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_SORT_FILTERS_H
#define EAI_QUANTIZE_SORT_FILTERS_H

/* The filters of a convolution in another order, which everything behind it is made to expect. */

#include "graph/ir.h"

/*
 * Filter i of node `conv` (a Conv with constant weights [n, ...]) becomes what filter order[i] was.
 * What reads its channels is followed through operators that keep channels apart, whose constants
 * are reordered too, to the Conv, Gemm and MatMul that sum over channels: those get their weights'
 * inputs in the new order, so that the graph computes the same. Where that is not possible nothing
 * changes, and *note says why; else it is "". EDGEAI_E_MEMORY.
 */
edgeai_status eai_sort_filters(eai_ir *ir, int32_t conv, const size_t *order, size_t n,
                               const char **note);

#endif
