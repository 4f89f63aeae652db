/* SPDX-License-Identifier: MIT */
#include "kernels/head_attention.h"

#include "kernels/exp_avx2.h"
#include "kernels/transpose_avx2.h"

enum { TILE = EAI_ATTENTION_TILE };

/* Inlined into each caller, so that the sizes it is given there are constants. */
#define INLINE static inline __attribute__((always_inline))

/* Sums in an array stay in registers only if no index is left to compute. */
#define UNROLL _Pragma("GCC unroll 8")

/* 8 queries become columns of packed [head_dim, 16]. Past the last, n, it is repeated. */
static void pack_eight(float *packed, const float *query, size_t n, const eai_attention_shape *s)
{
    const __m256 scale = _mm256_set1_ps(s->scale);
    const float *row[8];
    for (size_t i = 0; i < 8; i++)
        row[i] = query + (i < n ? i : n - 1) * s->query_stride;
    size_t d = 0;
    for (; d + 8 <= s->head_dim; d += 8) {
        __m256 x[8];
        for (size_t i = 0; i < 8; i++)
            x[i] = _mm256_loadu_ps(row[i] + d);
        eai_transpose_8x8(x);
        for (size_t i = 0; i < 8; i++)
            _mm256_storeu_ps(packed + (d + i) * TILE, _mm256_mul_ps(x[i], scale));
    }
    for (; d < s->head_dim; d++)
        for (size_t i = 0; i < 8; i++)
            packed[d * TILE + i] = row[i][d] * s->scale;
}

static void pack_queries(float *packed, const float *query, size_t n, const eai_attention_shape *s)
{
    for (size_t i = 0; i < n; i += 8)
        pack_eight(packed + i, query + i * s->query_stride, n - i, s);
}

/* Rows that are asked for ahead: each may lie on a page of its own, which no prefetcher guesses. */
#define ROWS_AHEAD ((size_t)8)

static void pack_values(float *packed, const float *values, size_t n, const eai_attention_shape *s)
{
    const size_t whole = s->head_dim & ~(size_t)7;
    const __m256i tail = eai_lanes_avx2(s->head_dim - whole);
    for (size_t j = 0; j < n; j++) {
        const float *row = values + j * s->key_stride;
        float *place = packed + j * TILE;
        for (size_t d = 0; d < s->head_dim && j + ROWS_AHEAD < n; d += 16)
            _mm_prefetch((const char *)(row + ROWS_AHEAD * s->key_stride + d), _MM_HINT_T0);
        for (size_t d = 0; d < whole; d += 8)
            _mm256_storeu_ps(place + d / TILE * TILE * n + d % TILE, _mm256_loadu_ps(row + d));
        if (whole < s->head_dim)
            _mm256_storeu_ps(place + whole / TILE * TILE * n + whole % TILE,
                             _mm256_maskload_ps(row + whole, tail));
    }
}

/* scores [n_keys, 16] of a few keys and n_vectors * 8 queries; `max` holds their largest. */
INLINE void score(float *scores, __m256 max[2], const float *queries, const float *keys,
                  const eai_attention_shape *s, const size_t n_keys, const size_t n_vectors)
{
    const size_t stride = s->key_stride, head_dim = s->head_dim;
    __m256 sum[6][2];
    UNROLL
    for (size_t j = 0; j < n_keys; j++)
        sum[j][0] = sum[j][1] = _mm256_setzero_ps();
    for (size_t d = 0; d < head_dim; d++) {
        __m256 low = _mm256_loadu_ps(queries + d * TILE), high;
        if (n_vectors > 1) high = _mm256_loadu_ps(queries + d * TILE + 8);
        UNROLL
        for (size_t j = 0; j < n_keys; j++) {
            __m256 key = _mm256_broadcast_ss(keys + j * stride + d);
            sum[j][0] = _mm256_fmadd_ps(low, key, sum[j][0]);
            if (n_vectors > 1) sum[j][1] = _mm256_fmadd_ps(high, key, sum[j][1]);
        }
    }
    UNROLL
    for (size_t j = 0; j < n_keys; j++) {
        UNROLL
        for (size_t v = 0; v < n_vectors; v++) {
            _mm256_storeu_ps(scores + j * TILE + 8 * v, sum[j][v]);
            max[v] = _mm256_max_ps(sum[j][v], max[v]);
        }
    }
}

/* Scores of a block of keys, then exp(score - max) in their place; the state moves on. */
INLINE void weigh(float *weights, float shrink[TILE], eai_attention_state *state,
                  const float *queries, const float *keys, size_t n, const eai_attention_shape *s,
                  const size_t n_vectors)
{
    __m256 max[2];
    for (size_t v = 0; v < n_vectors; v++)
        max[v] = _mm256_loadu_ps(state->max + 8 * v);
    size_t j = 0;
    for (; j + 6 <= n; j += 6)
        score(weights + j * TILE, max, queries, keys + j * s->key_stride, s, 6, n_vectors);
    for (; j + 2 <= n; j += 2)
        score(weights + j * TILE, max, queries, keys + j * s->key_stride, s, 2, n_vectors);
    if (j < n) score(weights + j * TILE, max, queries, keys + j * s->key_stride, s, 1, n_vectors);
    for (size_t v = 0; v < n_vectors; v++) {
        __m256 sum = _mm256_setzero_ps();
        for (j = 0; j < n; j++) {
            float *place = weights + j * TILE + 8 * v;
            __m256 e = eai_exp_avx2(_mm256_sub_ps(_mm256_loadu_ps(place), max[v]));
            _mm256_storeu_ps(place, e);
            sum = _mm256_add_ps(sum, e);
        }
        __m256 less = eai_exp_avx2(_mm256_sub_ps(_mm256_loadu_ps(state->max + 8 * v), max[v]));
        sum = _mm256_fmadd_ps(_mm256_loadu_ps(state->sum + 8 * v), less, sum);
        _mm256_storeu_ps(state->max + 8 * v, max[v]);
        _mm256_storeu_ps(state->sum + 8 * v, sum);
        _mm256_storeu_ps(shrink + 8 * v, less);
    }
}

/* sums[n_rows, 16] of a panel = shrink * sums + weights * values, over n keys. */
INLINE void gather(float *sums, size_t stride, const float *shrink, const float *weights,
                   const float *values, size_t n, const size_t n_rows)
{
    __m256 sum[6][2];
    UNROLL
    for (size_t i = 0; i < n_rows; i++)
        sum[i][0] = sum[i][1] = _mm256_setzero_ps();
    for (size_t j = 0; j < n; j++) {
        const __m256 low = _mm256_loadu_ps(values + j * TILE);
        const __m256 high = _mm256_loadu_ps(values + j * TILE + 8);
        UNROLL
        for (size_t i = 0; i < n_rows; i++) {
            __m256 weight = _mm256_broadcast_ss(weights + j * TILE + i);
            sum[i][0] = _mm256_fmadd_ps(low, weight, sum[i][0]);
            sum[i][1] = _mm256_fmadd_ps(high, weight, sum[i][1]);
        }
    }
    UNROLL
    for (size_t i = 0; i < n_rows; i++) {
        UNROLL
        for (size_t v = 0; v < 2; v++) {
            float *place = sums + i * stride + 8 * v;
            __m256 before = _mm256_loadu_ps(place), less = _mm256_broadcast_ss(shrink + i);
            _mm256_storeu_ps(place, _mm256_fmadd_ps(before, less, sum[i][v]));
        }
    }
}

/* The same for a tile's n_queries rows and all panels. Up to one row more than asked is summed. */
static void gather_tile(float *sums, const float shrink[TILE], const float *weights,
                        const float *values, size_t n, size_t n_queries, size_t columns)
{
    for (size_t d = 0; d < columns; d += TILE) {
        const float *panel = values + d * n;
        for (size_t i = 0; i < n_queries;) {
            float *place = sums + i * columns + d;
            if (n_queries - i >= 5) {
                gather(place, columns, shrink + i, weights + i, panel, n, 6);
                i += 6;
            } else if (n_queries - i >= 3) {
                gather(place, columns, shrink + i, weights + i, panel, n, 4);
                i += 4;
            } else {
                gather(place, columns, shrink + i, weights + i, panel, n, 2);
                i += 2;
            }
        }
    }
}

static void divide(float *out, const float *sums, float sum, size_t head_dim)
{
    const __m256 inverse = _mm256_set1_ps(1.0f / sum);
    size_t d = 0;
    for (; d + 8 <= head_dim; d += 8)
        _mm256_storeu_ps(out + d, _mm256_mul_ps(_mm256_loadu_ps(sums + d), inverse));
    _mm256_maskstore_ps(out + d, eai_lanes_avx2(head_dim - d),
                        _mm256_mul_ps(_mm256_loadu_ps(sums + d), inverse));
}

static void meet(float *sums, eai_attention_state *state, const float *queries, size_t n_queries,
                 const float *keys, size_t n_keys, const eai_attention_shape *s,
                 const eai_attention_room *room)
{
    float shrink[TILE];
    if (n_queries > 8)
        weigh(room->weights, shrink, state, queries, keys, n_keys, s, 2);
    else
        weigh(room->weights, shrink, state, queries, keys, n_keys, s, 1);
    gather_tile(sums, shrink, room->weights, room->values, n_keys, n_queries,
                eai_attention_columns(s->head_dim));
}

void eai_attention_avx2(float *out, const float *query, const float *keys, const float *values,
                        const eai_attention_shape *shape, float *scratch)
{
    static const eai_attention_pieces pieces = {pack_queries, pack_values, meet, divide};
    eai_attention_in_blocks(out, query, keys, values, shape, scratch, &pieces);
}
