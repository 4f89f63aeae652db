/* SPDX-License-Identifier: MIT */
#include <edgeai/graph.h>

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph_internal.h"
#include "platform/context_internal.h"

edgeai_status eai_graph_wrap(edgeai_graph **out, edgeai_context *context,
                             eai_graph_content *content)
{
    *out = eai_allocate(&context->allocator, sizeof **out, "graph");
    if (!*out) {
        eai_graph_content_free(content);
        return EDGEAI_E_MEMORY;
    }
    **out = (edgeai_graph){context, *content};
    return EDGEAI_OK;
}

edgeai_status edgeai_graph_open(edgeai_graph **out, edgeai_context *context, const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "graph: out is NULL");
    *out = NULL;
    if (!context || !path) return eai_fail(EDGEAI_E_INVALID, "graph: context or path is NULL");
    eai_graph_content content = {0};
    EAI_TRY(eai_graph_read(&content, context, path));
    return eai_graph_wrap(out, context, &content);
}

edgeai_status edgeai_graph_open_memory(edgeai_graph **out, edgeai_context *context,
                                       const void *data, size_t n_bytes)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "graph: out is NULL");
    *out = NULL;
    if (!context || !data) return eai_fail(EDGEAI_E_INVALID, "graph: context or data is NULL");
    if ((uintptr_t)data % 8 != 0)
        return eai_fail(EDGEAI_E_INVALID, "graph: data is not aligned to 8 bytes");
    eai_graph_content content = {0};
    EAI_TRY(eai_graph_read_memory(&content, context, data, n_bytes));
    return eai_graph_wrap(out, context, &content);
}

void edgeai_graph_free(edgeai_graph *graph)
{
    if (!graph) return;
    eai_graph_content_free(&graph->content);
    eai_release(&graph->context->allocator, graph, sizeof *graph);
}

edgeai_status edgeai_graph_save(const edgeai_graph *graph, const char *path)
{
    return edgeai_graph_save_as(graph, path, NULL);
}

size_t edgeai_graph_n_inputs(const edgeai_graph *graph)
{
    return graph->content.ir->n_inputs;
}

size_t edgeai_graph_n_outputs(const edgeai_graph *graph)
{
    return graph->content.ir->n_outputs;
}

edgeai_port eai_port_of(const eai_value *value)
{
    edgeai_port port = {.name = value->name, .element = value->element, .n_dims = value->n_dims};
    if (value->n_dims > 0)
        memcpy(port.dims, value->dims, (size_t)value->n_dims * sizeof port.dims[0]);
    return port;
}

static edgeai_status port_at(const eai_ir *ir, const int32_t *values, size_t n, size_t index,
                             const char *what, edgeai_port *port)
{
    if (!port) return eai_fail(EDGEAI_E_INVALID, "graph: port is NULL");
    if (index >= n)
        return eai_fail(EDGEAI_E_INVALID, "graph: %s %zu, there are %zu", what, index, n);
    *port = eai_port_of(&ir->values[values[index]]);
    return EDGEAI_OK;
}

edgeai_status edgeai_graph_input(const edgeai_graph *graph, size_t index, edgeai_port *port)
{
    const eai_ir *ir = graph->content.ir;
    return port_at(ir, ir->inputs, ir->n_inputs, index, "input", port);
}

edgeai_status edgeai_graph_output(const edgeai_graph *graph, size_t index, edgeai_port *port)
{
    const eai_ir *ir = graph->content.ir;
    return port_at(ir, ir->outputs, ir->n_outputs, index, "output", port);
}

size_t edgeai_graph_n_nodes(const edgeai_graph *graph)
{
    return graph->content.ir->n_nodes;
}

const char *const *edgeai_graph_labels(const edgeai_graph *graph, size_t *n)
{
    *n = graph->content.n_labels;
    return *n > 0 ? graph->content.labels : NULL;
}

const edgeai_image_input_options *edgeai_graph_image_options(const edgeai_graph *graph)
{
    return graph->content.has_image_options ? &graph->content.image_options : NULL;
}
