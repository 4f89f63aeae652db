/* SPDX-License-Identifier: MIT */
/*
 * Sums, means and extremes of any number of tensors, with broadcasting: the first two are combined
 * into the output, then the others one by one. Not in place: a third input may be the first again.
 */

#include "base/fail.h"
#include "graph/binary.h"

EAI_BINARY_LOOP(copy_f32, float, float, x)
EAI_BINARY_LOOP(copy_f64, double, double, x)
EAI_BINARY_LOOP(copy_i64, int64_t, int64_t, x)
EAI_BINARY_LOOP(copy_u64, uint64_t, uint64_t, x)
static const eai_binary copy_loops = {{copy_f32, copy_f64, copy_i64, copy_u64}};

static void fold(const eai_call *call, const eai_binary *binary)
{
    const eai_operand *out = call->outputs[0];
    const size_t n = call->n_inputs;
    if (n == 1) {
        eai_binary_apply(call->context, &copy_loops, call->inputs[0], call->inputs[0], out);
        return;
    }
    eai_binary_apply(call->context, binary, call->inputs[0], call->inputs[1], out);
    for (size_t i = 2; i < n; i++)
        eai_binary_apply(call->context, binary, out, call->inputs[i], out);
}

EAI_BINARY_LOOP(sum_f32, float, float, x + y)
EAI_BINARY_LOOP(sum_f64, double, double, x + y)

/* NaN wins. */
#define LARGER(x, y)  ((x) > (y) || (x) != (x) ? (x) : (y))
#define SMALLER(x, y) ((x) < (y) || (x) != (x) ? (x) : (y))
EAI_BINARY_LOOP(max_f32, float, float, LARGER(x, y))
EAI_BINARY_LOOP(max_f64, double, double, LARGER(x, y))
EAI_BINARY_LOOP(max_i64, int64_t, int64_t, x > y ? x : y)
EAI_BINARY_LOOP(max_u64, uint64_t, uint64_t, x > y ? x : y)
EAI_BINARY_LOOP(min_f32, float, float, SMALLER(x, y))
EAI_BINARY_LOOP(min_f64, double, double, SMALLER(x, y))
EAI_BINARY_LOOP(min_i64, int64_t, int64_t, x < y ? x : y)
EAI_BINARY_LOOP(min_u64, uint64_t, uint64_t, x < y ? x : y)

static edgeai_status float_infer(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPES_FLOAT, call->inputs[0]->element);
}

static const eai_binary sum_loops = {{sum_f32, sum_f64}};
static const eai_binary max_loops = {{max_f32, max_f64, max_i64, max_u64}};
static const eai_binary min_loops = {{min_f32, min_f64, min_i64, min_u64}};

static edgeai_status sum_run(const eai_call *call)
{
    fold(call, &sum_loops);
    return EDGEAI_OK;
}

static edgeai_status max_run(const eai_call *call)
{
    fold(call, &max_loops);
    return EDGEAI_OK;
}

static edgeai_status min_run(const eai_call *call)
{
    fold(call, &min_loops);
    return EDGEAI_OK;
}

static edgeai_status mean_run(const eai_call *call)
{
    fold(call, &sum_loops);
    const eai_operand *out = call->outputs[0];
    const double count = (double)call->n_inputs;
    eai_lane_block block, results;
    for (size_t first = 0, n; first < out->n; first += n) {
        n = out->n - first < EAI_LANE_BLOCK ? out->n - first : EAI_LANE_BLOCK;
        const void *lanes = eai_lane_load(out->element, out->data, first, n, &block);
        if (out->element == EDGEAI_ELEMENT_F64)
            for (size_t i = 0; i < n; i++)
                results.f64[i] = ((const double *)lanes)[i] / count;
        else
            for (size_t i = 0; i < n; i++)
                results.f32[i] = ((const float *)lanes)[i] / (float)count;
        eai_lane_store(out->element, out->data, first, n, &results);
    }
    return EDGEAI_OK;
}

#define VARIADIC_OP(identifier, onnx_name, infer_by)                                               \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = onnx_name,                                                                         \
        .min_inputs = 1,                                                                           \
        .max_inputs = -1,                                                                          \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .flags = EAI_OP_ANY_LAYOUT,                                                                \
        .infer = infer_by,                                                                         \
        .run = identifier##_run,                                                                   \
    };

VARIADIC_OP(sum, "Sum", float_infer)
VARIADIC_OP(mean, "Mean", float_infer)
VARIADIC_OP(max, "Max", eai_binary_infer_number)
VARIADIC_OP(min, "Min", eai_binary_infer_number)
