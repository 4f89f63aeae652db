/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_REPARAM_INTERNAL_H
#define EAI_REPARAM_REPARAM_INTERNAL_H

#include <edgeai/reparam.h>

#include "graph/graph_internal.h"

struct edgeai_reparam {
    edgeai_context *context;
    const edgeai_graph *deep; /* as given */
    edgeai_graph *linear;     /* the same without activations that were dropped; NULL: deep */
    edgeai_graph *shallow;
    edgeai_reparam_segment *segments; /* [n_segments] */
    size_t n_segments;
    edgeai_binding *bindings; /* [n_bindings], without data */
    size_t n_bindings;
};

/* A session of one of the graphs, with the shapes that were given. */
edgeai_status eai_reparam_session(const edgeai_reparam *self, const edgeai_graph *graph,
                                  edgeai_session **out);

/* Turns activations that are marked as removable into Identity; *n of them. EDGEAI_E_FORMAT: a mark
 * on something else. */
edgeai_status eai_linearize(eai_ir *ir, size_t *n);

#endif
