/* SPDX-License-Identifier: MIT */
#include <edgeai/graph.h>

#include <string.h>

#include "base/fail.h"
#include "graph/graph_internal.h"
#include "graph/graph_json.h"

/* The caller's struct may be older and shorter than ours. */
static edgeai_status read_options(edgeai_graph_save_options *own,
                                  const edgeai_graph_save_options *given)
{
    *own = (edgeai_graph_save_options)EDGEAI_GRAPH_SAVE_OPTIONS_INIT;
    if (!given) return EDGEAI_OK;
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "graph_save: options: struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    return EDGEAI_OK;
}

edgeai_status edgeai_graph_save_as(const edgeai_graph *graph, const char *path,
                                   const edgeai_graph_save_options *options)
{
    edgeai_graph_save_options own;
    if (!graph || !path) return eai_fail(EDGEAI_E_INVALID, "graph: graph or path is NULL");
    EAI_TRY(read_options(&own, options));
    eai_graph_content content = graph->content;
    if (own.name) content.name = own.name;
    if (own.labels) {
        content.labels = own.n_labels ? own.labels : NULL;
        content.n_labels = own.n_labels;
    }
    if (own.preprocess) {
        content.has_image_options = true;
        EAI_TRY(eai_preprocess_read(&content.image_options, own.preprocess, strlen(own.preprocess),
                                    "preprocess"));
    }
    return eai_graph_write(&content, path);
}
