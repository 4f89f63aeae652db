/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_RANKING_H
#define EAI_DECODE_RANKING_H

/*
 * Largest key first, the lowest index on a tie, one at a time: a binary heap over indices. Decoders
 * mostly need a short prefix of the order (a quota, a nucleus), so nothing is sorted in full.
 */

#include <stddef.h>
#include <stdint.h>

typedef struct eai_ranking {
    const double *keys; /* none is NaN */
    uint32_t *heap;     /* [n] indices into keys */
    size_t n;           /* left to pop */
} eai_ranking;

/* Ranks keys[heap[0]] .. keys[heap[n-1]]; the caller has filled `heap`, which is rearranged. */
eai_ranking eai_ranking_of(const double *keys, uint32_t *heap, size_t n);

/* Ranks keys[0] .. keys[n-1]; `heap` is room for n. */
eai_ranking eai_ranking_of_all(const double *keys, uint32_t *heap, size_t n);

/* Takes out the first of those left; n must be > 0. */
uint32_t eai_ranking_pop(eai_ranking *ranking);

#endif
