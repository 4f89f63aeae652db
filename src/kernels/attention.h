/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_ATTENTION_H
#define EAI_KERNELS_ATTENTION_H

/*
 * What the vector variants of attention share: one pass over the keys with a running maximum and
 * sum for each query (Dao et al., FlashAttention, arXiv:2205.14135, algorithm 1), in blocks.
 *
 * Queries are packed into tiles of 16, transposed: a vector then holds one dimension of several
 * queries, keys are read where they are, one number at a time, and the softmax goes down the keys
 * without a sum across a vector. The weights [key, query] that it leaves are in turn what is read
 * one number at a time when they meet the values, whose rows are vectors as they stand.
 */

#include <float.h>
#include <stddef.h>

#include "kernels/kernels.h"

enum {
    EAI_ATTENTION_TILE = 16,   /* queries of a tile, and columns of a panel of values */
    EAI_ATTENTION_QUERIES = 64 /* queries that go through the keys together */
};

/* Keys of a block: their values are packed once for all tiles. A multiple of 6 and 4. */
#define EAI_ATTENTION_KEYS ((size_t)96)

/* The running state of one query of a tile each. */
typedef struct eai_attention_state {
    float max[EAI_ATTENTION_TILE]; /* of the scores so far */
    float sum[EAI_ATTENTION_TILE]; /* of exp(score - max) */
} eai_attention_state;

/* The scratch of a vector variant, with C = head_dim rounded up to a whole panel. */
typedef struct eai_attention_room {
    float *queries; /* [tiles, head_dim, 16], scaled */
    float *weights; /* [keys of a block, 16] of one tile */
    float *values;  /* [C / 16, keys of a block, 16], 0 past head_dim */
    float *sums;    /* [64, C] of weight * value */
} eai_attention_room;

static inline size_t eai_attention_columns(size_t head_dim)
{
    return (head_dim + EAI_ATTENTION_TILE - 1) / EAI_ATTENTION_TILE * EAI_ATTENTION_TILE;
}

static inline eai_attention_room eai_attention_divide(float *scratch, size_t head_dim)
{
    const size_t columns = eai_attention_columns(head_dim);
    eai_attention_room room;
    room.weights = scratch;
    room.values = room.weights + EAI_ATTENTION_KEYS * EAI_ATTENTION_TILE;
    room.sums = room.values + EAI_ATTENTION_KEYS * columns;
    room.queries = room.sums + EAI_ATTENTION_QUERIES * columns;
    return room;
}

static inline size_t eai_attention_smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
