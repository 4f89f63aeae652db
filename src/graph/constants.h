/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_CONSTANTS_H
#define EAI_GRAPH_CONSTANTS_H

/* Values that a session computed or copied for good: of which graph value, and where. */

#include "graph/ir.h"

/* Most bytes that folding may hold at a time; what does not fit is computed in each run. */
#define EAI_CONSTANTS_MAX ((size_t)1 << 30)

typedef struct eai_constant {
    int32_t value;
    void *data;
    size_t bytes; /* of the block */
} eai_constant;

typedef struct eai_constants {
    eai_constant *all;
    size_t n, capacity;
    size_t bytes; /* of all blocks */
} eai_constants;

/* Memory for the value's data, not zeroed and at least one byte; NULL with the error text set. */
void *eai_constants_add(eai_constants *constants, const edgeai_allocator *allocator, int32_t value,
                        size_t bytes);

/* Gives back those that nothing in the graph reads. EDGEAI_E_MEMORY. */
edgeai_status eai_constants_sweep(eai_constants *constants, eai_ir *ir);

/* Gives back those that no value v with needed[v] lies in: a pass may have made several values of
 * one constant, with different shapes. EDGEAI_E_MEMORY. */
edgeai_status eai_constants_keep(eai_constants *constants, eai_ir *ir, const bool *needed);

void eai_constants_free(eai_constants *constants, const edgeai_allocator *allocator);

#endif
