/* SPDX-License-Identifier: MIT */
/* MaxUnpool: elements go back to where MaxPool's indices say they came from. */

#include <string.h>

#include "base/fail.h"
#include "graph/strided.h"
#include "graph/window.h"

/* The shape that the indices count in: (in - 1) * stride + kernel - pads. */
static edgeai_status pooled_from(const eai_call *call, int64_t *dims)
{
    const eai_operand *x = call->inputs[0];
    eai_window v;
    EAI_TRY(eai_window_check_rank(call, x));
    EAI_TRY(eai_window_read_transposed(call, x->dims + 2, x->n_dims - 2, NULL, &v));
    dims[0] = x->dims[0];
    dims[1] = x->dims[1];
    memcpy(dims + 2, v.out, (size_t)v.n * sizeof *dims);
    return EDGEAI_OK;
}

static edgeai_status unpool_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX], given[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    EAI_TRY(eai_call_check_type(call, 1, EAI_TYPE(EDGEAI_ELEMENT_I64)));
    EAI_TRY(pooled_from(call, dims));
    if (indices->n_dims != x->n_dims ||
        memcmp(indices->dims, x->dims, (size_t)x->n_dims * sizeof *x->dims) != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the indices have another shape than the input");
    EAI_TRY(eai_call_ints(call, 2, given, EDGEAI_GRAPH_DIMS_MAX, &n));
    if (!eai_call_in(call, 2)) return eai_call_output(call, 0, x->element, dims, x->n_dims);
    for (int i = 0; i < x->n_dims; i++)
        if (n != (size_t)x->n_dims || given[i] < dims[i])
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "output_shape is smaller than what was pooled");
    return eai_call_output(call, 0, x->element, given, x->n_dims);
}

static edgeai_status unpool_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const int64_t *indices = call->inputs[1]->data;
    const size_t size = eai_element_size(x);
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX], strides[EDGEAI_GRAPH_DIMS_MAX], all = 1;
    EAI_TRY(pooled_from(call, dims));
    if (y->n == 0) return EDGEAI_OK;
    memset(y->data, 0, y->n * size);
    eai_row_major(y->dims, y->n_dims, strides);
    for (int i = 0; i < x->n_dims; i++)
        all *= dims[i];
    for (size_t k = 0; k < x->n; k++) {
        int64_t rest = indices[k], at = 0;
        if (rest < 0 || rest >= all)
            return eai_call_fail(call, EDGEAI_E_INVALID, "index %lld, expected 0 to %lld",
                                 (long long)rest, (long long)all - 1);
        for (int i = x->n_dims - 1; i >= 0; i--) {
            at += rest % dims[i] * strides[i];
            rest /= dims[i];
        }
        memcpy((char *)y->data + (size_t)at * size, (const char *)x->data + k * size, size);
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_max_unpool = {
    .domain = "",
    .name = "MaxUnpool",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = unpool_infer,
    .run = unpool_run,
};
