/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_GRAPH_OBSERVER_H
#define EAI_QUANTIZE_GRAPH_OBSERVER_H

/* Running a graph while looking at values inside it. */

#include "graph/graph_content.h"

/* Zero before it is opened. */
typedef struct eai_observer {
    edgeai_context *context;
    edgeai_graph *graph;
    edgeai_session *session;
    int32_t *places; /* [n] the session's output that a wanted value is; NONE: the input itself */
    size_t n, n_input;
    void *input;
} eai_observer;

/*
 * A session of `ir` (which must outlive it) that shows values[0..n); `content` says the rest about
 * the network. EDGEAI_E_UNSUPPORTED: not one input of float32; as edgeai_session_create().
 */
edgeai_status eai_observer_open(eai_observer *self, const eai_graph_content *content,
                                const eai_ir *ir, const int32_t *values, size_t n);
void eai_observer_close(eai_observer *self);

/* Runs it on n numbers. EDGEAI_E_SHAPE; as edgeai_session_run(). */
edgeai_status eai_observer_run(eai_observer *self, const float *input, size_t n);

/* Wanted value `index` after a run; EDGEAI_E_DTYPE: not float32. */
edgeai_status eai_observer_values(const eai_observer *self, size_t index, const float **values,
                                  size_t *n);

#endif
