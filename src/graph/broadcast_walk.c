/* SPDX-License-Identifier: MIT */
#include "graph/broadcast_walk.h"

#include <string.h>

/* Whether every operand goes through dimensions i and i + 1 as through one. */
static bool merges(const eai_walk *walk, int i)
{
    for (int k = 0; k < walk->n_operands; k++)
        if (walk->strides[k][i] != walk->strides[k][i + 1] * walk->dims[i + 1]) return false;
    return true;
}

static void remove_dim(eai_walk *walk, int index, int n_dims)
{
    const size_t n = (size_t)(n_dims - index - 1);
    memmove(&walk->dims[index], &walk->dims[index + 1], n * sizeof walk->dims[0]);
    for (int k = 0; k < walk->n_operands; k++)
        memmove(&walk->strides[k][index], &walk->strides[k][index + 1],
                n * sizeof walk->strides[k][0]);
}

static int merge(eai_walk *walk, int n_dims)
{
    for (int i = n_dims - 1; i >= 0; i--)
        if (walk->dims[i] == 1) remove_dim(walk, i, n_dims--);
    for (int i = n_dims - 2; i >= 0; i--) {
        if (!merges(walk, i)) continue;
        walk->dims[i + 1] *= walk->dims[i];
        remove_dim(walk, i, n_dims--);
    }
    return n_dims;
}

void eai_walk_begin(eai_walk *walk, const int64_t *dims, int n_dims,
                    const eai_operand *const *operands, int n_operands)
{
    memset(walk, 0, sizeof *walk);
    walk->n_operands = n_operands;
    for (int i = 0; i < n_dims; i++) {
        walk->dims[i] = dims[i];
        if (dims[i] == 0) walk->done = true;
    }
    if (walk->done) return;
    for (int k = 0; k < n_operands; k++)
        eai_broadcast_strides(operands[k], dims, n_dims, walk->strides[k]);
    n_dims = merge(walk, n_dims);
    walk->row = 1;
    if (n_dims == 0) return;
    walk->n_outer = n_dims - 1;
    walk->row = (size_t)walk->dims[n_dims - 1];
    for (int k = 0; k < n_operands; k++)
        walk->steps[k] = (size_t)walk->strides[k][n_dims - 1];
}

void eai_walk_next(eai_walk *walk)
{
    walk->out += walk->row;
    for (int i = walk->n_outer - 1; i >= 0; i--) {
        walk->at[i]++;
        for (int k = 0; k < walk->n_operands; k++)
            walk->offsets[k] += (size_t)walk->strides[k][i];
        if (walk->at[i] < walk->dims[i]) return;
        walk->at[i] = 0;
        for (int k = 0; k < walk->n_operands; k++)
            walk->offsets[k] -= (size_t)(walk->strides[k][i] * walk->dims[i]);
    }
    walk->done = true;
}

size_t eai_walk_rows(const eai_walk *walk)
{
    size_t n = 1;
    if (walk->done) return 0;
    for (int i = 0; i < walk->n_outer; i++)
        n *= (size_t)walk->dims[i];
    return n;
}

void eai_walk_seek(eai_walk *walk, size_t row)
{
    walk->out = row * walk->row;
    for (int k = 0; k < walk->n_operands; k++)
        walk->offsets[k] = 0;
    for (int i = walk->n_outer - 1; i >= 0; i--) {
        walk->at[i] = (int64_t)(row % (size_t)walk->dims[i]);
        row /= (size_t)walk->dims[i];
        for (int k = 0; k < walk->n_operands; k++)
            walk->offsets[k] += (size_t)(walk->strides[k][i] * walk->at[i]);
    }
}
