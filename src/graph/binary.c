/* SPDX-License-Identifier: MIT */
#include "graph/binary.h"

#include "base/fail.h"
#include "graph/broadcast_walk.h"

typedef struct side {
    const eai_operand *operand;
    eai_lane_block block;
    const void *lanes;
} side;

/* Of a row that begins at `offset`, the n elements from `first`. */
static void load(side *s, size_t offset, size_t step, size_t first, size_t n)
{
    s->lanes = eai_lane_load(s->operand->element, s->operand->data, offset + step * first,
                             step == 0 ? 1 : n, &s->block);
}

void eai_binary_apply(const eai_binary *binary, const eai_operand *a, const eai_operand *b,
                      const eai_operand *out)
{
    const eai_binary_loop loop = binary->loops[eai_lane_of(a->element)];
    const bool answers = out->element == EDGEAI_ELEMENT_BOOL; /* loops write bytes */
    const size_t block_size = eai_lane_is_native(a->element) ? SIZE_MAX : EAI_LANE_BLOCK;
    side left = {.operand = a}, right = {.operand = b};
    eai_lane_block results;
    eai_walk walk;
    for (eai_walk_begin(&walk, out->dims, out->n_dims, (const eai_operand *[]){a, b}, 2);
         !walk.done; eai_walk_next(&walk)) {
        for (size_t first = 0, n; first < walk.row; first += n) {
            n = walk.row - first < block_size ? walk.row - first : block_size;
            const size_t at = walk.out + first;
            load(&left, walk.offsets[0], walk.steps[0], first, n);
            load(&right, walk.offsets[1], walk.steps[1], first, n);
            void *to = answers ? (char *)out->data + at
                               : eai_lane_place(out->element, out->data, at, &results);
            loop(left.lanes, walk.steps[0], right.lanes, walk.steps[1], to, n);
            if (!answers) eai_lane_store(out->element, out->data, at, n, to);
        }
    }
}

edgeai_status eai_binary_run(const eai_call *call, const eai_binary *binary)
{
    eai_binary_apply(binary, call->inputs[0], call->inputs[1], call->outputs[0]);
    return EDGEAI_OK;
}

edgeai_status eai_binary_infer(const eai_call *call, uint32_t mask, edgeai_element out)
{
    EAI_TRY(eai_call_check_type(call, 0, mask));
    for (size_t i = 1; i < call->n_inputs; i++) {
        const eai_operand *operand = eai_call_in(call, i);
        if (!operand) return eai_call_fail(call, EDGEAI_E_FORMAT, "input %zu is missing", i);
        if (operand->element != call->inputs[0]->element)
            return eai_call_fail(call, EDGEAI_E_DTYPE, "input %zu is %s, expected %s as input 0", i,
                                 edgeai_element_name(operand->element),
                                 edgeai_element_name(call->inputs[0]->element));
    }
    EAI_TRY(eai_infer_broadcast(call));
    if (eai_call_out(call, 0)) eai_call_out(call, 0)->element = out;
    return EDGEAI_OK;
}

edgeai_status eai_binary_infer_number(const eai_call *call)
{
    return eai_binary_infer(call, EAI_TYPES_NUMBER, call->inputs[0]->element);
}
