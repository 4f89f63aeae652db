/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/passes.h"
#include "graph/session_internal.h"
#include "platform/context_internal.h"

static edgeai_status build(edgeai_session *session, const edgeai_session_options *options)
{
    EAI_TRY(eai_ir_copy(&session->ir, session->graph->content.ir));
    EAI_TRY(eai_session_bind(session, options->bindings, options->n_bindings));
    EAI_TRY(eai_passes_run(session->ir, &session->constants, session->plain));
    EAI_TRY(eai_session_make_steps(session));
    session->memory.weight_bytes += session->constants.bytes;
    return eai_session_plan(session);
}

edgeai_status edgeai_session_create(edgeai_session **out, const edgeai_graph *graph,
                                    const edgeai_session_options *options)
{
    edgeai_session_options all = EDGEAI_SESSION_OPTIONS_INIT;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "session: out is NULL");
    *out = NULL;
    if (!graph) return eai_fail(EDGEAI_E_INVALID, "session: graph is NULL");
    if (options) {
        if (options->struct_size < sizeof options->struct_size)
            return eai_fail(EDGEAI_E_INVALID, "session: options.struct_size is not set");
        memcpy(&all, options,
               options->struct_size < sizeof all ? options->struct_size : sizeof all);
    }
    if (all.n_bindings > 0 && !all.bindings)
        return eai_fail(EDGEAI_E_INVALID, "session: options.bindings is NULL");
    if (all.weights < EDGEAI_WEIGHTS_AUTO || all.weights > EDGEAI_WEIGHTS_PACKED)
        return eai_fail(EDGEAI_E_INVALID, "session: options.weights: expected 0 to %d, found %d",
                        EDGEAI_WEIGHTS_PACKED, (int)all.weights);
    edgeai_session *session = eai_allocate(&graph->context->allocator, sizeof *session, "session");
    if (!session) return EDGEAI_E_MEMORY;
    session->graph = graph;
    session->context = graph->context;
    session->plain = all.plain;
    session->profile = all.profile;
    session->weights = all.weights;
    edgeai_status status = build(session, &all);
    if (status != EDGEAI_OK) {
        edgeai_session_free(session);
        return status;
    }
    *out = session;
    return EDGEAI_OK;
}

static void unprepare(const edgeai_session *session)
{
    for (size_t i = 0; i < session->n_steps; i++) {
        const eai_step *step = &session->steps[i];
        if (step->is_prepared && step->call.node->op->unprepare)
            step->call.node->op->unprepare(&step->call);
    }
}

void edgeai_session_free(edgeai_session *session)
{
    if (!session) return;
    const edgeai_allocator *allocator = &session->context->allocator;
    unprepare(session);
    eai_release(allocator, session->arena, session->memory.arena_bytes + 1);
    eai_release(allocator, session->scratch, session->memory.scratch_bytes);
    eai_release(allocator, session->steps, session->n_steps * sizeof *session->steps);
    eai_release(allocator, session->pointers, session->n_pointers * sizeof *session->pointers);
    eai_release(allocator, session->operands, session->n_operands * sizeof *session->operands);
    eai_constants_free(&session->constants, allocator);
    eai_ir_free(session->ir);
    eai_release(allocator, session, sizeof *session);
}

void edgeai_session_memory(const edgeai_session *session, edgeai_session_memory_info *info)
{
    *info = session->memory;
}

/* A value's name and type with the operand's shape. */
static edgeai_port port_of(const edgeai_session *session, int32_t v)
{
    const eai_operand *operand = &session->operands[v];
    edgeai_port port = eai_port_of(&session->ir->values[v]);
    port.n_dims = operand->n_dims;
    memcpy(port.dims, operand->dims, sizeof port.dims);
    return port;
}

edgeai_status edgeai_session_input(edgeai_session *session, size_t index, edgeai_port *port,
                                   void **data)
{
    const eai_ir *ir = session->graph->content.ir;
    if (index >= ir->n_inputs)
        return eai_fail(EDGEAI_E_INVALID, "session: input %zu, there are %zu", index, ir->n_inputs);
    const int32_t v = ir->inputs[index];
    bool is_bound = true;
    for (size_t i = 0; i < session->ir->n_inputs && is_bound; i++)
        is_bound = session->ir->inputs[i] != v;
    if (port) *port = port_of(session, v);
    if (data) *data = is_bound ? NULL : session->operands[v].data;
    return EDGEAI_OK;
}

edgeai_status edgeai_session_output(const edgeai_session *session, size_t index, edgeai_port *port,
                                    const void **data)
{
    const eai_ir *ir = session->ir;
    if (index >= ir->n_outputs)
        return eai_fail(EDGEAI_E_INVALID, "session: output %zu, there are %zu", index,
                        ir->n_outputs);
    if (port) {
        *port = port_of(session, ir->outputs[index]);
        const eai_ir *original = session->graph->content.ir;
        port->name = original->values[original->outputs[index]].name;
    }
    if (data) *data = session->operands[ir->outputs[index]].data;
    return EDGEAI_OK;
}

size_t edgeai_session_n_steps(const edgeai_session *session)
{
    return session->n_steps;
}

edgeai_status edgeai_session_step(const edgeai_session *session, size_t index,
                                  edgeai_step_info *info)
{
    if (index >= session->n_steps)
        return eai_fail(EDGEAI_E_INVALID, "session: step %zu, there are %zu", index,
                        session->n_steps);
    const eai_step *step = &session->steps[index];
    const eai_node *node = step->call.node;
    *info = (edgeai_step_info){
        .name = node->name,
        .op = node->op_type,
        .method = step->prepared.method ? step->prepared.method : "",
        .macs = step->prepared.macs,
        .ms = step->ms,
        .n_runs = session->n_runs,
    };
    for (size_t k = 0; k < node->n_outputs; k++) {
        if (node->outputs[k] == EAI_IR_NONE) continue;
        info->output = port_of(session, node->outputs[k]);
        break;
    }
    return EDGEAI_OK;
}
