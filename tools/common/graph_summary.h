/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_GRAPH_SUMMARY_H
#define TOOLS_COMMON_GRAPH_SUMMARY_H

/* What a network file (general.architecture edgeai-graph) has: operators by kind, inputs, outputs,
 * parameters. Taken from the text of edgeai.graph, so that damaged ones can be shown too. */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <edgeai/model_file.h>

typedef struct graph_kind {
    const char *op; /* borrowed from the text */
    size_t n;
} graph_kind;

typedef struct graph_summary {
    cJSON *root;
    graph_kind *kinds; /* [n_kinds], most frequent first */
    size_t n_kinds, n_nodes, n_constants;
    double n_parameters;   /* elements of the constants that lie in tensors */
    uint64_t tensor_bytes; /* of all tensors of the file */
} graph_summary;

/* False when the file is no network, its text no JSON, or memory is short. */
bool graph_summary_read(graph_summary *self, const edgeai_model_file *file);
void graph_summary_free(graph_summary *self);

/* Lines of text; false when writing failed. */
bool graph_summary_print(const graph_summary *self, FILE *out);

/* Adds n_nodes, operators, inputs, outputs, n_constants, n_parameters and tensor_bytes. */
void graph_summary_json(const graph_summary *self, cJSON *object);

#endif
