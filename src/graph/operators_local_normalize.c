/* SPDX-License-Identifier: MIT */
/* Normalizations by neighbours, by a norm, and by mean and variance over any axes. */

#include <math.h>

#include "base/fail.h"
#include "graph/lanes.h"
#include "graph/reduction.h"

static double number(const eai_operand *operand, size_t index)
{
    return eai_lane_get(operand->element, operand->data, index);
}

static void store(const eai_operand *operand, size_t index, double value)
{
    eai_lane_block block;
    eai_lane_convert(EAI_LANE_F64, &value, eai_lane_of(operand->element), &block, 1);
    eai_lane_store(operand->element, operand->data, index, 1, &block);
}

static edgeai_status lrn_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    if (call->inputs[0]->n_dims < 2)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "input 0 has %d dimensions, expected 2 or more",
                             call->inputs[0]->n_dims);
    if (eai_node_int(call->node, "size", 0) < 1)
        return eai_call_fail(call, EDGEAI_E_FORMAT, "size is %lld, expected 1 or more",
                             (long long)eai_node_int(call->node, "size", 0));
    return eai_infer_same(call);
}

/* y = x / (bias + alpha / size * sum)^beta, the sum over the squares of floor((size - 1) / 2)
 * channels before and ceil((size - 1) / 2) behind. */
static edgeai_status lrn_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const eai_axis_view view = eai_view_axis(x, 1);
    const double alpha = (double)eai_node_float(call->node, "alpha", 0.0001f);
    const double beta = (double)eai_node_float(call->node, "beta", 0.75f);
    const double bias = (double)eai_node_float(call->node, "bias", 1);
    const size_t size = (size_t)eai_node_int(call->node, "size", 1);
    const size_t before = (size - 1) / 2, behind = size - 1 - before;
    for (size_t at = 0; at < y->n; at++) {
        const size_t channel = at / view.inner % view.length;
        const size_t first = channel < before ? 0 : channel - before;
        const size_t last = view.length - 1 - channel < behind ? view.length - 1 : channel + behind;
        double sum = 0;
        for (size_t c = first; c <= last; c++) {
            const double value = number(x, at + c * view.inner - channel * view.inner);
            sum += value * value;
        }
        store(y, at, number(x, at) / pow(bias + alpha / (double)size * sum, beta));
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_lrn = {
    .domain = "",
    .name = "LRN",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = lrn_infer,
    .run = lrn_run,
};

static edgeai_status lp_infer(const eai_call *call)
{
    int axis = 0;
    const int64_t p = eai_node_int(call->node, "p", 2);
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    EAI_TRY(
        eai_call_axis(call, eai_node_int(call->node, "axis", -1), call->inputs[0]->n_dims, &axis));
    if (p != 1 && p != 2)
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "p is %lld, expected 1 or 2",
                             (long long)p);
    return eai_infer_same(call);
}

/* A column of zeros stays zero. */
static edgeai_status lp_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const bool square = eai_node_int(call->node, "p", 2) == 2;
    int axis = 0;
    EAI_TRY(eai_call_axis(call, eai_node_int(call->node, "axis", -1), x->n_dims, &axis));
    const eai_axis_view view = eai_view_axis(x, axis);
    if (y->n == 0) return EDGEAI_OK;
    for (size_t column = 0; column < view.outer * view.inner; column++) {
        const size_t first = column / view.inner * view.length * view.inner + column % view.inner;
        double norm = 0;
        for (size_t k = 0; k < view.length; k++) {
            const double value = number(x, first + k * view.inner);
            norm += square ? value * value : fabs(value);
        }
        if (square) norm = sqrt(norm);
        for (size_t k = 0; k < view.length; k++) {
            const size_t at = first + k * view.inner;
            store(y, at, norm == 0 ? 0 : number(x, at) / norm);
        }
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_lp_normalization = {
    .domain = "",
    .name = "LpNormalization",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = lp_infer,
    .run = lp_run,
};

/* strides[i]: of dimension i in the tensor of means, 0 where it is reduced; *n: how many means. */
static edgeai_status mean_strides(const eai_call *call, size_t *strides, size_t *n)
{
    static const int64_t usual[] = {0, 2, 3};
    const eai_operand *x = call->inputs[0];
    size_t n_axes = 0;
    const int64_t *axes = eai_node_ints(call->node, "axes", &n_axes);
    bool reduced[EDGEAI_GRAPH_DIMS_MAX] = {0};
    if (!axes) {
        axes = usual;
        n_axes = sizeof usual / sizeof usual[0];
    }
    for (size_t i = 0; i < n_axes; i++) {
        int axis = 0;
        EAI_TRY(eai_call_axis(call, axes[i], x->n_dims, &axis));
        reduced[axis] = true;
    }
    *n = 1;
    for (int i = x->n_dims - 1; i >= 0; i--) {
        strides[i] = reduced[i] ? 0 : *n;
        if (!reduced[i]) *n *= (size_t)x->dims[i];
    }
    return EDGEAI_OK;
}

static edgeai_status mean_variance_infer(const eai_call *call)
{
    size_t strides[EDGEAI_GRAPH_DIMS_MAX], n = 0;
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    EAI_TRY(mean_strides(call, strides, &n));
    return eai_infer_same(call);
}

static edgeai_status mean_variance_prepare(const eai_call *call, eai_prepared *out)
{
    size_t strides[EDGEAI_GRAPH_DIMS_MAX], n = 0;
    EAI_TRY(mean_strides(call, strides, &n));
    if (call->inputs[0]->n > 0) out->scratch_bytes = 2 * n * sizeof(double);
    return EDGEAI_OK;
}

/* Which mean element number `index` belongs to. */
static size_t mean_of(const eai_operand *x, const size_t *strides, size_t index)
{
    size_t at = 0;
    for (int i = x->n_dims - 1; i >= 0; i--) {
        at += index % (size_t)x->dims[i] * strides[i];
        index /= (size_t)x->dims[i];
    }
    return at;
}

/* (x - mean) / (deviation + 1e-9), as the specification's own expansion has it. */
static edgeai_status mean_variance_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    size_t strides[EDGEAI_GRAPH_DIMS_MAX], n = 0;
    EAI_TRY(mean_strides(call, strides, &n));
    if (x->n == 0) return EDGEAI_OK;
    double *means = call->scratch, *deviations = means + n;
    const double share = (double)n / (double)x->n; /* one over the elements of a mean */
    for (size_t i = 0; i < 2 * n; i++)
        means[i] = 0;
    for (size_t i = 0; i < x->n; i++)
        means[mean_of(x, strides, i)] += number(x, i) * share;
    for (size_t i = 0; i < x->n; i++) {
        const size_t at = mean_of(x, strides, i);
        const double apart = number(x, i) - means[at];
        deviations[at] += apart * apart * share;
    }
    for (size_t i = 0; i < x->n; i++) {
        const size_t at = mean_of(x, strides, i);
        store(y, i, (number(x, i) - means[at]) / (sqrt(deviations[at]) + 1e-9));
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_mean_variance_normalization = {
    .domain = "",
    .name = "MeanVarianceNormalization",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = mean_variance_infer,
    .run = mean_variance_run,
    .prepare = mean_variance_prepare,
};
