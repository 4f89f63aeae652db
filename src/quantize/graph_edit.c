/* SPDX-License-Identifier: MIT */
#include "quantize/graph_edit.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

const char *eai_edit_name(eai_ir *ir, const char *base, const char *suffix)
{
    const size_t n_base = strlen(base), n = n_base + 1 + strlen(suffix);
    if (n_base == 0 || n > EAI_IR_NAME_MAX) return "";
    char *name = eai_ir_memory(ir, n + 1);
    if (!name) return NULL;
    memcpy(name, base, n_base);
    name[n_base] = '.';
    memcpy(name + n_base + 1, suffix, n - n_base);
    for (size_t i = 0; i < ir->n_values; i++)
        if (strcmp(ir->values[i].name, name) == 0) return "";
    return name;
}

edgeai_status eai_edit_constant(eai_ir *ir, const char *name, edgeai_element element,
                                const int64_t *dims, int n_dims, const void *data,
                                size_t data_bytes, int32_t *out)
{
    eai_value value = {
        .name = name, .element = element, .n_dims = n_dims, .data = data, .data_bytes = data_bytes};
    if (!name || !data) return EDGEAI_E_MEMORY;
    for (int i = 0; i < n_dims; i++)
        value.dims[i] = dims[i];
    return eai_ir_add_value(ir, &value, out);
}

edgeai_status eai_edit_floats(eai_ir *ir, const char *name, const float *data, size_t n,
                              int32_t *out)
{
    const int64_t dims[] = {(int64_t)n};
    const void *copy = eai_ir_duplicate(ir, data, n * sizeof *data);
    return eai_edit_constant(ir, name, EDGEAI_ELEMENT_F32, dims, 1, copy, n * sizeof *data, out);
}

edgeai_status eai_edit_node(eai_ir *ir, const eai_new_node *wanted, int32_t *output, int32_t *node)
{
    int32_t y = wanted->output, number;
    const eai_value value = {.name = wanted->output_name, .n_dims = -1};
    if (y == EAI_IR_NONE) {
        if (!value.name) return EDGEAI_E_MEMORY;
        EAI_TRY(eai_ir_add_value(ir, &value, &y));
    }
    EAI_TRY(eai_ir_add_node(ir, wanted->domain, wanted->op_type, wanted->name, wanted->n_inputs, 1,
                            wanted->n_attributes, &number));
    memcpy(ir->nodes[number].inputs, wanted->inputs, wanted->n_inputs * sizeof *wanted->inputs);
    ir->nodes[number].outputs[0] = y;
    if (output) *output = y;
    if (node) *node = number;
    return EDGEAI_OK;
}

int32_t eai_edit_only_reader(const eai_ir *ir, int32_t value)
{
    int32_t reader = EAI_IR_NONE;
    for (size_t i = 0; i < ir->n_outputs; i++)
        if (ir->outputs[i] == value) return EAI_IR_NONE;
    for (size_t i = 0; i < ir->n_nodes; i++) {
        const eai_node *node = &ir->nodes[i];
        for (size_t k = 0; !node->dead && k < node->n_inputs; k++) {
            if (node->inputs[k] != value) continue;
            if (reader != EAI_IR_NONE) return EAI_IR_NONE;
            reader = (int32_t)i;
        }
    }
    return reader;
}

edgeai_status eai_edit_drop_constants(eai_ir *ir)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    const size_t n = ir->n_values + 1;
    int32_t *readers = eai_allocate_array(allocator, n, sizeof *readers, "readers of values");
    if (!readers) return EDGEAI_E_MEMORY;
    eai_ir_count_readers(ir, readers);
    for (size_t i = 0; i < ir->n_values; i++) {
        if (readers[i] > 0) continue;
        ir->values[i].data = NULL;
        ir->values[i].data_bytes = 0;
    }
    eai_release(allocator, readers, n * sizeof *readers);
    return EDGEAI_OK;
}

bool eai_edit_is(const eai_node *node, const char *op_type)
{
    return !node->dead && node->domain[0] == '\0' && strcmp(node->op_type, op_type) == 0;
}

const eai_value *eai_edit_constant_input(const eai_ir *ir, const eai_node *node, size_t i)
{
    if (i >= node->n_inputs || node->inputs[i] == EAI_IR_NONE) return NULL;
    const eai_value *value = &ir->values[node->inputs[i]];
    return value->data && value->element == EDGEAI_ELEMENT_F32 ? value : NULL;
}
