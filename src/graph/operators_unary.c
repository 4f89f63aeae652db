/* SPDX-License-Identifier: MIT */
/* Operators of one input that pass it on, or answer a question about each element. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "graph/lanes.h"

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

/* At inference all elements are kept; input 1 (ratio) does not matter then. */
static edgeai_status dropout_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *training = eai_call_in(call, 2);
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    if (training) {
        EAI_TRY(eai_call_check_type(call, 2, EAI_TYPE(EDGEAI_ELEMENT_BOOL)));
        if (training->n != 1)
            return eai_call_fail(call, EDGEAI_E_SHAPE, "training_mode has %zu elements, expected 1",
                                 training->n);
        const eai_operand *ratio = eai_call_in(call, 1);
        const bool drops_none = ratio && ratio->data && ratio->n == 1 &&
                                eai_lane_get(ratio->element, ratio->data, 0) == 0;
        if (!drops_none) {
            if (!training->data) return eai_call_needs_constant(call, 2);
            if (*(const uint8_t *)training->data)
                return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                                     "training_mode is true; only inference is supported");
        }
    }
    EAI_TRY(eai_call_output(call, 1, EDGEAI_ELEMENT_BOOL, x->dims, x->n_dims));
    return eai_infer_same(call);
}

static edgeai_status dropout_run(const eai_call *call)
{
    const eai_operand *mask = eai_call_out(call, 1);
    if (mask) memset(mask->data, 1, mask->n);
    return eai_call_out(call, 0) ? eai_run_copy(call) : EDGEAI_OK;
}

const eai_operator eai_op_dropout = {
    .domain = "",
    .name = "Dropout",
    .min_inputs = 1,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 2,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = dropout_infer,
    .run = dropout_run,
};

static edgeai_status not_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_BOOL)));
    return eai_infer_same(call);
}

static edgeai_status not_run(const eai_call *call)
{
    const uint8_t *x = call->inputs[0]->data;
    uint8_t *y = call->outputs[0]->data;
    for (size_t i = 0; i < call->outputs[0]->n; i++)
        y[i] = x[i] == 0;
    return EDGEAI_OK;
}

const eai_operator eai_op_not = {
    .domain = "",
    .name = "Not",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE | EAI_OP_ANY_LAYOUT,
    .infer = not_infer,
    .run = not_run,
};

static edgeai_status question_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPES_FLOAT));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_BOOL, x->dims, x->n_dims);
}

static edgeai_status is_nan_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    uint8_t *y = call->outputs[0]->data;
    for (size_t i = 0; i < x->n; i++)
        y[i] = (uint8_t)(isnan(eai_lane_get(x->element, x->data, i)) != 0);
    return EDGEAI_OK;
}

const eai_operator eai_op_is_nan = {
    .domain = "",
    .name = "IsNaN",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_ANY_LAYOUT,
    .infer = question_infer,
    .run = is_nan_run,
};

static edgeai_status is_inf_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const bool positive = eai_node_int(call->node, "detect_positive", 1) != 0;
    const bool negative = eai_node_int(call->node, "detect_negative", 1) != 0;
    uint8_t *y = call->outputs[0]->data;
    for (size_t i = 0; i < x->n; i++) {
        const double value = eai_lane_get(x->element, x->data, i);
        y[i] = (positive && value == HUGE_VAL) || (negative && value == -HUGE_VAL);
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_is_inf = {
    .domain = "",
    .name = "IsInf",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_ANY_LAYOUT,
    .infer = question_infer,
    .run = is_inf_run,
};
