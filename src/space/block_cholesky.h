/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_BLOCK_CHOLESKY_H
#define EAI_SPACE_BLOCK_CHOLESKY_H

/*
 * Sparse symmetric positive definite systems of 6 x 6 blocks: what a pose graph's normal equations
 * are. Frames are eliminated in the order of least degree (Tinney and Walker, 1967; of equal ones
 * the first), which keeps the factor of a graph that hangs together in time and space thin.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

/* Most blocks of a factor: 256 MB. */
#define EAI_FACTOR_BLOCKS_MAX 900000

typedef struct eai_block_system {
    const edgeai_allocator *allocator;
    int n;             /* block rows */
    size_t n_blocks;   /* of the factor, its diagonal apart */
    int *position;     /* [n] when a row is eliminated */
    size_t *starts;    /* [n + 1] of columns, in the order of elimination */
    int *rows;         /* [n_blocks] positions, rising in each column */
    double *blocks;    /* [n_blocks][36]: row by row, below the diagonal */
    double *diagonals; /* [n][36] */
} eai_block_system;

/* Room for a matrix with blocks (pairs[k][0], pairs[k][1]) and their mirror images, and for its
 * factor. EDGEAI_E_LIMIT when that has more than EAI_FACTOR_BLOCKS_MAX blocks. */
edgeai_status eai_block_system_create(eai_block_system *system, const edgeai_allocator *allocator,
                                      int n, const int (*pairs)[2], size_t n_pairs);
void eai_block_system_free(eai_block_system *system);

void eai_block_system_clear(eai_block_system *system);

/* Adds a block to (row, column), and mirrored to (column, row) unless they are the same. Blocks
 * that no pair named must not be added to. */
void eai_block_system_add(eai_block_system *system, int row, int column, const double block[36]);

/* Puts the factor in the matrix's place; false when it is not positive definite. */
bool eai_block_system_factor(eai_block_system *system);

/* x = a^-1 b by the factor. b, x [n][6]; b is overwritten. */
void eai_block_system_solve(const eai_block_system *system, double *b, double *x);

#endif
