/* SPDX-License-Identifier: MIT */
/* LowBitConv of docs/formats/graph.md, plainly: what the faster ones are measured against. */

#include "base/fail.h"
#include "graph/conv_shape.h"
#include "graph/trits.h"
#include "platform/threads.h"

typedef struct lowbit_job {
    eai_conv_shape s;
    const eai_operand *x, *w;
    const float *scale, *bias; /* or NULL */
    float *y;
    size_t filters_per_scale;
    float x_scale;
    int32_t x_zero;
} lowbit_job;

/* What x's element counts in a sum; trits lie in rows of the last dimension. */
static double input_at(const lowbit_job *job, size_t row, size_t column)
{
    const size_t width = (size_t)job->s.window.in[2], at = row * width + column;
    switch ((int)job->x->element) {
    case EDGEAI_ELEMENT_F32:
        return (double)((const float *)job->x->data)[at];
    case EDGEAI_ELEMENT_U8:
        return ((const uint8_t *)job->x->data)[at] - job->x_zero;
    case EDGEAI_ELEMENT_I8:
        return ((const int8_t *)job->x->data)[at] - job->x_zero;
    default:
        return eai_trits_get_row(job->x->data, row, width, column);
    }
}

static int weight_at(const lowbit_job *job, size_t filter, size_t i)
{
    const size_t length = job->s.group_channels * job->s.taps;
    if (job->w->element == EDGEAI_ELEMENT_TRITS)
        return eai_trits_get_row(job->w->data, filter, length, i);
    return eai_bits_get((const uint8_t *)job->w->data + filter * eai_bits_row_bytes(length), i);
}

/* The input coordinate of tap k, or -1 in the padding. */
static int64_t source(const eai_window *v, int axis, int64_t o, int64_t k)
{
    const int64_t at = o * v->stride[axis] - v->begin[axis] + k * v->dilation[axis];
    return at < v->in[axis] ? at : -1;
}

/* Sums of integers are exact in double: far fewer than 2^53 / 2^9 terms fit in memory. */
static double sum_at(const lowbit_job *job, size_t image, size_t filter, const int64_t *o)
{
    const eai_conv_shape *s = &job->s;
    const eai_window *v = &s->window;
    const size_t channel = image * s->channels + filter / s->group_filters * s->group_channels;
    double sum = 0;
    size_t i = 0;
    for (size_t c = 0; c < s->group_channels; c++)
        for (int64_t k0 = 0; k0 < v->kernel[0]; k0++)
            for (int64_t k1 = 0; k1 < v->kernel[1]; k1++)
                for (int64_t k2 = 0; k2 < v->kernel[2]; k2++, i++) {
                    const int64_t i0 = source(v, 0, o[0], k0), i1 = source(v, 1, o[1], k1);
                    const int64_t i2 = source(v, 2, o[2], k2);
                    if (i0 < 0 || i1 < 0 || i2 < 0) continue;
                    const size_t row = (channel + c) * (size_t)(v->in[0] * v->in[1]) +
                                       (size_t)(i0 * v->in[1] + i1);
                    sum += weight_at(job, filter, i) * input_at(job, row, (size_t)i2);
                }
    return sum;
}

static void lowbit_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const lowbit_job *job = argument;
    const eai_window *v = &job->s.window;
    const size_t image = item / job->s.filters, filter = item % job->s.filters;
    const float scale =
        (job->scale ? job->scale[filter / job->filters_per_scale] : 1) * job->x_scale;
    const float bias = job->bias ? job->bias[filter] : 0;
    float *y = job->y + item * job->s.out_plane;
    int64_t o[EAI_WINDOW_RUN_AXES];
    for (o[0] = 0; o[0] < v->out[0]; o[0]++)
        for (o[1] = 0; o[1] < v->out[1]; o[1]++)
            for (o[2] = 0; o[2] < v->out[2]; o[2]++)
                *y++ = scale * (float)sum_at(job, image, filter, o) + bias;
}

static edgeai_status check_inputs(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *w = call->inputs[1];
    EAI_TRY(eai_call_check_type(call, 0,
                                EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_TRITS) |
                                    EAI_TYPE(EDGEAI_ELEMENT_I8) | EAI_TYPE(EDGEAI_ELEMENT_U8)));
    EAI_TRY(eai_call_check_type(call, 1,
                                EAI_TYPE(EDGEAI_ELEMENT_TRITS) | EAI_TYPE(EDGEAI_ELEMENT_BITS)));
    /* Constants and computed tensors are packed in different ways. */
    if (!w->data) return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "the weights are no constant");
    if (x->data && x->element == EDGEAI_ELEMENT_TRITS)
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "the input is a constant of trits");
    return EDGEAI_OK;
}

static edgeai_status lowbit_infer(const eai_call *call)
{
    const bool is_code = call->inputs[0]->element == EDGEAI_ELEMENT_I8 ||
                         call->inputs[0]->element == EDGEAI_ELEMENT_U8;
    const int64_t per_scale = eai_node_int(call->node, "filters_per_scale", 1);
    const int64_t zero = eai_node_int(call->node, "x_zero", 0);
    eai_conv_shape s;
    EAI_TRY(check_inputs(call));
    if (is_code && !eai_node_attribute(call->node, "x_scale"))
        return eai_call_fail(call, EDGEAI_E_FORMAT, "x_scale is missing");
    if (zero < INT8_MIN || zero > UINT8_MAX)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "x_zero is %lld, expected %d to %d",
                             (long long)zero, INT8_MIN, UINT8_MAX);
    if (per_scale < 1)
        return eai_call_fail(call, EDGEAI_E_LIMIT, "filters_per_scale is %lld, expected 1 or more",
                             (long long)per_scale);
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &s));
    for (size_t i = 2; i < 4; i++)
        if (eai_call_in(call, i))
            EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    const size_t per = (size_t)per_scale;
    EAI_TRY(eai_conv_check_vector(call, 2, s.filters / per + (s.filters % per != 0)));
    EAI_TRY(eai_conv_check_vector(call, 3, s.filters));
    return eai_conv_shape_output(call, &s, EDGEAI_ELEMENT_F32);
}

static edgeai_status lowbit_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const bool is_code = x->element == EDGEAI_ELEMENT_I8 || x->element == EDGEAI_ELEMENT_U8;
    lowbit_job job = {
        .x = x,
        .w = call->inputs[1],
        .y = call->outputs[0]->data,
        .filters_per_scale = (size_t)eai_node_int(call->node, "filters_per_scale", 1),
        .x_scale = is_code ? eai_node_float(call->node, "x_scale", 1) : 1,
        .x_zero = is_code ? (int32_t)eai_node_int(call->node, "x_zero", 0) : 0,
    };
    EAI_TRY(eai_conv_shape_read(call, x, job.w, &job.s));
    if (eai_call_in(call, 2)) job.scale = call->inputs[2]->data;
    if (eai_call_in(call, 3)) job.bias = call->inputs[3]->data;
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    eai_parallel_for_work(call->context, job.s.batch * job.s.filters, eai_conv_shape_macs(&job.s),
                          lowbit_plane, &job);
    return EDGEAI_OK;
}

static edgeai_status lowbit_prepare(const eai_call *call, eai_prepared *out)
{
    eai_conv_shape s;
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &s));
    *out = (eai_prepared){.method = "plain", .macs = eai_conv_shape_macs(&s)};
    return EDGEAI_OK;
}

const eai_operator eai_op_lowbit_conv = {
    .domain = "edgeai",
    .name = "LowBitConv",
    .min_inputs = 2,
    .max_inputs = 4,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = lowbit_infer,
    .run = lowbit_run,
    .prepare = lowbit_prepare,
};
