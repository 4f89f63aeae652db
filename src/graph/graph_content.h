/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_GRAPH_CONTENT_H
#define EAI_GRAPH_GRAPH_CONTENT_H

/*
 * What a network's file holds, ONNX or GGUF alike: the graph, and what stands beside it. Readers
 * fill it, the writer writes it, edgeai_graph holds one.
 */

#include <edgeai/image.h>
#include <edgeai/model_file.h>

#include "graph/ir.h"

struct eai_onnx_model;

/* Names of an input's open dimensions; NULL for one without a name, and for numbers. */
typedef struct eai_input_symbols {
    const char *dims[EDGEAI_GRAPH_DIMS_MAX];
} eai_input_symbols;

/* Everything but the files lies in the ir's memory. */
typedef struct eai_graph_content {
    edgeai_context *context;
    eai_ir *ir;                  /* sorted; every node's operator is looked up */
    edgeai_model_file *file;     /* constants lie in one of these two; the other is NULL */
    struct eai_onnx_model *onnx; /* both are NULL for a graph made otherwise */
    const char *name;            /* of the network, "" for none; never NULL */
    const char *const *labels;   /* [n_labels]; NULL without */
    size_t n_labels;
    bool has_image_options;
    edgeai_image_input_options image_options;
    const eai_input_symbols *symbols; /* [ir->n_inputs]; the same name means the same size */
} eai_graph_content;

/*
 * Reads a network, whose first bytes say whether it is GGUF or ONNX. Errors are those of
 * edgeai_graph_open(); *out is zero then, and needs no freeing.
 */
edgeai_status eai_graph_read(eai_graph_content *out, edgeai_context *context, const char *path);

/* The same for an image in memory (aligned to 8 bytes) that stays in place until out is freed. */
edgeai_status eai_graph_read_memory(eai_graph_content *out, edgeai_context *context,
                                    const void *data, size_t n_bytes);

/* Frees what a reader made; a zero one is fine. */
void eai_graph_content_free(eai_graph_content *content);

/* Writes it as GGUF (docs/formats/graph.md); errors are those of edgeai_graph_save(). */
edgeai_status eai_graph_write(const eai_graph_content *content, const char *path);

/* The readers behind eai_graph_read(): each takes over its open file, also when it fails. */
edgeai_status eai_graph_read_gguf(eai_graph_content *out, edgeai_context *context,
                                  edgeai_model_file *file);
edgeai_status eai_graph_read_onnx(eai_graph_content *out, edgeai_context *context,
                                  struct eai_onnx_model *model, const char *source);

#endif
