/* SPDX-License-Identifier: MIT */
/*
 * TopK: a heap of the k best found so far, worst on top, along each column; the heap is then taken
 * apart into order. Of equal elements those that come first are better; NaN is above all numbers.
 */

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/reduction.h"

/* A column: its elements and the positions in it that are in the heap. */
typedef struct column {
    const eai_operand *x;
    size_t first, stride;
    bool largest;
    int64_t *heap;
    size_t n_heap;
} column;

/* -1, 0, 1: a below, equal to, above b. */
static int order(const column *c, int64_t a, int64_t b)
{
    const edgeai_element element = c->x->element;
    eai_lane_block left, right;
    const void *x = eai_lane_load(element, c->x->data, c->first + (size_t)a * c->stride, 1, &left);
    const void *y = eai_lane_load(element, c->x->data, c->first + (size_t)b * c->stride, 1, &right);
    switch (eai_lane_of(element)) {
    case EAI_LANE_I64: {
        const int64_t p = *(const int64_t *)x, q = *(const int64_t *)y;
        return (p > q) - (p < q);
    }
    case EAI_LANE_U64: {
        const uint64_t p = *(const uint64_t *)x, q = *(const uint64_t *)y;
        return (p > q) - (p < q);
    }
    default: {
        const bool wide = eai_lane_of(element) == EAI_LANE_F64;
        const double p = wide ? *(const double *)x : (double)*(const float *)x;
        const double q = wide ? *(const double *)y : (double)*(const float *)y;
        if (p != p || q != q) return (p != p) - (q != q);
        return (p > q) - (p < q);
    }
    }
}

static bool worse(const column *c, int64_t a, int64_t b)
{
    const int by_value = order(c, a, b);
    if (by_value == 0) return a > b;
    return (by_value < 0) == c->largest;
}

static void swap(int64_t *a, int64_t *b)
{
    const int64_t kept = *a;
    *a = *b;
    *b = kept;
}

static void sink(column *c, size_t at, size_t n)
{
    for (;;) {
        size_t worst = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (worse(c, c->heap[child], c->heap[worst])) worst = child;
        if (worst == at) return;
        swap(&c->heap[at], &c->heap[worst]);
        at = worst;
    }
}

static void rise(column *c, size_t at)
{
    while (at > 0 && worse(c, c->heap[at], c->heap[(at - 1) / 2])) {
        swap(&c->heap[at], &c->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

static void select_best(column *c, size_t length, size_t k)
{
    c->n_heap = 0;
    for (size_t i = 0; i < length && k > 0; i++) {
        if (c->n_heap < k) {
            c->heap[c->n_heap++] = (int64_t)i;
            rise(c, c->n_heap - 1);
        } else if (worse(c, c->heap[0], (int64_t)i)) {
            c->heap[0] = (int64_t)i;
            sink(c, 0, k);
        }
    }
    for (size_t n = c->n_heap; n > 1; n--) { /* the worst to the end */
        swap(&c->heap[0], &c->heap[n - 1]);
        sink(c, 0, n - 1);
    }
}

static edgeai_status top_k_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t k = 0, dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    int axis = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), x->n_dims, &axis));
    EAI_TRY(eai_call_ints(call, 1, &k, 1, &n));
    if (n != 1 || k < 0 || k > x->dims[axis])
        return eai_call_fail(call, EDGEAI_E_SHAPE, "k is %lld, expected 0 to %lld", (long long)k,
                             (long long)x->dims[axis]);
    for (int i = 0; i < x->n_dims; i++)
        dims[i] = i == axis ? k : x->dims[i];
    EAI_TRY(eai_call_output(call, 0, x->element, dims, x->n_dims));
    return eai_call_output(call, 1, EDGEAI_ELEMENT_I64, dims, x->n_dims);
}

static int64_t k_of(const eai_call *call)
{
    const eai_operand *k = call->inputs[1];
    return k->element == EDGEAI_ELEMENT_I64 ? *(const int64_t *)k->data : *(const int32_t *)k->data;
}

static edgeai_status top_k_prepare(const eai_call *call, eai_prepared *out)
{
    out->scratch_bytes = (size_t)k_of(call) * sizeof(int64_t);
    return EDGEAI_OK;
}

static edgeai_status top_k_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *values = eai_call_out(call, 0),
                      *indices = eai_call_out(call, 1);
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), x->n_dims, &axis));
    const eai_axis_view view = eai_view_axis(x, axis);
    const size_t k = (size_t)k_of(call);
    if (k == 0 || x->n == 0) return EDGEAI_OK;
    column c = {.x = x,
                .stride = view.inner,
                .largest = eai_node_int(call->node, "largest", 1) != 0,
                .heap = call->scratch};
    for (size_t column_at = 0; column_at < view.outer * view.inner; column_at++) {
        const size_t o = column_at / view.inner, i = column_at % view.inner;
        c.first = o * view.length * view.inner + i;
        select_best(&c, view.length, k);
        for (size_t r = 0; r < k; r++) {
            const size_t to = (o * k + r) * view.inner + i;
            const size_t from = c.first + (size_t)c.heap[r] * view.inner;
            eai_lane_block block;
            if (indices) ((int64_t *)indices->data)[to] = c.heap[r];
            if (values)
                eai_lane_store(x->element, values->data, to, 1,
                               eai_lane_load(x->element, x->data, from, 1, &block));
        }
    }
    return EDGEAI_OK;
}

/* sorted = 0 allows any order; sorted it is. */
const eai_operator eai_op_top_k = {
    .domain = "",
    .name = "TopK",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 2,
    .infer = top_k_infer,
    .run = top_k_run,
    .prepare = top_k_prepare,
};
