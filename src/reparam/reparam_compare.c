/* SPDX-License-Identifier: MIT */
/* Two networks in numbers. */

#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/memory.h"
#include "base/rng.h"
#include "platform/context_internal.h"
#include "reparam/reparam_internal.h"

/* Layers that multiply: what depth counts. */
static bool is_layer(const eai_node *node)
{
    static const char *const names[] = {"Conv",       "ConvTranspose", "Gemm",         "MatMul",
                                        "LowBitConv", "QLinearConv",   "QLinearMatMul"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(node->op_type, names[i]) == 0) return true;
    return false;
}

/* Nodes are in an order in which they run. */
static edgeai_status find_depth(const eai_ir *ir, size_t *depth)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    uint32_t *at = eai_allocate_array(allocator, ir->n_values + 1, sizeof *at, "reparam: depth");
    if (!at) return EDGEAI_E_MEMORY;
    *depth = 0;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        uint32_t most = 0;
        for (size_t k = 0; k < node->n_inputs; k++)
            if (node->inputs[k] != EAI_IR_NONE && at[node->inputs[k]] > most)
                most = at[node->inputs[k]];
        most += is_layer(node);
        for (size_t k = 0; k < node->n_outputs; k++)
            if (node->outputs[k] != EAI_IR_NONE) at[node->outputs[k]] = most;
        if (most > *depth) *depth = most;
    }
    eai_release(allocator, at, (ir->n_values + 1) * sizeof *at);
    return EDGEAI_OK;
}

static edgeai_status count(const edgeai_graph *graph, const edgeai_session *session,
                           edgeai_reparam_totals *out)
{
    edgeai_session_memory_info memory;
    edgeai_session_memory(session, &memory);
    *out = (edgeai_reparam_totals){.n_nodes = edgeai_graph_n_nodes(graph),
                                   .peak_bytes = memory.arena_bytes};
    for (size_t i = 0; i < edgeai_session_n_steps(session); i++) {
        edgeai_step_info info;
        EAI_TRY(edgeai_session_step(session, i, &info));
        out->macs += info.macs;
    }
    return find_depth(graph->content.ir, &out->depth);
}

static edgeai_status fill(edgeai_session *session, size_t n_inputs)
{
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (size_t i = 0; i < n_inputs; i++) {
        edgeai_port port;
        void *data;
        EAI_TRY(edgeai_session_input(session, i, &port, &data));
        size_t n = 1;
        for (int d = 0; d < port.n_dims; d++)
            n *= (size_t)port.dims[d];
        for (size_t k = 0; k < n && port.element == EDGEAI_ELEMENT_F32; k++)
            ((float *)data)[k] = (float)eai_rng_uniform(&rng) - 0.5f;
    }
    return EDGEAI_OK;
}

/* What else the machine does only ever adds time. */
static double least(const double *times, size_t n)
{
    double ms = times[0];
    for (size_t i = 1; i < n; i++)
        ms = times[i] < ms ? times[i] : ms;
    return ms;
}

/* In turn, so that a slower machine for a while is slower for both. */
static edgeai_status time_both(edgeai_session *const sessions[2], size_t n_runs, double *times,
                               edgeai_reparam_totals *const totals[2])
{
    for (size_t run = 0; run < n_runs + 2; run++)
        for (int k = 0; k < 2; k++) {
            const double start = eai_clock_ms();
            EAI_TRY(edgeai_session_run(sessions[k]));
            if (run >= 2) times[(size_t)k * n_runs + run - 2] = eai_clock_ms() - start;
        }
    for (int k = 0; k < 2; k++)
        totals[k]->ms = least(times + (size_t)k * n_runs, n_runs);
    return EDGEAI_OK;
}

static edgeai_status compare(const edgeai_reparam *self, size_t n_runs, edgeai_session *sessions[2],
                             edgeai_reparam_totals *const totals[2])
{
    const edgeai_graph *graphs[2] = {self->deep, self->shallow};
    for (int k = 0; k < 2; k++) {
        EAI_TRY(eai_reparam_session(self, graphs[k], &sessions[k]));
        EAI_TRY(count(graphs[k], sessions[k], totals[k]));
        EAI_TRY(fill(sessions[k], edgeai_graph_n_inputs(graphs[k])));
    }
    if (n_runs == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &self->context->allocator;
    double *times = eai_allocate_array(allocator, 2 * n_runs, sizeof *times, "reparam: times");
    if (!times) return EDGEAI_E_MEMORY;
    const edgeai_status status = time_both(sessions, n_runs, times, totals);
    eai_release(allocator, times, 2 * n_runs * sizeof *times);
    return status;
}

edgeai_status edgeai_reparam_compare(const edgeai_reparam *reparam, size_t n_runs,
                                     edgeai_reparam_totals *before, edgeai_reparam_totals *after)
{
    if (!reparam || !before || !after)
        return eai_fail(EDGEAI_E_INVALID, "reparam: reparam, before or after is NULL");
    if (n_runs > 10000)
        return eai_fail(EDGEAI_E_INVALID, "reparam: n_runs: expected at most 10000, found %zu",
                        n_runs);
    edgeai_session *sessions[2] = {NULL, NULL};
    edgeai_reparam_totals *const totals[2] = {before, after};
    const edgeai_status status = compare(reparam, n_runs, sessions, totals);
    edgeai_session_free(sessions[0]);
    edgeai_session_free(sessions[1]);
    return status;
}
