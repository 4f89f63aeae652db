/* SPDX-License-Identifier: MIT */
#include "graph/constants.h"

#include "base/memory.h"
#include "platform/context_internal.h"

void *eai_constants_add(eai_constants *constants, const edgeai_allocator *allocator, int32_t value,
                        size_t bytes)
{
    if (constants->n == constants->capacity) {
        const size_t wanted = constants->capacity ? 2 * constants->capacity : 16;
        eai_constant *bigger =
            eai_reallocate(allocator, constants->all, constants->capacity * sizeof *constants->all,
                           wanted * sizeof *constants->all, "session's constants");
        if (!bigger) return NULL;
        constants->all = bigger;
        constants->capacity = wanted;
    }
    if (bytes == 0) bytes = 1;
    void *data = eai_allocate_unset(allocator, bytes, "session's constants");
    if (!data) return NULL;
    constants->all[constants->n++] = (eai_constant){value, data, bytes};
    constants->bytes += bytes;
    return data;
}

void eai_constants_keep(eai_constants *constants, eai_ir *ir, const bool *needed)
{
    size_t n = 0;
    for (size_t i = 0; i < constants->n; i++) {
        const eai_constant constant = constants->all[i];
        if (needed[constant.value]) {
            constants->all[n++] = constant;
            continue;
        }
        ir->values[constant.value].data = NULL;
        constants->bytes -= constant.bytes;
        eai_release(&ir->context->allocator, constant.data, constant.bytes);
    }
    constants->n = n;
}

edgeai_status eai_constants_sweep(eai_constants *constants, eai_ir *ir)
{
    if (constants->n == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &ir->context->allocator;
    bool *needed = eai_allocate(allocator, ir->n_values, "session's constants");
    if (!needed) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < ir->n_nodes; i++)
        for (size_t k = 0; k < ir->nodes[i].n_inputs && !ir->nodes[i].dead; k++)
            if (ir->nodes[i].inputs[k] != EAI_IR_NONE) needed[ir->nodes[i].inputs[k]] = true;
    for (size_t i = 0; i < ir->n_outputs; i++)
        needed[ir->outputs[i]] = true;
    eai_constants_keep(constants, ir, needed);
    eai_release(allocator, needed, ir->n_values);
    return EDGEAI_OK;
}

void eai_constants_free(eai_constants *constants, const edgeai_allocator *allocator)
{
    for (size_t i = 0; i < constants->n; i++)
        eai_release(allocator, constants->all[i].data, constants->all[i].bytes);
    eai_release(allocator, constants->all, constants->capacity * sizeof *constants->all);
    *constants = (eai_constants){0};
}
