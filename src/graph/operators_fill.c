/* SPDX-License-Identifier: MIT */
/* Operators that make tensors from little: ConstantOfShape, NonZero, OneHot, Range, Trilu. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/strided.h"
#include "kernels/half.h"

/* "value" is a tensor, which readers translate to an Expand; what is left is the default. */
static edgeai_status constant_of_shape_infer(const eai_call *call)
{
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    size_t n = 0;
    if (eai_node_attribute(call->node, "value"))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "value is no tensor");
    EAI_TRY(eai_call_ints(call, 0, dims, EDGEAI_GRAPH_DIMS_MAX, &n));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_F32, dims, (int)n);
}

static edgeai_status constant_of_shape_run(const eai_call *call)
{
    if (call->outputs[0]->n > 0) memset(call->outputs[0]->data, 0, call->outputs[0]->n * 4);
    return EDGEAI_OK;
}

#define RANGE_TYPES                                                                                \
    (EAI_TYPES_FLOAT | EAI_TYPE(EDGEAI_ELEMENT_I16) | EAI_TYPE(EDGEAI_ELEMENT_I32) |               \
     EAI_TYPE(EDGEAI_ELEMENT_I64))

static int64_t int_of(const eai_operand *x)
{
    if (x->element == EDGEAI_ELEMENT_I16) return *(const int16_t *)x->data;
    if (x->element == EDGEAI_ELEMENT_I32) return *(const int32_t *)x->data;
    return *(const int64_t *)x->data;
}

static double real_of(const eai_operand *x)
{
    switch ((int)x->element) {
    case EDGEAI_ELEMENT_F32:
        return (double)*(const float *)x->data;
    case EDGEAI_ELEMENT_F16:
        return (double)eai_half_to_float(*(const uint16_t *)x->data);
    case EDGEAI_ELEMENT_BF16:
        return (double)eai_bfloat_to_float(*(const uint16_t *)x->data);
    default:
        return *(const double *)x->data;
    }
}

static bool is_real(const eai_operand *x)
{
    return (EAI_TYPE(x->element) & EAI_TYPES_FLOAT) != 0;
}

static void store_real(const eai_operand *y, size_t i, double value)
{
    switch ((int)y->element) {
    case EDGEAI_ELEMENT_F32:
        ((float *)y->data)[i] = (float)value;
        break;
    case EDGEAI_ELEMENT_F16:
        ((uint16_t *)y->data)[i] = eai_float_to_half((float)value);
        break;
    case EDGEAI_ELEMENT_BF16:
        ((uint16_t *)y->data)[i] = eai_float_to_bfloat((float)value);
        break;
    default:
        ((double *)y->data)[i] = value;
        break;
    }
}

static edgeai_status range_length(const eai_call *call, int64_t *length)
{
    eai_operand *const *in = call->inputs;
    *length = 0;
    if (is_real(in[0])) {
        const double n = ceil((real_of(in[1]) - real_of(in[0])) / real_of(in[2]));
        if (!(n <= (double)EAI_ELEMENTS_MAX))
            return eai_call_fail(call, EDGEAI_E_LIMIT, "a range of %g elements", n);
        *length = n > 0 ? (int64_t)n : 0;
        return EDGEAI_OK;
    }
    const int64_t start = int_of(in[0]), limit = int_of(in[1]), delta = int_of(in[2]);
    if (delta == 0) return eai_call_fail(call, EDGEAI_E_INVALID, "delta is 0");
    if (delta > 0 ? limit <= start : limit >= start) return EDGEAI_OK;
    /* As unsigned numbers: the distance may be larger than INT64_MAX. */
    const uint64_t way =
        delta > 0 ? (uint64_t)limit - (uint64_t)start : (uint64_t)start - (uint64_t)limit;
    const uint64_t step = delta > 0 ? (uint64_t)delta : 0 - (uint64_t)delta;
    const uint64_t n = (way - 1) / step + 1;
    if (n > EAI_ELEMENTS_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "a range of %llu elements",
                             (unsigned long long)n);
    *length = (int64_t)n;
    return EDGEAI_OK;
}

static edgeai_status range_infer(const eai_call *call)
{
    int64_t length = 0;
    EAI_TRY(eai_call_check_type(call, 0, RANGE_TYPES));
    for (size_t i = 0; i < 3; i++) {
        EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(call->inputs[0]->element)));
        if (call->inputs[i]->n != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "input %zu has %zu elements, expected 1", i,
                                 call->inputs[i]->n);
        if (!call->inputs[i]->data) return eai_call_needs_constant(call, i);
    }
    EAI_TRY(range_length(call, &length));
    return eai_call_output(call, 0, call->inputs[0]->element, &length, 1);
}

static edgeai_status range_run(const eai_call *call)
{
    eai_operand *const *in = call->inputs;
    const eai_operand *y = call->outputs[0];
    for (size_t i = 0; i < y->n; i++) {
        if (is_real(y)) {
            store_real(y, i, real_of(in[0]) + (double)i * real_of(in[2]));
            continue;
        }
        const int64_t value =
            (int64_t)((uint64_t)int_of(in[0]) + (uint64_t)i * (uint64_t)int_of(in[2]));
        if (y->element == EDGEAI_ELEMENT_I16)
            ((int16_t *)y->data)[i] = (int16_t)value;
        else if (y->element == EDGEAI_ELEMENT_I32)
            ((int32_t *)y->data)[i] = (int32_t)value;
        else
            ((int64_t *)y->data)[i] = value;
    }
    return EDGEAI_OK;
}

/* Element i of any type of number as int64; what does not fit becomes INT64_MIN. */
static int64_t element_as_int(const eai_operand *x, size_t i)
{
    double real = 0;
    switch ((int)x->element) {
    case EDGEAI_ELEMENT_U8:
        return ((const uint8_t *)x->data)[i];
    case EDGEAI_ELEMENT_I8:
        return ((const int8_t *)x->data)[i];
    case EDGEAI_ELEMENT_I16:
        return ((const int16_t *)x->data)[i];
    case EDGEAI_ELEMENT_U16:
        return ((const uint16_t *)x->data)[i];
    case EDGEAI_ELEMENT_I32:
        return ((const int32_t *)x->data)[i];
    case EDGEAI_ELEMENT_U32:
        return ((const uint32_t *)x->data)[i];
    case EDGEAI_ELEMENT_I64:
        return ((const int64_t *)x->data)[i];
    case EDGEAI_ELEMENT_F32:
        real = (double)((const float *)x->data)[i];
        break;
    default:
        real = ((const double *)x->data)[i];
        break;
    }
    return real > -0x1p62 && real < 0x1p62 ? (int64_t)real : INT64_MIN;
}

#define ONE_HOT_TYPES                                                                              \
    (EAI_TYPES_SIGNED | EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_U16) |               \
     EAI_TYPE(EDGEAI_ELEMENT_U32) | EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_F64))

static edgeai_status one_hot_infer(const eai_call *call)
{
    const eai_operand *indices = call->inputs[0], *depth = call->inputs[1];
    const eai_operand *values = call->inputs[2];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX + 1];
    int axis = 0;
    EAI_TRY(eai_call_check_type(call, 0, ONE_HOT_TYPES));
    EAI_TRY(eai_call_check_type(call, 1, ONE_HOT_TYPES));
    EAI_TRY(eai_call_check_type(call, 2, EAI_TYPES_WHOLE));
    if (depth->n != 1 || values->n != 2)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "depth and values have %zu and %zu elements, expected 1 and 2",
                             depth->n, values->n);
    if (!depth->data) return eai_call_needs_constant(call, 1);
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), indices->n_dims + 1, &axis));
    for (int i = 0, from = 0; i <= indices->n_dims; i++)
        dims[i] = i == axis ? element_as_int(depth, 0) : indices->dims[from++];
    return eai_call_output(call, 0, values->element, dims, indices->n_dims + 1);
}

static edgeai_status one_hot_run(const eai_call *call)
{
    const eai_operand *indices = call->inputs[0], *values = call->inputs[2], *y = call->outputs[0];
    const size_t size = eai_element_size(y);
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), y->n_dims, &axis));
    eai_fill(y->data, values->data, y->n, size);
    if (y->n == 0) return EDGEAI_OK;
    size_t inner = 1;
    for (int i = axis + 1; i < y->n_dims; i++)
        inner *= (size_t)y->dims[i];
    const int64_t depth = y->dims[axis];
    for (size_t i = 0; i < indices->n; i++) {
        int64_t index = element_as_int(indices, i);
        if (index < -depth || index >= depth) continue; /* all are off */
        if (index < 0) index += depth;
        const size_t at = (i / inner * (size_t)depth + (size_t)index) * inner + i % inner;
        memcpy((char *)y->data + at * size, (const char *)values->data + size, size);
    }
    return EDGEAI_OK;
}

static edgeai_status trilu_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    if (call->inputs[0]->n_dims < 2)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the input has %d dimensions, expected 2 or more",
                             call->inputs[0]->n_dims);
    if (eai_call_in(call, 1)) {
        EAI_TRY(eai_call_check_type(call, 1, EAI_TYPE(EDGEAI_ELEMENT_I64)));
        if (call->inputs[1]->n != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "k has %zu elements, expected 1",
                                 call->inputs[1]->n);
    }
    return eai_infer_same(call);
}

static edgeai_status trilu_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const bool upper = eai_node_int(call->node, "upper", 1) != 0;
    const size_t size = eai_element_size(x);
    if (y->n == 0) return EDGEAI_OK;
    const int64_t rows = x->dims[x->n_dims - 2], columns = x->dims[x->n_dims - 1];
    int64_t k = eai_call_in(call, 1) ? *(const int64_t *)call->inputs[1]->data : 0;
    k = k < -rows ? -rows : k > columns ? columns : k;
    for (size_t i = 0; i < y->n / (size_t)columns; i++) {
        char *to = (char *)y->data + i * (size_t)columns * size;
        const char *from = (const char *)x->data + i * (size_t)columns * size;
        int64_t edge = (int64_t)(i % (size_t)rows) + k + (upper ? 0 : 1);
        edge = edge < 0 ? 0 : edge > columns ? columns : edge;
        const size_t left = (size_t)edge * size, all = (size_t)columns * size;
        if (to != from) memcpy(to, from, all);
        memset(upper ? to : to + left, 0, upper ? left : all - left);
    }
    return EDGEAI_OK;
}

static edgeai_status non_zero_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const int64_t dims[] = {x->n_dims, (int64_t)x->n};
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_WHOLE));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_I64, dims, 2);
}

static bool is_zero(const eai_operand *x, size_t i, size_t size)
{
    const uint8_t *bytes = (const uint8_t *)x->data + i * size;
    const bool is_float = (EAI_TYPE(x->element) & EAI_TYPES_FLOAT) != 0;
    for (size_t k = 0; k < size; k++)
        if (bytes[k] != 0 && !(is_float && k + 1 == size && bytes[k] == 0x80))
            return false; /* -0 */
    return true;
}

static edgeai_status non_zero_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    eai_operand *y = call->outputs[0];
    const size_t size = eai_element_size(x);
    int64_t *to = y->data;
    size_t n = 0, done = 0;
    for (size_t i = 0; i < x->n; i++)
        n += !is_zero(x, i, size);
    for (size_t i = 0; i < x->n; i++) {
        size_t rest = i;
        if (is_zero(x, i, size)) continue;
        for (int d = x->n_dims - 1; d >= 0; d--) {
            to[(size_t)d * n + done] = (int64_t)(rest % (size_t)x->dims[d]);
            rest /= (size_t)x->dims[d];
        }
        done++;
    }
    y->dims[1] = (int64_t)n;
    y->n = (size_t)y->dims[0] * n;
    return EDGEAI_OK;
}

#define OPERATOR(identifier, operator_name, low, high, the_flags, the_infer, the_run)              \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = operator_name,                                                                     \
        .min_inputs = low,                                                                         \
        .max_inputs = high,                                                                        \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .flags = the_flags,                                                                        \
        .infer = the_infer,                                                                        \
        .run = the_run,                                                                            \
    }

OPERATOR(constant_of_shape, "ConstantOfShape", 1, 1, 0, constant_of_shape_infer,
         constant_of_shape_run);
OPERATOR(non_zero, "NonZero", 1, 1, EAI_OP_DATA_SHAPE, non_zero_infer, non_zero_run);
OPERATOR(one_hot, "OneHot", 3, 3, 0, one_hot_infer, one_hot_run);
OPERATOR(range, "Range", 3, 3, 0, range_infer, range_run);
OPERATOR(trilu, "Trilu", 1, 2, EAI_OP_IN_PLACE, trilu_infer, trilu_run);
