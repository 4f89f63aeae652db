/* SPDX-License-Identifier: MIT */
/* Operators of one input, element by element. */

#include "base/fail.h"
#include "graph/operator.h"

const eai_operator eai_op_identity = {
    .domain = "",
    .name = "Identity",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_ALIAS | EAI_OP_ANY_LAYOUT,
    .run = eai_run_copy,
};

static edgeai_status relu_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    return eai_infer_same(call);
}

static edgeai_status relu_run(const eai_call *call)
{
    const float *x = call->inputs[0]->data;
    float *y = call->outputs[0]->data;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        y[i] = x[i] < 0 ? 0 : x[i]; /* NaN stays */
    return EDGEAI_OK;
}

const eai_operator eai_op_relu = {
    .domain = "",
    .name = "Relu",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = relu_infer,
    .run = relu_run,
};
