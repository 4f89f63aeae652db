/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_REPARAM_INTERNAL_H
#define EAI_REPARAM_REPARAM_INTERNAL_H

#include <edgeai/reparam.h>

#include "graph/graph_internal.h"
#include "reparam/merge_graph.h"

struct edgeai_reparam {
    edgeai_context *context;
    const edgeai_graph *deep; /* as given */
    edgeai_graph *linear;     /* the same without activations that were dropped; NULL: deep */
    edgeai_graph *shallow;
    edgeai_reparam_segment *segments; /* [n_segments] */
    int32_t *ends; /* [n_segments] the value at the end of each, of all graphs alike */
    size_t n_segments;
    edgeai_reparam_plan plan;
    edgeai_binding *bindings; /* [n_bindings], without data */
    size_t n_bindings;
};

/* A session of one of the graphs, with the shapes that were given. */
edgeai_status eai_reparam_session(const edgeai_reparam *self, const edgeai_graph *graph,
                                  edgeai_session **out);

/* A graph of ir, which it takes over, with names and labels of the deep one; constants stay the
 * deep graph's. */
edgeai_status eai_reparam_wrap(const edgeai_reparam *self, eai_ir *ir, edgeai_graph **out);

/* Activations that the model marks as removable: how many; EDGEAI_E_FORMAT: a mark on something
 * else. */
bool eai_is_linearizable(const eai_node *node);
edgeai_status eai_linearize_check(const eai_ir *ir, size_t *n);
/* Turns marked ones into Identity: all, or those whose chosen[node] is set. */
void eai_linearize(eai_ir *ir, const bool *chosen);

/* Which marked activations of ir to drop: chosen[n_nodes] is set for those whose segment becomes
 * faster, or, with a budget or a speed-up, for those that cost the least importance. merge has run
 * on the graph without any of them. EDGEAI_E_NOT_FOUND: the budget cannot be met. */
edgeai_status eai_choose_linear(const eai_ir *ir, const eai_merge *merge, double ms_before,
                                const edgeai_reparam_options *options, bool *chosen);

#endif
