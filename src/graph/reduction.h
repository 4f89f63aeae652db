/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_REDUCTION_H
#define EAI_GRAPH_REDUCTION_H

/* A tensor seen as [outer][axis][inner], for operators along one axis; and several axes at once. */

#include "graph/operator.h"

typedef struct eai_axis_view {
    size_t outer, length, inner;
} eai_axis_view;

eai_axis_view eai_view_axis(const eai_operand *operand, int axis);

/* axes[i]: dimension i of input 0 is reduced. From constant input `index` if there is one, else all
 * (none with noop_with_empty_axes); EDGEAI_E_SHAPE for one out of range or given twice. */
edgeai_status eai_reduced_axes(const eai_call *call, size_t index, bool *axes);

#endif
