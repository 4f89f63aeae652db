/* SPDX-License-Identifier: MIT */
#include "kernels/head_attention.h"

#include "kernels/exp_neon.h"

enum { TILE = EAI_ATTENTION_TILE };

/* Inlined into each caller, so that the sizes it is given there are constants. */
#define INLINE static inline __attribute__((always_inline))

/* Sums in an array stay in registers only if no index is left to compute. */
#define UNROLL _Pragma("GCC unroll 4")

/* 4 queries become columns of packed [head_dim, 16]. Past the last, n, it is repeated. */
static void pack_four(float *packed, const float *query, size_t n, const eai_attention_shape *s)
{
    const float *row[4];
    for (size_t i = 0; i < 4; i++)
        row[i] = query + (i < n ? i : n - 1) * s->query_stride;
    size_t d = 0;
    for (; d + 4 <= s->head_dim; d += 4) {
        float32x4x4_t x; /* stored interleaved, so transposed */
        float column[16];
        for (size_t i = 0; i < 4; i++)
            x.val[i] = vmulq_n_f32(vld1q_f32(row[i] + d), s->scale);
        vst4q_f32(column, x);
        for (size_t i = 0; i < 4; i++)
            vst1q_f32(packed + (d + i) * TILE, vld1q_f32(column + 4 * i));
    }
    for (; d < s->head_dim; d++)
        for (size_t i = 0; i < 4; i++)
            packed[d * TILE + i] = row[i][d] * s->scale;
}

static void pack_queries(float *packed, const float *query, size_t n, const eai_attention_shape *s)
{
    for (size_t i = 0; i < n; i += 4)
        pack_four(packed + i, query + i * s->query_stride, n - i, s);
}

static void pack_values(float *packed, const float *values, size_t n, const eai_attention_shape *s)
{
    const size_t whole = s->head_dim & ~(size_t)3;
    for (size_t j = 0; j < n; j++) {
        const float *row = values + j * s->key_stride;
        float *place = packed + j * TILE;
        for (size_t d = 0; d < whole; d += 4)
            vst1q_f32(place + d / TILE * TILE * n + d % TILE, vld1q_f32(row + d));
        if (whole < s->head_dim)
            vst1q_f32(place + whole / TILE * TILE * n + whole % TILE,
                      eai_load_tail_neon(row + whole, s->head_dim - whole, 0.0f));
    }
}

/* sum[j] of one dimension: 16 queries times lane `lane` of each key. */
#define ADD_DIMENSION(lane)                                                                        \
    do {                                                                                           \
        const float *place = queries + (d + (lane)) * TILE;                                        \
        float32x4_t query[4];                                                                      \
        UNROLL for (size_t v = 0; v < n_vectors; v++) query[v] = vld1q_f32(place + 4 * v);         \
        UNROLL for (size_t j = 0; j < n_keys; j++) UNROLL for (size_t v = 0; v < n_vectors; v++)   \
            sum[j][v] = vfmaq_laneq_f32(sum[j][v], query[v], key[j], lane);                        \
    } while (0)

/* scores [n_keys, 16] of a few keys and n_vectors * 4 queries; `max` holds their largest. */
INLINE void score(float *scores, float32x4_t max[4], const float *queries, const float *keys,
                  const eai_attention_shape *s, const size_t n_keys, const size_t n_vectors)
{
    const size_t stride = s->key_stride, head_dim = s->head_dim;
    float32x4_t sum[4][4], key[4];
    UNROLL
    for (size_t j = 0; j < n_keys; j++) {
        UNROLL
        for (size_t v = 0; v < n_vectors; v++)
            sum[j][v] = vdupq_n_f32(0.0f);
    }
    size_t d = 0;
    for (; d + 4 <= head_dim; d += 4) {
        UNROLL
        for (size_t j = 0; j < n_keys; j++)
            key[j] = vld1q_f32(keys + j * stride + d);
        ADD_DIMENSION(0);
        ADD_DIMENSION(1);
        ADD_DIMENSION(2);
        ADD_DIMENSION(3);
    }
    for (; d < head_dim; d++) {
        UNROLL
        for (size_t j = 0; j < n_keys; j++)
            key[j] = vdupq_n_f32(keys[j * stride + d]);
        ADD_DIMENSION(0);
    }
    UNROLL
    for (size_t j = 0; j < n_keys; j++) {
        UNROLL
        for (size_t v = 0; v < n_vectors; v++) {
            vst1q_f32(scores + j * TILE + 4 * v, sum[j][v]);
            max[v] = vmaxnmq_f32(sum[j][v], max[v]);
        }
    }
}

/* Scores of a block of keys, then exp(score - max) in their place; the state moves on. */
INLINE void weigh(float *weights, float shrink[TILE], eai_attention_state *state,
                  const float *queries, const float *keys, size_t n, const eai_attention_shape *s,
                  const size_t n_vectors)
{
    float32x4_t max[4];
    for (size_t v = 0; v < n_vectors; v++)
        max[v] = vld1q_f32(state->max + 4 * v);
    size_t j = 0;
    for (; j + 4 <= n; j += 4)
        score(weights + j * TILE, max, queries, keys + j * s->key_stride, s, 4, n_vectors);
    for (; j < n; j++)
        score(weights + j * TILE, max, queries, keys + j * s->key_stride, s, 1, n_vectors);
    for (size_t v = 0; v < n_vectors; v++) {
        float32x4_t sum = vdupq_n_f32(0.0f);
        for (j = 0; j < n; j++) {
            float *place = weights + j * TILE + 4 * v;
            float32x4_t e = eai_exp_neon(vsubq_f32(vld1q_f32(place), max[v]));
            vst1q_f32(place, e);
            sum = vaddq_f32(sum, e);
        }
        float32x4_t less = eai_exp_neon(vsubq_f32(vld1q_f32(state->max + 4 * v), max[v]));
        vst1q_f32(state->sum + 4 * v, vfmaq_f32(sum, vld1q_f32(state->sum + 4 * v), less));
        vst1q_f32(state->max + 4 * v, max[v]);
        vst1q_f32(shrink + 4 * v, less);
    }
}

/* sums[4, 16] of a panel = shrink * sums + weights * values, over n keys. */
static void gather(float *sums, size_t stride, const float *shrink, const float *weights,
                   const float *values, size_t n)
{
    float32x4_t sum[4][4];
    UNROLL
    for (size_t i = 0; i < 4; i++) {
        UNROLL
        for (size_t v = 0; v < 4; v++)
            sum[i][v] = vdupq_n_f32(0.0f);
    }
    for (size_t j = 0; j < n; j++) {
        const float32x4_t weight = vld1q_f32(weights + j * TILE);
        UNROLL
        for (size_t v = 0; v < 4; v++) {
            const float32x4_t value = vld1q_f32(values + j * TILE + 4 * v);
            sum[0][v] = vfmaq_laneq_f32(sum[0][v], value, weight, 0);
            sum[1][v] = vfmaq_laneq_f32(sum[1][v], value, weight, 1);
            sum[2][v] = vfmaq_laneq_f32(sum[2][v], value, weight, 2);
            sum[3][v] = vfmaq_laneq_f32(sum[3][v], value, weight, 3);
        }
    }
    UNROLL
    for (size_t i = 0; i < 4; i++) {
        UNROLL
        for (size_t v = 0; v < 4; v++) {
            float *place = sums + i * stride + 4 * v;
            vst1q_f32(place, vfmaq_n_f32(sum[i][v], vld1q_f32(place), shrink[i]));
        }
    }
}

static void divide(float *out, const float *sums, float sum, size_t head_dim)
{
    const float inverse = 1.0f / sum;
    size_t d = 0;
    for (; d + 4 <= head_dim; d += 4)
        vst1q_f32(out + d, vmulq_n_f32(vld1q_f32(sums + d), inverse));
    for (; d < head_dim; d++)
        out[d] = sums[d] * inverse;
}

static void meet(float *sums, eai_attention_state *state, const float *queries, size_t n_queries,
                 const float *keys, size_t n_keys, const eai_attention_shape *s,
                 const eai_attention_room *room)
{
    const size_t columns = eai_attention_columns(s->head_dim);
    float shrink[TILE];
    if (n_queries > 8)
        weigh(room->weights, shrink, state, queries, keys, n_keys, s, 4);
    else if (n_queries > 4)
        weigh(room->weights, shrink, state, queries, keys, n_keys, s, 2);
    else
        weigh(room->weights, shrink, state, queries, keys, n_keys, s, 1);
    for (size_t d = 0; d < columns; d += TILE)
        for (size_t i = 0; i < n_queries; i += 4)
            gather(sums + i * columns + d, columns, shrink + i, room->weights + i,
                   room->values + d * n_keys, n_keys);
}

void eai_attention_neon(float *out, const float *query, const float *keys, const float *values,
                        const eai_attention_shape *shape, float *scratch)
{
    static const eai_attention_pieces pieces = {pack_queries, pack_values, meet, divide};
    eai_attention_in_blocks(out, query, keys, values, shape, scratch, &pieces);
}
