/* SPDX-License-Identifier: MIT */
/* Operators that change or tell a shape and move nothing. */

#include <string.h>

#include "base/fail.h"
#include "graph/operator.h"

/* The product of dims, or -1 where it is too large. */
static int64_t product(const int64_t *dims, int n)
{
    int64_t result = 1;
    for (int i = 0; i < n; i++) {
        if (dims[i] == 0) return 0;
        if (result > (int64_t)EAI_ELEMENTS_MAX / dims[i]) return -1;
        result *= dims[i];
    }
    return result;
}

static edgeai_status reshape_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const bool allow_zero = eai_node_int(call->node, "allowzero", 0) != 0;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    int open = -1;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_ints(call, 1, dims, EDGEAI_GRAPH_DIMS_MAX, &n));
    for (int i = 0; i < (int)n; i++) {
        if (dims[i] == 0 && !allow_zero) {
            if (i >= x->n_dims)
                return eai_call_fail(call, EDGEAI_E_SHAPE,
                                     "dimension %d is to be copied from an input of %d dimensions",
                                     i, x->n_dims);
            dims[i] = x->dims[i];
        } else if (dims[i] == -1 && open < 0) {
            open = i;
            dims[i] = 1;
        } else if (dims[i] < 0)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "dimension %d is %lld%s", i,
                                 (long long)dims[i], open >= 0 ? ", after another -1" : "");
    }
    const int64_t others = product(dims, (int)n);
    if (open >= 0) {
        if (others <= 0 || x->n % (size_t)others != 0)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "%zu elements cannot be divided by the other dimensions' %lld",
                                 x->n, (long long)others);
        dims[open] = (int64_t)x->n / others;
    } else if (others != (int64_t)x->n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%zu elements do not fit a shape of %lld", x->n,
                             (long long)others);
    return eai_call_output(call, 0, x->element, dims, (int)n);
}

static edgeai_status flatten_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t axis = eai_node_int(call->node, "axis", 1);
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    if (axis < -x->n_dims || axis > x->n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %lld, expected %d to %d", (long long)axis,
                             -x->n_dims, x->n_dims);
    if (axis < 0) axis += x->n_dims;
    const int64_t dims[] = {product(x->dims, (int)axis),
                            product(x->dims + axis, x->n_dims - (int)axis)};
    return eai_call_output(call, 0, x->element, dims, 2);
}

/* Input 1's axes, counted in n_dims, as marks. */
static edgeai_status read_axes(const eai_call *call, int n_dims, bool *marked, size_t *n)
{
    int64_t axes[EDGEAI_GRAPH_DIMS_MAX];
    EAI_TRY(eai_call_ints(call, 1, axes, EDGEAI_GRAPH_DIMS_MAX, n));
    memset(marked, 0, EDGEAI_GRAPH_DIMS_MAX * sizeof *marked);
    for (size_t i = 0; i < *n; i++) {
        int axis = 0;
        EAI_TRY(eai_call_axis(call, axes[i], n_dims, &axis));
        if (marked[axis])
            return eai_call_fail(call, EDGEAI_E_SHAPE, "axis %d stands there twice", axis);
        marked[axis] = true;
    }
    return EDGEAI_OK;
}

static edgeai_status squeeze_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    bool marked[EDGEAI_GRAPH_DIMS_MAX];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n_axes = 0;
    int n = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(read_axes(call, x->n_dims, marked, &n_axes));
    for (int i = 0; i < x->n_dims; i++) {
        if (marked[i] && x->dims[i] != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "dimension %d is %lld, expected 1", i,
                                 (long long)x->dims[i]);
        const bool gone = eai_call_in(call, 1) ? marked[i] : x->dims[i] == 1;
        if (!gone) dims[n++] = x->dims[i];
    }
    return eai_call_output(call, 0, x->element, dims, n);
}

static edgeai_status unsqueeze_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *axes = call->inputs[1];
    bool marked[EDGEAI_GRAPH_DIMS_MAX];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n_axes = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    if (axes->n + (size_t)x->n_dims > EDGEAI_GRAPH_DIMS_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "the output has more than %d dimensions",
                             EDGEAI_GRAPH_DIMS_MAX);
    const int n = x->n_dims + (int)axes->n;
    EAI_TRY(read_axes(call, n, marked, &n_axes));
    for (int i = 0, from = 0; i < n; i++)
        dims[i] = marked[i] ? 1 : x->dims[from++];
    return eai_call_output(call, 0, x->element, dims, n);
}

/* The range of dimensions that Shape tells. */
static void shape_range(const eai_call *call, int *start, int *end)
{
    const int64_t n = call->inputs[0]->n_dims;
    int64_t from = eai_node_int(call->node, "start", 0), to = eai_node_int(call->node, "end", n);
    if (from < 0) from = from < -n ? 0 : from + n;
    if (to < 0) to = to < -n ? 0 : to + n;
    if (to > n) to = n;
    if (from > to) from = to;
    *start = (int)from;
    *end = (int)to;
}

static edgeai_status shape_infer(const eai_call *call)
{
    int start = 0, end = 0;
    shape_range(call, &start, &end);
    const int64_t n = end - start;
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, &n, 1);
}

static edgeai_status shape_run(const eai_call *call)
{
    int start = 0, end = 0;
    shape_range(call, &start, &end);
    if (end > start)
        memcpy(call->outputs[0]->data, call->inputs[0]->dims + start,
               (size_t)(end - start) * sizeof(int64_t));
    return EDGEAI_OK;
}

static edgeai_status size_infer(const eai_call *call)
{
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, NULL, 0);
}

static edgeai_status size_run(const eai_call *call)
{
    *(int64_t *)call->outputs[0]->data = (int64_t)call->inputs[0]->n;
    return EDGEAI_OK;
}

#define OPERATOR(identifier, operator_name, low, high, the_flags, the_infer, the_run)              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = operator_name,                                                                     \
        .min_inputs = low,                                                                         \
        .max_inputs = high,                                                                        \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .flags = the_flags,                                                                        \
        .infer = the_infer,                                                                        \
        .run = the_run,                                                                            \
    }

OPERATOR(flatten, "Flatten", 1, 1, EAI_OP_ALIAS, flatten_infer, eai_run_copy);
OPERATOR(reshape, "Reshape", 2, 2, EAI_OP_ALIAS, reshape_infer, eai_run_copy);
OPERATOR(shape, "Shape", 1, 1, EAI_OP_SHAPE_ONLY, shape_infer, shape_run);
OPERATOR(size, "Size", 1, 1, EAI_OP_SHAPE_ONLY, size_infer, size_run);
OPERATOR(squeeze, "Squeeze", 1, 2, EAI_OP_ALIAS, squeeze_infer, eai_run_copy);
OPERATOR(unsqueeze, "Unsqueeze", 2, 2, EAI_OP_ALIAS, unsqueeze_infer, eai_run_copy);
