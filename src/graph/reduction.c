/* SPDX-License-Identifier: MIT */
#include "graph/reduction.h"

#include "base/fail.h"

eai_axis_view eai_view_axis(const eai_operand *operand, int axis)
{
    eai_axis_view view = {1, 1, 1};
    if (operand->n_dims == 0) return view;
    for (int i = 0; i < axis; i++)
        view.outer *= (size_t)operand->dims[i];
    view.length = (size_t)operand->dims[axis];
    for (int i = axis + 1; i < operand->n_dims; i++)
        view.inner *= (size_t)operand->dims[i];
    return view;
}

edgeai_status eai_reduced_axes(const eai_call *call, size_t index, bool *axes)
{
    int64_t listed[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    const int n_dims = call->inputs[0]->n_dims;
    EAI_TRY(eai_call_ints(call, index, listed, EDGEAI_GRAPH_DIMS_MAX, &n));
    const bool all = n == 0 && eai_node_int(call->node, "noop_with_empty_axes", 0) == 0;
    for (int i = 0; i < n_dims; i++)
        axes[i] = all;
    for (size_t i = 0; i < n; i++) {
        int axis = 0;
        EAI_TRY(eai_call_axis(call, listed[i], n_dims, &axis));
        if (axes[axis])
            return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %d is reduced twice", axis);
        axes[axis] = true;
    }
    return EDGEAI_OK;
}
