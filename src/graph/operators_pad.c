/* SPDX-License-Identifier: MIT */
/* Pad: constant, edge, reflect, wrap; negative pads cut off. */

#include <string.h>

#include "base/fail.h"
#include "graph/strided.h"

typedef enum pad_kind { PAD_CONSTANT, PAD_EDGE, PAD_REFLECT, PAD_WRAP, N_PAD_KINDS } pad_kind;
static const char *const kind_names[N_PAD_KINDS] = {"constant", "edge", "reflect", "wrap"};

static edgeai_status read_kind(const eai_call *call, pad_kind *kind)
{
    const char *mode = eai_node_string(call->node, "mode", "constant");
    for (*kind = PAD_CONSTANT; *kind < N_PAD_KINDS; *kind = (pad_kind)(*kind + 1))
        if (strcmp(mode, kind_names[*kind]) == 0) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                         "mode is none of constant, edge, reflect, wrap");
}

/* begin[i] and end[i] for all dimensions of x. */
static edgeai_status read_pads(const eai_call *call, int64_t *begin, int64_t *end)
{
    const eai_operand *x = call->inputs[0];
    int64_t pads[2 * EDGEAI_GRAPH_DIMS_MAX], axes[EDGEAI_GRAPH_DIMS_MAX];
    size_t n_pads = 0, n_axes = 0;
    EAI_TRY(eai_call_ints(call, 1, pads, 2 * EDGEAI_GRAPH_DIMS_MAX, &n_pads));
    EAI_TRY(eai_call_ints(call, 3, axes, EDGEAI_GRAPH_DIMS_MAX, &n_axes));
    const size_t n = eai_call_in(call, 3) ? n_axes : (size_t)x->n_dims;
    if (n_pads != 2 * n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "%zu pads for %zu axes, expected %zu", n_pads, n,
                             2 * n);
    for (int i = 0; i < EDGEAI_GRAPH_DIMS_MAX; i++)
        begin[i] = end[i] = 0;
    for (size_t i = 0; i < n; i++) {
        int axis = (int)i;
        if (eai_call_in(call, 3)) EAI_TRY(eai_call_axis(call, axes[i], x->n_dims, &axis));
        begin[axis] = pads[i];
        end[axis] = pads[n + i];
    }
    return EDGEAI_OK;
}

static edgeai_status pad_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t begin[EDGEAI_GRAPH_DIMS_MAX], end[EDGEAI_GRAPH_DIMS_MAX], dims[EDGEAI_GRAPH_DIMS_MAX];
    const int64_t limit = (int64_t)EAI_ELEMENTS_MAX;
    pad_kind kind = PAD_CONSTANT;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(read_kind(call, &kind));
    EAI_TRY(read_pads(call, begin, end));
    if (eai_call_in(call, 2)) {
        EAI_TRY(eai_call_check_type(call, 2, EAI_TYPE(x->element)));
        if (call->inputs[2]->n != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "the value has %zu elements, expected 1",
                                 call->inputs[2]->n);
    }
    for (int i = 0; i < x->n_dims; i++) {
        if (begin[i] < -limit || begin[i] > limit || end[i] < -limit || end[i] > limit ||
            x->dims[i] > limit)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "%lld + %lld + %lld in dimension %d",
                                 (long long)begin[i], (long long)x->dims[i], (long long)end[i], i);
        dims[i] = begin[i] + x->dims[i] + end[i];
        const int64_t cut = (begin[i] < 0 ? begin[i] : 0) + (end[i] < 0 ? end[i] : 0);
        if (dims[i] > 0 && x->dims[i] + cut <= 0 && kind != PAD_CONSTANT)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "nothing is left of dimension %d to fill it from", i);
    }
    return eai_call_output(call, 0, x->element, dims, x->n_dims);
}

/* What pads have left of a dimension: inputs [first, first + n), at output `at`. */
typedef struct kept {
    int64_t first, n, at;
} kept;

static kept keep(int64_t begin, int64_t end, int64_t dim)
{
    kept k = {begin < 0 ? -begin : 0, dim, begin > 0 ? begin : 0};
    k.n -= k.first + (end < 0 ? -end : 0);
    if (k.n < 0) k.n = 0;
    return k;
}

/* The input coordinate of output o; n > 0. Reflections go to and fro as often as needed. */
static int64_t source(pad_kind kind, const kept *k, int64_t o)
{
    int64_t i = o - k->at;
    if (i < 0 || i >= k->n) {
        if (kind == PAD_EDGE) i = i < 0 ? 0 : k->n - 1;
        if (kind == PAD_WRAP) i = (i % k->n + k->n) % k->n;
        if (kind == PAD_REFLECT) {
            const int64_t period = k->n > 1 ? 2 * (k->n - 1) : 1;
            i = (i % period + period) % period;
            if (i >= k->n) i = period - i;
        }
    }
    return k->first + i;
}

static void copy_kept(const eai_call *call, const kept *kepts)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const int64_t size = (int64_t)eai_element_size(x);
    int64_t from[EDGEAI_GRAPH_DIMS_MAX], to[EDGEAI_GRAPH_DIMS_MAX], dims[EDGEAI_GRAPH_DIMS_MAX];
    int64_t from_offset = 0, to_offset = 0;
    eai_row_major(x->dims, x->n_dims, from);
    eai_row_major(y->dims, y->n_dims, to);
    for (int i = 0; i < x->n_dims; i++) {
        dims[i] = kepts[i].n;
        if (dims[i] == 0) return;
        from_offset += kepts[i].first * from[i];
        to_offset += kepts[i].at * to[i];
    }
    eai_copy_strided((char *)y->data + to_offset * size, to,
                     (const char *)x->data + from_offset * size, from, dims, x->n_dims,
                     (size_t)size);
}

/* Element by element. */
static void fill_from_inside(const eai_call *call, pad_kind kind, const kept *kepts)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const size_t size = eai_element_size(x);
    int64_t strides[EDGEAI_GRAPH_DIMS_MAX], at[EDGEAI_GRAPH_DIMS_MAX] = {0};
    eai_row_major(x->dims, x->n_dims, strides);
    for (size_t k = 0; k < y->n; k++) {
        int64_t from = 0;
        for (int i = 0; i < x->n_dims; i++)
            from += source(kind, &kepts[i], at[i]) * strides[i];
        memcpy((char *)y->data + k * size, (const char *)x->data + (size_t)from * size, size);
        for (int i = x->n_dims - 1; i >= 0 && ++at[i] == y->dims[i]; i--)
            at[i] = 0;
    }
}

static edgeai_status pad_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0], *value = eai_call_in(call, 2);
    int64_t begin[EDGEAI_GRAPH_DIMS_MAX], end[EDGEAI_GRAPH_DIMS_MAX];
    kept kepts[EDGEAI_GRAPH_DIMS_MAX];
    const uint64_t zero = 0;
    pad_kind kind = PAD_CONSTANT;
    EAI_TRY(read_kind(call, &kind));
    EAI_TRY(read_pads(call, begin, end));
    if (y->n == 0) return EDGEAI_OK;
    for (int i = 0; i < x->n_dims; i++)
        kepts[i] = keep(begin[i], end[i], x->dims[i]);
    if (kind != PAD_CONSTANT) {
        fill_from_inside(call, kind, kepts);
        return EDGEAI_OK;
    }
    eai_fill(y->data, value ? value->data : &zero, y->n, eai_element_size(y));
    copy_kept(call, kepts);
    return EDGEAI_OK;
}

const eai_operator eai_op_pad = {
    .domain = "",
    .name = "Pad",
    .min_inputs = 2,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = pad_infer,
    .run = pad_run,
};
