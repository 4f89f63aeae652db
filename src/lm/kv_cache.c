/* SPDX-License-Identifier: MIT */
#include "lm/kv_cache.h"

#include <math.h>
#include <stdint.h>

#include "base/memory.h"

void eai_kv_cache_plan(eai_kv_cache *cache, size_t n_layers, size_t n_tokens_max, size_t width,
                       eai_arena *arena)
{
    cache->n_layers = n_layers;
    cache->width = width;
    eai_size_multiply(n_tokens_max, width, &cache->layer_floats);
    size_t bytes;
    eai_size_multiply(cache->layer_floats, sizeof(float), &bytes);
    cache->keys = eai_arena_take(arena, n_layers, bytes);
    cache->values = eai_arena_take(arena, n_layers, bytes);
}

static size_t offset(const eai_kv_cache *cache, size_t layer, size_t position)
{
    return (layer % cache->n_layers) * cache->layer_floats + position * cache->width;
}

float *eai_kv_cache_keys(const eai_kv_cache *cache, size_t layer, size_t position)
{
    return cache->keys + offset(cache, layer, position);
}

float *eai_kv_cache_values(const eai_kv_cache *cache, size_t layer, size_t position)
{
    return cache->values + offset(cache, layer, position);
}

void eai_rope_table_plan(eai_rope_table *table, size_t n_pairs, size_t n_tokens_max,
                         eai_arena *arena)
{
    table->n_pairs = n_pairs;
    table->cosine = eai_arena_take(arena, n_tokens_max, n_pairs * sizeof *table->cosine);
    table->sine = eai_arena_take(arena, n_tokens_max, n_pairs * sizeof *table->sine);
}

void eai_rope_table_fill(eai_rope_table *table, size_t n_tokens_max, double base, double scale,
                         const float *factors)
{
    for (size_t i = 0; i < table->n_pairs; i++) {
        double frequency = pow(base, -(double)i / (double)table->n_pairs) / scale;
        if (factors) frequency /= factors[i];
        for (size_t p = 0; p < n_tokens_max; p++) {
            double angle = (double)p * frequency;
            table->cosine[p * table->n_pairs + i] = (float)cos(angle);
            table->sine[p * table->n_pairs + i] = (float)sin(angle);
        }
    }
}
