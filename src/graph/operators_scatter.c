/* SPDX-License-Identifier: MIT */
/* ScatterElements and ScatterND: input 0 with some elements replaced, or reduced with others, in
 * the order of the indices. */

#include <string.h>

#include "base/fail.h"
#include "graph/gather_index.h"
#include "graph/strided.h"
#include "kernels/half.h"

typedef enum reduction { REPLACE, ADD, MULTIPLY, LARGEST, LEAST, N_REDUCTIONS } reduction;
static const char *const reduction_names[N_REDUCTIONS] = {"none", "add", "mul", "max", "min"};

static edgeai_status read_reduction(const eai_call *call, reduction *out)
{
    const char *name = eai_node_string(call->node, "reduction", "none");
    for (*out = REPLACE; *out < N_REDUCTIONS; *out = (reduction)(*out + 1))
        if (strcmp(name, reduction_names[*out]) == 0) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                         "reduction is none of none, add, mul, max, min");
}

static double combine_reals(reduction how, double a, double b)
{
    switch (how) {
    case ADD:
        return a + b;
    case MULTIPLY:
        return a * b;
    case LARGEST:
        return b > a || b != b ? b : a;
    case LEAST:
        return b < a || b != b ? b : a;
    default:
        return b;
    }
}

/* Sums and products wrap. */
#define COMBINE(type)                                                                              \
    do {                                                                                           \
        type a, b;                                                                                 \
        memcpy(&a, to, sizeof a);                                                                  \
        memcpy(&b, from, sizeof b);                                                                \
        if (how == ADD) a = (type)((uint64_t)a + (uint64_t)b);                                     \
        if (how == MULTIPLY) a = (type)((uint64_t)a * (uint64_t)b);                                \
        if (how == LARGEST && b > a) a = b;                                                        \
        if (how == LEAST && b < a) a = b;                                                          \
        memcpy(to, &a, sizeof a);                                                                  \
    } while (0)

#define COMBINE_HALF(load, store)                                                                  \
    do {                                                                                           \
        uint16_t a, b;                                                                             \
        memcpy(&a, to, sizeof a);                                                                  \
        memcpy(&b, from, sizeof b);                                                                \
        a = store((float)combine_reals(how, (double)load(a), (double)load(b)));                    \
        memcpy(to, &a, sizeof a);                                                                  \
    } while (0)

#define COMBINE_REAL(type)                                                                         \
    do {                                                                                           \
        type a, b;                                                                                 \
        memcpy(&a, to, sizeof a);                                                                  \
        memcpy(&b, from, sizeof b);                                                                \
        a = (type)combine_reals(how, (double)a, (double)b);                                        \
        memcpy(to, &a, sizeof a);                                                                  \
    } while (0)

static void combine(edgeai_element element, reduction how, void *to, const void *from)
{
    switch ((int)element) {
    case EDGEAI_ELEMENT_F32:
        COMBINE_REAL(float);
        break;
    case EDGEAI_ELEMENT_F64:
        COMBINE_REAL(double);
        break;
    case EDGEAI_ELEMENT_F16:
        COMBINE_HALF(eai_half_to_float, eai_float_to_half);
        break;
    case EDGEAI_ELEMENT_BF16:
        COMBINE_HALF(eai_bfloat_to_float, eai_float_to_bfloat);
        break;
    case EDGEAI_ELEMENT_U8:
        COMBINE(uint8_t);
        break;
    case EDGEAI_ELEMENT_I8:
        COMBINE(int8_t);
        break;
    case EDGEAI_ELEMENT_U16:
        COMBINE(uint16_t);
        break;
    case EDGEAI_ELEMENT_I16:
        COMBINE(int16_t);
        break;
    case EDGEAI_ELEMENT_U32:
        COMBINE(uint32_t);
        break;
    case EDGEAI_ELEMENT_I32:
        COMBINE(int32_t);
        break;
    case EDGEAI_ELEMENT_U64:
        COMBINE(uint64_t);
        break;
    default:
        COMBINE(int64_t);
        break;
    }
}

/* n elements, at `to` and `from`. */
static void put(const eai_operand *y, reduction how, size_t to, const eai_operand *updates,
                size_t from, size_t n)
{
    const size_t size = eai_element_size(y);
    char *t = (char *)y->data + to * size;
    const char *f = (const char *)updates->data + from * size;
    if (how == REPLACE) {
        memcpy(t, f, n * size);
        return;
    }
    for (size_t i = 0; i < n; i++)
        combine(y->element, how, t + i * size, f + i * size);
}

static edgeai_status check_types(const eai_call *call)
{
    const edgeai_element element = call->inputs[0]->element;
    reduction how = REPLACE;
    EAI_TRY(read_reduction(call, &how));
    EAI_TRY(eai_call_check_type(call, 0, how == REPLACE ? EAI_TYPES_WHOLE : EAI_TYPES_NUMBER));
    EAI_TRY(eai_call_check_type(call, 1, EAI_INDEX_TYPES));
    return eai_call_check_type(call, 2, EAI_TYPE(element));
}

static edgeai_status read_axis(const eai_call *call, int *axis)
{
    return eai_call_axis(call, eai_node_int(call->node, "axis", 0), call->inputs[0]->n_dims, axis);
}

static edgeai_status elements_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    const eai_operand *updates = call->inputs[2];
    int axis = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(read_axis(call, &axis));
    bool fits = indices->n_dims == x->n_dims && updates->n_dims == x->n_dims;
    for (int i = 0; fits && i < x->n_dims; i++)
        fits =
            indices->dims[i] == updates->dims[i] && (i == axis || indices->dims[i] <= x->dims[i]);
    if (!fits)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "indices and updates differ in shape, or do not lie in the input's");
    return eai_infer_same(call);
}

static edgeai_status elements_run(const eai_call *call)
{
    const eai_operand *indices = call->inputs[1];
    reduction how = REPLACE;
    int axis = 0;
    EAI_TRY(read_reduction(call, &how));
    EAI_TRY(read_axis(call, &axis));
    EAI_TRY(eai_run_copy(call));
    for (size_t i = 0; i < indices->n; i++) {
        size_t to = 0;
        EAI_TRY(eai_gather_element(call, call->inputs[0], indices, axis, i, &to));
        put(call->outputs[0], how, to, call->inputs[2], i, 1);
    }
    return EDGEAI_OK;
}

/* updates: the indices' dimensions but the last, then those of a slice. */
static edgeai_status nd_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    const eai_operand *updates = call->inputs[2];
    int depth = 0;
    EAI_TRY(check_types(call));
    EAI_TRY(eai_gather_depth(call, 0, &depth));
    const int outer = indices->n_dims - 1;
    bool fits = updates->n_dims == outer + x->n_dims - depth;
    for (int i = 0; fits && i < updates->n_dims; i++)
        fits = updates->dims[i] == (i < outer ? indices->dims[i] : x->dims[depth + i - outer]);
    if (!fits)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the updates' shape does not fit the indices'");
    return eai_infer_same(call);
}

static edgeai_status nd_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *indices = call->inputs[1];
    const eai_operand *updates = call->inputs[2];
    reduction how = REPLACE;
    int depth = 0;
    EAI_TRY(read_reduction(call, &how));
    EAI_TRY(eai_gather_depth(call, 0, &depth));
    EAI_TRY(eai_run_copy(call));
    if (updates->n == 0) return EDGEAI_OK;
    const size_t n = eai_gather_count(x->dims + depth, x->n_dims - depth);
    for (size_t tuple = 0; tuple < updates->n / n; tuple++) {
        size_t slice = 0;
        EAI_TRY(eai_gather_slice(call, x, indices, 0, depth, tuple, &slice));
        put(call->outputs[0], how, slice * n, updates, tuple * n, n);
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_scatter_elements = {
    .domain = "",
    .name = "ScatterElements",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = elements_infer,
    .run = elements_run,
};

const eai_operator eai_op_scatter_nd = {
    .domain = "",
    .name = "ScatterND",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = nd_infer,
    .run = nd_run,
};
