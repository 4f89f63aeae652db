/* SPDX-License-Identifier: MIT */
/* Gather and its relatives: indices may be negative; one out of range fails when it is read. */

#include <string.h>

#include "base/fail.h"
#include "graph/gather_index.h"
#include "graph/strided.h"

static edgeai_status read_axis(const eai_call *call, int *axis)
{
    return eai_call_axis(call, eai_node_int(call->node, "axis", 0), call->inputs[0]->n_dims, axis);
}

static edgeai_status check_types(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    return eai_call_check_type(call, 1, EAI_INDEX_TYPES);
}

static edgeai_status gather_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    int64_t dims[2 * EDGEAI_GRAPH_DIMS_MAX];
    int axis = 0, n = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(read_axis(call, &axis));
    for (int i = 0; i < axis; i++)
        dims[n++] = x->dims[i];
    for (int i = 0; i < indices->n_dims; i++)
        dims[n++] = indices->dims[i];
    for (int i = axis + 1; i < x->n_dims; i++)
        dims[n++] = x->dims[i];
    return eai_call_output(call, 0, x->element, dims, n);
}

static edgeai_status gather_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1], *y = call->outputs[0];
    int axis = 0;
    EAI_TRY(read_axis(call, &axis));
    if (y->n == 0) return EDGEAI_OK;
    const size_t outer = eai_gather_count(x->dims, axis);
    const size_t bytes =
        eai_gather_count(x->dims + axis + 1, x->n_dims - axis - 1) * eai_element_size(x);
    const size_t dim = (size_t)x->dims[axis];
    for (size_t k = 0; k < indices->n; k++) {
        size_t index = 0;
        EAI_TRY(eai_gather_index(call, indices, k, x->dims[axis], &index));
        for (size_t i = 0; i < outer; i++)
            memcpy((char *)y->data + (i * indices->n + k) * bytes,
                   (const char *)x->data + (i * dim + index) * bytes, bytes);
    }
    return EDGEAI_OK;
}

/* Whether b has no dimension, but for `axis`, that is larger than a's. */
static bool fits_inside(const eai_operand *a, const eai_operand *b, int axis)
{
    if (a->n_dims != b->n_dims) return false;
    for (int i = 0; i < a->n_dims; i++)
        if (i != axis && b->dims[i] > a->dims[i]) return false;
    return true;
}

static edgeai_status gather_elements_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    int axis = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(read_axis(call, &axis));
    if (!fits_inside(x, indices, axis))
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the indices' shape does not lie in the input's");
    return eai_call_output(call, 0, x->element, indices->dims, indices->n_dims);
}

static edgeai_status gather_elements_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    const size_t size = eai_element_size(x);
    int axis = 0;
    EAI_TRY(read_axis(call, &axis));
    for (size_t i = 0; i < indices->n; i++) {
        size_t from = 0;
        EAI_TRY(eai_gather_element(call, x, indices, axis, i, &from));
        memcpy((char *)call->outputs[0]->data + i * size, (const char *)x->data + from * size,
               size);
    }
    return EDGEAI_OK;
}

static edgeai_status batch_dims(const eai_call *call, int *out)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    const int64_t batch = eai_node_int(call->node, "batch_dims", 0);
    *out = 0;
    if (batch < 0 || batch >= x->n_dims || batch >= indices->n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "batch_dims is %lld, of %d and %d dimensions",
                             (long long)batch, x->n_dims, indices->n_dims);
    for (int i = 0; i < (int)batch; i++)
        if (x->dims[i] != indices->dims[i])
            return eai_call_fail(call, EDGEAI_E_SHAPE, "batch dimension %d differs", i);
    *out = (int)batch;
    return EDGEAI_OK;
}

static edgeai_status gather_nd_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    int64_t dims[2 * EDGEAI_GRAPH_DIMS_MAX];
    int batch = 0, depth = 0, n = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(batch_dims(call, &batch));
    EAI_TRY(eai_gather_depth(call, batch, &depth));
    for (int i = 0; i < indices->n_dims - 1; i++)
        dims[n++] = indices->dims[i];
    for (int i = batch + depth; i < x->n_dims; i++)
        dims[n++] = x->dims[i];
    return eai_call_output(call, 0, x->element, dims, n);
}

static edgeai_status gather_nd_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1], *y = call->outputs[0];
    int batch = 0, depth = 0;
    EAI_TRY(batch_dims(call, &batch));
    EAI_TRY(eai_gather_depth(call, batch, &depth));
    if (y->n == 0) return EDGEAI_OK;
    const size_t slices = eai_gather_count(x->dims + batch, depth);
    const size_t bytes =
        eai_gather_count(x->dims + batch + depth, x->n_dims - batch - depth) * eai_element_size(x);
    const size_t n_tuples = eai_gather_count(indices->dims, indices->n_dims - 1);
    const size_t per_batch = n_tuples / eai_gather_count(x->dims, batch);
    for (size_t t = 0; t < n_tuples; t++) {
        size_t slice = 0;
        EAI_TRY(eai_gather_slice(call, x, indices, batch, depth, t, &slice));
        memcpy((char *)y->data + t * bytes,
               (const char *)x->data + (t / per_batch * slices + slice) * bytes, bytes);
    }
    return EDGEAI_OK;
}

#define OPERATOR(identifier, operator_name, the_infer, the_run)                                    \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = operator_name,                                                                     \
        .min_inputs = 2,                                                                           \
        .max_inputs = 2,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = the_infer,                                                                        \
        .run = the_run,                                                                            \
    }

OPERATOR(gather, "Gather", gather_infer, gather_run);
OPERATOR(gather_elements, "GatherElements", gather_elements_infer, gather_elements_run);
OPERATOR(gather_nd, "GatherND", gather_nd_infer, gather_nd_run);
