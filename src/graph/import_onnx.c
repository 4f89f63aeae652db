/* SPDX-License-Identifier: MIT */

/*
 * An ONNX model as a graph at opset 25. First every name that something makes is listed, so that
 * references can be followed in any order; then nodes are translated one by one. Constants that
 * nothing reads are passed over.
 */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"
#include "graph/import.h"
#include "platform/context_internal.h"

enum { SHOWN_BYTES = 64 };

static edgeai_status check_model(eai_import *import)
{
    const eai_onnx_model *model = import->model;
    const char *source = import->ir->source;
    int64_t version = 0;
    for (size_t i = 0; i < model->n_opsets; i++) {
        if (model->opsets[i].domain.n_bytes > 0) continue;
        if (version && version != model->opsets[i].version)
            return eai_fail(EDGEAI_E_FORMAT,
                            "%s: operator set ai.onnx is named with versions %lld and %lld", source,
                            (long long)version, (long long)model->opsets[i].version);
        version = model->opsets[i].version;
    }
    if (version == 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: the model names no operator set ai.onnx",
                        source);
    if (version < EAI_IMPORT_OPSET_MIN || version > EAI_IR_OPSET)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: opset %lld of ai.onnx: expected %d to %d",
                        source, (long long)version, EAI_IMPORT_OPSET_MIN, EAI_IR_OPSET);
    if (model->graph.n_sparse_initializers > 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: sparse initializers are not supported", source);
    import->opset = (int)version;
    return EDGEAI_OK;
}

static edgeai_status list_name(eai_import *import, edgeai_string name, eai_import_kind kind,
                               size_t index)
{
    EAI_TRY(eai_name_index_add(&import->names, name, import->n_sources));
    import->sources[import->n_sources++] = (eai_import_source){kind, index, EAI_IR_NONE};
    return EDGEAI_OK;
}

/* Of each name the first source counts; initializers were listed in front of inputs. */
static edgeai_status check_repeated(eai_import *import)
{
    const eai_name_index *names = &import->names;
    char shown[SHOWN_BYTES];
    for (size_t i = 1; i < names->n; i++) {
        const eai_name_entry *a = &names->entries[names->order[i - 1]];
        const eai_name_entry *b = &names->entries[names->order[i]];
        if (!eai_string_equals(a->name, b->name)) continue;
        if (import->sources[a->item].kind == EAI_IMPORT_INITIALIZER &&
            import->sources[b->item].kind == EAI_IMPORT_INPUT)
            continue;
        return eai_fail(EDGEAI_E_FORMAT, "%s: tensor \"%s\" is made twice", import->ir->source,
                        eai_printable(a->name.bytes, a->name.n_bytes, shown, sizeof shown));
    }
    return EDGEAI_OK;
}

static edgeai_status list_names(eai_import *import)
{
    const eai_onnx_graph *graph = &import->model->graph;
    import->sources_capacity = graph->n_initializers + graph->n_inputs + 1;
    for (size_t i = 0; i < graph->n_nodes; i++)
        import->sources_capacity += graph->nodes[i].n_outputs;
    import->sources = eai_allocate_array(&import->ir->context->allocator, import->sources_capacity,
                                         sizeof *import->sources, "names");
    if (!import->sources) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < graph->n_initializers; i++)
        EAI_TRY(list_name(import, graph->initializers[i].name, EAI_IMPORT_INITIALIZER, i));
    for (size_t i = 0; i < graph->n_inputs; i++)
        EAI_TRY(list_name(import, graph->inputs[i].name, EAI_IMPORT_INPUT, i));
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const eai_onnx_node *node = &graph->nodes[i];
        const bool is_constant = node->n_outputs == 1 && node->domain.n_bytes == 0 &&
                                 eai_onnx_is(node->op_type, "Constant");
        for (size_t k = 0; k < node->n_outputs; k++)
            if (node->outputs[k].n_bytes > 0)
                EAI_TRY(list_name(import, node->outputs[k],
                                  is_constant ? EAI_IMPORT_CONSTANT : EAI_IMPORT_NODE, i));
    }
    EAI_TRY(eai_name_index_sort(&import->names));
    EAI_TRY(check_repeated(import));
    for (size_t i = 0; i < graph->n_values; i++)
        EAI_TRY(eai_name_index_add(&import->infos, graph->values[i].name, i));
    for (size_t i = 0; i < graph->n_outputs; i++)
        EAI_TRY(eai_name_index_add(&import->infos, graph->outputs[i].name, graph->n_values + i));
    return eai_name_index_sort(&import->infos);
}

/* A tensor that a node makes, with the type that the file states for it. */
static edgeai_status add_made(eai_import *import, edgeai_string name, int32_t *out)
{
    const eai_onnx_graph *graph = &import->model->graph;
    eai_value value = {.n_dims = -1};
    const eai_name_entry *info = eai_name_index_find(&import->infos, name);
    if (info)
        EAI_TRY(eai_import_type(import,
                                info->item < graph->n_values
                                    ? &graph->values[info->item]
                                    : &graph->outputs[info->item - graph->n_values],
                                &value, NULL));
    EAI_TRY(eai_import_name(import, name, "tensor", &value.name));
    return eai_ir_add_value(import->ir, &value, out);
}

edgeai_status eai_import_find(eai_import *import, edgeai_string name, const char *reader,
                              int32_t *out)
{
    const eai_onnx_graph *graph = &import->model->graph;
    const eai_name_entry *entry = eai_name_index_find(&import->names, name);
    char shown[SHOWN_BYTES], shown_reader[SHOWN_BYTES];
    if (!entry)
        return eai_fail(EDGEAI_E_FORMAT, "%s: %s reads tensor \"%s\", which nothing makes",
                        import->ir->source,
                        eai_printable(reader, strlen(reader), shown_reader, sizeof shown_reader),
                        eai_printable(name.bytes, name.n_bytes, shown, sizeof shown));
    eai_import_source *source = &import->sources[entry->item];
    edgeai_status status = EDGEAI_OK;
    if (source->value == EAI_IR_NONE) {
        if (source->kind == EAI_IMPORT_INITIALIZER)
            status = eai_import_tensor(import, &graph->initializers[source->index], name,
                                       &source->value);
        else if (source->kind == EAI_IMPORT_CONSTANT)
            status = eai_import_constant(import, &graph->nodes[source->index], &source->value);
        else
            status = add_made(import, name, &source->value);
    }
    *out = source->value;
    return status;
}

/* Inputs that no initializer stands for, and outputs. */
static edgeai_status set_ports(eai_import *import, eai_graph_content *content)
{
    const eai_onnx_graph *graph = &import->model->graph;
    eai_ir *ir = import->ir;
    int32_t *inputs = eai_ir_memory(ir, graph->n_inputs * sizeof *inputs);
    int32_t *outputs = eai_ir_memory(ir, graph->n_outputs * sizeof *outputs);
    eai_input_symbols *symbols = eai_ir_memory(ir, graph->n_inputs * sizeof *symbols);
    size_t n = 0;
    if (!inputs || !outputs || !symbols) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < graph->n_inputs; i++) {
        const eai_name_entry *entry = eai_name_index_find(&import->names, graph->inputs[i].name);
        eai_import_source *source = &import->sources[entry->item];
        if (source->kind != EAI_IMPORT_INPUT) continue;
        eai_value value = {.n_dims = -1};
        EAI_TRY(eai_import_type(import, &graph->inputs[i], &value, &symbols[n]));
        EAI_TRY(eai_import_name(import, graph->inputs[i].name, "input", &value.name));
        EAI_TRY(eai_ir_add_value(ir, &value, &source->value));
        inputs[n++] = source->value;
    }
    for (size_t i = 0; i < graph->n_outputs; i++)
        EAI_TRY(
            eai_import_find(import, graph->outputs[i].name, "the list of outputs", &outputs[i]));
    content->symbols = symbols;
    return eai_ir_set_ports(ir, inputs, n, outputs, graph->n_outputs);
}

/* Room in the draft for the largest node. */
static edgeai_status make_draft(eai_import *import)
{
    const eai_onnx_graph *graph = &import->model->graph;
    size_t most = 0;
    for (size_t i = 0; i < graph->n_nodes; i++) {
        const eai_onnx_node *node = &graph->nodes[i];
        if (node->n_inputs > most) most = node->n_inputs;
        if (node->n_outputs > most) most = node->n_outputs;
        if (node->n_attributes > most) most = node->n_attributes;
    }
    const edgeai_allocator *allocator = &import->ir->context->allocator;
    import->draft_capacity = most + EAI_DRAFT_SPARE;
    import->draft.inputs =
        eai_allocate_array(allocator, 2 * import->draft_capacity, sizeof(int32_t), "node");
    import->draft.attributes =
        eai_allocate_array(allocator, import->draft_capacity, sizeof(eai_attribute), "node");
    import->draft.outputs = import->draft.inputs + import->draft_capacity;
    return import->draft.inputs && import->draft.attributes ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static edgeai_status run(eai_import *import, eai_graph_content *content)
{
    EAI_TRY(check_model(import));
    EAI_TRY(list_names(import));
    EAI_TRY(set_ports(import, content));
    EAI_TRY(make_draft(import));
    EAI_TRY(eai_import_name(import, import->model->graph.name, "graph", &content->name));
    for (size_t i = 0; i < import->model->graph.n_nodes; i++)
        EAI_TRY(eai_import_node(import, i));
    return eai_ir_sort(import->ir);
}

edgeai_status eai_graph_read_onnx(eai_graph_content *out, edgeai_context *context,
                                  eai_onnx_model *model, const char *source)
{
    const edgeai_allocator *allocator = &context->allocator;
    eai_graph_content content = {.context = context, .onnx = model, .name = ""};
    eai_import import = {.model = model};
    import.names.allocator = import.infos.allocator = allocator;
    edgeai_status status = eai_ir_create(&content.ir, context, source);
    import.ir = content.ir;
    if (status == EDGEAI_OK) status = run(&import, &content);
    eai_name_index_free(&import.names);
    eai_name_index_free(&import.infos);
    eai_release(allocator, import.sources, import.sources_capacity * sizeof *import.sources);
    eai_release(allocator, import.draft.inputs, 2 * import.draft_capacity * sizeof(int32_t));
    eai_release(allocator, import.draft.attributes, import.draft_capacity * sizeof(eai_attribute));
    *out = content;
    if (status != EDGEAI_OK) eai_graph_content_free(out);
    return status;
}
