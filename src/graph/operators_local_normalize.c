/* SPDX-License-Identifier: MIT */
/* Normalizations by neighbours, by a norm, and by mean and variance over any axes. */

#include <math.h>
#include <string.h>

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
typedef struct local {
    double alpha, beta, bias; /* alpha: by size already */
    size_t before, behind;
} local;

static void add_squares(const eai_operand *x, size_t first, size_t n, double *sums)
{
    eai_lane_block block;
    const void *lanes = eai_lane_load(x->element, x->data, first, n, &block);
    if (eai_lane_of(x->element) == EAI_LANE_F64)
        for (size_t i = 0; i < n; i++)
            sums[i] += ((const double *)lanes)[i] * ((const double *)lanes)[i];
    else
        for (size_t i = 0; i < n; i++)
            sums[i] += (double)((const float *)lanes)[i] * (double)((const float *)lanes)[i];
}

/* To the power of -beta, which mostly is 3/4: two roots take a fraction of pow()'s time. */
static void raise_all(const local *l, double *sums, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const double base = l->bias + l->alpha * sums[i], root = sqrt(base);
        sums[i] = l->beta == 0.75 ? 1 / (root * sqrt(root)) : pow(base, -l->beta);
    }
}

static void scale(const eai_operand *x, const eai_operand *y, size_t first, size_t n,
                  const double *factors)
{
    eai_lane_block from, to;
    const void *lanes = eai_lane_load(x->element, x->data, first, n, &from);
    if (eai_lane_of(x->element) == EAI_LANE_F64)
        for (size_t i = 0; i < n; i++)
            to.f64[i] = ((const double *)lanes)[i] * factors[i];
    else
        for (size_t i = 0; i < n; i++)
            to.f32[i] = (float)((double)((const float *)lanes)[i] * factors[i]);
    eai_lane_store(y->element, y->data, first, n, &to);
}

static void normalize_channel(const eai_call *call, const local *l, eai_axis_view view,
                              size_t outer, size_t channel)
{
    const size_t first = channel < l->before ? 0 : channel - l->before;
    const size_t last =
        view.length - 1 - channel < l->behind ? view.length - 1 : channel + l->behind;
    const size_t base = outer * view.length * view.inner;
    double sums[EAI_LANE_BLOCK];
    for (size_t at = 0, n; at < view.inner; at += n) {
        n = view.inner - at < EAI_LANE_BLOCK ? view.inner - at : EAI_LANE_BLOCK;
        memset(sums, 0, sizeof sums);
        for (size_t c = first; c <= last; c++)
            add_squares(call->inputs[0], base + c * view.inner + at, n, sums);
        raise_all(l, sums, n);
        scale(call->inputs[0], call->outputs[0], base + channel * view.inner + at, n, sums);
    }
}

static edgeai_status lrn_run(const eai_call *call)
{
    const size_t size = (size_t)eai_node_int(call->node, "size", 1);
    const local l = {
        .alpha = (double)eai_node_float(call->node, "alpha", 0.0001f) / (double)size,
        .beta = (double)eai_node_float(call->node, "beta", 0.75f),
        .bias = (double)eai_node_float(call->node, "bias", 1),
        .before = (size - 1) / 2,
        .behind = size - 1 - (size - 1) / 2,
    };
    const eai_axis_view view = eai_view_axis(call->inputs[0], 1);
    if (call->outputs[0]->n == 0) return EDGEAI_OK;
    for (size_t o = 0; o < view.outer; o++)
        for (size_t c = 0; c < view.length; c++)
            normalize_channel(call, &l, view, o, c);
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
