/* SPDX-License-Identifier: MIT */
/* Comparisons, and arithmetic of truth values and bits, with broadcasting. */

#include <string.h>

#include "base/fail.h"
#include "graph/binary.h"

static edgeai_status compare_infer(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPES_WHOLE, EDGEAI_ELEMENT_BOOL);
}

#define COMPARISON_OP(identifier, onnx_name, sign)                                                 \
    EAI_BINARY_LOOP(identifier##_f32, float, uint8_t, x sign y)                                    \
    EAI_BINARY_LOOP(identifier##_f64, double, uint8_t, x sign y)                                   \
    EAI_BINARY_LOOP(identifier##_i64, int64_t, uint8_t, x sign y)                                  \
    EAI_BINARY_LOOP(identifier##_u64, uint64_t, uint8_t, x sign y)                                 \
    static const eai_binary identifier##_loops = {                                                 \
        {identifier##_f32, identifier##_f64, identifier##_i64, identifier##_u64}};                 \
    EAI_BINARY_OPERATOR(identifier, onnx_name, EAI_OP_ANY_LAYOUT, compare_infer)

COMPARISON_OP(equal, "Equal", ==)
COMPARISON_OP(less, "Less", <)
COMPARISON_OP(less_or_equal, "LessOrEqual", <=)
COMPARISON_OP(greater, "Greater", >)
COMPARISON_OP(greater_or_equal, "GreaterOrEqual", >=)

static edgeai_status truth_infer(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPE(EDGEAI_ELEMENT_BOOL), EDGEAI_ELEMENT_BOOL);
}

#define TRUTH_OP(identifier, onnx_name, expression)                                                \
    EAI_BINARY_LOOP(identifier##_i64, int64_t, uint8_t, expression)                                \
    static const eai_binary identifier##_loops = {{NULL, NULL, identifier##_i64, NULL}};           \
    EAI_BINARY_OPERATOR(identifier, onnx_name, EAI_BINARY_FLAGS, truth_infer)

TRUTH_OP(and, "And", x &y)
TRUTH_OP(or, "Or", x | y)
TRUTH_OP(xor, "Xor", x ^ y)

static edgeai_status bits_infer(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPES_SIGNED | EAI_TYPES_UNSIGNED, call->inputs[0]->element);
}

#define BITS_OP(identifier, onnx_name, expression)                                                 \
    EAI_BINARY_LOOP(identifier##_i64, int64_t, int64_t, expression)                                \
    EAI_BINARY_LOOP(identifier##_u64, uint64_t, uint64_t, expression)                              \
    static const eai_binary identifier##_loops = {                                                 \
        {NULL, NULL, identifier##_i64, identifier##_u64}};                                         \
    EAI_BINARY_OPERATOR(identifier, onnx_name, EAI_BINARY_FLAGS, bits_infer)

BITS_OP(bitwise_and, "BitwiseAnd", x &y)
BITS_OP(bitwise_or, "BitwiseOr", x | y)
BITS_OP(bitwise_xor, "BitwiseXor", x ^ y)

/* Shifts by the type's width or more leave nothing. */
static inline uint64_t shift(uint64_t x, uint64_t y, bool left)
{
    if (y > 63) return 0;
    return left ? x << y : x >> y;
}

EAI_BINARY_LOOP(left_i64, int64_t, int64_t, shift((uint64_t)x, (uint64_t)y, true))
EAI_BINARY_LOOP(left_u64, uint64_t, uint64_t, shift(x, y, true))
EAI_BINARY_LOOP(right_i64, int64_t, int64_t, shift((uint64_t)x, (uint64_t)y, false))
EAI_BINARY_LOOP(right_u64, uint64_t, uint64_t, shift(x, y, false))

static bool shifts(const eai_call *call, const char *direction)
{
    return strcmp(eai_node_string(call->node, "direction", ""), direction) == 0;
}

static edgeai_status bit_shift_infer(const eai_call *call)
{
    if (!shifts(call, "LEFT") && !shifts(call, "RIGHT"))
        return eai_call_fail(call, EDGEAI_E_FORMAT, "direction is neither LEFT nor RIGHT");
    return eai_binary_infer(call, EAI_TYPES_UNSIGNED, call->inputs[0]->element);
}

static edgeai_status bit_shift_run(const eai_call *call)
{
    static const eai_binary left = {{NULL, NULL, left_i64, left_u64}};
    static const eai_binary right = {{NULL, NULL, right_i64, right_u64}};
    return eai_binary_run(call, shifts(call, "LEFT") ? &left : &right);
}

const eai_operator eai_op_bit_shift = {
    .domain = "",
    .name = "BitShift",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_BINARY_FLAGS,
    .infer = bit_shift_infer,
    .run = bit_shift_run,
};
