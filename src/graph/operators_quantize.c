/* SPDX-License-Identifier: MIT */
/* QuantizeLinear and DequantizeLinear: one scale for all, one for each slice of an axis, or one for
 * each block of an axis. Ties go to even, what is too large saturates. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/operator.h"
#include "kernels/half.h"

#define CODE_TYPES                                                                                 \
    (EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_I8) | EAI_TYPE(EDGEAI_ELEMENT_U16) |    \
     EAI_TYPE(EDGEAI_ELEMENT_I16))
#define REAL_TYPES                                                                                 \
    (EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_F16) | EAI_TYPE(EDGEAI_ELEMENT_BF16))

/* How scales lie over input 0, seen as [..., axis, inner]. */
typedef struct scales {
    size_t axis, inner;
    size_t block; /* elements of the axis that share a scale */
    size_t row;   /* scales along the axis */
    bool blocked;
} scales;

/* How the scale (input 1) is spread over input 0. */
static edgeai_status read_scales(const eai_call *call, scales *s)
{
    const eai_operand *x = call->inputs[0], *scale = call->inputs[1];
    const int64_t block = eai_node_int(call->node, "block_size", 0);
    int axis = 0;
    *s = (scales){.block = 1, .axis = 1, .inner = 1, .row = 1};
    if (scale->n_dims == 0 || (scale->n_dims == 1 && scale->n == 1 && block == 0)) {
        s->inner = x->n > 0 ? x->n : 1;
        return EDGEAI_OK;
    }
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", 1), x->n_dims, &axis));
    s->axis = (size_t)x->dims[axis];
    for (int i = axis + 1; i < x->n_dims; i++)
        s->inner *= (size_t)x->dims[i];
    if (block == 0) {
        s->row = s->axis;
        if (scale->n_dims == 1 && scale->dims[0] == x->dims[axis]) return EDGEAI_OK;
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the scale has %zu elements in %d dimensions, expected 1 or [%lld]",
                             scale->n, scale->n_dims, (long long)x->dims[axis]);
    }
    bool fits = block > 0 && scale->n_dims == x->n_dims;
    for (int i = 0; fits && i < x->n_dims; i++)
        fits = i == axis ? scale->dims[i] == x->dims[i] / block + (x->dims[i] % block != 0)
                         : scale->dims[i] == x->dims[i];
    if (!fits)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the scale's shape is not the input's in blocks of %lld of axis %d",
                             (long long)block, axis);
    s->blocked = true;
    s->block = (size_t)block;
    s->row = (size_t)scale->dims[axis];
    return EDGEAI_OK;
}

static size_t scale_index(const scales *s, size_t i)
{
    const size_t at = i / s->inner % s->axis;
    if (!s->blocked) return at;
    return (i / s->inner / s->axis * s->row + at / s->block) * s->inner + i % s->inner;
}

static float real_at(const eai_operand *x, size_t i)
{
    if (x->element == EDGEAI_ELEMENT_F32) return ((const float *)x->data)[i];
    const uint16_t bits = ((const uint16_t *)x->data)[i];
    return x->element == EDGEAI_ELEMENT_F16 ? eai_half_to_float(bits) : eai_bfloat_to_float(bits);
}

static void store_real(const eai_operand *y, size_t i, float value)
{
    if (y->element == EDGEAI_ELEMENT_F32)
        ((float *)y->data)[i] = value;
    else
        ((uint16_t *)y->data)[i] = y->element == EDGEAI_ELEMENT_F16 ? eai_float_to_half(value)
                                                                    : eai_float_to_bfloat(value);
}

static int32_t code_at(const eai_operand *x, size_t i)
{
    switch ((int)x->element) {
    case EDGEAI_ELEMENT_U8:
        return ((const uint8_t *)x->data)[i];
    case EDGEAI_ELEMENT_I8:
        return ((const int8_t *)x->data)[i];
    case EDGEAI_ELEMENT_U16:
        return ((const uint16_t *)x->data)[i];
    case EDGEAI_ELEMENT_I16:
        return ((const int16_t *)x->data)[i];
    default:
        return ((const int32_t *)x->data)[i];
    }
}

static void code_range(edgeai_element element, float *low, float *high)
{
    *low = element == EDGEAI_ELEMENT_I8 ? INT8_MIN : element == EDGEAI_ELEMENT_I16 ? INT16_MIN : 0;
    *high = element == EDGEAI_ELEMENT_I8    ? INT8_MAX
            : element == EDGEAI_ELEMENT_U8  ? UINT8_MAX
            : element == EDGEAI_ELEMENT_I16 ? INT16_MAX
                                            : UINT16_MAX;
}

/* x / scale as a code; NaN becomes the least. */
static void store_code(const eai_operand *y, size_t i, float quotient, int32_t zero)
{
    float low = 0, high = 0;
    code_range(y->element, &low, &high);
    const float value = rintf(quotient) + (float)zero; /* exact where it matters */
    const int32_t code = (int32_t)(value > low ? (value < high ? value : high) : low);
    if (y->element == EDGEAI_ELEMENT_U8 || y->element == EDGEAI_ELEMENT_I8)
        ((uint8_t *)y->data)[i] = (uint8_t)code;
    else
        ((uint16_t *)y->data)[i] = (uint16_t)code;
}

/* Input 2, where it is there: as many zero points as scales, of one of the types. */
static edgeai_status check_zero(const eai_call *call, uint32_t types)
{
    const eai_operand *zero = eai_call_in(call, 2);
    if (!zero) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, 2, types));
    if (zero->n == call->inputs[1]->n) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE, "%zu zero points for %zu scales", zero->n,
                         call->inputs[1]->n);
}

/* Which codes: those of the zero point, or output_dtype's, or u8. */
static edgeai_status code_element(const eai_call *call, edgeai_element *out)
{
    const int64_t wanted = eai_node_int(call->node, "output_dtype", 0);
    const eai_operand *zero = eai_call_in(call, 2);
    *out = zero ? zero->element : wanted != 0 ? (edgeai_element)wanted : EDGEAI_ELEMENT_U8;
    if (wanted != 0 && wanted != (int64_t)*out)
        return eai_call_fail(call, EDGEAI_E_DTYPE, "output_dtype is not the zero point's type %s",
                             edgeai_element_name(*out));
    if (wanted < 0 || wanted > EDGEAI_ELEMENT_BF16 || !(EAI_TYPE(*out) & CODE_TYPES))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                             "output_dtype is none of u8, i8, u16, i16");
    return EDGEAI_OK;
}

static edgeai_status quantize_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    scales s;
    edgeai_element element = EDGEAI_ELEMENT_U8;
    EAI_TRY(eai_call_check_type(call, 0, REAL_TYPES | EAI_TYPE(EDGEAI_ELEMENT_I32)));
    EAI_TRY(eai_call_check_type(call, 1, REAL_TYPES));
    EAI_TRY(check_zero(call, CODE_TYPES));
    EAI_TRY(code_element(call, &element));
    EAI_TRY(read_scales(call, &s));
    return eai_call_output(call, 0, element, x->dims, x->n_dims);
}

/* The usual case, float32 to 8 bits by one scale, in a form that vectorizes. */
static void quantize_bytes(uint8_t *restrict y, const float *restrict x, size_t n, float scale,
                           float zero, float low, float high)
{
    for (size_t i = 0; i < n; i++) {
        const float value = rintf(x[i] / scale) + zero;
        y[i] = (uint8_t)(int32_t)(value > low ? (value < high ? value : high) : low);
    }
}

/* Elements [from, to): their scales are number k, or with blocks k, k + 1, ... */
static void quantize_piece(const eai_call *call, size_t from, size_t to, size_t k, bool blocked)
{
    const eai_operand *x = call->inputs[0], *scale = call->inputs[1], *y = call->outputs[0];
    const eai_operand *zero = eai_call_in(call, 2);
    const bool bytes = y->element == EDGEAI_ELEMENT_U8 || y->element == EDGEAI_ELEMENT_I8;
    /* f16 is divided as f16: the quotient is rounded once more, as the standard's types say. */
    const bool is_half = x->element == EDGEAI_ELEMENT_F16 && scale->element == EDGEAI_ELEMENT_F16;
    float low = 0, high = 0;
    code_range(y->element, &low, &high);
    if (x->element == EDGEAI_ELEMENT_F32 && bytes && !blocked) {
        quantize_bytes((uint8_t *)y->data + from, (const float *)x->data + from, to - from,
                       real_at(scale, k), zero ? (float)code_at(zero, k) : 0, low, high);
        return;
    }
    for (size_t i = from; i < to; i++, k += blocked) {
        const float value =
            x->element == EDGEAI_ELEMENT_I32 ? (float)((const int32_t *)x->data)[i] : real_at(x, i);
        float quotient = value / real_at(scale, k);
        if (is_half) quotient = eai_half_to_float(eai_float_to_half(quotient));
        store_code(y, i, quotient, zero ? code_at(zero, k) : 0);
    }
}

static void dequantize_piece(const eai_call *call, size_t from, size_t to, size_t k, bool blocked)
{
    const eai_operand *x = call->inputs[0], *scale = call->inputs[1], *y = call->outputs[0];
    const eai_operand *zero = eai_call_in(call, 2);
    if (!blocked && y->element == EDGEAI_ELEMENT_F32 && x->element == EDGEAI_ELEMENT_I8) {
        const float by = real_at(scale, k);
        const int32_t less = zero ? code_at(zero, k) : 0;
        for (size_t i = from; i < to; i++)
            ((float *)y->data)[i] = (float)(((const int8_t *)x->data)[i] - less) * by;
        return;
    }
    for (size_t i = from; i < to; i++, k += blocked) {
        const int64_t code = (int64_t)code_at(x, i) - (zero ? code_at(zero, k) : 0);
        store_real(y, i, (float)code * real_at(scale, k));
    }
}

typedef void (*piece_function)(const eai_call *call, size_t from, size_t to, size_t k,
                               bool blocked);

/* Elements that follow each other in `inner` share a scale, or have scales that follow each other.
 */
static edgeai_status run_pieces(const eai_call *call, piece_function run)
{
    scales s;
    EAI_TRY(read_scales(call, &s));
    for (size_t i = 0; i < call->inputs[0]->n; i += s.inner)
        run(call, i, i + s.inner, scale_index(&s, i), s.blocked);
    return EDGEAI_OK;
}

static edgeai_status quantize_run(const eai_call *call)
{
    return run_pieces(call, quantize_piece);
}

static edgeai_status dequantize_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *scale = call->inputs[1];
    const int64_t wanted = eai_node_int(call->node, "output_dtype", 0);
    scales s;
    EAI_TRY(eai_call_check_type(call, 0, CODE_TYPES | EAI_TYPE(EDGEAI_ELEMENT_I32)));
    EAI_TRY(eai_call_check_type(call, 1, REAL_TYPES));
    EAI_TRY(check_zero(call, EAI_TYPE(x->element)));
    if (wanted < 0 || wanted > EDGEAI_ELEMENT_BF16 ||
        (wanted != 0 && !(EAI_TYPE(wanted) & REAL_TYPES)))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "output_dtype is none of f32, f16, bf16");
    EAI_TRY(read_scales(call, &s));
    return eai_call_output(call, 0, wanted != 0 ? (edgeai_element)wanted : scale->element, x->dims,
                           x->n_dims);
}

static edgeai_status dequantize_run(const eai_call *call)
{
    return run_pieces(call, dequantize_piece);
}

const eai_operator eai_op_quantize_linear = {
    .domain = "",
    .name = "QuantizeLinear",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = quantize_infer,
    .run = quantize_run,
};

const eai_operator eai_op_dequantize_linear = {
    .domain = "",
    .name = "DequantizeLinear",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_FOLD_LATE, /* convolutions take bytes */
    .infer = dequantize_infer,
    .run = dequantize_run,
};
