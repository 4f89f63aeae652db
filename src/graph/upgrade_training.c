/* SPDX-License-Identifier: MIT */

/* Operators that do something else while a network is trained. */

#include "base/fail.h"
#include "graph/upgrade.h"

static edgeai_status refuse_training(const eai_draft *draft)
{
    return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED, "training mode is not supported");
}

/* Outputs 1 and on (running means, ...) exist in training alone. */
edgeai_status eai_upgrade_normalization(eai_draft *draft)
{
    if (draft->opset < 7 && !eai_draft_int(draft, "is_test", 0)) return refuse_training(draft);
    if (eai_draft_int(draft, "training_mode", 0)) return refuse_training(draft);
    for (size_t i = 1; i < draft->n_outputs; i++)
        if (draft->outputs[i] != EAI_IR_NONE) return refuse_training(draft);
    if (!eai_draft_int(draft, "spatial", 1))
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED, "spatial = 0 is not supported");
    if (draft->n_outputs > 1) draft->n_outputs = 1;
    eai_draft_remove(draft, "is_test");
    eai_draft_remove(draft, "spatial");
    eai_draft_remove(draft, "training_mode");
    eai_draft_remove(draft, "momentum");
    return EDGEAI_OK;
}

/* Up to opset 11 there is no training at all; up to 9 the mask has the input's type. */
edgeai_status eai_upgrade_dropout(eai_draft *draft)
{
    if (draft->opset < 7 && !eai_draft_int(draft, "is_test", 0)) return refuse_training(draft);
    eai_draft_remove(draft, "is_test");
    if (draft->opset < 12) eai_draft_remove(draft, "ratio");
    if (draft->opset >= 10 || draft->n_outputs < 2 || draft->outputs[1] == EAI_IR_NONE ||
        !eai_draft_has_input(draft, 0))
        return EDGEAI_OK;
    edgeai_element element = draft->ir->values[draft->inputs[0]].element;
    int32_t mask;
    EAI_TRY(eai_draft_value(draft, &mask));
    EAI_TRY(eai_draft_helper_into(draft, "Cast", "mask", (int32_t[3]){mask, -1, -1}, "to",
                                  element ? (int64_t)element : EDGEAI_ELEMENT_F32,
                                  draft->outputs[1]));
    draft->outputs[1] = mask;
    return EDGEAI_OK;
}
