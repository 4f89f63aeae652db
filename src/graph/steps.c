/* SPDX-License-Identifier: MIT */
/* From nodes to calls: operands of all values, lists of them, and what operators prepare. */

#include "base/fail.h"
#include "base/memory.h"
#include "graph/infer.h"
#include "graph/session_internal.h"
#include "platform/context_internal.h"
#include "platform/free_memory.h"

static edgeai_status make_operands(edgeai_session *session)
{
    const eai_ir *ir = session->ir;
    const edgeai_allocator *allocator = &session->context->allocator;
    size_t n_pointers = 0;
    for (size_t i = 0; i < ir->n_nodes; i++)
        n_pointers += ir->nodes[i].n_inputs + ir->nodes[i].n_outputs;
    if (ir->n_values > 0) {
        session->operands = eai_allocate_array(allocator, ir->n_values, sizeof *session->operands,
                                               "session's tensors");
        if (!session->operands) return EDGEAI_E_MEMORY;
        session->n_operands = ir->n_values;
    }
    if (n_pointers > 0) {
        session->pointers =
            eai_allocate_array(allocator, n_pointers, sizeof *session->pointers, "session's steps");
        if (!session->pointers) return EDGEAI_E_MEMORY;
        session->n_pointers = n_pointers;
    }
    if (ir->n_nodes > 0) {
        session->steps =
            eai_allocate_array(allocator, ir->n_nodes, sizeof *session->steps, "session's steps");
        if (!session->steps) return EDGEAI_E_MEMORY;
        session->n_steps = ir->n_nodes;
    }
    for (size_t v = 0; v < ir->n_values; v++)
        session->operands[v] = eai_operand_of(&ir->values[v]);
    return EDGEAI_OK;
}

static eai_operand **list(edgeai_session *session, const int32_t *values, size_t n, size_t *used)
{
    eai_operand **pointers = session->pointers + *used;
    for (size_t k = 0; k < n; k++)
        pointers[k] = values[k] == EAI_IR_NONE ? NULL : &session->operands[values[k]];
    *used += n;
    return pointers;
}

/* Shapes that depend on data are known after a run: nothing inside the graph can wait for them. */
static edgeai_status check_step(const eai_call *call, const int32_t *node_readers)
{
    const eai_operator *op = call->node->op;
    if (!op->run) return eai_call_fail(call, EDGEAI_E_UNSUPPORTED, "cannot be computed");
    if (!(op->flags & EAI_OP_DATA_SHAPE)) return EDGEAI_OK;
    for (size_t k = 0; k < call->n_outputs; k++)
        if (call->outputs[k] && node_readers[call->node->outputs[k]] > 0)
            return eai_call_fail(call, EDGEAI_E_UNSUPPORTED,
                                 "the shape of output %zu depends on data, and other operators "
                                 "read it",
                                 k);
    return EDGEAI_OK;
}

static edgeai_status prepare(edgeai_session *session, eai_step *step)
{
    const eai_operator *op = step->call.node->op;
    if (op->prepare) EAI_TRY(op->prepare(&step->call, &step->prepared));
    step->is_prepared = true;
    step->call.state = step->prepared.state;
    session->memory.weight_bytes += step->prepared.state_bytes;
    if (step->prepared.scratch_bytes > session->memory.scratch_bytes)
        session->memory.scratch_bytes = step->prepared.scratch_bytes;
    return EDGEAI_OK;
}

static edgeai_status make_steps(edgeai_session *session, const int32_t *node_readers)
{
    size_t used = 0, room = eai_free_memory() / 2;
    for (size_t i = 0; i < session->n_steps; i++) {
        const eai_node *node = &session->ir->nodes[i];
        eai_step *step = &session->steps[i];
        step->call = (eai_call){.node = node,
                                .context = session->context,
                                .n_inputs = node->n_inputs,
                                .n_outputs = node->n_outputs,
                                .weights = session->weights,
                                .room_bytes = room};
        step->call.inputs = list(session, node->inputs, node->n_inputs, &used);
        step->call.outputs = list(session, node->outputs, node->n_outputs, &used);
        EAI_TRY(check_step(&step->call, node_readers));
        EAI_TRY(prepare(session, step));
        room -= step->prepared.large_bytes;
    }
    return EDGEAI_OK;
}

/* Constants of the session's own that were packed, and that nothing else reads, go. */
static edgeai_status free_packed(edgeai_session *session)
{
    eai_ir *ir = session->ir;
    if (session->constants.n == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &session->context->allocator;
    bool *needed = eai_allocate(allocator, ir->n_values, "session's steps");
    if (!needed) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < session->n_steps; i++) {
        const eai_node *node = &ir->nodes[i];
        const uint32_t packed = session->steps[i].prepared.packed_inputs;
        for (size_t k = 0; k < node->n_inputs; k++)
            if (node->inputs[k] != EAI_IR_NONE && !(k < 32 && packed >> k & 1))
                needed[node->inputs[k]] = true;
    }
    for (size_t i = 0; i < ir->n_outputs; i++)
        needed[ir->outputs[i]] = true;
    edgeai_status status = eai_constants_keep(&session->constants, ir, needed);
    for (size_t v = 0; v < ir->n_values; v++)
        if (!needed[v]) session->operands[v].data = NULL;
    eai_release(allocator, needed, ir->n_values);
    return status;
}

edgeai_status eai_session_make_steps(edgeai_session *session)
{
    EAI_TRY(make_operands(session));
    if (session->n_steps == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &session->context->allocator;
    const eai_ir *ir = session->ir;
    int32_t *readers =
        eai_allocate_array(allocator, ir->n_values, sizeof *readers, "session's steps");
    if (!readers) return EDGEAI_E_MEMORY;
    eai_ir_count_readers(ir, readers);
    for (size_t i = 0; i < ir->n_outputs; i++)
        readers[ir->outputs[i]]--;
    edgeai_status status = make_steps(session, readers);
    eai_release(allocator, readers, ir->n_values * sizeof *readers);
    return status == EDGEAI_OK ? free_packed(session) : status;
}
