/* SPDX-License-Identifier: MIT */
/* Other element types, and values within bounds. */

#include "base/fail.h"
#include "graph/lanes.h"

static edgeai_status check_target(const eai_call *call, int64_t to)
{
    if (to < 0 || to > 31 || !(1u << to & EAI_TYPES_WHOLE))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "casts to ONNX's data type %lld",
                             (long long)to);
    return EDGEAI_OK;
}

static edgeai_status cast_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const int64_t to = eai_node_int(call->node, "to", 0);
    EAI_TRY(check_target(call, to));
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    return eai_call_output(call, 0, (edgeai_element)to, x->dims, x->n_dims);
}

/* Floats beyond an integer type of 64 bits give its nearest value, then low bits are kept; NaN
 * gives 0. Every number but 0 is true. */
static edgeai_status cast_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const eai_lane from = eai_lane_of(x->element), to = eai_lane_of(y->element);
    eai_lane_block source, target;
    for (size_t first = 0; first < y->n; first += EAI_LANE_BLOCK) {
        const size_t n = y->n - first < EAI_LANE_BLOCK ? y->n - first : EAI_LANE_BLOCK;
        const void *lanes = eai_lane_load(x->element, x->data, first, n, &source);
        if (y->element == EDGEAI_ELEMENT_BOOL && from != to) {
            double values[EAI_LANE_BLOCK]; /* 0.5 is true, too */
            eai_lane_convert(from, lanes, EAI_LANE_F64, values, n);
            for (size_t i = 0; i < n; i++)
                target.i64[i] = values[i] != 0;
        } else {
            eai_lane_convert(from, lanes, to, &target, n);
        }
        eai_lane_store(y->element, y->data, first, n, &target);
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_cast = {
    .domain = "",
    .name = "Cast",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = cast_infer,
    .run = cast_run,
};

static edgeai_status cast_like_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_check_type(call, 1, EAI_TYPES_WHOLE));
    return eai_call_output(call, 0, call->inputs[1]->element, x->dims, x->n_dims);
}

const eai_operator eai_op_cast_like = {
    .domain = "",
    .name = "CastLike",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = cast_like_infer,
    .run = cast_run,
};

static edgeai_status clip_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    for (size_t i = 1; i <= 2; i++) {
        const eai_operand *bound = eai_call_in(call, i);
        if (!bound) continue;
        EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(call->inputs[0]->element)));
        if (bound->n != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "input %zu has %zu elements, expected 1", i,
                                 bound->n);
    }
    return eai_infer_same(call);
}

/* Below first, so that a minimum above the maximum gives the maximum; NaN stays. */
#define CLIP_LOOP(name, type)                                                                      \
    static void clip_##name(const void *from, void *to, size_t n, const void *least,               \
                            const void *most)                                                      \
    {                                                                                              \
        const type *x = from;                                                                      \
        type *y = to;                                                                              \
        const type low = least ? *(const type *)least : 0;                                         \
        const type high = most ? *(const type *)most : 0;                                          \
        const bool has_low = least, has_high = most;                                               \
        for (size_t i = 0; i < n; i++) {                                                           \
            const type raised = has_low && x[i] < low ? low : x[i];                                \
            y[i] = has_high && raised > high ? high : raised;                                      \
        }                                                                                          \
    }

CLIP_LOOP(f32, float)
CLIP_LOOP(f64, double)
CLIP_LOOP(i64, int64_t)
CLIP_LOOP(u64, uint64_t)

static edgeai_status clip_run(const eai_call *call)
{
    static void (*const loops[])(const void *, void *, size_t, const void *,
                                 const void *) = {clip_f32, clip_f64, clip_i64, clip_u64};
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const eai_operand *least = eai_call_in(call, 1), *most = eai_call_in(call, 2);
    const edgeai_element element = x->element;
    const size_t block_size = eai_lane_is_native(element) ? SIZE_MAX : EAI_LANE_BLOCK;
    eai_lane_block low, high, from, to;
    const void *low_at = least ? eai_lane_load(element, least->data, 0, 1, &low) : NULL;
    const void *high_at = most ? eai_lane_load(element, most->data, 0, 1, &high) : NULL;
    for (size_t first = 0, n; first < y->n; first += n) {
        n = y->n - first < block_size ? y->n - first : block_size;
        const void *lanes = eai_lane_load(element, x->data, first, n, &from);
        void *results = eai_lane_place(element, y->data, first, &to);
        loops[eai_lane_of(element)](lanes, results, n, low_at, high_at);
        eai_lane_store(element, y->data, first, n, results);
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_clip = {
    .domain = "",
    .name = "Clip",
    .min_inputs = 1,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = clip_infer,
    .run = clip_run,
};
