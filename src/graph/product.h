/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_PRODUCT_H
#define EAI_GRAPH_PRODUCT_H

/* Products of matrices with numpy's rules for batches and vectors. */

#include "graph/operator.h"

/* c[i][j] += alpha * sum over k of a[i][k] * b[k][j], batch by batch. Strides in elements. */
typedef struct eai_product {
    size_t m, n, k, batches;
    size_t a_row, a_column, b_row, b_column; /* c: rows of n, one after the other */
    int n_batch_dims;
    int64_t batch_dims[EDGEAI_GRAPH_DIMS_MAX];
    int64_t a_batch[EDGEAI_GRAPH_DIMS_MAX], b_batch[EDGEAI_GRAPH_DIMS_MAX]; /* in matrices */
    edgeai_element
        element; /* F32, F64, I32, I64, U32, U64; integers wrap, alpha counts for floats */
    float alpha;
    const void *a, *b;
    void *c;
} eai_product;

/* Shapes of inputs a and b (numbers of inputs) as matmul() of numpy has it, and the output's. Of
 * matrices that all share one b, the rows are taken as those of one. */
edgeai_status eai_product_plan(const eai_call *call, size_t a, size_t b, eai_product *product,
                               int64_t *dims, int *n_dims);

/* First elements of batch number `batch`. */
void eai_product_offsets(const eai_product *product, size_t batch, size_t *a, size_t *b);

void eai_product_run(const edgeai_context *context, const eai_product *product);

#endif
