/* SPDX-License-Identifier: MIT */
/* DynamicQuantizeLinear: u8 codes with a scale and zero point that fit the values and 0. */

#include <math.h>

#include "base/fail.h"
#include "graph/operator.h"

static edgeai_status dynamic_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    EAI_TRY(eai_call_output(call, 0, EDGEAI_ELEMENT_U8, x->dims, x->n_dims));
    EAI_TRY(eai_call_output(call, 1, EDGEAI_ELEMENT_F32, NULL, 0));
    return eai_call_output(call, 2, EDGEAI_ELEMENT_U8, NULL, 0);
}

/* Between 0 and 255; NaN is 0. */
static uint8_t saturate(float value)
{
    return (uint8_t)(value > 0 ? (value < 255 ? value : 255) : 0);
}

static edgeai_status dynamic_run(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const float *values = x->data;
    float low = 0, high = 0;
    for (size_t i = 0; i < x->n; i++) {
        if (values[i] < low) low = values[i];
        if (values[i] > high) high = values[i];
    }
    const float scale = (high - low) / 255;
    /* All zeros: any scale will do. */
    const float divisor = scale > 0 ? scale : 1;
    const uint8_t zero = saturate(rintf(-low / divisor));
    for (size_t i = 0; i < x->n; i++)
        ((uint8_t *)call->outputs[0]->data)[i] = saturate(rintf(values[i] / divisor) + (float)zero);
    if (eai_call_out(call, 1)) *(float *)call->outputs[1]->data = scale;
    if (eai_call_out(call, 2)) *(uint8_t *)call->outputs[2]->data = zero;
    return EDGEAI_OK;
}

const eai_operator eai_op_dynamic_quantize_linear = {
    .domain = "",
    .name = "DynamicQuantizeLinear",
    .min_inputs = 1,
    .max_inputs = 1,
    .min_outputs = 1,
    .max_outputs = 3,
    .infer = dynamic_infer,
    .run = dynamic_run,
};
