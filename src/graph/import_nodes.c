/* SPDX-License-Identifier: MIT */

/* Nodes of an ONNX model: attributes, inputs and outputs become a draft, which is upgraded. */

#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "graph/import.h"

/* Operators with graphs or sequences inside, whose attributes are not worth looking at. */
static bool is_control_flow(const char *op_type)
{
    static const char *const names[] = {"If", "Loop", "Scan", "SequenceMap"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(op_type, names[i]) == 0) return true;
    return false;
}

static edgeai_status copy_strings(eai_import *import, const edgeai_string *strings, size_t n,
                                  const char *const **out)
{
    const char **copies = eai_ir_memory(import->ir, n * sizeof *copies);
    if (!copies) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        EAI_TRY(eai_import_name(import, strings[i], "attribute", &copies[i]));
    *out = copies;
    return EDGEAI_OK;
}

static edgeai_status copy_list(eai_import *import, const eai_onnx_attribute *from,
                               eai_attribute *to)
{
    to->n = from->n;
    if (from->type == EAI_ONNX_ATTRIBUTE_STRINGS) {
        to->kind = EAI_ATTRIBUTE_STRINGS;
        return copy_strings(import, from->strings, from->n, &to->strings);
    }
    if (from->type == EAI_ONNX_ATTRIBUTE_INTS) {
        to->kind = EAI_ATTRIBUTE_INTS;
        to->ints = eai_ir_duplicate(import->ir, from->ints, from->n * sizeof *from->ints);
        return to->ints ? EDGEAI_OK : EDGEAI_E_MEMORY;
    }
    to->kind = EAI_ATTRIBUTE_FLOATS;
    to->floats = eai_ir_duplicate(import->ir, from->floats, from->n * sizeof *from->floats);
    return to->floats ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static edgeai_status copy_attribute(eai_import *import, const eai_onnx_attribute *from)
{
    eai_draft *draft = &import->draft;
    eai_attribute to = {.kind = EAI_ATTRIBUTE_INT};
    EAI_TRY(eai_import_name(import, from->name, "attribute", &to.name));
    if (from->reference.n_bytes > 0)
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED,
                              "attribute %s refers to a function around the node", to.name);
    switch (from->type) {
    case EAI_ONNX_ATTRIBUTE_NONE:
        return EDGEAI_OK;
    case EAI_ONNX_ATTRIBUTE_INT:
        to.i = from->i;
        break;
    case EAI_ONNX_ATTRIBUTE_FLOAT:
        to.kind = EAI_ATTRIBUTE_FLOAT;
        to.f = from->f;
        break;
    case EAI_ONNX_ATTRIBUTE_STRING:
        to.kind = EAI_ATTRIBUTE_STRING;
        EAI_TRY(eai_import_name(import, from->s, "attribute", &to.s));
        break;
    case EAI_ONNX_ATTRIBUTE_INTS:
    case EAI_ONNX_ATTRIBUTE_FLOATS:
    case EAI_ONNX_ATTRIBUTE_STRINGS:
        if (from->n == 0) return EDGEAI_OK; /* the same as left out */
        EAI_TRY(copy_list(import, from, &to));
        break;
    case EAI_ONNX_ATTRIBUTE_TENSOR:
        if (strcmp(draft->op_type, "ConstantOfShape") == 0 && strcmp(to.name, "value") == 0)
            return EDGEAI_OK; /* expand_constant() */
        /* fall through */
    default:
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED,
                              "attribute %s of type %s is not supported", to.name,
                              eai_onnx_attribute_type_name(from->type));
    }
    draft->attributes[draft->n_attributes++] = to;
    return EDGEAI_OK;
}

static edgeai_status read_edges(eai_import *import, const eai_onnx_node *node)
{
    eai_draft *draft = &import->draft;
    for (size_t i = 0; i < node->n_inputs; i++) {
        draft->inputs[i] = EAI_IR_NONE;
        if (node->inputs[i].n_bytes > 0)
            EAI_TRY(eai_import_find(import, node->inputs[i], draft->name, &draft->inputs[i]));
    }
    for (size_t i = 0; i < node->n_outputs; i++) {
        draft->outputs[i] = EAI_IR_NONE;
        if (node->outputs[i].n_bytes > 0)
            EAI_TRY(eai_import_find(import, node->outputs[i], draft->name, &draft->outputs[i]));
    }
    draft->n_inputs = node->n_inputs;
    draft->n_outputs = node->n_outputs;
    return EDGEAI_OK;
}

/* ConstantOfShape(shape) with its tensor attribute "value", of one element, is Expand(value,
 * shape): the graph has no tensor attributes. */
static edgeai_status expand_constant(eai_import *import, const eai_onnx_node *node)
{
    eai_draft *draft = &import->draft;
    const eai_onnx_attribute *attribute = eai_onnx_node_attribute(node, "value");
    int32_t value;
    if (draft->n_inputs != 1)
        return eai_draft_fail(draft, EDGEAI_E_FORMAT, "expected 1 input, found %zu",
                              draft->n_inputs);
    if (!attribute) {
        EAI_TRY(eai_draft_floats(draft, EAI_IR_NONE, &(float){0}, 1, 0, &value));
    } else {
        if (attribute->type != EAI_ONNX_ATTRIBUTE_TENSOR || attribute->t->n_elements != 1)
            return eai_draft_fail(draft, EDGEAI_E_FORMAT, "value: expected a tensor of 1 element");
        EAI_TRY(eai_import_tensor(import, attribute->t, (edgeai_string){"", 0}, &value));
        import->ir->values[value].n_dims = 0;
    }
    draft->op_type = "Expand";
    draft->inputs[1] = draft->inputs[0];
    draft->inputs[0] = value;
    draft->n_inputs = 2;
    return EDGEAI_OK;
}

/* A node without a name gets its operator's and its place in the file. */
static edgeai_status name_draft(eai_import *import, const eai_onnx_node *node, size_t index)
{
    eai_draft *draft = &import->draft;
    EAI_TRY(eai_import_name(import, node->op_type, "operator", &draft->op_type));
    if (node->name.n_bytes > 0) return eai_import_name(import, node->name, "node", &draft->name);
    const size_t n = strlen(draft->op_type), room = n + 24;
    char *name = eai_ir_memory(import->ir, room);
    if (!name) return EDGEAI_E_MEMORY;
    snprintf(name, room, "%s_%zu", draft->op_type, index);
    draft->name = name;
    return EDGEAI_OK;
}

edgeai_status eai_import_node(eai_import *import, size_t index)
{
    const eai_onnx_node *node = &import->model->graph.nodes[index];
    eai_draft *draft = &import->draft;
    char shown[64];
    if (node->domain.n_bytes == 0 && eai_onnx_is(node->op_type, "Constant") &&
        node->n_outputs == 1 && node->outputs[0].n_bytes > 0)
        return EDGEAI_OK; /* made when it is read */
    draft->ir = import->ir;
    draft->opset = import->opset;
    draft->n_inputs = draft->n_outputs = draft->n_attributes = 0;
    EAI_TRY(name_draft(import, node, index));
    if (node->domain.n_bytes > 0)
        return eai_draft_fail(
            draft, EDGEAI_E_UNSUPPORTED, "operators of domain \"%s\" are not supported",
            eai_printable(node->domain.bytes, node->domain.n_bytes, shown, sizeof shown));
    if (is_control_flow(draft->op_type))
        return eai_draft_fail(draft, EDGEAI_E_UNSUPPORTED,
                              "operators with graphs inside are not supported");
    for (size_t i = 0; i < node->n_attributes; i++)
        EAI_TRY(copy_attribute(import, &node->attributes[i]));
    EAI_TRY(read_edges(import, node));
    if (strcmp(draft->op_type, "ConstantOfShape") == 0) EAI_TRY(expand_constant(import, node));
    EAI_TRY(eai_upgrade(draft));
    return eai_draft_finish(draft);
}
