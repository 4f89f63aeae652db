/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_HEAD_ATTENTION_H
#define EAI_KERNELS_HEAD_ATTENTION_H

/*
 * What the vector variants of attention share: one pass over the keys with a running maximum and
 * sum for each query (Dao et al., FlashAttention, arXiv:2205.14135, algorithm 1), in blocks.
 *
 * Queries are packed into tiles of 16, transposed: a vector then holds one dimension of several
 * queries, keys are read where they are, one number at a time, and the softmax goes down the keys
 * without a sum across a vector. The weights [key, query] that it leaves are in turn what is read
 * one number at a time when they meet the values, whose rows are vectors as they stand.
 */

#include <stddef.h>

#include "kernels/kernels.h"

enum {
    EAI_ATTENTION_TILE = 16,   /* queries of a tile, and columns of a panel of values */
    EAI_ATTENTION_QUERIES = 64 /* queries that go through the keys together */
};

/* Keys of a block: their values are packed once for all tiles. A multiple of 6 and 4. */
#define EAI_ATTENTION_KEYS ((size_t)96)

/* The running state of a tile's queries. */
typedef struct eai_attention_state {
    float max[EAI_ATTENTION_TILE]; /* of the scores so far */
    float sum[EAI_ATTENTION_TILE]; /* of exp(score - max) */
} eai_attention_state;

/* The scratch of a vector variant, with C = head_dim rounded up to a whole panel. */
typedef struct eai_attention_room {
    float *queries; /* [tiles, head_dim, 16], scaled */
    float *weights; /* [keys of a block, 16] of one tile */
    float *values;  /* [C / 16, keys of a block, 16], past head_dim anything */
    float *sums;    /* [64, C] of weight * value */
} eai_attention_room;

/* What a vector variant does, piece by piece. */
typedef struct eai_attention_pieces {
    /* One tile of n (1 to 16) queries into packed [head_dim, 16]. */
    void (*pack_queries)(float *packed, const float *query, size_t n,
                         const eai_attention_shape *shape);
    /* The values of n keys into packed, as room->values. */
    void (*pack_values)(float *packed, const float *values, size_t n,
                        const eai_attention_shape *shape);
    /*
     * One tile meets one block of keys: the state moves on, and sums [16, C] grow by the values in
     * the room. Rows past n_queries are left with anything.
     */
    void (*meet)(float *sums, eai_attention_state *state, const float *queries, size_t n_queries,
                 const float *keys, size_t n_keys, const eai_attention_shape *shape,
                 const eai_attention_room *room);
    /* out[head_dim] = sums / sum. */
    void (*divide)(float *out, const float *sums, float sum, size_t head_dim);
} eai_attention_pieces;

/* All queries through all keys; a variant's entry. */
void eai_attention_in_blocks(float *out, const float *query, const float *keys, const float *values,
                             const eai_attention_shape *shape, float *scratch,
                             const eai_attention_pieces *pieces);

static inline size_t eai_attention_columns(size_t head_dim)
{
    return (head_dim + EAI_ATTENTION_TILE - 1) / EAI_ATTENTION_TILE * EAI_ATTENTION_TILE;
}

#endif
