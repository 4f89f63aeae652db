/* SPDX-License-Identifier: MIT */
#include "graph/gather_index.h"

#include "base/fail.h"

edgeai_status eai_gather_index(const eai_call *call, const eai_operand *indices, size_t i,
                               int64_t dim, size_t *out)
{
    const int64_t given = indices->element == EDGEAI_ELEMENT_I64
                              ? ((const int64_t *)indices->data)[i]
                              : ((const int32_t *)indices->data)[i];
    *out = 0;
    if (given < -dim || given >= dim)
        return eai_call_fail(call, EDGEAI_E_INVALID, "index %lld, expected %lld to %lld",
                             (long long)given, (long long)-dim, (long long)dim - 1);
    *out = (size_t)(given < 0 ? given + dim : given);
    return EDGEAI_OK;
}

size_t eai_gather_count(const int64_t *dims, int n)
{
    size_t result = 1;
    for (int i = 0; i < n; i++)
        result *= (size_t)dims[i];
    return result;
}

edgeai_status eai_gather_element(const eai_call *call, const eai_operand *x,
                                 const eai_operand *indices, int axis, size_t at, size_t *out)
{
    size_t rest = at, stride = 1, index = 0;
    *out = 0;
    EAI_TRY(eai_gather_index(call, indices, at, x->dims[axis], &index));
    for (int i = x->n_dims - 1; i >= 0; i--) {
        const size_t own = rest % (size_t)indices->dims[i];
        rest /= (size_t)indices->dims[i];
        *out += (i == axis ? index : own) * stride;
        stride *= (size_t)x->dims[i];
    }
    return EDGEAI_OK;
}

edgeai_status eai_gather_depth(const eai_call *call, int batch, int *depth)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    *depth = 0;
    if (indices->n_dims < 1 || x->n_dims < 1)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the input or the indices are scalars");
    const int64_t last = indices->dims[indices->n_dims - 1];
    if (last < 0 || last > x->n_dims - batch)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the indices name %lld axes of an input that has %d", (long long)last,
                             x->n_dims - batch);
    *depth = (int)last;
    return EDGEAI_OK;
}

edgeai_status eai_gather_slice(const eai_call *call, const eai_operand *x,
                               const eai_operand *indices, int first, int depth, size_t tuple,
                               size_t *out)
{
    *out = 0;
    for (int i = 0; i < depth; i++) {
        size_t index = 0;
        EAI_TRY(eai_gather_index(call, indices, tuple * (size_t)depth + (size_t)i,
                                 x->dims[first + i], &index));
        *out = *out * (size_t)x->dims[first + i] + index;
    }
    return EDGEAI_OK;
}
