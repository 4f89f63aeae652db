/* SPDX-License-Identifier: MIT */
#include "graph/product.h"

#include <string.h>

#include "base/fail.h"
#include "platform/threads.h"

/* Columns of a tile, and rows of b that are taken at once; rows of c in an item for threads. */
enum { SIDE = 64, ITEM_ROWS = 32 };

/* The part of c that an item computes. */
typedef struct place {
    size_t batch, row, n_rows, column, n_columns;
} place;

static size_t blocks(size_t n, size_t block)
{
    return n / block + (n % block != 0);
}

static place place_of(const eai_product *p, size_t item)
{
    const size_t across = blocks(p->n, SIDE), down = blocks(p->m, ITEM_ROWS);
    place at = {
        .batch = item / across / down,
        .row = item / across % down * ITEM_ROWS,
        .column = item % across * SIDE,
    };
    at.n_rows = p->m - at.row < ITEM_ROWS ? p->m - at.row : ITEM_ROWS;
    at.n_columns = p->n - at.column < SIDE ? p->n - at.column : SIDE;
    return at;
}

void eai_product_offsets(const eai_product *p, size_t batch, size_t *a, size_t *b)
{
    *a = *b = 0;
    for (int i = p->n_batch_dims - 1; i >= 0; i--) {
        const size_t at = batch % (size_t)p->batch_dims[i];
        batch /= (size_t)p->batch_dims[i];
        *a += at * (size_t)p->a_batch[i] * p->m * p->k;
        *b += at * (size_t)p->b_batch[i] * p->k * p->n;
    }
}

#define NUMBER     float
#define TILE(name) name##_f32
#include "graph/product_tile.inc"
#define NUMBER     double
#define TILE(name) name##_f64
#include "graph/product_tile.inc"
/* Unsigned, which wraps: the bits are those of signed integers. */
#define NUMBER     uint32_t
#define TILE(name) name##_u32
#include "graph/product_tile.inc"
#define NUMBER     uint64_t
#define TILE(name) name##_u64
#include "graph/product_tile.inc"

void eai_product_run(const edgeai_context *context, const eai_product *product)
{
    if (product->m == 0 || product->n == 0) return;
    eai_product p = *product;
    eai_task task = run_u32;
    if (p.element == EDGEAI_ELEMENT_F32)
        task = run_f32;
    else if (p.element == EDGEAI_ELEMENT_F64)
        task = run_f64;
    else
        p.alpha = 1;
    if (p.element == EDGEAI_ELEMENT_I64 || p.element == EDGEAI_ELEMENT_U64) task = run_u64;
    const size_t n_items = p.batches * blocks(p.m, ITEM_ROWS) * blocks(p.n, SIDE);
    const double work = (double)p.batches * (double)p.m * (double)p.n * (double)p.k;
    eai_parallel_for_work(context, n_items, work, task, &p);
}

/* The batch dimensions of an operand: all but the last two. */
static eai_operand batch_of(const eai_operand *x)
{
    eai_operand batch = {.n_dims = x->n_dims > 2 ? x->n_dims - 2 : 0};
    memcpy(batch.dims, x->dims, sizeof batch.dims);
    return batch;
}

edgeai_status eai_product_plan(const eai_call *call, size_t a_index, size_t b_index, eai_product *p,
                               int64_t *dims, int *n_dims)
{
    *p = (eai_product){0};
    const eai_operand *a = call->inputs[a_index], *b = call->inputs[b_index];
    if (a->n_dims < 1 || b->n_dims < 1)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "a scalar cannot be multiplied as a matrix");
    const int64_t m = a->n_dims > 1 ? a->dims[a->n_dims - 2] : 1;
    const int64_t k = a->dims[a->n_dims - 1], n = b->n_dims > 1 ? b->dims[b->n_dims - 1] : 1;
    const int64_t b_k = b->dims[b->n_dims > 1 ? b->n_dims - 2 : 0];
    if (k != b_k)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "rows of %lld elements by columns of %lld",
                             (long long)k, (long long)b_k);
    const eai_operand a_batch = batch_of(a), b_batch = batch_of(b);
    *p = (eai_product){.m = (size_t)m,
                       .n = (size_t)n,
                       .k = (size_t)k,
                       .batches = 1,
                       .a_row = (size_t)k,
                       .a_column = 1,
                       .b_row = (size_t)n,
                       .b_column = 1,
                       .element = a->element,
                       .alpha = 1};
    if (!eai_broadcast_dims((const eai_operand *[]){&a_batch, &b_batch}, 2, p->batch_dims,
                            &p->n_batch_dims))
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the batches cannot be broadcast");
    eai_broadcast_strides(&a_batch, p->batch_dims, p->n_batch_dims, p->a_batch);
    eai_broadcast_strides(&b_batch, p->batch_dims, p->n_batch_dims, p->b_batch);
    *n_dims = p->n_batch_dims;
    for (int i = 0; i < *n_dims; i++) {
        dims[i] = p->batch_dims[i];
        p->batches *= (size_t)dims[i];
    }
    if (*n_dims + (a->n_dims > 1) + (b->n_dims > 1) > EDGEAI_GRAPH_DIMS_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "the product has more than %d dimensions",
                             EDGEAI_GRAPH_DIMS_MAX);
    if (a->n_dims > 1) dims[(*n_dims)++] = m;
    if (b->n_dims > 1) dims[(*n_dims)++] = n;
    if (b->n_dims <= 2 && a->n_dims > 2) {
        p->m *= p->batches;
        p->batches = 1;
        p->n_batch_dims = 0;
    }
    return EDGEAI_OK;
}
