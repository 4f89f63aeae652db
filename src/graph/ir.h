/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_IR_H
#define EAI_GRAPH_IR_H

/*
 * The graph as data: values (tensors), nodes (operators applied), attributes. Readers build it,
 * passes rewrite it, a session plans it. Operators have the meaning of ONNX opset 25 (readers
 * translate older forms); own operators live in the domains "edgeai" (may be in files) and
 * "edgeai.nhwc" (made by passes, never in files).
 *
 * Everything a graph points to lives in its own blocks, or in the file it was read from.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/graph.h>

enum { EAI_IR_OPSET = 25, EAI_IR_NONE = -1 };

/* Limits for files: far beyond real networks, near enough to stop a hostile one early. */
enum {
    EAI_IR_NODES_MAX = 1 << 20,
    EAI_IR_VALUES_MAX = 1 << 21,
    EAI_IR_NODE_EDGES_MAX = 1 << 12, /* inputs, or outputs, of one node */
    EAI_IR_NAME_MAX = 1 << 12,
};

typedef enum eai_attribute_kind {
    EAI_ATTRIBUTE_INT,
    EAI_ATTRIBUTE_FLOAT,
    EAI_ATTRIBUTE_STRING,
    EAI_ATTRIBUTE_INTS,
    EAI_ATTRIBUTE_FLOATS,
    EAI_ATTRIBUTE_STRINGS,
} eai_attribute_kind;

typedef struct eai_attribute {
    const char *name;
    eai_attribute_kind kind;
    int64_t i;
    float f;
    const char *s;
    size_t n; /* of the arrays */
    const int64_t *ints;
    const float *floats;
    const char *const *strings;
} eai_attribute;

/* A tensor. dims outermost first; n_dims -1 and dims -1: not known. data: a constant, row-major
 * (TRITS and BITS: each slice of the first dimension begins at a byte), else NULL. */
typedef struct eai_value {
    const char *name; /* "" for one that a pass made */
    edgeai_element element;
    int n_dims;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];
    const void *data;
    size_t data_bytes;
} eai_value;

struct eai_operator;

typedef struct eai_node {
    const char *name, *op_type, *domain;
    const struct eai_operator *op;
    size_t n_inputs, n_outputs, n_attributes;
    int32_t *inputs, *outputs; /* numbers of values; EAI_IR_NONE: left out */
    eai_attribute *attributes;
    bool dead; /* removed by a pass; skipped by all */
} eai_node;

/* Memory that a graph owns, chained. */
typedef struct eai_ir_block eai_ir_block;

typedef struct eai_ir {
    edgeai_context *context;
    eai_value *values;
    eai_node *nodes; /* in an order in which they can run, once eai_ir_sort() has passed */
    size_t n_values, n_nodes, values_capacity, nodes_capacity;
    int32_t *inputs, *outputs;
    size_t n_inputs, n_outputs;
    eai_ir_block *blocks;
    const char *source; /* for error texts: the path */
} eai_ir;

edgeai_status eai_ir_create(eai_ir **out, edgeai_context *context, const char *source);
void eai_ir_free(eai_ir *ir);
/* A deep copy of values, nodes and attributes; constants are shared, so `from` must outlive it. */
edgeai_status eai_ir_copy(eai_ir **out, const eai_ir *from);

/* Zeroed memory aligned to 16 (not NULL for 0 bytes), strings and copies that live as long as the
 * graph; NULL with the error text set. */
void *eai_ir_memory(eai_ir *ir, size_t bytes);
const char *eai_ir_string(eai_ir *ir, const char *bytes, size_t n_bytes);
void *eai_ir_duplicate(eai_ir *ir, const void *bytes, size_t n_bytes);

/* Appends; *out is its number. Pointers into values[] and nodes[] move when either grows. */
edgeai_status eai_ir_add_value(eai_ir *ir, const eai_value *value, int32_t *out);
/* The node's lists have these lengths and are filled by the caller (numbers begin as EAI_IR_NONE).
 * Strings are copied. op is looked up: EDGEAI_E_UNSUPPORTED names node, operator and domain;
 * EDGEAI_E_FORMAT: more or fewer inputs or outputs than it has. */
edgeai_status eai_ir_add_node(eai_ir *ir, const char *domain, const char *op_type, const char *name,
                              size_t n_inputs, size_t n_outputs, size_t n_attributes, int32_t *out);
/* The same for an operator at hand. */
edgeai_status eai_ir_add_node_of(eai_ir *ir, const struct eai_operator *op, const char *name,
                                 size_t n_inputs, size_t n_outputs, size_t n_attributes,
                                 int32_t *out);
edgeai_status eai_ir_set_ports(eai_ir *ir, const int32_t *inputs, size_t n_inputs,
                               const int32_t *outputs, size_t n_outputs);

/* Orders nodes so that each runs after what it reads; removes dead ones. EDGEAI_E_FORMAT: a cycle,
 * a value made twice, or one that nothing makes (the text names node and value). */
edgeai_status eai_ir_sort(eai_ir *ir);
/* Removes dead nodes, those whose outputs nobody reads (nodes are in order), and optional outputs
 * that nobody reads (they become EAI_IR_NONE). EDGEAI_E_MEMORY. */
edgeai_status eai_ir_sweep(eai_ir *ir);

/* Edges, recomputed on demand: producer[v] (EAI_IR_NONE: input or constant) and the count of
 * readers[v] (graph outputs count once each). Arrays of n_values, the caller's. */
void eai_ir_producers(const eai_ir *ir, int32_t *producer);
void eai_ir_count_readers(const eai_ir *ir, int32_t *readers);
/* Makes all readers of `from`, graph outputs too, read `to`. */
void eai_ir_replace(eai_ir *ir, int32_t from, int32_t to);

/* A node's attribute, or NULL; and its value with a default. */
const eai_attribute *eai_node_attribute(const eai_node *node, const char *name);
int64_t eai_node_int(const eai_node *node, const char *name, int64_t otherwise);
float eai_node_float(const eai_node *node, const char *name, float otherwise);
const char *eai_node_string(const eai_node *node, const char *name, const char *otherwise);
/* *n is 0 and the result NULL when absent. */
const int64_t *eai_node_ints(const eai_node *node, const char *name, size_t *n);
const float *eai_node_floats(const eai_node *node, const char *name, size_t *n);

/* Elements of a value whose shape is known; false when it is not, or on overflow. */
bool eai_value_elements(const eai_value *value, size_t *n);
/* Bytes of a value: data_bytes of a constant. Of TRITS and BITS that are computed, rows of the last
 * dimension begin at bytes. */
bool eai_value_size(const eai_value *value, size_t *bytes);

#endif
