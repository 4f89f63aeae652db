/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_GRAPH_BUILDER_H
#define TESTS_SUPPORT_GRAPH_BUILDER_H

/*
 * Graphs made in memory, node by node; values are numbers:
 *
 *     graph_builder *b = graph_begin(context);
 *     int32_t x = graph_input(b, "x", EDGEAI_ELEMENT_F32, OP_DIMS(1, 4));
 *     int32_t y = graph_node(b, "", "Relu", 1, (int32_t[]){x});
 *     graph_output(b, y);
 *     edgeai_graph *graph = graph_end(b);    free with edgeai_graph_free()
 */

#include <edgeai/graph.h>

#include "graph/graph_internal.h"
#include "support/operator_fixture.h"

typedef struct graph_builder graph_builder;

graph_builder *graph_begin(edgeai_context *context);

/* Values get the names "v0", "v1", ... where none is given; nodes "n0", "n1", ... */
int32_t graph_input(graph_builder *b, const char *name, edgeai_element element, const int64_t *dims,
                    int n_dims);
/* A constant: elements are copied. */
int32_t graph_constant(graph_builder *b, edgeai_element element, const int64_t *dims, int n_dims,
                       const void *data);
/* A node with one output, which is returned. EAI_IR_NONE leaves an input out. */
int32_t graph_node(graph_builder *b, const char *domain, const char *op, size_t n_inputs,
                   const int32_t *inputs);
/* A node with some outputs, whose numbers go to outputs. */
void graph_node_many(graph_builder *b, const char *domain, const char *op, size_t n_inputs,
                     const int32_t *inputs, size_t n_outputs, int32_t *outputs);

/* The same for an operator at hand, as those of scripted_operators.h. */
void graph_node_of(graph_builder *b, const eai_operator *op, size_t n_inputs, const int32_t *inputs,
                   size_t n_outputs, int32_t *outputs);

/* Attributes of the node added last. */
void graph_set_int(graph_builder *b, const char *name, int64_t value);
void graph_set_float(graph_builder *b, const char *name, float value);
void graph_set_string(graph_builder *b, const char *name, const char *value);
void graph_set_ints(graph_builder *b, const char *name, size_t n, const int64_t *values);

void graph_output(graph_builder *b, int32_t value);

/* The graph so far, for tests of its parts; the builder's own. */
eai_ir *graph_ir(graph_builder *b);

/* Sorted and complete; the builder is gone. */
edgeai_graph *graph_end(graph_builder *b);
/* The ir alone, not sorted, the caller's. */
eai_ir *graph_end_ir(graph_builder *b);

#endif
