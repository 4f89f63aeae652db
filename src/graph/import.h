/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_IMPORT_H
#define EAI_GRAPH_IMPORT_H

/* Between the files that make a graph of an ONNX model. */

#include "graph/graph_content.h"
#include "graph/name_index.h"
#include "graph/upgrade.h"
#include "io/onnx_wire.h"

/* Oldest operator set that is read; the newest is EAI_IR_OPSET. */
enum { EAI_IMPORT_OPSET_MIN = 6 };

/* What makes a tensor. Where names repeat, an initializer goes before the input it stands for. */
typedef enum eai_import_kind {
    EAI_IMPORT_INITIALIZER,
    EAI_IMPORT_INPUT,
    EAI_IMPORT_NODE,
    EAI_IMPORT_CONSTANT /* a node Constant */
} eai_import_kind;

typedef struct eai_import_source {
    eai_import_kind kind;
    size_t index;  /* of the initializer, input or node */
    int32_t value; /* EAI_IR_NONE until something reads it */
} eai_import_source;

typedef struct eai_import {
    eai_ir *ir;
    const eai_onnx_model *model;
    int opset;
    eai_name_index names;       /* items: numbers of sources */
    eai_import_source *sources; /* [n_sources] */
    size_t n_sources, sources_capacity;
    eai_name_index infos; /* items: numbers of model->graph.values; types that the file states */
    eai_draft draft;      /* the node being made; its lists have room for all */
    size_t draft_capacity;
} eai_import;

/* A name as a string of the graph's; EDGEAI_E_FORMAT when it is no UTF-8. `what` it is a name of.
 */
edgeai_status eai_import_name(eai_import *import, edgeai_string name, const char *what,
                              const char **out);

/* A tensor as a constant of the graph. Borrowed from the file where that is aligned. */
edgeai_status eai_import_tensor(eai_import *import, const eai_onnx_tensor *tensor,
                                edgeai_string name, int32_t *out);

/* A node Constant's only output as a constant. */
edgeai_status eai_import_constant(eai_import *import, const eai_onnx_node *node, int32_t *out);

/* Element type and shape that the file states, open where it does not; more than the graph can
 * hold is EDGEAI_E_UNSUPPORTED. symbols: NULL, or receives names of open dimensions. */
edgeai_status eai_import_type(eai_import *import, const eai_onnx_value *from, eai_value *value,
                              eai_input_symbols *symbols);

/* The tensor of this name, made if need be. `reader`: what reads it, for the error text. */
edgeai_status eai_import_find(eai_import *import, edgeai_string name, const char *reader,
                              int32_t *out);

/* Node number `index` of the model, translated. */
edgeai_status eai_import_node(eai_import *import, size_t index);

#endif
