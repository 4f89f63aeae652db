/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ELIMINATION_H
#define EAI_SPACE_ELIMINATION_H

#include <stddef.h>
#include <stdint.h>

/*
 * The order of least degree in which a symmetric matrix's rows are eliminated. `neighbours` is a
 * table of n x n bits, [n][(n + 63) / 64], which is consumed: row i ends as the rows that remained
 * linked with i when it was eliminated. position[n] gets each row's place in the order. Returns the
 * number of blocks below the factor's diagonal.
 */
size_t eai_eliminate(uint64_t *neighbours, int n, int *position);

#endif
