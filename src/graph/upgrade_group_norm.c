/* SPDX-License-Identifier: MIT */
#include "base/fail.h"
#include "graph/upgrade.h"

/* Whether channels, where they are known, are in equal groups. */
static bool divides(const eai_draft *draft, int64_t groups)
{
    const eai_value *x = &draft->ir->values[draft->inputs[0]];
    return groups > 0 && (x->n_dims < 2 || x->dims[1] < 0 || x->dims[1] % groups == 0);
}

/*
 * Scale and bias were one for each group, which is what InstanceNormalization does with groups for
 * channels: [N, C, ...] becomes [N, num_groups, ...] and, behind it, what it was.
 */
edgeai_status eai_upgrade_group_norm(eai_draft *draft)
{
    const int64_t groups = eai_draft_int(draft, "num_groups", 0), dims[] = {0, groups, -1};
    int32_t wanted, shape, grouped, normal;
    if (draft->n_inputs != 3 || !eai_draft_has_input(draft, 0) || draft->n_outputs != 1 ||
        draft->outputs[0] == EAI_IR_NONE)
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "expected 3 inputs and 1 output");
    if (!divides(draft, groups))
        return eai_draft_fail(draft, EDGEAI_E_SHAPE,
                              "num_groups is %lld, which does not divide the channels",
                              (long long)groups);
    EAI_TRY(eai_draft_ints(draft, dims, 3, 1, &wanted));
    EAI_TRY(eai_draft_helper(draft, "Shape", "shape",
                             (int32_t[3]){draft->inputs[0], EAI_IR_NONE, EAI_IR_NONE}, NULL, 0,
                             &shape));
    EAI_TRY(eai_draft_helper(draft, "Reshape", "groups",
                             (int32_t[3]){draft->inputs[0], wanted, EAI_IR_NONE}, NULL, 0,
                             &grouped));
    EAI_TRY(eai_draft_value(draft, &normal));
    EAI_TRY(eai_draft_helper_into(draft, "Reshape", "channels",
                                  (int32_t[3]){normal, shape, EAI_IR_NONE}, NULL, 0,
                                  draft->outputs[0]));
    draft->inputs[0] = grouped;
    draft->outputs[0] = normal;
    draft->op_type = "InstanceNormalization";
    eai_draft_remove(draft, "num_groups");
    return EDGEAI_OK;
}
