/* SPDX-License-Identifier: MIT */
#include "graph/infer.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

/* Operands of one node at a time, in arrays long enough for the largest. */
typedef struct inference {
    eai_ir *ir;
    eai_constants *constants;
    bool late;
    eai_operand *operands; /* [capacity] */
    eai_operand **pointers;
    size_t capacity;
} inference;

eai_operand eai_operand_of(const eai_value *value)
{
    eai_operand operand = {
        .element = value->element,
        .n_dims = value->n_dims,
        .data = (void *)(uintptr_t)value->data, /* operators do not write to inputs */
    };
    memcpy(operand.dims, value->dims, sizeof operand.dims);
    (void)eai_value_elements(value, &operand.n);
    return operand;
}

/* Outputs that an operator always has but a file left without a name. */
static edgeai_status name_outputs(eai_ir *ir, eai_node *node)
{
    for (size_t k = 0; k < (size_t)node->op->min_outputs && k < node->n_outputs; k++) {
        if (node->outputs[k] != EAI_IR_NONE) continue;
        const eai_value value = {.name = "", .n_dims = -1};
        EAI_TRY(eai_ir_add_value(ir, &value, &node->outputs[k]));
    }
    return EDGEAI_OK;
}

static edgeai_status make_call(inference *s, eai_node *node, eai_call *call)
{
    const eai_ir *ir = s->ir;
    *call = (eai_call){.node = node,
                       .context = ir->context,
                       .n_inputs = node->n_inputs,
                       .n_outputs = node->n_outputs,
                       .inputs = s->pointers,
                       .outputs = s->pointers + node->n_inputs};
    for (size_t k = 0; k < node->n_inputs + node->n_outputs; k++) {
        const bool is_input = k < node->n_inputs;
        const int32_t v = is_input ? node->inputs[k] : node->outputs[k - node->n_inputs];
        s->pointers[k] = v == EAI_IR_NONE ? NULL : &s->operands[k];
        if (is_input && v != EAI_IR_NONE) {
            s->operands[k] = eai_operand_of(&ir->values[v]);
            if (s->operands[k].n_dims < 0)
                return eai_call_fail(call, EDGEAI_E_INTERNAL, "input %zu has no shape", k);
        } else {
            s->operands[k] = (eai_operand){.n_dims = -1};
        }
    }
    for (size_t k = 0; k < (size_t)node->op->min_inputs; k++)
        if (!eai_call_in(call, k))
            return eai_call_fail(call, EDGEAI_E_FORMAT, "input %zu is missing", k);
    return EDGEAI_OK;
}

static edgeai_status take_outputs(const inference *s, const eai_call *call)
{
    for (size_t k = 0; k < call->n_outputs; k++) {
        const eai_operand *found = call->outputs[k];
        if (!found) continue;
        if (found->n_dims < 0)
            return eai_call_fail(call, EDGEAI_E_INTERNAL, "output %zu was not inferred", k);
        eai_value *value = &s->ir->values[call->node->outputs[k]];
        value->element = found->element;
        value->n_dims = found->n_dims;
        memcpy(value->dims, found->dims, sizeof value->dims);
        size_t bytes = 0;
        if (!eai_value_size(value, &bytes) || bytes > PTRDIFF_MAX / 2)
            return eai_call_fail(call, EDGEAI_E_LIMIT, "output %zu is too large", k);
    }
    return EDGEAI_OK;
}

static bool is_foldable(const inference *s, const eai_call *call)
{
    const unsigned flags = call->node->op->flags;
    if (!call->node->op->run || flags & EAI_OP_RANDOM) return false;
    if (flags & EAI_OP_FOLD_LATE && !s->late) return false;
    bool all = true;
    for (size_t k = 0; k < call->n_inputs; k++)
        if (call->inputs[k] && !call->inputs[k]->data) all = false;
    if (!all && !(flags & EAI_OP_SHAPE_ONLY)) return false;
    size_t sum = s->constants->bytes;
    for (size_t k = 0; k < call->n_outputs; k++) {
        size_t bytes = 0;
        if (!call->outputs[k]) continue;
        if (!eai_value_size(&s->ir->values[call->node->outputs[k]], &bytes)) return false;
        if (!eai_size_add(sum, bytes, &sum) || sum > EAI_CONSTANTS_MAX) return false;
    }
    return true;
}

static edgeai_status run_prepared(const inference *s, eai_call *call, size_t scratch_bytes)
{
    const edgeai_allocator *allocator = &s->ir->context->allocator;
    if (scratch_bytes > 0) {
        call->scratch = eai_allocate_unset(allocator, scratch_bytes, "scratch of a constant");
        if (!call->scratch) return EDGEAI_E_MEMORY;
    }
    edgeai_status status = call->node->op->run(call);
    eai_release(allocator, call->scratch, scratch_bytes);
    return status;
}

static edgeai_status fold(const inference *s, eai_node *node, eai_call *call)
{
    const edgeai_allocator *allocator = &s->ir->context->allocator;
    eai_prepared prepared = {0};
    if (node->op->prepare) EAI_TRY(node->op->prepare(call, &prepared));
    call->state = prepared.state;
    edgeai_status status = EDGEAI_OK;
    for (size_t k = 0; k < node->n_outputs && status == EDGEAI_OK; k++) {
        if (!call->outputs[k]) continue;
        size_t bytes = 0;
        (void)eai_value_size(&s->ir->values[node->outputs[k]], &bytes);
        call->outputs[k]->data =
            eai_constants_add(s->constants, allocator, node->outputs[k], bytes);
        if (!call->outputs[k]->data) status = EDGEAI_E_MEMORY;
    }
    if (status == EDGEAI_OK) status = run_prepared(s, call, prepared.scratch_bytes);
    if (node->op->unprepare) node->op->unprepare(call);
    if (status != EDGEAI_OK) return status;
    EAI_TRY(take_outputs(s, call)); /* shapes that depended on data are true now */
    for (size_t k = 0; k < node->n_outputs; k++) {
        if (!call->outputs[k]) continue;
        eai_value *value = &s->ir->values[node->outputs[k]];
        (void)eai_value_size(value, &value->data_bytes);
        value->data = call->outputs[k]->data;
    }
    node->dead = true;
    return EDGEAI_OK;
}

static edgeai_status infer_node(inference *s, size_t index)
{
    eai_node *node = &s->ir->nodes[index];
    eai_call call;
    EAI_TRY(name_outputs(s->ir, node));
    EAI_TRY(make_call(s, node, &call));
    EAI_TRY(node->op->infer ? node->op->infer(&call) : eai_infer_same(&call));
    EAI_TRY(take_outputs(s, &call));
    return is_foldable(s, &call) ? fold(s, node, &call) : EDGEAI_OK;
}

static edgeai_status infer_all(inference *s)
{
    for (size_t i = 0; i < s->ir->n_nodes; i++)
        if (!s->ir->nodes[i].dead) EAI_TRY(infer_node(s, i));
    return EDGEAI_OK;
}

edgeai_status eai_infer(eai_ir *ir, eai_constants *constants, bool late)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    inference s = {.ir = ir, .constants = constants, .late = late, .capacity = 1};
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const size_t n = ir->nodes[i].n_inputs + ir->nodes[i].n_outputs;
        if (n > s.capacity) s.capacity = n;
    }
    s.operands = eai_allocate_array(allocator, s.capacity, sizeof *s.operands, "inference");
    s.pointers = eai_allocate_array(allocator, s.capacity, sizeof *s.pointers, "inference");
    edgeai_status status = s.operands && s.pointers ? infer_all(&s) : EDGEAI_E_MEMORY;
    eai_release(allocator, s.operands, s.capacity * sizeof *s.operands);
    eai_release(allocator, s.pointers, s.capacity * sizeof *s.pointers);
    return status;
}
