/* SPDX-License-Identifier: MIT */
/* Ternarize and Binarize of docs/formats/graph.md: float32 to packed trits. */

#include "base/fail.h"
#include "graph/operator.h"
#include "graph/trits.h"

/* A threshold: one element, or one for each channel (dimension 1). */
static edgeai_status check_threshold(const eai_call *call, size_t index)
{
    const eai_operand *x = call->inputs[0], *t = eai_call_in(call, index);
    if (!t) return EDGEAI_OK;
    EAI_TRY(eai_call_check_type(call, index, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    if (t->n == 1) return EDGEAI_OK;
    if (x->n_dims >= 2 && t->n_dims == 1 && t->dims[0] == x->dims[1]) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE,
                         "threshold %zu has %zu elements, expected 1 or one for each channel",
                         index, t->n);
}

static edgeai_status threshold_infer(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    if (x->n_dims < 1)
        return eai_call_fail(call, EDGEAI_E_SHAPE, "the input has no dimension to pack");
    EAI_TRY(check_threshold(call, 1));
    EAI_TRY(check_threshold(call, 2));
    return eai_call_output(call, 0, EDGEAI_ELEMENT_TRITS, x->dims, x->n_dims);
}

static float threshold_at(const eai_operand *t, size_t channel)
{
    return t ? ((const float *)t->data)[t->n == 1 ? 0 : channel] : 0;
}

/* Rows of the last dimension. With one dimension all is one row; with two, the row is the channels.
 */
static edgeai_status run_rows(const eai_call *call, bool is_binary)
{
    const eai_operand *x = call->inputs[0], *low = eai_call_in(call, 1);
    const eai_operand *high = is_binary ? low : eai_call_in(call, 2);
    if (x->n == 0) return EDGEAI_OK;
    const size_t length = (size_t)x->dims[x->n_dims - 1];
    size_t inner = 1;
    for (int i = 2; i < x->n_dims; i++)
        inner *= (size_t)x->dims[i];
    for (size_t i = 0; i < x->n; i++) {
        const float value = ((const float *)x->data)[i];
        const size_t channel = x->n_dims >= 2 ? i / inner % (size_t)x->dims[1] : 0;
        const int code =
            -1 + (value > threshold_at(low, channel)) + (value > threshold_at(high, channel));
        eai_trits_set_row(call->outputs[0]->data, i / length, length, i % length, code);
    }
    return EDGEAI_OK;
}

static edgeai_status ternarize_run(const eai_call *call)
{
    return run_rows(call, false);
}

static edgeai_status binarize_run(const eai_call *call)
{
    return run_rows(call, true);
}

const eai_operator eai_op_binarize = {
    .domain = "edgeai",
    .name = "Binarize",
    .min_inputs = 1,
    .max_inputs = 2,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = threshold_infer,
    .run = binarize_run,
};

const eai_operator eai_op_ternarize = {
    .domain = "edgeai",
    .name = "Ternarize",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .infer = threshold_infer,
    .run = ternarize_run,
};
