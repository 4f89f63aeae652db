/* SPDX-License-Identifier: MIT */
#include "kernels/head_attention.h"

#include <float.h>
#include <string.h>

enum { TILE = EAI_ATTENTION_TILE, N_TILES = EAI_ATTENTION_QUERIES / EAI_ATTENTION_TILE };

size_t eai_attention_scratch(size_t n_keys, size_t head_dim)
{
    const size_t columns = eai_attention_columns(head_dim);
    const size_t room =
        EAI_ATTENTION_KEYS * (TILE + columns) + EAI_ATTENTION_QUERIES * (columns + head_dim);
    return room > n_keys ? room : n_keys; /* the reference takes one row of scores */
}

static eai_attention_room divide_scratch(float *scratch, size_t head_dim)
{
    const size_t columns = eai_attention_columns(head_dim);
    eai_attention_room room;
    room.weights = scratch;
    room.values = room.weights + EAI_ATTENTION_KEYS * TILE;
    room.sums = room.values + EAI_ATTENTION_KEYS * columns;
    room.queries = room.sums + EAI_ATTENTION_QUERIES * columns;
    return room;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/*
 * Nothing seen yet. The largest score starts at the lowest number rather than at -infinity: then
 * scores of -infinity weigh exp(-infinity) instead of exp(-infinity + infinity).
 */
static void begin(eai_attention_state states[N_TILES])
{
    memset(states, 0, N_TILES * sizeof *states);
    for (size_t t = 0; t < N_TILES; t++)
        for (size_t i = 0; i < TILE; i++)
            states[t].max[i] = -FLT_MAX;
}

/* n queries, N_TILES * TILE at most. */
static void attend(float *out, const float *query, const float *keys, const float *values, size_t n,
                   const eai_attention_shape *s, const eai_attention_room *room,
                   const eai_attention_pieces *pieces)
{
    const size_t columns = eai_attention_columns(s->head_dim);
    eai_attention_state states[N_TILES];
    begin(states);
    memset(room->sums, 0, (n + TILE - 1) / TILE * TILE * columns * sizeof(float));
    for (size_t i = 0; i < n; i += TILE)
        pieces->pack_queries(room->queries + i * s->head_dim, query + i * s->query_stride,
                             smaller(n - i, TILE), s);
    for (size_t j = 0; j < s->n_keys; j += EAI_ATTENTION_KEYS) {
        const size_t n_keys = smaller(s->n_keys - j, EAI_ATTENTION_KEYS);
        pieces->pack_values(room->values, values + j * s->key_stride, n_keys, s);
        for (size_t i = 0; i < n; i += TILE)
            pieces->meet(room->sums + i * columns, &states[i / TILE],
                         room->queries + i * s->head_dim, smaller(n - i, TILE),
                         keys + j * s->key_stride, n_keys, s, room);
    }
    for (size_t i = 0; i < n; i++)
        pieces->divide(out + i * s->query_stride, room->sums + i * columns,
                       states[i / TILE].sum[i % TILE], s->head_dim);
}

void eai_attention_in_blocks(float *out, const float *query, const float *keys, const float *values,
                             const eai_attention_shape *shape, float *scratch,
                             const eai_attention_pieces *pieces)
{
    const eai_attention_room room = divide_scratch(scratch, shape->head_dim);
    for (size_t i = 0; i < shape->n_queries; i += EAI_ATTENTION_QUERIES) {
        const size_t row = i * shape->query_stride;
        attend(out + row, query + row, keys, values,
               smaller(shape->n_queries - i, EAI_ATTENTION_QUERIES), shape, &room, pieces);
    }
}
