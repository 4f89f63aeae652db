/* SPDX-License-Identifier: MIT */
/*
 * Softmax and its kin along an axis. Attribute edgeai_flatten = 1 stands for opsets before 13: the
 * tensor is a matrix, [dimensions before axis][axis and all behind it], and rows are normalized.
 */

#include <math.h>

#include "base/fail.h"
#include "graph/reduction.h"
#include "platform/threads.h"

typedef enum form { SOFTMAX, LOG_SOFTMAX, HARDMAX } form;

typedef struct softmax_job {
    const void *from;
    void *to;
    eai_axis_view view;
    form form;
} softmax_job;

static edgeai_status view_of(const eai_call *call, eai_axis_view *view)
{
    const eai_operand *x = call->inputs[0];
    const bool flat = eai_node_int(call->node, "edgeai_flatten", 0) != 0;
    const int64_t given = eai_node_int(call->node, "axis", flat ? 1 : -1);
    int axis = 0;
    if (flat && given == x->n_dims) { /* rows of one */
        *view = (eai_axis_view){x->n, 1, 1};
        return EDGEAI_OK;
    }
    EAI_TRY(eai_call_axis(call, given, x->n_dims, &axis));
    *view = eai_view_axis(x, axis);
    if (flat) {
        view->length *= view->inner;
        view->inner = 1;
    }
    return EDGEAI_OK;
}

static edgeai_status softmax_infer(const eai_call *call)
{
    eai_axis_view view;
    EAI_TRY(
        eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32) | EAI_TYPE(EDGEAI_ELEMENT_F64)));
    EAI_TRY(view_of(call, &view));
    return eai_infer_same(call);
}

/* One column: `stride` apart. exp(x - largest) cannot overflow. */
#define COLUMN(function, type, exponential)                                                        \
    static void function(const type *x, type *y, size_t n, size_t stride, form how)                \
    {                                                                                              \
        type largest = x[0];                                                                       \
        size_t at = 0;                                                                             \
        for (size_t k = 1; k < n; k++) {                                                           \
            if (!(x[k * stride] > largest)) continue;                                              \
            largest = x[k * stride];                                                               \
            at = k;                                                                                \
        }                                                                                          \
        if (how == HARDMAX) {                                                                      \
            for (size_t k = 0; k < n; k++)                                                         \
                y[k * stride] = k == at;                                                           \
            return;                                                                                \
        }                                                                                          \
        double sum = 0;                                                                            \
        for (size_t k = 0; k < n; k++) {                                                           \
            const type shifted = x[k * stride] - largest, power = exponential(shifted);            \
            sum += (double)power;                                                                  \
            y[k * stride] = how == SOFTMAX ? power : shifted;                                      \
        }                                                                                          \
        const type scale = (type)(1 / sum), shift = (type)log(sum);                                \
        for (size_t k = 0; k < n; k++)                                                             \
            y[k * stride] = how == SOFTMAX ? y[k * stride] * scale : y[k * stride] - shift;        \
    }

COLUMN(column_f32, float, expf)
COLUMN(column_f64, double, exp)

static void run_outer_f32(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const softmax_job *job = argument;
    const size_t at = item * job->view.length * job->view.inner;
    for (size_t i = 0; i < job->view.inner; i++)
        column_f32((const float *)job->from + at + i, (float *)job->to + at + i, job->view.length,
                   job->view.inner, job->form);
}

static void run_outer_f64(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const softmax_job *job = argument;
    const size_t at = item * job->view.length * job->view.inner;
    for (size_t i = 0; i < job->view.inner; i++)
        column_f64((const double *)job->from + at + i, (double *)job->to + at + i, job->view.length,
                   job->view.inner, job->form);
}

static edgeai_status run(const eai_call *call, form how)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    softmax_job job = {.from = x->data, .to = y->data, .form = how};
    if (y->n == 0) return EDGEAI_OK;
    EAI_TRY(view_of(call, &job.view));
    eai_parallel_for_work(call->context, job.view.outer, 20 * (double)y->n,
                          x->element == EDGEAI_ELEMENT_F32 ? run_outer_f32 : run_outer_f64, &job);
    return EDGEAI_OK;
}

static edgeai_status softmax_run(const eai_call *call)
{
    return run(call, SOFTMAX);
}

static edgeai_status log_softmax_run(const eai_call *call)
{
    return run(call, LOG_SOFTMAX);
}

static edgeai_status hardmax_run(const eai_call *call)
{
    return run(call, HARDMAX);
}

#define SOFTMAX_OP(identifier, onnx_name)                                                          \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = onnx_name,                                                                         \
        .min_inputs = 1,                                                                           \
        .max_inputs = 1,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = softmax_infer,                                                                    \
        .run = identifier##_run,                                                                   \
    };

SOFTMAX_OP(softmax, "Softmax")
SOFTMAX_OP(log_softmax, "LogSoftmax")
SOFTMAX_OP(hardmax, "Hardmax")
