/* SPDX-License-Identifier: MIT */
/* Sums of all elements so far along an axis. */

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/reduction.h"

static edgeai_status cum_sum_infer(const eai_call *call)
{
    const eai_operand *axis = eai_call_in(call, 1);
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    EAI_TRY(
        eai_call_check_type(call, 1, EAI_TYPE(EDGEAI_ELEMENT_I64) | EAI_TYPE(EDGEAI_ELEMENT_I32)));
    if (axis->n != 1)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "axis has %zu elements, expected 1", axis->n);
    if (axis->data) {
        int64_t given = 0;
        size_t n = 0;
        int known = 0;
        EAI_TRY(eai_call_ints(call, 1, &given, 1, &n));
        EAI_TRY(eai_call_axis(call, given, call->inputs[0]->n_dims, &known));
    }
    return eai_infer_same(call);
}

/* Integers wrap. */
#define CUMULATE(function, type, sum_type)                                                         \
    static void function(const eai_operand *x, const eai_operand *y, size_t first, size_t n,       \
                         ptrdiff_t stride, bool exclusive)                                         \
    {                                                                                              \
        eai_lane_block in, out;                                                                    \
        sum_type sum = 0;                                                                          \
        for (size_t k = 0; k < n; k++) {                                                           \
            const size_t at = first + k * (size_t)stride;                                          \
            const type value = *(const type *)eai_lane_load(x->element, x->data, at, 1, &in);      \
            const sum_type with = sum + (sum_type)value;                                           \
            *(type *)&out = (type)(exclusive ? sum : with);                                        \
            eai_lane_store(y->element, y->data, at, 1, &out);                                      \
            sum = with;                                                                            \
        }                                                                                          \
    }

CUMULATE(cumulate_f32, float, float)
CUMULATE(cumulate_f64, double, double)
CUMULATE(cumulate_i64, int64_t, uint64_t)
CUMULATE(cumulate_u64, uint64_t, uint64_t)

static edgeai_status cum_sum_run(const eai_call *call)
{
    static void (*const loops[])(const eai_operand *, const eai_operand *, size_t, size_t,
                                 ptrdiff_t,
                                 bool) = {cumulate_f32, cumulate_f64, cumulate_i64, cumulate_u64};
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const bool exclusive = eai_node_int(call->node, "exclusive", 0) != 0;
    const bool reverse = eai_node_int(call->node, "reverse", 0) != 0;
    int64_t given = 0;
    size_t n = 0;
    int axis = 0;
    EAI_TRY(eai_call_ints(call, 1, &given, 1, &n));
    EAI_TRY(eai_call_axis(call, given, x->n_dims, &axis));
    const eai_axis_view view = eai_view_axis(x, axis);
    if (y->n == 0) return EDGEAI_OK;
    const ptrdiff_t stride = reverse ? -(ptrdiff_t)view.inner : (ptrdiff_t)view.inner;
    for (size_t o = 0; o < view.outer; o++)
        for (size_t i = 0; i < view.inner; i++) {
            const size_t start = o * view.length + (reverse ? view.length - 1 : 0);
            loops[eai_lane_of(x->element)](x, y, start * view.inner + i, view.length, stride,
                                           exclusive);
        }
    return EDGEAI_OK;
}

const eai_operator eai_op_cum_sum = {
    .domain = "",
    .name = "CumSum",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = cum_sum_infer,
    .run = cum_sum_run,
};
