/* SPDX-License-Identifier: MIT */
/* ConvTranspose in float32: the rows of an output plane gather from the input rows they meet. */

#include "base/fail.h"
#include "graph/conv_shape.h"
#include "platform/threads.h"

static edgeai_status transposed_infer(const eai_call *call)
{
    eai_conv_shape s;
    for (size_t i = 0; i < 3; i++)
        if (i < 2 || eai_call_in(call, i))
            EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    EAI_TRY(eai_conv_shape_read_transposed(call, call->inputs[0], call->inputs[1], &s));
    EAI_TRY(eai_conv_check_vector(call, 2, s.filters));
    return eai_conv_shape_output(call, &s, EDGEAI_ELEMENT_F32);
}

typedef struct transposed_job {
    eai_conv_shape s;
    const float *x, *w, *bias;
    float *y;
} transposed_job;

/* The input coordinate that tap k of axis `axis` takes to output o, or -1. */
static int64_t source(const eai_window *v, int axis, int64_t o, int64_t k)
{
    const int64_t at = o + v->begin[axis] - k * v->dilation[axis];
    if (at < 0 || at % v->stride[axis] != 0) return -1;
    return at / v->stride[axis] < v->in[axis] ? at / v->stride[axis] : -1;
}

static void add_channel(const eai_window *v, int64_t o0, int64_t o1, const float *restrict x,
                        const float *restrict w, float *restrict y)
{
    for (int64_t k0 = 0; k0 < v->kernel[0]; k0++) {
        const int64_t i0 = source(v, 0, o0, k0);
        for (int64_t k1 = 0; i0 >= 0 && k1 < v->kernel[1]; k1++) {
            const int64_t i1 = source(v, 1, o1, k1);
            if (i1 < 0) continue;
            const float *row = x + (i0 * v->in[1] + i1) * v->in[2];
            const float *taps = w + (k0 * v->kernel[1] + k1) * v->kernel[2];
            for (int64_t k2 = 0; k2 < v->kernel[2]; k2++) {
                const int64_t offset = k2 * v->dilation[2] - v->begin[2];
                int64_t first = 0, last = 0;
                eai_window_range(offset, v->stride[2], v->out[2], v->in[2], &first, &last);
                for (int64_t i = first; i < last; i++)
                    y[i * v->stride[2] + offset] += taps[k2] * row[i];
            }
        }
    }
}

static void transposed_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const transposed_job *job = argument;
    const eai_conv_shape *s = &job->s;
    const eai_window *v = &s->window;
    const size_t image = item / s->filters, filter = item % s->filters;
    const size_t group = filter / s->group_filters, channel = group * s->group_channels;
    const float *x = job->x + (image * s->channels + channel) * s->in_plane;
    const float *w = job->w + (channel * s->group_filters + filter % s->group_filters) * s->taps;
    float *y = job->y + item * s->out_plane;
    for (int64_t o0 = 0; o0 < v->out[0]; o0++)
        for (int64_t o1 = 0; o1 < v->out[1]; o1++, y += v->out[2]) {
            for (int64_t o2 = 0; o2 < v->out[2]; o2++)
                y[o2] = job->bias ? job->bias[filter] : 0;
            for (size_t c = 0; c < s->group_channels; c++)
                add_channel(v, o0, o1, x + c * s->in_plane, w + c * s->group_filters * s->taps, y);
        }
}

static double transposed_macs(const eai_conv_shape *s)
{
    return (double)s->batch * (double)s->channels * (double)s->in_plane * (double)s->group_filters *
           (double)s->taps;
}

static edgeai_status transposed_run(const eai_call *call)
{
    transposed_job job = {
        .x = call->inputs[0]->data, .w = call->inputs[1]->data, .y = call->outputs[0]->data};
    EAI_TRY(eai_conv_shape_read_transposed(call, call->inputs[0], call->inputs[1], &job.s));
    if (eai_call_in(call, 2)) job.bias = call->inputs[2]->data;
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    eai_parallel_for_work(call->context, job.s.batch * job.s.filters, transposed_macs(&job.s),
                          transposed_plane, &job);
    return EDGEAI_OK;
}

static edgeai_status transposed_prepare(const eai_call *call, eai_prepared *out)
{
    eai_conv_shape s;
    EAI_TRY(eai_conv_shape_read_transposed(call, call->inputs[0], call->inputs[1], &s));
    *out = (eai_prepared){.method = "plain", .macs = transposed_macs(&s)};
    return EDGEAI_OK;
}

const eai_operator eai_op_conv_transpose = {
    .domain = "",
    .name = "ConvTranspose",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = transposed_infer,
    .run = transposed_run,
    .prepare = transposed_prepare,
};
