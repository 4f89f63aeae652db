/* SPDX-License-Identifier: MIT */
/* Where: elements of one tensor or another, with broadcasting. */

#include "base/fail.h"
#include "graph/broadcast_walk.h"

static edgeai_status where_infer(const eai_call *call)
{
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_BOOL)));
    EAI_TRY(eai_call_check_type(call, 1, EAI_TYPES_WHOLE));
    EAI_TRY(eai_call_check_type(call, 2, EAI_TYPE(call->inputs[1]->element)));
    EAI_TRY(eai_infer_broadcast(call));
    if (eai_call_out(call, 0)) eai_call_out(call, 0)->element = call->inputs[1]->element;
    return EDGEAI_OK;
}

/* Types of one size are moved alike. */
#define WHERE_ROW(type)                                                                            \
    do {                                                                                           \
        const type *yes = (const type *)x->data + walk.offsets[1];                                 \
        const type *no = (const type *)y->data + walk.offsets[2];                                  \
        type *to = (type *)out->data + walk.out;                                                   \
        for (size_t i = 0; i < walk.row; i++)                                                      \
            to[i] = which[i * walk.steps[0]] ? yes[i * walk.steps[1]] : no[i * walk.steps[2]];     \
    } while (0)

static edgeai_status where_run(const eai_call *call)
{
    const eai_operand *condition = call->inputs[0], *x = call->inputs[1], *y = call->inputs[2];
    const eai_operand *out = call->outputs[0];
    const size_t size = edgeai_element_bytes(out->element, 1);
    const eai_operand *operands[] = {condition, x, y};
    eai_walk walk;
    for (eai_walk_begin(&walk, out->dims, out->n_dims, operands, 3); !walk.done;
         eai_walk_next(&walk)) {
        const uint8_t *which = (const uint8_t *)condition->data + walk.offsets[0];
        switch (size) {
        case 1:
            WHERE_ROW(uint8_t);
            break;
        case 2:
            WHERE_ROW(uint16_t);
            break;
        case 4:
            WHERE_ROW(uint32_t);
            break;
        default:
            WHERE_ROW(uint64_t);
            break;
        }
    }
    return EDGEAI_OK;
}

const eai_operator eai_op_where = {
    .domain = "",
    .name = "Where",
    .min_inputs = 3,
    .max_inputs = 3,
    .min_outputs = 1,
    .max_outputs = 1,
    .flags = EAI_OP_IN_PLACE_SECOND | EAI_OP_ANY_LAYOUT,
    .infer = where_infer,
    .run = where_run,
};
