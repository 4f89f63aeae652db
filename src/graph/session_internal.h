/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_SESSION_INTERNAL_H
#define EAI_GRAPH_SESSION_INTERNAL_H

#include "graph/constants.h"
#include "graph/graph_internal.h"
#include "graph/operator.h"

/* One operator to run. */
typedef struct eai_step {
    eai_call call;
    eai_prepared prepared;
    bool is_prepared;
    double ms;
} eai_step;

struct edgeai_session {
    const edgeai_graph *graph;
    edgeai_context *context;
    eai_ir *ir; /* its own copy; inputs that were bound to values are gone from ir->inputs */
    eai_constants constants;
    bool plain, profile;
    edgeai_weights weights;
    eai_operand *operands; /* [n_operands]: one for each value of the ir */
    size_t n_operands;
    eai_operand **pointers; /* [n_pointers]: the calls' lists */
    size_t n_pointers;
    eai_step *steps; /* [n_steps], as the ir's nodes */
    size_t n_steps;
    char *arena, *scratch;
    edgeai_session_memory_info memory;
    uint64_t n_runs;
};

/* Gives every input of the session's graph its shape, and its value where it is bound to one. */
edgeai_status eai_session_bind(edgeai_session *session, const edgeai_binding *bindings, size_t n);

/* Operands and calls of all nodes; prepares them. */
edgeai_status eai_session_make_steps(edgeai_session *session);

/* Lifetimes, aliases and offsets; memory and all operands' data. */
edgeai_status eai_session_plan(edgeai_session *session);

#endif
