/* SPDX-License-Identifier: MIT */
#include "graph/upgrade.h"

#include <string.h>

#include "base/fail.h"

typedef struct rule {
    const char *op_type;
    int before; /* the first opset that needs nothing of the kind */
    edgeai_status (*upgrade)(eai_draft *draft);
} rule;

/* In the order in which they are applied: a later one sees what an earlier one has made. */
static const rule rules[] = {
    {"Add", 7, eai_upgrade_broadcast},
    {"Sub", 7, eai_upgrade_broadcast},
    {"Mul", 7, eai_upgrade_broadcast},
    {"Div", 7, eai_upgrade_broadcast},
    {"Pow", 7, eai_upgrade_broadcast},
    {"And", 7, eai_upgrade_broadcast},
    {"Or", 7, eai_upgrade_broadcast},
    {"Xor", 7, eai_upgrade_broadcast},
    {"Equal", 7, eai_upgrade_broadcast},
    {"Greater", 7, eai_upgrade_broadcast},
    {"Less", 7, eai_upgrade_broadcast},
    {"PRelu", 7, eai_upgrade_prelu},
    {"Gemm", 7, eai_upgrade_gemm},
    {"Squeeze", 13, eai_upgrade_axes},
    {"Unsqueeze", 13, eai_upgrade_axes},
    {"ReduceSum", 13, eai_upgrade_axes},
    {"ReduceL1", 18, eai_upgrade_axes},
    {"ReduceL2", 18, eai_upgrade_axes},
    {"ReduceLogSum", 18, eai_upgrade_axes},
    {"ReduceLogSumExp", 18, eai_upgrade_axes},
    {"ReduceMax", 18, eai_upgrade_axes},
    {"ReduceMean", 18, eai_upgrade_axes},
    {"ReduceMin", 18, eai_upgrade_axes},
    {"ReduceProd", 18, eai_upgrade_axes},
    {"ReduceSumSquare", 18, eai_upgrade_axes},
    {"Clip", 11, eai_upgrade_clip},
    {"Slice", 10, eai_upgrade_slice},
    {"Split", 18, eai_upgrade_split},
    {"Pad", 11, eai_upgrade_pad},
    {"TopK", 10, eai_upgrade_topk},
    {"Softmax", 13, eai_upgrade_softmax},
    {"LogSoftmax", 13, eai_upgrade_softmax},
    {"Hardmax", 13, eai_upgrade_softmax},
    {"BatchNormalization", EAI_IR_OPSET + 1, eai_upgrade_normalization},
    {"Dropout", EAI_IR_OPSET + 1, eai_upgrade_dropout},
    {"Upsample", EAI_IR_OPSET + 1, eai_upgrade_upsample},
    {"Resize", EAI_IR_OPSET + 1, eai_upgrade_resize},
    {"Cast", EAI_IR_OPSET + 1, eai_upgrade_cast},
    {"RoiAlign", 16, eai_upgrade_roi_align},
    {"GridSample", 20, eai_upgrade_grid_sample},
    {"Scatter", EAI_IR_OPSET + 1, eai_upgrade_scatter},
    {"GroupNormalization", 21, eai_upgrade_group_norm},
};

edgeai_status eai_upgrade(eai_draft *draft)
{
    const char *op_type = draft->op_type; /* Upsample becomes Resize, which is right already */
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (draft->opset < rules[i].before && strcmp(op_type, rules[i].op_type) == 0)
            EAI_TRY(rules[i].upgrade(draft));
    while (draft->n_inputs > 0 && draft->inputs[draft->n_inputs - 1] == EAI_IR_NONE)
        draft->n_inputs--;
    return EDGEAI_OK;
}
