/* SPDX-License-Identifier: MIT */
/* Parts of tensors: Concat, Slice, Split. */

#include <string.h>

#include "base/fail.h"
#include "graph/strided.h"

/* Dimensions before, at and behind an axis, as three factors. */
static void factors(const eai_operand *x, int axis, size_t *outer, size_t *inner)
{
    *outer = *inner = 1;
    for (int i = 0; i < axis; i++)
        *outer *= (size_t)x->dims[i];
    for (int i = axis + 1; i < x->n_dims; i++)
        *inner *= (size_t)x->dims[i];
}

/* Copies `outer` blocks of `bytes`, `from_step` and `to_step` bytes apart. */
static void copy_blocks(char *to, size_t to_step, const char *from, size_t from_step, size_t outer,
                        size_t bytes)
{
    if (bytes == 0) return;
    for (size_t i = 0; i < outer; i++)
        memcpy(to + i * to_step, from + i * from_step, bytes);
}

static edgeai_status concat_infer(const eai_call *call)
{
    const eai_operand *first = call->inputs[0];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX] = {0};
    int axis = 0;
    if (!eai_node_attribute(call->node, "axis"))
        return eai_call_fail(call, EDGEAI_E_FORMAT, "axis is missing");
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), first->n_dims, &axis));
    memcpy(dims, first->dims, sizeof dims);
    for (size_t k = 1; k < call->n_inputs; k++) {
        EAI_TRY(eai_call_check_type(call, k, EAI_TYPE(first->element)));
        const eai_operand *x = call->inputs[k];
        bool fits = x->n_dims == first->n_dims;
        for (int i = 0; fits && i < x->n_dims; i++)
            fits = i == axis || x->dims[i] == first->dims[i];
        if (!fits)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "input %zu differs from input 0 in more than axis %d", k, axis);
        if (x->dims[axis] > INT64_MAX - dims[axis])
            return eai_call_fail(call, EDGEAI_E_LIMIT, "the inputs are too large");
        dims[axis] += x->dims[axis];
    }
    return eai_call_output(call, 0, first->element, dims, first->n_dims);
}

static edgeai_status concat_run(const eai_call *call)
{
    const eai_operand *y = call->outputs[0];
    const size_t size = eai_element_size(y);
    size_t outer = 0, inner = 0, done = 0;
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), y->n_dims, &axis));
    factors(y, axis, &outer, &inner);
    const size_t step = (size_t)y->dims[axis] * inner * size;
    for (size_t k = 0; k < call->n_inputs; k++) {
        const size_t bytes = (size_t)call->inputs[k]->dims[axis] * inner * size;
        copy_blocks((char *)y->data + done, step, call->inputs[k]->data, bytes, outer, bytes);
        done += bytes;
    }
    return EDGEAI_OK;
}

/* The lengths of Split's outputs along its axis come from input 1, or are equal but for the last.
 */
static edgeai_status split_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *lengths = eai_call_in(call, 1);
    const size_t n = call->n_outputs;
    int axis = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), x->n_dims, &axis));
    if (lengths) {
        EAI_TRY(eai_call_check_type(call, 1, EAI_TYPE(EDGEAI_ELEMENT_I64)));
        if (!lengths->data) return eai_call_needs_constant(call, 1);
        if (lengths->n != n)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "split has %zu numbers for %zu outputs",
                                 lengths->n, n);
    }
    const int64_t count = eai_node_int(call->node, "num_outputs", (int64_t)n);
    if (count != (int64_t)n)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "num_outputs is %lld and there are %zu outputs",
                             (long long)count, n);
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX], left = x->dims[axis];
    const int64_t equal = left / count + (left % count != 0);
    memcpy(dims, x->dims, sizeof dims);
    for (size_t i = 0; i < n; i++) {
        const int64_t length = lengths ? ((const int64_t *)lengths->data)[i] : equal;
        dims[axis] = !lengths && (i + 1 == n || length > left) ? left : length;
        if (dims[axis] < 0 || dims[axis] > left)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "part %zu has length %lld of %lld left", i,
                                 (long long)dims[axis], (long long)left);
        left -= dims[axis];
        EAI_TRY(eai_call_output(call, i, x->element, dims, x->n_dims));
    }
    if (left != 0)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the parts leave %lld of axis %d",
                             (long long)left, axis);
    return EDGEAI_OK;
}

static edgeai_status split_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *lengths = eai_call_in(call, 1);
    const size_t size = eai_element_size(x);
    size_t outer = 0, inner = 0, done = 0;
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 0), x->n_dims, &axis));
    factors(x, axis, &outer, &inner);
    const size_t total = (size_t)x->dims[axis], n = call->n_outputs;
    const size_t equal = total / n + (total % n != 0);
    for (size_t i = 0, at = 0; i < n; i++) {
        /* An output that is not wanted has no dims. */
        const size_t rest = total - at;
        const size_t length = lengths        ? (size_t)((const int64_t *)lengths->data)[i]
                              : equal < rest ? equal
                                             : rest;
        const size_t bytes = length * inner * size;
        if (eai_call_out(call, i))
            copy_blocks(call->outputs[i]->data, bytes, (const char *)x->data + done,
                        total * inner * size, outer, bytes);
        done += bytes;
        at += length;
    }
    return EDGEAI_OK;
}

/* A slice: start and step for each dimension of x. */
typedef struct slice {
    int64_t start[EDGEAI_GRAPH_DIMS_MAX], step[EDGEAI_GRAPH_DIMS_MAX];
    int64_t length[EDGEAI_GRAPH_DIMS_MAX];
} slice;

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static void slice_axis(slice *s, int axis, int64_t dim, int64_t start, int64_t end, int64_t step)
{
    if (start < 0) start = start < -dim ? -1 : start + dim;
    if (end < 0) end = end < -dim ? -1 : end + dim;
    /* Down to the beginning is an end of -1. */
    start = step > 0 ? clamp(start, 0, dim) : clamp(start, -1, dim - 1);
    end = step > 0 ? clamp(end, 0, dim) : clamp(end, -1, dim - 1);
    const int64_t way = step > 0 ? end - start : start - end;
    /* INT64_MIN cannot be negated. */
    const uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    s->start[axis] = start;
    s->step[axis] = step;
    s->length[axis] = way <= 0 ? 0 : (int64_t)(((uint64_t)way - 1) / stride) + 1;
    if (s->length[axis] <= 1) s->step[axis] = 1; /* never used; and never overflows */
}

static edgeai_status read_slice(const eai_call *call, slice *s)
{
    const eai_operand *x = call->inputs[0];
    int64_t numbers[4][EDGEAI_GRAPH_DIMS_MAX];
    bool marked[EDGEAI_GRAPH_DIMS_MAX] = {false};
    size_t n[4];
    for (int i = 0; i < x->n_dims; i++) {
        s->start[i] = 0;
        s->step[i] = 1;
        s->length[i] = x->dims[i];
    }
    for (size_t k = 0; k < 4; k++)
        EAI_TRY(eai_call_ints(call, k + 1, numbers[k], EDGEAI_GRAPH_DIMS_MAX, &n[k]));
    if (n[1] != n[0] || (eai_call_in(call, 3) && n[2] != n[0]) ||
        (eai_call_in(call, 4) && n[3] != n[0]) || n[0] > (size_t)x->n_dims)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "%zu starts, %zu ends, %zu axes and %zu steps for %d dimensions", n[0],
                             n[1], n[2], n[3], x->n_dims);
    for (size_t i = 0; i < n[0]; i++) {
        const int64_t step = eai_call_in(call, 4) ? numbers[3][i] : 1;
        int axis = (int)i;
        if (eai_call_in(call, 3)) EAI_TRY(eai_call_axis(call, numbers[2][i], x->n_dims, &axis));
        if (step == 0 || marked[axis])
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 step == 0 ? "step %zu is 0" : "axis %zu stands there twice", i);
        marked[axis] = true;
        slice_axis(s, axis, x->dims[axis], numbers[0][i], numbers[1][i], step);
    }
    return EDGEAI_OK;
}

static edgeai_status slice_infer(const eai_call *call)
{
    slice s;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(read_slice(call, &s));
    return eai_call_output(call, 0, call->inputs[0]->element, s.length, call->inputs[0]->n_dims);
}

static edgeai_status slice_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const size_t size = eai_element_size(x);
    int64_t from[EDGEAI_GRAPH_DIMS_MAX], to[EDGEAI_GRAPH_DIMS_MAX], offset = 0;
    slice s;
    EAI_TRY(read_slice(call, &s));
    if (y->n == 0) return EDGEAI_OK;
    eai_row_major(x->dims, x->n_dims, from);
    eai_row_major(y->dims, y->n_dims, to);
    for (int i = 0; i < x->n_dims; i++) {
        offset += s.start[i] * from[i];
        from[i] *= s.step[i];
    }
    eai_copy_strided(y->data, to, (const char *)x->data + offset * (int64_t)size, from, y->dims,
                     y->n_dims, size);
    return EDGEAI_OK;
}

const eai_operator eai_op_concat = {
    .domain = "",
    .name = "Concat",
    .min_inputs = 1,
    .max_inputs = -1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = concat_infer,
    .run = concat_run,
};

const eai_operator eai_op_slice = {
    .domain = "",
    .name = "Slice",
    .min_inputs = 3,
    .max_inputs = 5,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = slice_infer,
    .run = slice_run,
};

const eai_operator eai_op_split = {
    .domain = "",
    .name = "Split",
    .min_inputs = 1,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = -1,
    .infer = split_infer,
    .run = split_run,
};
