/* SPDX-License-Identifier: MIT */
/* Where the largest or the smallest element along an axis is. */

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/reduction.h"

static edgeai_status arg_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    int axis = 0, n_dims = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), x->n_dims, &axis));
    if (x->dims[axis] == 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %d has no elements", axis);
    const bool keep = eai_node_int(call->node, "keepdims", 1) != 0;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    for (int i = 0; i < x->n_dims; i++)
        if (i != axis || keep) dims[n_dims++] = i == axis ? 1 : x->dims[i];
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, dims, n_dims);
}

/* sign: 1 for the largest, -1 for the smallest. A NaN is beyond every number, and the first one
 * stays. */
#define FIND(function, type)                                                                       \
    static size_t function(edgeai_element element, const void *data, size_t first, size_t n,       \
                           size_t stride, bool largest, bool last)                                 \
    {                                                                                              \
        eai_lane_block block;                                                                      \
        type best = *(const type *)eai_lane_load(element, data, first, 1, &block);                 \
        size_t found = 0;                                                                          \
        for (size_t k = 1; k < n && best == best; k++) {                                           \
            const type x =                                                                         \
                *(const type *)eai_lane_load(element, data, first + k * stride, 1, &block);        \
            const bool better = largest ? x > best : x < best;                                     \
            if (!better && !(last && x == best) && x == x) continue;                               \
            best = x;                                                                              \
            found = k;                                                                             \
        }                                                                                          \
        return found;                                                                              \
    }

FIND(find_f32, float)
FIND(find_f64, double)
FIND(find_i64, int64_t)
FIND(find_u64, uint64_t)

static edgeai_status find(const eai_call *call, bool largest)
{
    static size_t (*const loops[])(edgeai_element, const void *, size_t, size_t, size_t, bool,
                                   bool) = {find_f32, find_f64, find_i64, find_u64};
    const eai_operand *x = call->inputs[0];
    const bool last = eai_node_int(call->node, "select_last_index", 0) != 0;
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), x->n_dims, &axis));
    const eai_axis_view view = eai_view_axis(x, axis);
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    int64_t *y = call->outputs[0]->data;
    for (size_t o = 0; o < view.outer; o++)
        for (size_t i = 0; i < view.inner; i++)
            *y++ = (int64_t)loops[eai_lane_of(x->element)](x->element, x->data,
                                                           o * view.length * view.inner + i,
                                                           view.length, view.inner, largest, last);
    return EDGEAI_OK;
}

static edgeai_status arg_max_run(const eai_call *call)
{
    return find(call, true);
}

static edgeai_status arg_min_run(const eai_call *call)
{
    return find(call, false);
}

const eai_operator eai_op_arg_max = {
    .domain = "",
    .name = "ArgMax",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = arg_infer,
    .run = arg_max_run,
};

const eai_operator eai_op_arg_min = {
    .domain = "",
    .name = "ArgMin",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = arg_infer,
    .run = arg_min_run,
};
