/* SPDX-License-Identifier: MIT */

/* Attributes that became inputs. */

#include <string.h>

#include "base/fail.h"
#include "graph/upgrade.h"

/* Moves a list of integers from an attribute to an input; nothing when there is none. */
static edgeai_status move_ints(eai_draft *draft, const char *name, size_t index)
{
    const eai_attribute *attribute = eai_draft_attribute(draft, name);
    int32_t value;
    if (!attribute) return EDGEAI_OK;
    if (attribute->kind != EAI_ATTRIBUTE_INTS)
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "attribute %s: expected integers", name);
    EAI_TRY(eai_draft_ints(draft, attribute->ints, attribute->n, 1, &value));
    eai_draft_set_input(draft, index, value);
    eai_draft_remove(draft, name);
    return EDGEAI_OK;
}

/* Moves a number to an input, as a scalar of input 0's type. */
static edgeai_status move_float(eai_draft *draft, const char *name, size_t index)
{
    const eai_attribute *attribute = eai_draft_attribute(draft, name);
    int32_t value;
    if (!attribute) return EDGEAI_OK;
    if (attribute->kind != EAI_ATTRIBUTE_FLOAT)
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "attribute %s: expected a float", name);
    EAI_TRY(eai_draft_floats(draft, draft->n_inputs ? draft->inputs[0] : EAI_IR_NONE, &attribute->f,
                             1, 0, &value));
    eai_draft_set_input(draft, index, value);
    eai_draft_remove(draft, name);
    return EDGEAI_OK;
}

/* Squeeze, Unsqueeze, Reduce...: axes. */
edgeai_status eai_upgrade_axes(eai_draft *draft)
{
    return move_ints(draft, "axes", 1);
}

edgeai_status eai_upgrade_clip(eai_draft *draft)
{
    EAI_TRY(move_float(draft, "min", 1));
    return move_float(draft, "max", 2);
}

edgeai_status eai_upgrade_slice(eai_draft *draft)
{
    if (!eai_draft_attribute(draft, "starts") || !eai_draft_attribute(draft, "ends"))
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "starts or ends is missing");
    EAI_TRY(move_ints(draft, "starts", 1));
    EAI_TRY(move_ints(draft, "ends", 2));
    return move_ints(draft, "axes", 3);
}

/* Without sizes the parts are equal, which num_outputs says from 18 on. */
edgeai_status eai_upgrade_split(eai_draft *draft)
{
    if (draft->opset < 13) EAI_TRY(move_ints(draft, "split", 1));
    if (!eai_draft_has_input(draft, 1))
        eai_draft_set_int(draft, "num_outputs", (int64_t)draft->n_outputs);
    return EDGEAI_OK;
}

edgeai_status eai_upgrade_pad(eai_draft *draft)
{
    if (!eai_draft_attribute(draft, "pads"))
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "pads are missing");
    EAI_TRY(move_ints(draft, "pads", 1));
    return move_float(draft, "value", 2);
}

edgeai_status eai_upgrade_topk(eai_draft *draft)
{
    const int64_t k = eai_draft_int(draft, "k", -1);
    int32_t value;
    if (k < 0) return eai_draft_fail(draft, EDGEAI_E_FORMAT, "k is missing, or negative");
    EAI_TRY(eai_draft_ints(draft, &k, 1, 1, &value));
    eai_draft_set_input(draft, 1, value);
    eai_draft_remove(draft, "k");
    return EDGEAI_OK;
}
