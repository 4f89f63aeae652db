/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_KV_CACHE_H
#define EAI_LM_KV_CACHE_H

/*
 * Keys (after RoPE) and values of a row, one slot for each absolute position, and the angles that
 * RoPE turns by. Without caching one layer's room serves all layers in turn.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

typedef struct eai_kv_cache {
    size_t n_layers;      /* layers with room of their own: all, or 1 */
    size_t layer_floats;  /* T * width */
    size_t width;         /* G D */
    float *keys, *values; /* [n_layers, T, G, D] */
} eai_kv_cache;

/* Takes the room from the arena. */
void eai_kv_cache_plan(eai_kv_cache *cache, size_t n_layers, size_t n_tokens_max, size_t width,
                       eai_arena *arena);

/* The layer's slots from absolute position `position` on. */
float *eai_kv_cache_keys(const eai_kv_cache *cache, size_t layer, size_t position);
float *eai_kv_cache_values(const eai_kv_cache *cache, size_t layer, size_t position);

/* cos and sin of every position's angles. */
typedef struct eai_rope_table {
    size_t n_pairs;
    float *cosine, *sine; /* [T, n_pairs] */
} eai_rope_table;

void eai_rope_table_plan(eai_rope_table *table, size_t n_pairs, size_t n_tokens_max,
                         eai_arena *arena);

/*
 * Angle of pair i at position p: p / scale * base^(-i / n_pairs) / factors[i], in float64, factors
 * being optional.
 */
void eai_rope_table_fill(eai_rope_table *table, size_t n_tokens_max, double base, double scale,
                         const float *factors);

#endif
