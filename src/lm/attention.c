/* SPDX-License-Identifier: MIT */
#include <cblas.h>
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

typedef struct attention_loop {
    const eai_forward *forward;
    const float *keys, *values;
    size_t n, n_keys, n_blocks;
} attention_loop;

/*
 * One head of one block of queries: scores = Q K^T, softmax, then (scores V) where Q was, which no
 * other item reads.
 */
static void attend(void *opaque, size_t item, size_t slot)
{
    const attention_loop *loop = opaque;
    const eai_forward *f = loop->forward;
    const eai_lm_config *c = &f->lm->config;
    const blasint head_dim = (blasint)c->head_dim, n_keys = (blasint)loop->n_keys;
    const blasint query_stride = (blasint)(c->n_heads * c->head_dim);
    const blasint key_stride = (blasint)f->cache.width;
    size_t head = item / loop->n_blocks, first = item % loop->n_blocks * EAI_QUERY_BLOCK;
    size_t n = loop->n - first < EAI_QUERY_BLOCK ? loop->n - first : EAI_QUERY_BLOCK;
    size_t kv_head = head / (c->n_heads / c->n_kv_heads);
    float *query = f->query + (first * c->n_heads + head) * c->head_dim;
    float *scores = f->scratch.floats + slot * f->scratch.slot_floats;

    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n, n_keys, head_dim, 1.0f, query,
                query_stride, loop->keys + kv_head * c->head_dim, key_stride, 0.0f, scores, n_keys);
    const float scale = (float)(1.0 / sqrt((double)c->head_dim));
    for (size_t i = 0; i < n; i++)
        f->lm->kernels.softmax(scores + i * loop->n_keys, loop->n_keys, scale);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)n, head_dim, n_keys, 1.0f,
                scores, n_keys, loop->values + kv_head * c->head_dim, key_stride, 0.0f, query,
                query_stride);
}

void eai_attention_run(eai_forward *f, size_t layer, size_t n, size_t n_keys)
{
    const eai_lm_config *c = &f->lm->config;
    attention_loop loop = {
        .forward = f,
        .keys = eai_kv_cache_keys(&f->cache, layer, 0),
        .values = eai_kv_cache_values(&f->cache, layer, 0),
        .n = n,
        .n_keys = n_keys,
        .n_blocks = (n + EAI_QUERY_BLOCK - 1) / EAI_QUERY_BLOCK,
    };
    double work = 2.0 * (double)n * (double)n_keys * (double)(c->n_heads * c->head_dim);
    eai_parallel_for_work(f->lm->context, c->n_heads * loop.n_blocks, work, attend, &loop);
}
