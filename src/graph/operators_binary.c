/* SPDX-License-Identifier: MIT */
/* Arithmetic of two tensors with broadcasting. */

#include <math.h>

#include "base/fail.h"
#include "graph/binary.h"
#include "graph/broadcast_walk.h"

/* Integers wrap: they are added as unsigned, and narrowing keeps the low bits. */
#define WRAPPING_OP(identifier, onnx_name, sign)                                                   \
    EAI_BINARY_LOOP(identifier##_f32, float, float, x sign y)                                      \
    EAI_BINARY_LOOP(identifier##_f64, double, double, x sign y)                                    \
    EAI_BINARY_LOOP(identifier##_i64, int64_t, int64_t, (uint64_t)x sign(uint64_t) y)              \
    EAI_BINARY_LOOP(identifier##_u64, uint64_t, uint64_t, x sign y)                                \
    static const eai_binary identifier##_loops = {                                                 \
        {identifier##_f32, identifier##_f64, identifier##_i64, identifier##_u64}};                 \
    EAI_BINARY_OPERATOR(identifier, onnx_name, EAI_BINARY_FLAGS, eai_binary_infer_number)

WRAPPING_OP(add, "Add", +)
WRAPPING_OP(sub, "Sub", -)
WRAPPING_OP(mul, "Mul", *)

/* Whether an integer tensor has a 0: floats divide by it, integers cannot. */
static bool has_zero(const eai_operand *operand)
{
    const eai_lane lane = eai_lane_of(operand->element);
    if (lane == EAI_LANE_F32 || lane == EAI_LANE_F64) return false;
    eai_lane_block block;
    for (size_t first = 0; first < operand->n; first += EAI_LANE_BLOCK) {
        const size_t left = operand->n - first;
        const size_t n = left < EAI_LANE_BLOCK ? left : EAI_LANE_BLOCK;
        const int64_t *x = eai_lane_load(operand->element, operand->data, first, n, &block);
        for (size_t i = 0; i < n; i++)
            if (x[i] == 0) return true;
    }
    return false;
}

static edgeai_status refuse_zero(const eai_call *call)
{
    if (call->outputs[0]->n > 0 && has_zero(call->inputs[1]))
        return eai_call_fail(call, EDGEAI_E_INVALID, "an integer is divided by 0");
    return EDGEAI_OK;
}

/* Division by -1 is a wrapping negation: INT64_MIN / -1 does not fit. */
EAI_BINARY_LOOP(div_f32, float, float, x / y)
EAI_BINARY_LOOP(div_f64, double, double, x / y)
EAI_BINARY_LOOP(div_i64, int64_t, int64_t, y == -1 ? (int64_t)(0 - (uint64_t)x) : x / y)
EAI_BINARY_LOOP(div_u64, uint64_t, uint64_t, x / y)

static edgeai_status div_run(const eai_call *call)
{
    static const eai_binary loops = {{div_f32, div_f64, div_i64, div_u64}};
    EAI_TRY(refuse_zero(call));
    return eai_binary_run(call, &loops);
}

const eai_operator eai_op_div = {
    .domain = "",
    .name = "Div",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_BINARY_FLAGS,
    .infer = eai_binary_infer_number,
    .run = div_run,
};

/* With fmod = 0 the result has the divisor's sign, with fmod = 1 the dividend's. */
EAI_BINARY_LOOP(fmod_f32, float, float, fmodf(x, y))
EAI_BINARY_LOOP(fmod_f64, double, double, fmod(x, y))
EAI_BINARY_LOOP(fmod_i64, int64_t, int64_t, y == -1 ? 0 : x % y)
EAI_BINARY_LOOP(mod_u64, uint64_t, uint64_t, x % y)

static inline int64_t modulo(int64_t x, int64_t y)
{
    if (y == -1) return 0;
    const int64_t rest = x % y;
    return rest != 0 && (rest < 0) != (y < 0) ? rest + y : rest;
}
EAI_BINARY_LOOP(mod_i64, int64_t, int64_t, modulo(x, y))

static edgeai_status mod_infer(const eai_call *call)
{
    const bool whole = eai_node_int(call->node, "fmod", 0) == 0;
    if (whole && EAI_TYPE(call->inputs[0]->element) & EAI_TYPES_FLOAT)
        return eai_call_fail(call, EDGEAI_E_DTYPE, "input 0 is %s, which needs fmod = 1",
                             edgeai_element_name(call->inputs[0]->element));
    return eai_binary_infer_number(call);
}

static edgeai_status mod_run(const eai_call *call)
{
    static const eai_binary floored = {{NULL, NULL, mod_i64, mod_u64}};
    static const eai_binary truncated = {{fmod_f32, fmod_f64, fmod_i64, mod_u64}};
    EAI_TRY(refuse_zero(call));
    return eai_binary_run(call, eai_node_int(call->node, "fmod", 0) ? &truncated : &floored);
}

const eai_operator eai_op_mod = {
    .domain = "",
    .name = "Mod",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_BINARY_FLAGS,
    .infer = mod_infer,
    .run = mod_run,
};

/* The slope fits the input, not the other way round. */
EAI_BINARY_LOOP(prelu_f32, float, float, x < 0 ? x * y : x)
EAI_BINARY_LOOP(prelu_f64, double, double, x < 0 ? x * y : x)
EAI_BINARY_LOOP(prelu_i64, int64_t, int64_t, x < 0 ? (uint64_t)x * (uint64_t)y : (uint64_t)x)
EAI_BINARY_LOOP(prelu_u64, uint64_t, uint64_t, x)

static edgeai_status prelu_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    int n_dims = 0;
    bool fits = eai_broadcast_dims((const eai_operand *const *)call->inputs, 2, dims, &n_dims) &&
                n_dims == x->n_dims;
    for (int i = 0; fits && i < n_dims; i++)
        fits = dims[i] == x->dims[i];
    if (!fits)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the slope's shape cannot be broadcast to input 0's");
    return eai_binary_infer_number(call);
}

static const eai_binary prelu_loops = {{prelu_f32, prelu_f64, prelu_i64, prelu_u64}};
EAI_BINARY_OPERATOR(prelu, "PRelu", EAI_BINARY_FLAGS, prelu_infer)

/* The second input may have another type; it is widened to the first one's lane, or both to double
 * where the exponent is a float and the base an integer. */
static int64_t integer_power(int64_t base, int64_t exponent)
{
    if (exponent < 0) {
        if (base == 1) return 1;
        if (base == -1) return exponent % 2 != 0 ? -1 : 1;
        return 0;
    }
    uint64_t power = 1, factor = (uint64_t)base;
    for (; exponent > 0; exponent >>= 1, factor *= factor)
        if (exponent & 1) power *= factor;
    return (int64_t)power;
}

EAI_BINARY_LOOP(pow_f32, float, float, y == 2 ? x * x : powf(x, y))
EAI_BINARY_LOOP(pow_f64, double, double, pow(x, y))
EAI_BINARY_LOOP(pow_i64, int64_t, int64_t, integer_power(x, y))

static edgeai_status pow_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_NUMBER));
    EAI_TRY(eai_call_check_type(call, 1, EAI_TYPES_NUMBER));
    return eai_infer_broadcast(call);
}

static bool is_float(const eai_operand *operand)
{
    return (EAI_TYPE(operand->element) & EAI_TYPES_FLOAT) != 0;
}

static edgeai_status pow_run(const eai_call *call)
{
    static const eai_binary_loop loops[] = {pow_f32, pow_f64, pow_i64, pow_i64};
    const eai_operand *x = call->inputs[0], *y = call->inputs[1], *out = call->outputs[0];
    const eai_lane from = eai_lane_of(x->element), by = eai_lane_of(y->element);
    const eai_lane in = !is_float(x) && is_float(y) ? EAI_LANE_F64 : from;
    eai_lane_block read, base, exponent, power;
    eai_walk walk;
    for (eai_walk_begin(&walk, out->dims, out->n_dims, (const eai_operand *[]){x, y}, 2);
         !walk.done; eai_walk_next(&walk)) {
        for (size_t first = 0, n; first < walk.row; first += n) {
            n = walk.row - first < EAI_LANE_BLOCK ? walk.row - first : EAI_LANE_BLOCK;
            const size_t x_n = walk.steps[0] ? n : 1, y_n = walk.steps[1] ? n : 1;
            eai_lane_convert(from,
                             eai_lane_load(x->element, x->data,
                                           walk.offsets[0] + walk.steps[0] * first, x_n, &read),
                             in, &base, x_n);
            eai_lane_convert(by,
                             eai_lane_load(y->element, y->data,
                                           walk.offsets[1] + walk.steps[1] * first, y_n, &read),
                             in, &exponent, y_n);
            loops[in](&base, walk.steps[0], &exponent, walk.steps[1], &power, n);
            eai_lane_convert(in, &power, from, &read, n);
            eai_lane_store(out->element, out->data, walk.out + first, n, &read);
        }
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_pow = {
    .domain = "",
    .name = "Pow",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = pow_infer,
    .run = pow_run,
};
