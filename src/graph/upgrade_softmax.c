/* SPDX-License-Identifier: MIT */

/* Softmax, LogSoftmax and Hardmax below opset 13 see a matrix: dimensions in front of `axis`
 * (default 1) are its rows, all others together its columns. */

#include "base/fail.h"
#include "graph/upgrade.h"

edgeai_status eai_upgrade_softmax(eai_draft *draft)
{
    const int64_t axis = eai_draft_int(draft, "axis", 1);
    if (!eai_draft_has_input(draft, 0) || draft->n_outputs != 1) return EDGEAI_OK;
    const int32_t x = draft->inputs[0], y = draft->outputs[0];
    const int rank = eai_draft_rank(draft, x);
    if (axis == -1 || (rank > 0 && axis == rank - 1)) {
        eai_draft_set_int(draft, "axis", -1);
        return EDGEAI_OK;
    }
    int32_t shape, matrix, scores;
    EAI_TRY(eai_draft_helper(draft, "Shape", "shape", (int32_t[3]){x, -1, -1}, NULL, 0, &shape));
    EAI_TRY(eai_draft_helper(draft, "Flatten", "flatten", (int32_t[3]){x, -1, -1}, "axis", axis,
                             &matrix));
    EAI_TRY(eai_draft_value(draft, &scores));
    EAI_TRY(eai_draft_helper_into(draft, "Reshape", "shape_back", (int32_t[3]){scores, shape, -1},
                                  NULL, 0, y));
    draft->inputs[0] = matrix;
    draft->outputs[0] = scores;
    eai_draft_set_int(draft, "axis", -1);
    return EDGEAI_OK;
}
