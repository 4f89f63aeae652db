/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "lm/transformer.h"
#include "platform/threads.h"

typedef struct heads_loop {
    const eai_forward *forward;
    float *heads;
    size_t n_heads, begin, n;
    const float *norm;
    const int32_t *positions;
} heads_loop;

static void rotate_block(void *opaque, size_t item, size_t slot)
{
    (void)slot;
    const heads_loop *loop = opaque;
    const edgeai_lm *lm = loop->forward->lm;
    const eai_rope_table *rope = &loop->forward->rope;
    const size_t head_dim = lm->config.head_dim;
    size_t first = item * EAI_ROW_BLOCK, last = first + EAI_ROW_BLOCK;
    if (last > loop->n) last = loop->n;
    for (size_t i = first; i < last; i++) {
        size_t position = loop->positions ? (size_t)loop->positions[i] : loop->begin + i;
        const float *cosine = rope->cosine + position * rope->n_pairs;
        const float *sine = rope->sine + position * rope->n_pairs;
        for (size_t h = 0; h < loop->n_heads; h++) {
            float *head = loop->heads + (i * loop->n_heads + h) * head_dim;
            if (loop->norm) lm->kernels.rms_norm(head, head, loop->norm, head_dim, lm->config.eps);
            if (lm->config.architecture->interleaved_rope)
                lm->kernels.rope_interleaved(head, cosine, sine, rope->n_pairs);
            else
                lm->kernels.rope_half(head, cosine, sine, rope->n_pairs);
        }
    }
}

void eai_heads_rotate(const eai_forward *f, float *heads, size_t n_heads, const float *norm,
                      const int32_t *positions, size_t begin, size_t n)
{
    heads_loop loop = {f, heads, n_heads, begin, n, norm, positions};
    double work = 2.0 * (double)n * (double)n_heads * (double)f->lm->config.head_dim;
    eai_parallel_for_work(f->lm->context, (n + EAI_ROW_BLOCK - 1) / EAI_ROW_BLOCK, work,
                          rotate_block, &loop);
}

/*
 * Items of one layer: enough to share among 16 cores, which few heads are not. More blocks pack the
 * same values again, so no more than that; a block is of whole tiles of the kernel's.
 */
#define ITEMS_WANTED ((size_t)48)
#define QUERIES_MIN  ((size_t)16)
#define QUERIES_MAX  ((size_t)64)

static size_t blocks_of(size_t n, size_t length)
{
    return (n + length - 1) / length;
}

/* Queries of an item. From the sizes alone, as is everything that the result may depend on. */
static size_t queries_of_item(size_t n, size_t n_heads)
{
    size_t n_blocks = blocks_of(ITEMS_WANTED, n_heads);
    if (n_blocks < blocks_of(n, QUERIES_MAX)) n_blocks = blocks_of(n, QUERIES_MAX);
    const size_t share = blocks_of(n, n_blocks);
    return share > QUERIES_MIN ? blocks_of(share, QUERIES_MIN) * QUERIES_MIN : QUERIES_MIN;
}

typedef struct attention_loop {
    const eai_forward *forward;
    const float *keys, *values;
    size_t n, n_keys, block, n_blocks;
} attention_loop;

/* One head of one block of queries; the result stands where they were, which no other item reads.
 */
static void attend(void *opaque, size_t item, size_t slot)
{
    const attention_loop *loop = opaque;
    const eai_forward *f = loop->forward;
    const eai_lm_config *c = &f->lm->config;
    const size_t head = item / loop->n_blocks, first = item % loop->n_blocks * loop->block;
    const size_t left = loop->n - first, kv_head = head / (c->n_heads / c->n_kv_heads);
    const eai_attention_shape shape = {
        .n_queries = left < loop->block ? left : loop->block,
        .n_keys = loop->n_keys,
        .head_dim = c->head_dim,
        .query_stride = c->n_heads * c->head_dim,
        .key_stride = f->cache.width,
        .scale = (float)(1.0 / sqrt((double)c->head_dim)),
    };
    float *query = f->query + first * shape.query_stride + head * c->head_dim;
    f->lm->kernels.attention(query, query, loop->keys + kv_head * c->head_dim,
                             loop->values + kv_head * c->head_dim, &shape,
                             f->scratch.floats + slot * f->scratch.slot_floats);
}

void eai_attention_run(eai_forward *f, size_t layer, size_t n, size_t n_keys)
{
    const eai_lm_config *c = &f->lm->config;
    const size_t block = queries_of_item(n, c->n_heads);
    attention_loop loop = {
        .forward = f,
        .keys = eai_kv_cache_keys(&f->cache, layer, 0),
        .values = eai_kv_cache_values(&f->cache, layer, 0),
        .n = n,
        .n_keys = n_keys,
        .block = block,
        .n_blocks = blocks_of(n, block),
    };
    double work = 2.0 * (double)n * (double)n_keys * (double)(c->n_heads * c->head_dim);
    eai_parallel_for_work(f->lm->context, c->n_heads * loop.n_blocks, work, attend, &loop);
}
