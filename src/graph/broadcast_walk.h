/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_BROADCAST_WALK_H
#define EAI_GRAPH_BROADCAST_WALK_H

/*
 * Walks over the elements of a shape, row by row, with up to three operands that are seen through
 * it. Dimensions that all operands treat alike are merged, so that rows are as long as can be: two
 * operands of one shape are one row; a channel's factor against N, C, H, W has rows of H x W.
 */

#include "graph/operator.h"

enum { EAI_WALK_OPERANDS = 3 };

typedef struct eai_walk {
    int n_operands, n_outer;
    int64_t dims[EDGEAI_GRAPH_DIMS_MAX];                       /* of the outer dimensions */
    int64_t strides[EAI_WALK_OPERANDS][EDGEAI_GRAPH_DIMS_MAX]; /* of operands along them */
    size_t row;                                                /* elements of a row */
    size_t steps[EAI_WALK_OPERANDS];                           /* along a row: 0 or 1 */
    int64_t at[EDGEAI_GRAPH_DIMS_MAX];                         /* where it stands */
    size_t offsets[EAI_WALK_OPERANDS];                         /* in elements, of this row */
    size_t out;                                                /* of this row in the shape itself */
    bool done;
} eai_walk;

/* Stands at the first row; done at once where the shape has no elements. */
void eai_walk_begin(eai_walk *walk, const int64_t *dims, int n_dims,
                    const eai_operand *const *operands, int n_operands);
void eai_walk_next(eai_walk *walk);

/* Rows in all; 0 where there are no elements. */
size_t eai_walk_rows(const eai_walk *walk);
/* Stands at row number `row`, which there must be, in place of the first one. */
void eai_walk_seek(eai_walk *walk, size_t row);

#endif
