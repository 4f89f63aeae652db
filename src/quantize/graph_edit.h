/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_GRAPH_EDIT_H
#define EAI_QUANTIZE_GRAPH_EDIT_H

/* Appending constants and nodes to a graph. */

#include "graph/ir.h"

/* "BASE.SUFFIX" where no value has that name yet, else ""; NULL when memory is short. */
const char *eai_edit_name(eai_ir *ir, const char *base, const char *suffix);

/* A constant whose data lie in the graph's memory already. */
edgeai_status eai_edit_constant(eai_ir *ir, const char *name, edgeai_element element,
                                const int64_t *dims, int n_dims, const void *data,
                                size_t data_bytes, int32_t *out);

/* n float32 in a shape of one dimension, copied. */
edgeai_status eai_edit_floats(eai_ir *ir, const char *name, const float *data, size_t n,
                              int32_t *out);

typedef struct eai_new_node {
    const char *domain, *op_type, *name;
    const int32_t *inputs;
    size_t n_inputs, n_attributes;
    int32_t output; /* a value that is there; EAI_IR_NONE: a new one, called like output_name */
    const char *output_name;
} eai_new_node;

/* Attributes are zero: the caller fills them in. `output` receives the value, node its number; NULL
 * where it is not wanted. */
edgeai_status eai_edit_node(eai_ir *ir, const eai_new_node *wanted, int32_t *output, int32_t *node);

/* The one node that reads `value`, where it is no graph output and read once; else NONE. */
int32_t eai_edit_only_reader(const eai_ir *ir, int32_t value);

/* Constants that nobody reads lose their data, so that they are not written. EDGEAI_E_MEMORY. */
edgeai_status eai_edit_drop_constants(eai_ir *ir);

/* Whether the node is operator `op_type` of ONNX's own domain. */
bool eai_edit_is(const eai_node *node, const char *op_type);

/* Input number i of a node where it is a constant of float32, else NULL. */
const eai_value *eai_edit_constant_input(const eai_ir *ir, const eai_node *node, size_t i);

#endif
