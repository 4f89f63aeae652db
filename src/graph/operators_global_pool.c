/* SPDX-License-Identifier: MIT */
/* Pools over all spatial dimensions, in float32; sums in double. */

#include <math.h>

#include "base/fail.h"
#include "graph/operator.h"

static edgeai_status global_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    if (x->n_dims < 2)
        return eai_call_fail(call, EDGEAI_E_SHAPE,
                             "the input has %d dimensions, expected 2 or more", x->n_dims);
    if (eai_node_int(call->node, "p", 2) < 1)
        return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "p is %lld, expected 1 or more",
                             (long long)eai_node_int(call->node, "p", 2));
    for (int i = 0; i < x->n_dims; i++)
        dims[i] = i < 2 ? x->dims[i] : 1;
    return eai_call_output(call, 0, EDGEAI_ELEMENT_F32, dims, x->n_dims);
}

static float mean(const float *x, size_t n, int64_t p)
{
    (void)p;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i];
    return (float)(sum / (double)n);
}

static float largest(const float *x, size_t n, int64_t p)
{
    (void)p;
    float best = -INFINITY;
    for (size_t i = 0; i < n; i++)
        if (x[i] > best || x[i] != x[i]) best = x[i];
    return best;
}

static float lp_norm(const float *x, size_t n, int64_t p)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += p == 2 ? (double)x[i] * (double)x[i] : pow(fabs((double)x[i]), (double)p);
    return (float)(p == 2 ? sqrt(sum) : pow(sum, 1 / (double)p));
}

static edgeai_status run_with(const eai_call *call, float (*of)(const float *, size_t, int64_t))
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const int64_t p = eai_node_int(call->node, "p", 2);
    for (size_t i = 0; i < y->n; i++)
        ((float *)y->data)[i] = of((const float *)x->data + i * (x->n / y->n), x->n / y->n, p);
    return EDGEAI_OK;
}

static edgeai_status average_run(const eai_call *call)
{
    return run_with(call, mean);
}

static edgeai_status max_run(const eai_call *call)
{
    return run_with(call, largest);
}

static edgeai_status lp_run(const eai_call *call)
{
    return run_with(call, lp_norm);
}

#define OPERATOR(identifier, operator_name, the_run)                                               \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "",                                                                              \
        .name = operator_name,                                                                     \
        .min_inputs = 1,                                                                           \
        .max_inputs = 1,                                                                           \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = global_infer,                                                                     \
        .run = the_run,                                                                            \
    }

OPERATOR(global_average_pool, "GlobalAveragePool", average_run);
OPERATOR(global_lp_pool, "GlobalLpPool", lp_run);
OPERATOR(global_max_pool, "GlobalMaxPool", max_run);
