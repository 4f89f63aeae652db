/* SPDX-License-Identifier: MIT */
/* MaxPool and MaxUnpool. Padding never wins; the first of equal elements does; NaN is largest. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/pool_shape.h"
#include "graph/strided.h"
#include "graph/trits.h"
#include "kernels/half.h"
#include "platform/threads.h"

#define MAX_POOL_TYPES                                                                             \
    (EAI_TYPES_FLOAT | EAI_TYPE(EDGEAI_ELEMENT_U8) | EAI_TYPE(EDGEAI_ELEMENT_I8) |                 \
     EAI_TYPE(EDGEAI_ELEMENT_TRITS))

typedef struct max_job {
    eai_window v;
    size_t in_plane, out_plane;
    const eai_operand *x;
    eai_operand *y, *indices; /* or NULL */
    bool column_major;
} max_job;

/* Where the largest element of the clipped window is, counted in the plane; -1: nowhere. */
#define DEFINE_FIND(name, type, number, load)                                                      \
    static int64_t find_##name(const eai_window *v, const type *x, const eai_pool_clip *c)         \
    {                                                                                              \
        int64_t best_at = -1;                                                                      \
        number best = 0;                                                                           \
        for (int64_t k0 = 0; k0 < c->n[0]; k0++)                                                   \
            for (int64_t k1 = 0; k1 < c->n[1]; k1++) {                                             \
                int64_t at = ((c->at[0] + k0 * v->dilation[0]) * v->in[1] + c->at[1] +             \
                              k1 * v->dilation[1]) *                                               \
                                 v->in[2] +                                                        \
                             c->at[2];                                                             \
                for (int64_t k2 = 0; k2 < c->n[2]; k2++, at += v->dilation[2]) {                   \
                    const number value = load(x[at]);                                              \
                    if (best_at >= 0 && !(value > best) && !(value != value && best == best))      \
                        continue;                                                                  \
                    best = value;                                                                  \
                    best_at = at;                                                                  \
                }                                                                                  \
            }                                                                                      \
        return best_at;                                                                            \
    }
#define AS_IT_IS(value) (value)
DEFINE_FIND(f32, float, float, AS_IT_IS)
DEFINE_FIND(f64, double, double, AS_IT_IS)
DEFINE_FIND(f16, uint16_t, float, eai_half_to_float)
DEFINE_FIND(bf16, uint16_t, float, eai_bfloat_to_float)
DEFINE_FIND(u8, uint8_t, int, AS_IT_IS)
DEFINE_FIND(i8, int8_t, int, AS_IT_IS)

static int64_t find_best(const max_job *job, const void *plane, const eai_pool_clip *c)
{
    switch ((int)job->x->element) {
    case EDGEAI_ELEMENT_F32:
        return find_f32(&job->v, plane, c);
    case EDGEAI_ELEMENT_F64:
        return find_f64(&job->v, plane, c);
    case EDGEAI_ELEMENT_F16:
        return find_f16(&job->v, plane, c);
    case EDGEAI_ELEMENT_BF16:
        return find_bf16(&job->v, plane, c);
    case EDGEAI_ELEMENT_U8:
        return find_u8(&job->v, plane, c);
    default:
        return find_i8(&job->v, plane, c);
    }
}

/* What a window that meets nothing but padding gives: the least number. */
static void store_least(eai_operand *y, size_t at)
{
    switch ((int)y->element) {
    case EDGEAI_ELEMENT_F32:
        ((float *)y->data)[at] = -INFINITY;
        break;
    case EDGEAI_ELEMENT_F64:
        ((double *)y->data)[at] = -(double)INFINITY;
        break;
    case EDGEAI_ELEMENT_F16:
        ((uint16_t *)y->data)[at] = 0xfc00;
        break;
    case EDGEAI_ELEMENT_BF16:
        ((uint16_t *)y->data)[at] = 0xff80;
        break;
    case EDGEAI_ELEMENT_U8:
        ((uint8_t *)y->data)[at] = 0;
        break;
    default:
        ((int8_t *)y->data)[at] = INT8_MIN;
        break;
    }
}

/* The index that ONNX wants: the whole tensor's, in planes that storage_order may turn round. */
static int64_t stored_index(const max_job *job, size_t plane, int64_t at)
{
    const eai_window *v = &job->v;
    if (at < 0) return -1;
    if (job->column_major) {
        const int64_t i2 = at % v->in[2], i1 = at / v->in[2] % v->in[1];
        at = (i2 * v->in[1] + i1) * v->in[0] + at / v->in[2] / v->in[1];
    }
    return (int64_t)(plane * job->in_plane) + at;
}

static void max_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const max_job *job = argument;
    const eai_window *v = &job->v;
    const size_t size = eai_element_size(job->x);
    const char *x = (const char *)job->x->data + item * job->in_plane * size;
    size_t to = item * job->out_plane;
    int64_t o[EAI_WINDOW_RUN_AXES];
    for (o[0] = 0; o[0] < v->out[0]; o[0]++)
        for (o[1] = 0; o[1] < v->out[1]; o[1]++)
            for (o[2] = 0; o[2] < v->out[2]; o[2]++, to++) {
                eai_pool_clip c;
                eai_pool_clip_window(v, o, &c);
                const int64_t at = find_best(job, x, &c);
                if (at < 0)
                    store_least(job->y, to);
                else
                    memcpy((char *)job->y->data + to * size, x + (size_t)at * size, size);
                if (job->indices) ((int64_t *)job->indices->data)[to] = stored_index(job, item, at);
            }
}

/* The same for rows of trits: those of output row o0, o1 of one plane, with padding as -1. */
static void max_trits_plane(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const max_job *job = argument;
    const eai_window *v = &job->v;
    const size_t in_rows = item * (size_t)(v->in[0] * v->in[1]);
    size_t out_row = item * (size_t)(v->out[0] * v->out[1]);
    int64_t o[EAI_WINDOW_RUN_AXES];
    for (o[0] = 0; o[0] < v->out[0]; o[0]++)
        for (o[1] = 0; o[1] < v->out[1]; o[1]++, out_row++)
            for (o[2] = 0; o[2] < v->out[2]; o[2]++) {
                eai_pool_clip c;
                int best = -1;
                eai_pool_clip_window(v, o, &c);
                for (int64_t k0 = 0; k0 < c.n[0]; k0++)
                    for (int64_t k1 = 0; k1 < c.n[1]; k1++)
                        for (int64_t k2 = 0; k2 < c.n[2]; k2++) {
                            const int64_t row = (c.at[0] + k0 * v->dilation[0]) * v->in[1] +
                                                c.at[1] + k1 * v->dilation[1];
                            const int value = eai_trits_get_row(
                                job->x->data, in_rows + (size_t)row, (size_t)v->in[2],
                                (size_t)(c.at[2] + k2 * v->dilation[2]));
                            if (value > best) best = value;
                        }
                eai_trits_set_row(job->y->data, out_row, (size_t)v->out[2], (size_t)o[2], best);
            }
}

static edgeai_status max_infer(const eai_call *call)
{
    eai_window v;
    EAI_TRY(eai_call_check_type(call, 0, MAX_POOL_TYPES));
    EAI_TRY(eai_pool_read(call, &v));
    if (call->inputs[0]->element == EDGEAI_ELEMENT_TRITS && eai_call_out(call, 1))
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "trits have no Indices output");
    EAI_TRY(eai_pool_output(call, 0, &v, call->inputs[0]->element));
    return eai_pool_output(call, 1, &v, EDGEAI_ELEMENT_I64);
}

static edgeai_status max_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    max_job job = {.x = x,
                   .y = call->outputs[0],
                   .indices = eai_call_out(call, 1),
                   .in_plane = 1,
                   .out_plane = 1,
                   .column_major = eai_node_int(call->node, "storage_order", 0) != 0};
    EAI_TRY(eai_pool_read(call, &job.v));
    eai_window_extend(&job.v);
    if (job.y->n == 0) return EDGEAI_OK;
    for (int i = 0; i < EAI_WINDOW_RUN_AXES; i++) {
        job.in_plane *= (size_t)job.v.in[i];
        job.out_plane *= (size_t)job.v.out[i];
    }
    const bool trits = x->element == EDGEAI_ELEMENT_TRITS;
    eai_parallel_for_work(call->context, (size_t)x->dims[0] * (size_t)x->dims[1],
                          (double)job.y->n * eai_window_taps(&job.v),
                          trits ? max_trits_plane : max_plane, &job);
    return EDGEAI_OK;
}

const eai_operator eai_op_max_pool = {
    .domain = "",
    .name = "MaxPool",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 2,
    .infer = max_infer,
    .run = max_run,
};
