/* SPDX-License-Identifier: MIT */
/* Normalizations of the last dimensions: LayerNormalization and RMSNormalization. */

#include <math.h>

#include "base/fail.h"
#include "graph/moments.h"
#include "graph/reduction.h"
#include "platform/threads.h"

/* Rows of `length` elements that are normalized together. */
typedef struct rows {
    size_t n, length;
    int axis;
} rows;

static edgeai_status rows_of(const eai_call *call, rows *out)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), x->n_dims, &out->axis));
    const eai_axis_view view = eai_view_axis(x, out->axis);
    out->n = view.outer;
    out->length = view.length * view.inner;
    return EDGEAI_OK;
}

static edgeai_status check(const eai_call *call, rows *r)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    EAI_TRY(rows_of(call, r));
    for (size_t i = 1; i < call->n_inputs; i++) {
        const eai_operand *operand = eai_call_in(call, i);
        if (!operand) continue;
        EAI_TRY(eai_call_check_type(call, i, EAI_TYPES_FLOAT));
        bool fits = operand->n == 1 || operand->n == r->length;
        for (int k = 0; fits && operand->n != 1 && k < operand->n_dims; k++) {
            const int at = x->n_dims - operand->n_dims + k;
            fits = operand->dims[k] == (at < r->axis ? 1 : x->dims[at]);
        }
        if (!fits)
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "input %zu has not the shape of the dimensions from axis on", i);
    }
    return EDGEAI_OK;
}

static edgeai_status layer_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    rows r;
    EAI_TRY(check(call, &r));
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    for (int i = 0; i < x->n_dims; i++)
        dims[i] = i < r.axis ? x->dims[i] : 1;
    const edgeai_element element =
        x->element == EDGEAI_ELEMENT_F64 ? EDGEAI_ELEMENT_F64 : EDGEAI_ELEMENT_F32;
    EAI_TRY(eai_call_output(call, 1, element, dims, x->n_dims));
    EAI_TRY(eai_call_output(call, 2, element, dims, x->n_dims));
    return eai_infer_same(call);
}

typedef struct row_job {
    const eai_call *call;
    rows rows;
    bool centered; /* LayerNormalization */
    double epsilon;
} row_job;

/* y = y * scale + bias, element by element along a row. */
static void apply(const eai_operand *scale, const eai_operand *bias, const eai_operand *y,
                  size_t first, size_t n)
{
    eai_lane_block from, to;
    const size_t scale_step = scale && scale->n > 1, bias_step = bias && bias->n > 1;
    for (size_t done = 0, some; done < n; done += some) {
        some = n - done < EAI_LANE_BLOCK ? n - done : EAI_LANE_BLOCK;
        const void *lanes = eai_lane_load(y->element, y->data, first + done, some, &from);
        const bool wide = y->element == EDGEAI_ELEMENT_F64;
        for (size_t i = 0; i < some; i++) {
            const size_t at = done + i;
            const double s = scale ? eai_lane_get(scale->element, scale->data, at * scale_step) : 1;
            const double b = bias ? eai_lane_get(bias->element, bias->data, at * bias_step) : 0;
            if (wide)
                to.f64[i] = ((const double *)lanes)[i] * s + b;
            else
                to.f32[i] = (float)((double)((const float *)lanes)[i] * s + b);
        }
        eai_lane_store(y->element, y->data, first + done, some, &to);
    }
}

/* For float32 all over, without widening. */
static void run_row_f32(const row_job *job, size_t first, double mean, double factor)
{
    const eai_operand *scale = eai_call_in(job->call, 1), *bias = eai_call_in(job->call, 2);
    const float *x = (const float *)job->call->inputs[0]->data + first;
    const float *s = scale->data, *b = bias ? bias->data : NULL;
    float *y = (float *)job->call->outputs[0]->data + first;
    const float c = (float)mean, f = (float)factor;
    for (size_t i = 0; i < job->rows.length; i++)
        y[i] = (x[i] - c) * f * s[i];
    for (size_t i = 0; b && i < job->rows.length; i++)
        y[i] += b[i];
}

static bool is_plain(const eai_operand *operand, size_t n)
{
    return !operand || (operand->element == EDGEAI_ELEMENT_F32 && operand->n == n);
}

static void store(const eai_operand *operand, size_t index, double value)
{
    if (operand->element == EDGEAI_ELEMENT_F64)
        ((double *)operand->data)[index] = value;
    else
        ((float *)operand->data)[index] = (float)value;
}

static void run_row(void *argument, size_t item, size_t slot)
{
    (void)slot;
    const row_job *job = argument;
    const eai_operand *x = job->call->inputs[0], *y = eai_call_out(job->call, 0);
    const eai_operand *scale = eai_call_in(job->call, 1), *bias = eai_call_in(job->call, 2);
    const size_t length = job->rows.length, first = item * length;
    double mean = 0, variance = 0;
    if (job->centered) {
        eai_moments_of(x, first, length, &mean, &variance);
    } else {
        eai_moments sums = {0};
        eai_moments_add(&sums, x, first, length, 0);
        variance = length > 0 ? sums.squares / (double)length : 0;
    }
    const double factor = 1 / sqrt(variance + job->epsilon);
    if (job->centered && eai_call_out(job->call, 1)) store(job->call->outputs[1], item, mean);
    if (job->centered && eai_call_out(job->call, 2)) store(job->call->outputs[2], item, factor);
    if (!y) return;
    if (is_plain(x, x->n) && is_plain(scale, length) && is_plain(bias, length)) {
        run_row_f32(job, first, mean, factor);
        return;
    }
    eai_normalize(x, y, first, length, mean, factor, 0);
    apply(scale, bias, y, first, length);
}

static edgeai_status run(const eai_call *call, bool centered)
{
    row_job job = {.call = call,
                   .centered = centered,
                   .epsilon = (double)eai_node_float(call->node, "epsilon", 1e-5f)};
    EAI_TRY(rows_of(call, &job.rows));
    eai_parallel_for_work(call->context, job.rows.n, 6 * (double)call->inputs[0]->n, run_row, &job);
    return EDGEAI_OK;
}

static edgeai_status layer_run(const eai_call *call)
{
    return run(call, true);
}

/* stash_type names the type to compute in: here it is double, narrowed at the end. */
const eai_operator eai_op_layer_normalization = {
    .domain = "",
    .name = "LayerNormalization",
    .min_inputs = 2,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 3,
    .infer = layer_infer,
    .run = layer_run,
};

static edgeai_status rms_infer(const eai_call *call)
{
    rows r;
    EAI_TRY(check(call, &r));
    return eai_infer_same(call);
}

static edgeai_status rms_run(const eai_call *call)
{
    return run(call, false);
}

const eai_operator eai_op_rms_normalization = {
    .domain = "",
    .name = "RMSNormalization",
    .min_inputs = 2,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = rms_infer,
    .run = rms_run,
};
