/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_LAYER_TIMER_H
#define EAI_REPARAM_LAYER_TIMER_H

/* How long a convolution takes: estimated, or measured and remembered in a table. */

#include "reparam/merge_graph.h"

/* From multiply-adds and bytes moved, for a core that does 20 a nanosecond and moves 8 bytes; the
 * same everywhere. */
edgeai_status eai_estimate_layer(void *self, const eai_kernel_shape *shape,
                                 const size_t input_size[2], bool map, double *ms);

typedef struct eai_timed_layer {
    char key[192];
    double ms;
} eai_timed_layer;

typedef struct eai_latency_table {
    edgeai_context *context;
    eai_timed_layer *layers;
    size_t n, capacity;
    bool is_changed; /* since it was read */
} eai_latency_table;

/* Begins empty, or with what the file at path holds (a missing one is fine; NULL: none).
 * EDGEAI_E_FORMAT, EDGEAI_E_VERSION, EDGEAI_E_LIMIT, EDGEAI_E_IO; nothing is held then. */
edgeai_status eai_latency_table_open(eai_latency_table *table, edgeai_context *context,
                                     const char *path);
/* Writes it under a temporary name and renames; NULL, or nothing changed: does nothing. */
edgeai_status eai_latency_table_save(const eai_latency_table *table, const char *path);
bool eai_latency_table_find(const eai_latency_table *table, const char *key, double *ms);
edgeai_status eai_latency_table_add(eai_latency_table *table, const eai_timed_layer *layer);
void eai_latency_table_free(eai_latency_table *table);

/* The table's time, or a measured one, which it keeps then. self is an eai_latency_table. */
edgeai_status eai_measure_layer(void *self, const eai_kernel_shape *shape,
                                const size_t input_size[2], bool map, double *ms);
/* The same of an AveragePool of this shape. */
edgeai_status eai_measure_mean(void *self, const eai_kernel_shape *shape,
                               const size_t input_size[2], double *ms);

#endif
