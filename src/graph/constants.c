/* SPDX-License-Identifier: MIT */
#include "graph/constants.h"

#include "base/memory.h"
#include "base/sort.h"
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

static bool is_lower(const void *user, size_t a, size_t b)
{
    const eai_constant *all = user;
    return (uintptr_t)all[a].data < (uintptr_t)all[b].data;
}

/* Marks the block that `data` lies in, if it is one of these; order is by address. */
static void mark(const eai_constants *constants, const size_t *order, const void *data, bool *kept)
{
    size_t low = 0, high = constants->n;
    const uintptr_t at = (uintptr_t)data;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const eai_constant *constant = &constants->all[order[middle]];
        const uintptr_t begin = (uintptr_t)constant->data;
        if (at >= begin && at < begin + constant->bytes) kept[order[middle]] = true;
        if (at < begin)
            high = middle;
        else
            low = middle + 1;
    }
}

static void drop(eai_constants *constants, eai_ir *ir, const bool *kept)
{
    size_t n = 0;
    for (size_t i = 0; i < constants->n; i++) {
        const eai_constant constant = constants->all[i];
        if (kept[i]) {
            constants->all[n++] = constant;
            continue;
        }
        ir->values[constant.value].data = NULL;
        constants->bytes -= constant.bytes;
        eai_release(&ir->context->allocator, constant.data, constant.bytes);
    }
    constants->n = n;
}

edgeai_status eai_constants_keep(eai_constants *constants, eai_ir *ir, const bool *needed)
{
    const size_t n = constants->n, bytes = n * (sizeof(size_t) + 1);
    if (n == 0) return EDGEAI_OK;
    size_t *order = eai_allocate(&ir->context->allocator, bytes, "session's constants");
    if (!order) return EDGEAI_E_MEMORY;
    bool *kept = (bool *)(order + n);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    eai_sort_items(order, n, is_lower, constants->all);
    for (size_t v = 0; v < ir->n_values; v++)
        if (needed[v] && ir->values[v].data) mark(constants, order, ir->values[v].data, kept);
    drop(constants, ir, kept);
    eai_release(&ir->context->allocator, order, bytes);
    return EDGEAI_OK;
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
    edgeai_status status = eai_constants_keep(constants, ir, needed);
    eai_release(allocator, needed, ir->n_values);
    return status;
}

void eai_constants_free(eai_constants *constants, const edgeai_allocator *allocator)
{
    for (size_t i = 0; i < constants->n; i++)
        eai_release(allocator, constants->all[i].data, constants->all[i].bytes);
    eai_release(allocator, constants->all, constants->capacity * sizeof *constants->all);
    *constants = (eai_constants){0};
}
