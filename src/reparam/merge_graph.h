/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_MERGE_GRAPH_H
#define EAI_REPARAM_MERGE_GRAPH_H

/*
 * A graph's linear layers, joined: pointwise ones into their neighbours, parallel ones into sums,
 * chains where the planner finds it faster. merge_graph.c joins, merge_chains.c decides about
 * chains, merge_write.c writes the graph.
 */

#include "reparam/linear_layer.h"

/* Milliseconds of a convolution; map: it is followed by the addition of a map. */
typedef struct eai_layer_timer {
    edgeai_status (*time)(void *self, const eai_kernel_shape *shape, const size_t input_size[2],
                          bool map, double *ms);
    void *self;
    /* The same of the mean of each window as an operator of its own; NULL: as time() says. */
    edgeai_status (*mean)(void *self, const eai_kernel_shape *shape, const size_t input_size[2],
                          double *ms);
} eai_layer_timer;

/* A pair that was left alone, for the report. */
typedef struct eai_left_pair {
    int32_t first, last; /* nodes */
    size_t n_nodes;
    const char *reason;
    double macs, ms, merged_macs, merged_ms;
    size_t kernel[2], ring[4], weight_bytes;
} eai_left_pair;

typedef struct eai_merge {
    eai_ir *ir;          /* borrowed; eai_merge_write() changes it */
    const eai_ir *known; /* the same with shapes and constants; borrowed */
    const edgeai_allocator *allocator;
    eai_merge_rules rules;
    eai_layer_timer timer; /* time NULL: everything is merged that may be */

    eai_linear *layers; /* [n_layers] */
    size_t n_layers, layers_capacity;
    int32_t *made_by;   /* [n_values] the living layer that makes it, or -1 */
    int32_t *read_by;   /* [n_values] one that reads it; for merge_chains.c */
    int32_t *producer;  /* [n_values] the node that makes it, or -1 */
    int32_t *n_readers; /* [n_values] living layers, other nodes, graph outputs */
    int32_t *owner; /* [n_nodes] the layer that it stood in at first, or -1: eai_merge_owner() */
    eai_left_pair *left;
    size_t n_left, left_capacity;
    size_t n_nodes, n_values; /* of the graph when it began */
} eai_merge;

/* ir and known stay the caller's and must outlive it. On failure nothing is held. */
edgeai_status eai_merge_begin(eai_merge *self, eai_ir *ir, const eai_ir *known,
                              const eai_merge_rules *rules, const eai_layer_timer *timer);
void eai_merge_free(eai_merge *self);

/* The living layer that a node went into, or -1. */
int32_t eai_merge_owner(const eai_merge *self, size_t node);

/* Joins until nothing changes. */
edgeai_status eai_merge_run(eai_merge *self);

/* A layer's time as it would be written; 0 without a timer. */
edgeai_status eai_merge_time(const eai_layer_timer *timer, const eai_linear *layer, double *ms);

/* Living layers that are convolutions or products, and the sum of their times by this timer, which
 * need not be the one that decided. */
edgeai_status eai_merge_predict(const eai_merge *self, const eai_layer_timer *timer,
                                edgeai_reparam_prediction *out);

/* The chains of living layers: plans each, and merges. *changed: something was. */
edgeai_status eai_merge_chains(eai_merge *self, bool *changed);
/* Layer `second` takes in `first`, which it reads. */
edgeai_status eai_merge_pair(eai_merge *self, int32_t first, int32_t second);

/* Writes the layers that stand for more than one node into ir, and sorts it. */
edgeai_status eai_merge_write(eai_merge *self);
/* For merge_write.c and transposed_write.c: "<name>.<what>", with a number when there is one
 * already; a float32 constant of every step-th of these numbers, rounded. */
const char *eai_merge_name(eai_ir *ir, const char *name, const char *what);
edgeai_status eai_merge_constant(eai_ir *ir, const char *name, const int64_t *dims, int n_dims,
                                 const double *numbers, size_t step, int32_t *out);
/* The ConvTranspose in front of a normalization, with its channels scaled. */
edgeai_status eai_write_transposed(eai_ir *ir, const eai_ir *known, const eai_linear *layer);
/* Whether merge_write.c writes a convolution for it. */
bool eai_merge_is_new(const eai_linear *layer);
/* Whether a node is a ConvTranspose of constants, whose channels can be scaled. */
bool eai_is_scalable(const eai_ir *ir, const eai_ir *known, int32_t node);
/* Whether its map differs from a bias anywhere. */
bool eai_merge_needs_map(const eai_linear *layer);

#endif
