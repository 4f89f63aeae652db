/* SPDX-License-Identifier: MIT */
#include <edgeai/lm.h>

#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/readout.h"
#include "lm/transformer.h"
#include "platform/context_internal.h"

#define WANTED_ALL                                                                                 \
    (EDGEAI_WANT_TOKEN | EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_MARGIN | EDGEAI_WANT_ENTROPY |       \
     EDGEAI_WANT_LOGITS)

struct edgeai_lm_denoiser {
    edgeai_denoiser interface;
    const edgeai_lm *lm;
    eai_arena arena; /* this struct is its first piece */
    edgeai_cache cache;
    unsigned wanted_at_most, wanted;
    eai_forward forward;
    eai_readout readout;
    int32_t *reads;                /* [n_tokens_max] positions whose hidden state is read */
    int32_t *warm_row;             /* [n_tokens_max] the row that the cache was filled from */
    size_t block_begin, block_end; /* equal: no block */
    size_t n_warm;                 /* length of warm_row; 0: the next pass fills the cache */
    edgeai_lm_counters counters;
};

static edgeai_status read_options(edgeai_lm_denoiser_options *own, const edgeai_lm *lm,
                                  const edgeai_lm_denoiser_options *given)
{
    *own = (edgeai_lm_denoiser_options)EDGEAI_LM_DENOISER_OPTIONS_INIT;
    if (given) {
        if (given->struct_size < sizeof given->struct_size)
            return eai_fail(EDGEAI_E_INVALID, "lm denoiser: options: struct_size is not set");
        memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    }
    if (own->cache < EDGEAI_CACHE_NONE || own->cache > EDGEAI_CACHE_DUAL)
        return eai_fail(EDGEAI_E_INVALID, "lm denoiser: cache: expected 0 to %d, found %d",
                        EDGEAI_CACHE_DUAL, (int)own->cache);
    if (own->wanted & ~(unsigned)WANTED_ALL)
        return eai_fail(EDGEAI_E_INVALID, "lm denoiser: wanted: expected 0 to %d, found %u",
                        WANTED_ALL, own->wanted);
    if (own->wanted == 0) own->wanted = WANTED_ALL;
    if (own->n_tokens_max == 0) own->n_tokens_max = lm->config.n_context;
    if (own->n_tokens_max > lm->config.n_context)
        return eai_fail(EDGEAI_E_LIMIT,
                        "lm denoiser: n_tokens_max: %zu is more than the model's context of %zu",
                        own->n_tokens_max, lm->config.n_context);
    return EDGEAI_OK;
}

/* Lays everything out; a counting arena gives the size. */
static void plan(edgeai_lm_denoiser *d, const edgeai_lm *lm,
                 const edgeai_lm_denoiser_options *options, eai_arena *arena)
{
    const size_t n = options->n_tokens_max;
    const bool cached = options->cache != EDGEAI_CACHE_NONE;
    eai_forward_plan(&d->forward, lm, n, cached, eai_readout_scratch(lm, n), arena);
    eai_readout_plan(&d->readout, lm, n, arena);
    d->reads = eai_arena_take(arena, n, sizeof *d->reads);
    d->warm_row = eai_arena_take(arena, cached ? n : 0, sizeof *d->warm_row);
}

static edgeai_status measure(const edgeai_lm *lm, const edgeai_lm_denoiser_options *options,
                             size_t *bytes)
{
    eai_arena counting = {0};
    edgeai_lm_denoiser measured;
    (void)eai_arena_take(&counting, 1, sizeof measured);
    plan(&measured, lm, options, &counting);
    if (counting.used > PTRDIFF_MAX)
        return eai_fail(EDGEAI_E_LIMIT, "lm denoiser: %zu tokens need more memory than there is",
                        options->n_tokens_max);
    *bytes = counting.used;
    return EDGEAI_OK;
}

edgeai_status edgeai_lm_denoiser_memory(const edgeai_lm *lm,
                                        const edgeai_lm_denoiser_options *options, size_t *bytes)
{
    edgeai_lm_denoiser_options own;
    if (!lm || !bytes) return eai_fail(EDGEAI_E_INVALID, "lm denoiser: lm or bytes is NULL");
    EAI_TRY(read_options(&own, lm, options));
    return measure(lm, &own, bytes);
}

static edgeai_status prepare(void *user, unsigned wanted, size_t n_tokens)
{
    edgeai_lm_denoiser *d = user;
    if (wanted & ~d->wanted_at_most)
        return eai_fail(EDGEAI_E_INVALID, "lm denoiser: wanted: made for at most %u, asked for %u",
                        d->wanted_at_most, wanted);
    if (n_tokens == 0) return eai_fail(EDGEAI_E_INVALID, "lm denoiser: the row is empty");
    if (n_tokens > d->forward.n_tokens_max)
        return eai_fail(EDGEAI_E_LIMIT, "lm denoiser: made for rows of %zu tokens, asked for %zu",
                        d->forward.n_tokens_max, n_tokens);
    d->wanted = wanted;
    d->block_begin = d->block_end = d->n_warm = 0;
    return EDGEAI_OK;
}

static edgeai_status begin_block(void *user, size_t begin, size_t end)
{
    edgeai_lm_denoiser *d = user;
    if (begin >= end || end > d->forward.n_tokens_max)
        return eai_fail(EDGEAI_E_INVALID,
                        "lm denoiser: block %zu to %zu is none of a row of at most %zu", begin, end,
                        d->forward.n_tokens_max);
    d->block_begin = begin;
    d->block_end = end;
    d->n_warm = 0;
    return EDGEAI_OK;
}

static edgeai_status end_block(void *user)
{
    edgeai_lm_denoiser *d = user;
    d->block_begin = d->block_end = d->n_warm = 0;
    return EDGEAI_OK;
}

static edgeai_status check_row(const edgeai_lm_denoiser *d, const int32_t *row, size_t n_tokens)
{
    if (n_tokens == 0 || n_tokens > d->forward.n_tokens_max)
        return eai_fail(EDGEAI_E_LIMIT, "lm denoiser: made for rows of 1 to %zu tokens, found %zu",
                        d->forward.n_tokens_max, n_tokens);
    for (size_t i = 0; i < n_tokens; i++)
        if (row[i] < 0 || row[i] >= d->interface.n_vocab)
            return eai_fail(EDGEAI_E_INVALID,
                            "lm denoiser: token %d at position %zu: expected 0 to %d", row[i], i,
                            d->interface.n_vocab - 1);
    return EDGEAI_OK;
}

static edgeai_status check_positions(const edgeai_lm_denoiser *d, const int32_t *positions,
                                     size_t n_positions, size_t n_tokens)
{
    const bool block = d->cache != EDGEAI_CACHE_NONE && d->block_end > 0;
    int64_t least = block ? (int64_t)d->block_begin : 0;
    const int64_t end = (int64_t)(block && d->block_end < n_tokens ? d->block_end : n_tokens);
    if (n_positions == 0) return eai_fail(EDGEAI_E_INVALID, "lm denoiser: no position is wanted");
    for (size_t i = 0; i < n_positions; i++) {
        if (positions[i] < least || positions[i] >= end)
            return eai_fail(EDGEAI_E_INVALID,
                            "lm denoiser: position %d: expected ascending ones from %lld to %lld",
                            positions[i], (long long)least, (long long)end - 1);
        least = (int64_t)positions[i] + 1;
    }
    return EDGEAI_OK;
}

/* What the cache holds must still be true: only masks behind the block may have been filled. */
static edgeai_status check_unchanged(const edgeai_lm_denoiser *d, const int32_t *row,
                                     size_t n_tokens)
{
    if (n_tokens != d->n_warm)
        return eai_fail(EDGEAI_E_INVALID,
                        "lm denoiser: the row of %zu tokens has become one of "
                        "%zu within a block",
                        d->n_warm, n_tokens);
    const size_t end = d->cache == EDGEAI_CACHE_PREFIX ? d->block_begin : n_tokens;
    for (size_t i = 0; i < end; i++) {
        bool inside = i >= d->block_begin && i < d->block_end;
        bool filled = i >= d->block_end && d->warm_row[i] == d->interface.mask_token;
        if (row[i] != d->warm_row[i] && !inside && !filled)
            return eai_fail(EDGEAI_E_INVALID,
                            "lm denoiser: the token at %zu changed outside the block %zu to %zu "
                            "while a cache was in use",
                            i, d->block_begin, d->block_end);
    }
    return EDGEAI_OK;
}

/*
 * The positions that this pass computes. With a cache, the first pass of a block covers the row,
 * the others the block and (prefix) what follows it. Shifted models read the block's first position
 * one to its left, so that one is computed too.
 */
static void choose_window(const edgeai_lm_denoiser *d, eai_pass *pass)
{
    pass->begin = 0;
    pass->end = pass->n_tokens;
    if (d->n_warm == 0) return;
    pass->begin = d->block_begin;
    if (d->lm->config.shift_logits && pass->begin > 0) pass->begin--;
    if (d->cache == EDGEAI_CACHE_DUAL && d->block_end < pass->n_tokens) pass->end = d->block_end;
}

/* Where predictions are read; a shifted model reads 0 and 1 at the same place. */
static size_t choose_reads(edgeai_lm_denoiser *d, const int32_t *positions, size_t n_positions)
{
    size_t n = 0;
    for (size_t i = 0; i < n_positions; i++) {
        int32_t read = positions[i];
        if (d->lm->config.shift_logits && read > 0) read--;
        if (n == 0 || d->reads[n - 1] != read) d->reads[n++] = read;
    }
    return n;
}

static edgeai_status predict(void *user, const int32_t *row, size_t n_tokens,
                             const int32_t *positions, size_t n_positions,
                             edgeai_prediction *predictions, float *logits)
{
    edgeai_lm_denoiser *d = user;
    if (!row || !positions || !predictions)
        return eai_fail(EDGEAI_E_INVALID, "lm denoiser: an argument is NULL");
    EAI_TRY(check_row(d, row, n_tokens));
    EAI_TRY(check_positions(d, positions, n_positions, n_tokens));
    if (d->n_warm > 0) EAI_TRY(check_unchanged(d, row, n_tokens));

    eai_pass pass = {.row = row, .n_tokens = n_tokens, .reads = d->reads};
    choose_window(d, &pass);
    pass.n_reads = choose_reads(d, positions, n_positions);
    eai_forward_run(&d->forward, &pass);
    const size_t n_doubled = n_positions - pass.n_reads; /* 0 or 1 */
    float *rest = logits ? logits + n_doubled * (size_t)d->interface.n_vocab : NULL;
    EAI_TRY(eai_readout_run(&d->readout, &d->forward, pass.n_reads, d->wanted,
                            predictions + n_doubled, rest));
    if (n_doubled > 0) {
        predictions[0] = predictions[1];
        if (logits) memcpy(logits, rest, (size_t)d->interface.n_vocab * sizeof *logits);
    }
    if (d->cache != EDGEAI_CACHE_NONE && d->block_end > 0 && d->n_warm == 0) {
        memcpy(d->warm_row, row, n_tokens * sizeof *row);
        d->n_warm = n_tokens;
    }
    d->counters.n_passes++;
    d->counters.n_positions += pass.end - pass.begin;
    d->counters.n_readouts += pass.n_reads;
    return EDGEAI_OK;
}

edgeai_status edgeai_lm_denoiser_create(edgeai_lm_denoiser **out, const edgeai_lm *lm,
                                        const edgeai_lm_denoiser_options *options)
{
    edgeai_lm_denoiser_options own;
    size_t bytes;
    eai_arena arena;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "lm denoiser: out is NULL");
    *out = NULL;
    if (!lm) return eai_fail(EDGEAI_E_INVALID, "lm denoiser: lm is NULL");
    EAI_TRY(read_options(&own, lm, options));
    EAI_TRY(measure(lm, &own, &bytes));
    if (!eai_arena_init(&arena, &lm->context->allocator, bytes, "lm denoiser"))
        return EDGEAI_E_MEMORY;
    edgeai_lm_denoiser *d = eai_arena_take(&arena, 1, sizeof *d);
    plan(d, lm, &own, &arena);
    d->arena = arena;
    d->lm = lm;
    d->cache = own.cache;
    d->wanted = d->wanted_at_most = own.wanted;
    d->interface = (edgeai_denoiser){
        .struct_size = sizeof d->interface,
        .user = d,
        .n_vocab = (int32_t)lm->config.n_vocab,
        .mask_token = lm->config.mask_token,
        .prepare = prepare,
        .begin_block = begin_block,
        .predict = predict,
        .end_block = end_block,
    };
    eai_forward_ready(&d->forward);
    *out = d;
    return EDGEAI_OK;
}

void edgeai_lm_denoiser_free(edgeai_lm_denoiser *denoiser)
{
    if (!denoiser) return;
    eai_arena arena = denoiser->arena; /* the struct lies inside it */
    eai_arena_free(&arena, &denoiser->lm->context->allocator);
}

const edgeai_denoiser *edgeai_lm_denoiser_interface(edgeai_lm_denoiser *denoiser)
{
    return &denoiser->interface;
}

void edgeai_lm_denoiser_get_counters(const edgeai_lm_denoiser *denoiser,
                                     edgeai_lm_counters *counters)
{
    *counters = denoiser->counters;
}
