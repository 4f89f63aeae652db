/* SPDX-License-Identifier: MIT */
/* AveragePool and LpPool in float32. Windows are clipped, so that padding costs nothing. */

#include <math.h>

#include "base/fail.h"
#include "graph/pool_shape.h"
#include "platform/threads.h"

typedef struct pool_job {
    eai_window v;
    size_t in_plane, out_plane;
    const float *x;
    float *y;
    bool count_padding, is_norm;
    int64_t p;
} pool_job;

/* Window positions of axis `axis` that lie inside the padded input; the padding that ceil_mode
 * reaches beyond it does not count. */
static int64_t count_padded(const eai_window *v, int axis, int64_t o)
{
    int64_t first = 0, last = 0;
    eai_window_range(o * v->stride[axis], v->dilation[axis],
                     v->begin[axis] + v->in[axis] + v->end[axis], v->kernel[axis], &first, &last);
    return last - first;
}

static double power(double value, int64_t p)
{
    if (p == 1) return fabs(value);
    if (p == 2) return value * value;
    return pow(fabs(value), (double)p);
}

static double sum_clip(const pool_job *job, const float *x, const eai_pool_clip *c)
{
    const eai_window *v = &job->v;
    double sum = 0;
    for (int64_t k0 = 0; k0 < c->n[0]; k0++)
        for (int64_t k1 = 0; k1 < c->n[1]; k1++) {
            const float *row =
                x +
                ((c->at[0] + k0 * v->dilation[0]) * v->in[1] + c->at[1] + k1 * v->dilation[1]) *
                    v->in[2] +
                c->at[2];
            for (int64_t k2 = 0; k2 < c->n[2]; k2++) {
                const double value = (double)row[k2 * v->dilation[2]];
                sum += job->is_norm ? power(value, job->p) : value;
            }
        }
    return sum;
}

static float norm(double sum, int64_t p)
{
    if (p == 1) return (float)sum;
    return (float)(p == 2 ? sqrt(sum) : pow(sum, 1 / (double)p));
}

static void pool_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const pool_job *job = argument;
    const eai_window *v = &job->v;
    const float *x = job->x + item * job->in_plane;
    float *y = job->y + item * job->out_plane;
    int64_t o[EAI_WINDOW_RUN_AXES];
    for (o[0] = 0; o[0] < v->out[0]; o[0]++)
        for (o[1] = 0; o[1] < v->out[1]; o[1]++)
            for (o[2] = 0; o[2] < v->out[2]; o[2]++) {
                eai_pool_clip c;
                double count = 1;
                eai_pool_clip_window(v, o, &c);
                const double sum = sum_clip(job, x, &c);
                for (int i = 0; i < EAI_WINDOW_RUN_AXES; i++)
                    count *= (double)(job->count_padding ? count_padded(v, i, o[i]) : c.n[i]);
                /* A window that meets nothing but padding has mean 0. */
                *y++ = job->is_norm ? norm(sum, job->p) : count > 0 ? (float)(sum / count) : 0;
            }
}

static edgeai_status pool_infer(const eai_call *call)
{
    eai_window v;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    if (eai_node_int(call->node, "p", 2) < 1)
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "p is %lld, expected 1 or more",
                             (long long)eai_node_int(call->node, "p", 2));
    EAI_TRY(eai_pool_read(call, &v));
    return eai_pool_output(call, 0, &v, EDGEAI_ELEMENT_F32);
}

static edgeai_status run_pool(const eai_call *call, bool is_norm)
{
    const eai_operand *x = call->inputs[0];
    pool_job job = {.x = x->data,
                    .y = call->outputs[0]->data,
                    .in_plane = 1,
                    .out_plane = 1,
                    .is_norm = is_norm,
                    .count_padding = eai_node_int(call->node, "count_include_pad", 0) != 0,
                    .p = eai_node_int(call->node, "p", 2)};
    EAI_TRY(eai_pool_read(call, &job.v));
    eai_window_extend(&job.v);
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    for (int i = 0; i < EAI_WINDOW_RUN_AXES; i++) {
        job.in_plane *= (size_t)job.v.in[i];
        job.out_plane *= (size_t)job.v.out[i];
    }
    eai_parallel_for_work(call->context, (size_t)x->dims[0] * (size_t)x->dims[1],
                          (double)call->outputs[0]->n * eai_window_taps(&job.v), pool_plane, &job);
    return EDGEAI_OK;
}

static edgeai_status average_run(const eai_call *call)
{
    return run_pool(call, false);
}

static edgeai_status lp_run(const eai_call *call)
{
    return run_pool(call, true);
}

const eai_operator eai_op_average_pool = {
    .domain = "",
    .name = "AveragePool",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = pool_infer,
    .run = average_run,
};

const eai_operator eai_op_lp_pool = {
    .domain = "",
    .name = "LpPool",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = pool_infer,
    .run = lp_run,
};
