/* SPDX-License-Identifier: MIT */
/* Numpy's broadcasting: shapes are aligned at their last dimension, and 1 fits everything. */

#include "graph/operator.h"

bool eai_broadcast_dims(const eai_operand *const *operands, size_t n, int64_t *dims, int *n_dims)
{
    *n_dims = 0;
    for (size_t k = 0; k < n; k++)
        if (operands[k] && operands[k]->n_dims > *n_dims) *n_dims = operands[k]->n_dims;
    for (int i = 0; i < *n_dims; i++)
        dims[i] = 1;
    for (size_t k = 0; k < n; k++) {
        if (!operands[k]) continue;
        const int offset = *n_dims - operands[k]->n_dims;
        for (int i = 0; i < operands[k]->n_dims; i++) {
            const int64_t dim = operands[k]->dims[i];
            if (dim == 1 || dim == dims[offset + i]) continue;
            if (dims[offset + i] != 1) return false;
            dims[offset + i] = dim;
        }
    }
    return true;
}

void eai_broadcast_strides(const eai_operand *operand, const int64_t *dims, int n_dims,
                           int64_t *strides)
{
    const int offset = n_dims - operand->n_dims;
    int64_t stride = 1;
    for (int i = n_dims - 1; i >= 0; i--) {
        strides[i] = 0;
        if (i < offset) continue;
        const int64_t dim = operand->dims[i - offset];
        if (dim == dims[i] && dim != 1) strides[i] = stride;
        stride *= dim;
    }
}
