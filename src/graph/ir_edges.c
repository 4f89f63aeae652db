/* SPDX-License-Identifier: MIT */
#include "graph/ir.h"

#include <string.h>

#include "base/memory.h"
#include "graph/operator.h"
#include "platform/context_internal.h"

void eai_ir_producers(const eai_ir *ir, int32_t *producer)
{
    for (size_t v = 0; v < ir->n_values; v++)
        producer[v] = EAI_IR_NONE;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        for (size_t k = 0; k < node->n_outputs && !node->dead; k++)
            if (node->outputs[k] != EAI_IR_NONE) producer[node->outputs[k]] = (int32_t)i;
    }
}

void eai_ir_count_readers(const eai_ir *ir, int32_t *readers)
{
    memset(readers, 0, ir->n_values * sizeof *readers);
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        for (size_t k = 0; k < node->n_inputs && !node->dead; k++)
            if (node->inputs[k] != EAI_IR_NONE) readers[node->inputs[k]]++;
    }
    for (size_t i = 0; i < ir->n_outputs; i++)
        readers[ir->outputs[i]]++;
}

void eai_ir_replace(eai_ir *ir, int32_t from, int32_t to)
{
    for (size_t i = 0; i < ir->n_nodes; i++)
        for (size_t k = 0; k < ir->nodes[i].n_inputs; k++)
            if (ir->nodes[i].inputs[k] == from) ir->nodes[i].inputs[k] = to;
    for (size_t i = 0; i < ir->n_outputs; i++)
        if (ir->outputs[i] == from) ir->outputs[i] = to;
}

static bool is_read(const eai_node *node, const bool *wanted)
{
    for (size_t k = 0; k < node->n_outputs; k++)
        if (node->outputs[k] != EAI_IR_NONE && wanted[node->outputs[k]]) return true;
    return false;
}

/* Of operators with a list of outputs (Split) none is optional: their number means something. */
static void drop_outputs(eai_node *node, const bool *wanted)
{
    if (node->op->max_outputs < 0) return;
    for (size_t k = (size_t)node->op->min_outputs; k < node->n_outputs; k++)
        if (node->outputs[k] != EAI_IR_NONE && !wanted[node->outputs[k]])
            node->outputs[k] = EAI_IR_NONE;
}

edgeai_status eai_ir_sweep(eai_ir *ir)
{
    if (ir->n_nodes == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &ir->context->allocator;
    bool *wanted = eai_allocate(allocator, ir->n_values + 1, "graph");
    if (!wanted) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < ir->n_outputs; i++)
        wanted[ir->outputs[i]] = true;
    for (size_t i = ir->n_nodes; i-- > 0;) {
        eai_node *node = &ir->nodes[i];
        if (node->dead || !is_read(node, wanted)) {
            node->dead = true;
            continue;
        }
        drop_outputs(node, wanted);
        for (size_t k = 0; k < node->n_inputs; k++)
            if (node->inputs[k] != EAI_IR_NONE) wanted[node->inputs[k]] = true;
    }
    eai_release(allocator, wanted, ir->n_values + 1);
    size_t n = 0;
    for (size_t i = 0; i < ir->n_nodes; i++)
        if (!ir->nodes[i].dead) ir->nodes[n++] = ir->nodes[i];
    ir->n_nodes = n;
    return EDGEAI_OK;
}
