/* SPDX-License-Identifier: MIT */
/* Conv in float32, straightforward: one output row at a time, all its columns for each weight. */

#include "base/fail.h"
#include "graph/conv_shape.h"
#include "platform/threads.h"

static edgeai_status conv_infer(const eai_call *call)
{
    eai_conv_shape s;
    for (size_t i = 0; i < 3; i++)
        if (i < 2 || eai_call_in(call, i))
            EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &s));
    EAI_TRY(eai_conv_check_vector(call, 2, s.filters));
    return eai_conv_shape_output(call, &s, EDGEAI_ELEMENT_F32);
}

typedef struct conv_job {
    eai_conv_shape s;
    const float *x, *w, *bias;
    float *y;
} conv_job;

/* y[o] += w * x[o * stride + offset] where that is inside. */
static void add_tap(float *restrict y, const float *restrict x, float w, int64_t offset,
                    int64_t stride, int64_t in, int64_t out)
{
    int64_t first = 0, last = 0;
    eai_window_range(offset, stride, in, out, &first, &last);
    if (stride == 1) {
        for (int64_t o = first; o < last; o++)
            y[o] += w * x[o + offset];
        return;
    }
    for (int64_t o = first; o < last; o++)
        y[o] += w * x[o * stride + offset];
}

/* All taps of one channel that fall on output row (o0, o1). */
static void add_channel(const eai_window *v, int64_t o0, int64_t o1, const float *x, const float *w,
                        float *y)
{
    for (int64_t k0 = 0; k0 < v->kernel[0]; k0++) {
        const int64_t i0 = o0 * v->stride[0] - v->begin[0] + k0 * v->dilation[0];
        if (i0 < 0 || i0 >= v->in[0]) continue;
        for (int64_t k1 = 0; k1 < v->kernel[1]; k1++) {
            const int64_t i1 = o1 * v->stride[1] - v->begin[1] + k1 * v->dilation[1];
            if (i1 < 0 || i1 >= v->in[1]) continue;
            const float *row = x + (i0 * v->in[1] + i1) * v->in[2];
            const float *taps = w + (k0 * v->kernel[1] + k1) * v->kernel[2];
            for (int64_t k2 = 0; k2 < v->kernel[2]; k2++)
                add_tap(y, row, taps[k2], k2 * v->dilation[2] - v->begin[2], v->stride[2], v->in[2],
                        v->out[2]);
        }
    }
}

/* One output channel of one image. */
static void conv_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const conv_job *job = argument;
    const eai_conv_shape *s = &job->s;
    const eai_window *v = &s->window;
    const size_t image = item / s->filters, filter = item % s->filters;
    const size_t channel = filter / s->group_filters * s->group_channels;
    const float *x = job->x + (image * s->channels + channel) * s->in_plane;
    const float *w = job->w + filter * s->group_channels * s->taps;
    float *y = job->y + item * s->out_plane;
    for (int64_t o0 = 0; o0 < v->out[0]; o0++)
        for (int64_t o1 = 0; o1 < v->out[1]; o1++, y += v->out[2]) {
            for (int64_t o2 = 0; o2 < v->out[2]; o2++)
                y[o2] = job->bias ? job->bias[filter] : 0;
            for (size_t c = 0; c < s->group_channels; c++)
                add_channel(v, o0, o1, x + c * s->in_plane, w + c * s->taps, y);
        }
}

static edgeai_status conv_run(const eai_call *call)
{
    conv_job job = {
        .x = call->inputs[0]->data, .w = call->inputs[1]->data, .y = call->outputs[0]->data};
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &job.s));
    if (eai_call_in(call, 2)) job.bias = call->inputs[2]->data;
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    eai_parallel_for_work(call->context, job.s.batch * job.s.filters, eai_conv_shape_macs(&job.s),
                          conv_plane, &job);
    return EDGEAI_OK;
}

static edgeai_status conv_prepare(const eai_call *call, eai_prepared *out)
{
    eai_conv_shape s;
    EAI_TRY(eai_conv_shape_read(call, call->inputs[0], call->inputs[1], &s));
    *out = (eai_prepared){.method = "plain", .macs = eai_conv_shape_macs(&s)};
    return EDGEAI_OK;
}

const eai_operator eai_op_conv = {
    .domain = "",
    .name = "Conv",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = conv_infer,
    .run = conv_run,
    .prepare = conv_prepare,
};
