/* SPDX-License-Identifier: MIT */
#include "lm/transformer.h"

#include <string.h>

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Room for the prepared inputs of a layer's matrices, and of all experts' side by side. */
static size_t layer_prepared(const eai_lm_config *c, const eai_lm_layer *layer, size_t n_rows)
{
    const eai_matmul *plans[] = {&layer->q,      &layer->k,    &layer->v,  &layer->output,
                                 &layer->router, &layer->gate, &layer->up, &layer->down};
    size_t most = 0;
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        most = larger(most, eai_matmul_prepared_bytes(plans[i], n_rows));
    return most * (c->architecture->experts ? c->n_experts_used : 1);
}

static void plan_moe(eai_moe_buffers *m, const eai_lm_config *c, size_t rows, eai_arena *arena)
{
    size_t n = rows * c->n_experts_used;
    m->router = eai_arena_take(arena, rows, c->n_experts * sizeof *m->router);
    m->experts = eai_arena_take(arena, n, sizeof *m->experts);
    m->weights = eai_arena_take(arena, n, sizeof *m->weights);
    m->places = eai_arena_take(arena, n, sizeof *m->places);
    m->begin = eai_arena_take(arena, c->n_experts + 1, sizeof *m->begin);
    m->gathered = eai_arena_take(arena, n, c->n_embd * sizeof *m->gathered);
    m->plans = eai_arena_take(arena, 2 * c->n_experts, sizeof *m->plans);
    m->jobs = eai_arena_take(arena, 2 * c->n_experts, sizeof *m->jobs);
}

void eai_forward_plan(eai_forward *f, const edgeai_lm *lm, size_t n_tokens_max, bool cached,
                      size_t scratch_floats, eai_arena *arena)
{
    const eai_lm_config *c = &lm->config;
    const size_t n_threads = (size_t)edgeai_context_threads(lm->context);
    f->lm = lm;
    f->n_tokens_max = n_tokens_max;
    f->hidden = eai_arena_take(arena, n_tokens_max, c->n_embd * sizeof *f->hidden);
    f->normed = eai_arena_take(arena, n_tokens_max, c->n_embd * sizeof *f->normed);
    f->query = eai_arena_take(arena, n_tokens_max, c->n_heads * c->head_dim * sizeof *f->query);
    size_t rows = smaller(n_tokens_max, EAI_FFN_ROWS);
    if (c->architecture->experts) {
        rows = smaller(n_tokens_max, EAI_MOE_ROWS);
        plan_moe(&f->moe, c, rows, arena);
        rows *= c->n_experts_used;
    }
    f->gate = eai_arena_take(arena, rows, c->n_ff * sizeof *f->gate);
    f->up = eai_arena_take(arena, rows, c->n_ff * sizeof *f->up);
    eai_rope_table_plan(&f->rope, c->n_rot / 2, n_tokens_max, arena);
    eai_kv_cache_plan(&f->cache, cached ? c->n_layers : 1, n_tokens_max,
                      c->n_kv_heads * c->head_dim, arena);

    size_t floats = larger(scratch_floats, eai_attention_scratch(n_tokens_max, c->head_dim));
    floats = larger(floats, eai_matmul_scratch());
    const size_t together = smaller(n_tokens_max, EAI_MATMUL_ROWS);
    size_t prepared = eai_matmul_prepared_bytes(&lm->head, together);
    for (size_t i = 0; i < c->n_layers; i++)
        prepared = larger(prepared, layer_prepared(c, &lm->layers[i], together));
    f->scratch.prepared_bytes = prepared;
    f->scratch.prepared = eai_arena_take(arena, prepared, 1);
    f->scratch.slot_floats = (floats + 15) & ~(size_t)15;
    f->scratch.floats =
        eai_arena_take(arena, n_threads, f->scratch.slot_floats * sizeof *f->scratch.floats);
}

void eai_forward_ready(eai_forward *f)
{
    const eai_lm_config *c = &f->lm->config;
    eai_rope_table_fill(&f->rope, f->n_tokens_max, c->rope_base, c->rope_scale,
                        f->lm->rope_factors);
}

static void embed(eai_forward *f, const eai_pass *pass)
{
    const eai_matmul *table = &f->lm->embedding;
    for (size_t p = pass->begin; p < pass->end; p++) /* cannot fail: planned for this type */
        (void)edgeai_dequantize(table->format.dtype,
                                table->rows + (size_t)pass->row[p] * table->row_bytes,
                                f->hidden + (p - pass->begin) * table->n_in, table->n_in);
}

/* Moves the rows at the read positions to the front; they ascend, so none is overwritten early. */
static void keep_reads(float *rows, size_t width, const eai_pass *pass)
{
    for (size_t i = 0; i < pass->n_reads; i++) {
        size_t from = (size_t)pass->reads[i] - pass->begin;
        if (from != i) memcpy(rows + i * width, rows + from * width, width * sizeof *rows);
    }
}

/*
 * Queries of n rows, and keys and values of the whole window. In the last layer only the positions
 * that are read need a query (and all that follows); their rows move to the front in between.
 */
static size_t project(eai_forward *f, size_t layer_index, const eai_pass *pass)
{
    const eai_lm_config *c = &f->lm->config;
    const eai_lm_layer *layer = &f->lm->layers[layer_index];
    const size_t n = pass->end - pass->begin, width = f->cache.width, n_embd = c->n_embd;
    const bool cut = layer_index + 1 == c->n_layers && pass->n_reads < n;
    float *keys = eai_kv_cache_keys(&f->cache, layer_index, pass->begin);
    float *values = eai_kv_cache_values(&f->cache, layer_index, pass->begin);
    const size_t n_queries = cut ? pass->n_reads : n;
    const eai_matmul_job jobs[] = {
        {&layer->k, f->normed, n_embd, n, keys, width, false},
        {&layer->v, f->normed, n_embd, n, values, width, false},
        {&layer->q, f->normed, n_embd, n_queries, f->query, c->n_heads * c->head_dim, false},
    };
    eai_matmul_run(f->lm->context, jobs, cut ? 2 : 3, f->scratch);
    if (cut) {
        keep_reads(f->normed, n_embd, pass);
        keep_reads(f->hidden, n_embd, pass);
        eai_matmul_run(f->lm->context, &jobs[2], 1, f->scratch);
    }
    eai_heads_rotate(f, keys, c->n_kv_heads, layer->k_norm, NULL, pass->begin, n);
    eai_heads_rotate(f, f->query, c->n_heads, layer->q_norm, cut ? pass->reads : NULL, pass->begin,
                     n_queries);
    return n_queries;
}

void eai_forward_run(eai_forward *f, const eai_pass *pass)
{
    const eai_lm_config *c = &f->lm->config;
    size_t n = pass->end - pass->begin;
    embed(f, pass);
    for (size_t i = 0; i < c->n_layers; i++) {
        const eai_lm_layer *layer = &f->lm->layers[i];
        eai_norm_rows(f, f->normed, f->hidden, layer->attention_norm, n, c->n_embd);
        n = project(f, i, pass);
        eai_attention_run(f, i, n, pass->n_tokens);
        const eai_matmul_job output = {
            &layer->output, f->query, c->n_heads * c->head_dim, n, f->hidden, c->n_embd, true};
        eai_matmul_run(f->lm->context, &output, 1, f->scratch);
        eai_norm_rows(f, f->normed, f->hidden, layer->feedforward_norm, n, c->n_embd);
        if (c->architecture->experts)
            eai_moe_run(f, layer, n);
        else
            eai_dense_run(f, layer, n);
    }
    eai_norm_rows(f, f->normed, f->hidden, f->lm->output_norm, n, c->n_embd);
}
