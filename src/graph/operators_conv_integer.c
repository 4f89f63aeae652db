/* SPDX-License-Identifier: MIT */
/*
 * ConvInteger and QLinearConv: 8-bit inputs and weights, sums in 32 bits. Padding is the input's
 * zero point, so it adds nothing. Sums wrap (they are unsigned here), as hostile shapes may be
 * large enough for it.
 */

#include <math.h>

#include "base/fail.h"
#include "graph/conv_shape.h"
#include "platform/threads.h"

/* Columns of an output row that are summed at a time, on the stack. */
enum { COLUMNS = 256 };

#define TYPES_8_BIT (EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_I8))

typedef struct integer_job {
    eai_conv_shape s;
    const eai_operand *x, *w, *y;
    const eai_operand *x_zero, *w_zero, *y_zero;    /* or NULL */
    const eai_operand *x_scale, *w_scale, *y_scale; /* QLinearConv's */
    const int32_t *bias;                            /* or NULL */
} integer_job;

/* Element `index` of an 8-bit tensor; of one with a single element, that one; 0 of none. */
static int32_t element_8_bit(const eai_operand *t, size_t index)
{
    if (!t) return 0;
    if (t->n == 1) index = 0;
    return t->element == EDGEAI_ELEMENT_U8 ? ((const uint8_t *)t->data)[index]
                                           : ((const int8_t *)t->data)[index];
}

static float scale_at(const eai_operand *scale, size_t index)
{
    return ((const float *)scale->data)[scale->n == 1 ? 0 : index];
}

/* Output columns [column, column + n) of one plane's row. */
typedef struct piece {
    int64_t o0, o1, column, n;
    uint32_t *sums;
} piece;

#define DEFINE_ADD_TAP(name, type)                                                                 \
    static void add_tap_##name(uint32_t *restrict sums, const type *restrict row, int64_t offset,  \
                               int64_t stride, int64_t first, int64_t last, int32_t zero,          \
                               uint32_t weight)                                                    \
    {                                                                                              \
        for (int64_t o = first; o < last; o++)                                                     \
            sums[o] += weight * (uint32_t)((int32_t)row[o * stride + offset] - zero);              \
    }
DEFINE_ADD_TAP(u8, uint8_t)
DEFINE_ADD_TAP(i8, int8_t)

/* One row of taps on one input row, which begins at element `row` of x. */
static void add_taps(const integer_job *job, size_t row, size_t taps, int32_t w_zero,
                     const piece *p)
{
    const eai_window *v = &job->s.window;
    const int32_t x_zero = element_8_bit(job->x_zero, 0);
    for (int64_t k = 0; k < v->kernel[2]; k++) {
        const int32_t weight = element_8_bit(job->w, taps + (size_t)k) - w_zero;
        const int64_t offset = k * v->dilation[2] - v->begin[2] + p->column * v->stride[2];
        int64_t first = 0, last = 0;
        eai_window_range(offset, v->stride[2], v->in[2], p->n, &first, &last);
        if (job->x->element == EDGEAI_ELEMENT_U8)
            add_tap_u8(p->sums, (const uint8_t *)job->x->data + row, offset, v->stride[2], first,
                       last, x_zero, (uint32_t)weight);
        else
            add_tap_i8(p->sums, (const int8_t *)job->x->data + row, offset, v->stride[2], first,
                       last, x_zero, (uint32_t)weight);
    }
}

static void sum_piece(const integer_job *job, size_t item, const piece *p)
{
    const eai_conv_shape *s = &job->s;
    const eai_window *v = &s->window;
    const size_t image = item / s->filters, filter = item % s->filters;
    const size_t channel = image * s->channels + filter / s->group_filters * s->group_channels;
    const int32_t w_zero = element_8_bit(job->w_zero, filter);
    for (int64_t i = 0; i < p->n; i++)
        p->sums[i] = job->bias ? (uint32_t)job->bias[filter] : 0;
    for (size_t c = 0; c < s->group_channels; c++)
        for (int64_t k0 = 0; k0 < v->kernel[0]; k0++) {
            const int64_t i0 = p->o0 * v->stride[0] - v->begin[0] + k0 * v->dilation[0];
            for (int64_t k1 = 0; i0 >= 0 && i0 < v->in[0] && k1 < v->kernel[1]; k1++) {
                const int64_t i1 = p->o1 * v->stride[1] - v->begin[1] + k1 * v->dilation[1];
                if (i1 < 0 || i1 >= v->in[1]) continue;
                const size_t row =
                    (channel + c) * s->in_plane + (size_t)((i0 * v->in[1] + i1) * v->in[2]);
                const size_t taps = (filter * s->group_channels + c) * s->taps +
                                    (size_t)((k0 * v->kernel[1] + k1) * v->kernel[2]);
                add_taps(job, row, taps, w_zero, p);
            }
        }
}

/* Sums as what QLinearConv stores: scaled, rounded half to even, saturated. NaN: the least. */
static void store_quantized(const integer_job *job, size_t filter, const uint32_t *sums, int64_t n,
                            size_t at)
{
    const bool is_unsigned = job->y->element == EDGEAI_ELEMENT_U8;
    const int32_t zero = element_8_bit(job->y_zero, 0);
    const float low = (float)((is_unsigned ? 0 : INT8_MIN) - zero);
    const float high = (float)((is_unsigned ? UINT8_MAX : INT8_MAX) - zero);
    const float multiplier =
        scale_at(job->x_scale, 0) * scale_at(job->w_scale, filter) / scale_at(job->y_scale, 0);
    for (int64_t i = 0; i < n; i++) {
        float value = (float)(int32_t)sums[i] * multiplier;
        value = value > low ? (value < high ? value : high) : low;
        const int32_t code = (int32_t)rintf(value) + zero;
        if (is_unsigned)
            ((uint8_t *)job->y->data)[at + (size_t)i] = (uint8_t)code;
        else
            ((int8_t *)job->y->data)[at + (size_t)i] = (int8_t)code;
    }
}

static void integer_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const integer_job *job = argument;
    const eai_window *v = &job->s.window;
    uint32_t sums[COLUMNS];
    size_t at = item * job->s.out_plane;
    for (int64_t o0 = 0; o0 < v->out[0]; o0++)
        for (int64_t o1 = 0; o1 < v->out[1]; o1++)
            for (int64_t o2 = 0; o2 < v->out[2]; o2 += COLUMNS) {
                const int64_t left = v->out[2] - o2;
                const piece p = {o0, o1, o2, left < COLUMNS ? left : COLUMNS, sums};
                sum_piece(job, item, &p);
                if (job->y->element == EDGEAI_ELEMENT_I32)
                    for (int64_t i = 0; i < p.n; i++)
                        ((int32_t *)job->y->data)[at + (size_t)i] = (int32_t)sums[i];
                else
                    store_quantized(job, item % job->s.filters, sums, p.n, at);
                at += (size_t)p.n;
            }
}

static edgeai_status run_job(const eai_call *call, integer_job *job)
{
    EAI_TRY(eai_conv_shape_read(call, job->x, job->w, &job->s));
    if (job->y->n == 0) return EDGEAI_OK;
    eai_parallel_for_work(call->context, job->s.batch * job->s.filters,
                          eai_conv_shape_macs(&job->s), integer_plane, job);
    return EDGEAI_OK;
}

/* Input `index` has one element, or n (or is left out, where it may be). */
static edgeai_status check_n(const eai_call *call, size_t index, size_t n)
{
    const eai_operand *t = eai_call_in(call, index);
    if (!t || t->n == 1 || (t->n == n && t->n_dims == 1)) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE,
                         "input %zu has %zu elements in %d dimensions, expected 1 or [%zu]", index,
                         t->n, t->n_dims, n);
}

/* A zero point of the type of input `like`. */
static edgeai_status check_zero(const eai_call *call, size_t index, size_t like, size_t n)
{
    if (!eai_call_in(call, index)) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, index, EAI_TYPE(call->inputs[like]->element)));
    return check_n(call, index, n);
}

static edgeai_status check_scale(const eai_call *call, size_t index, size_t n)
{
    EAI_TRY(eai_call_check_type(call, index, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    return check_n(call, index, n);
}

static edgeai_status integer_infer(const eai_call *call)
{
    eai_conv_shape s;
    EAI_TRY(eai_call_check_type(call, 0, TYPES_8_BIT));
    EAI_TRY(eai_call_check_type(call, 1, TYPES_8_BIT));
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &s));
    EAI_TRY(check_zero(call, 2, 0, 1));
    EAI_TRY(check_zero(call, 3, 1, s.filters));
    return eai_conv_shape_output(call, &s, EDGEAI_ELEMENT_I32);
}

static edgeai_status integer_run(const eai_call *call)
{
    integer_job job = {.x = call->inputs[0],
                       .w = call->inputs[1],
                       .y = call->outputs[0],
                       .x_zero = eai_call_in(call, 2),
                       .w_zero = eai_call_in(call, 3)};
    return run_job(call, &job);
}

static edgeai_status qlinear_infer(const eai_call *call)
{
    eai_conv_shape s;
    EAI_TRY(eai_call_check_type(call, 0, TYPES_8_BIT));
    EAI_TRY(eai_call_check_type(call, 3, TYPES_8_BIT));
    EAI_TRY(eai_call_check_type(call, 7, TYPES_8_BIT));
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[3], &s));
    EAI_TRY(check_scale(call, 1, 1));
    EAI_TRY(check_scale(call, 4, s.filters));
    EAI_TRY(check_scale(call, 6, 1));
    EAI_TRY(check_zero(call, 2, 0, 1));
    EAI_TRY(check_zero(call, 5, 3, s.filters));
    EAI_TRY(check_n(call, 7, 1));
    if (eai_call_in(call, 8)) {
        EAI_TRY(eai_call_check_type(call, 8, EAI_TYPE(EDGEAI_ELEMENT_I32)));
        EAI_TRY(eai_conv_check_vector(call, 8, s.filters));
    }
    return eai_conv_shape_output(call, &s, call->inputs[7]->element);
}

static edgeai_status qlinear_run(const eai_call *call)
{
    eai_operand *const *in = call->inputs;
    integer_job job = {.x = in[0],
                       .x_scale = in[1],
                       .x_zero = in[2],
                       .w = in[3],
                       .w_scale = in[4],
                       .w_zero = in[5],
                       .y_scale = in[6],
                       .y_zero = in[7],
                       .y = call->outputs[0]};
    if (eai_call_in(call, 8)) job.bias = call->inputs[8]->data;
    return run_job(call, &job);
}

const eai_operator eai_op_conv_integer = {
    .domain = "",
    .name = "ConvInteger",
    .min_inputs = 2,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = integer_infer,
    .run = integer_run,
};

const eai_operator eai_op_qlinear_conv = {
    .domain = "",
    .name = "QLinearConv",
    .min_inputs = 8,
    .max_inputs = 9,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = qlinear_infer,
    .run = qlinear_run,
};
