/* SPDX-License-Identifier: MIT */
/* Creating a decoding: checks, and all the memory that running it will need. */
#include "decode/decoding.h"

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

static edgeai_status check_denoiser(const edgeai_denoiser *denoiser)
{
    if (!denoiser) return eai_fail(EDGEAI_E_INVALID, "decode: denoiser is NULL");
    if (denoiser->struct_size < sizeof *denoiser)
        return eai_fail(EDGEAI_E_INVALID, "decode: denoiser: struct_size: expected %zu, found %zu",
                        sizeof *denoiser, denoiser->struct_size);
    if (!denoiser->predict) return eai_fail(EDGEAI_E_INVALID, "decode: denoiser: predict is NULL");
    if (denoiser->n_vocab < 2)
        return eai_fail(EDGEAI_E_INVALID, "decode: denoiser: n_vocab: expected 2 or more, found %d",
                        denoiser->n_vocab);
    if (denoiser->mask_token < 0 || denoiser->mask_token >= denoiser->n_vocab)
        return eai_fail(EDGEAI_E_INVALID,
                        "decode: denoiser: mask_token: expected 0 to %d, found %d",
                        denoiser->n_vocab - 1, denoiser->mask_token);
    return EDGEAI_OK;
}

static edgeai_status check_end_tokens(const edgeai_decode_options *options,
                                      const edgeai_denoiser *denoiser)
{
    for (size_t i = 0; i < options->n_end_tokens; i++) {
        int32_t token = options->end_tokens[i];
        if (token < 0 || token >= denoiser->n_vocab || token == denoiser->mask_token)
            return eai_fail(EDGEAI_E_INVALID,
                            "decode: end_tokens[%zu]: expected 0 to %d and not the mask %d, found "
                            "%d",
                            i, denoiser->n_vocab - 1, denoiser->mask_token, token);
    }
    return EDGEAI_OK;
}

static void lay_out_samplers(edgeai_decoding *decoding, eai_arena *arena)
{
    const edgeai_decode_options *options = &decoding->options;
    size_t n_threads = (size_t)edgeai_context_threads(decoding->context);
    size_t n_vocab = (size_t)decoding->denoiser->n_vocab;
    decoding->samplers = eai_arena_take(arena, n_threads, sizeof *decoding->samplers);
    for (size_t i = 0; i < n_threads; i++) {
        eai_sampler sampler = {
            .n_vocab = decoding->denoiser->n_vocab,
            .mask_token = decoding->denoiser->mask_token,
            .temperature = options->temperature,
            .top_p = options->top_p,
            .top_k = options->top_k,
            .logits = eai_arena_take(arena, n_vocab, sizeof *sampler.logits),
            .heap = eai_arena_take(arena, n_vocab, sizeof *sampler.heap),
        };
        if (decoding->samplers) decoding->samplers[i] = sampler;
    }
}

/* Run once to count and once to lay out. */
static void lay_out(edgeai_decoding *decoding, eai_arena *arena)
{
    size_t n = decoding->block_capacity, n_vocab = (size_t)decoding->denoiser->n_vocab;
    const edgeai_decode_options *options = &decoding->options;
#define TAKE(member, count) (member) = eai_arena_take(arena, (count), sizeof *(member))
    TAKE(decoding->positions, n);
    TAKE(decoding->predictions, n);
    TAKE(decoding->chosen, n);
    TAKE(decoding->keys, n);
    TAKE(decoding->order, n);
    TAKE(decoding->committed, n);
    TAKE(decoding->committed_confidences, n);
    if (options->n_end_tokens > 0) TAKE(decoding->end_tokens, options->n_end_tokens);

    size_t row_bytes;
    eai_size_multiply(n_vocab, sizeof *decoding->logits, &row_bytes);
    if (decoding->wanted & EDGEAI_WANT_LOGITS) {
        decoding->logits = eai_arena_take(arena, n, row_bytes);
        TAKE(decoding->seeds, n);
        if (options->temperature > 0 || options->top_p < 1 || options->top_k > 0)
            lay_out_samplers(decoding, arena);
    }
    if (options->guidance_scale > 0) {
        decoding->guidance_logits = eai_arena_take(arena, n, row_bytes);
        TAKE(decoding->unguided, n);
        TAKE(decoding->guidance_row, decoding->n_tokens_max);
    }
    if (options->decoder == EDGEAI_DECODER_DICO) {
        eai_dico *dico = &decoding->dico;
        TAKE(dico->confidences, n);
        TAKE(dico->scores, n);
        TAKE(dico->candidates, n);
        TAKE(dico->is_masked, n);
        TAKE(dico->seeds, n);
        TAKE(dico->clusters, n);
        TAKE(dico->grown, 2 * n); /* the clusters, and one for each seed */
        TAKE(dico->reported, 2 * n);
    }
    if (options->decoder == EDGEAI_DECODER_KLASS) {
        eai_klass *klass = &decoding->klass;
        klass->before = eai_arena_take(arena, n, row_bytes);
        TAKE(klass->now, n);
        TAKE(klass->normalizers, n);
        TAKE(klass->rows, n);
        TAKE(klass->n_stable, n);
    }
#undef TAKE
}

/* All of it but the memory; `decoding` is zero. */
static edgeai_status set_up(edgeai_decoding *decoding, const edgeai_denoiser *denoiser,
                            const edgeai_decode_options *given, size_t n_tokens_max)
{
    edgeai_decode_options *options = &decoding->options;
    EAI_TRY(check_denoiser(denoiser));
    EAI_TRY(eai_decode_options_resolve(options, given));
    EAI_TRY(check_end_tokens(options, denoiser));
    if (n_tokens_max < 1 || n_tokens_max > INT32_MAX)
        return eai_fail(EDGEAI_E_INVALID, "decode: n_tokens_max: expected 1 to %d, found %zu",
                        INT32_MAX, n_tokens_max);
    decoding->denoiser = denoiser;
    decoding->n_tokens_max = n_tokens_max;
    decoding->block_capacity =
        options->block_tokens < n_tokens_max ? options->block_tokens : n_tokens_max;
    decoding->wanted = eai_decode_options_wanted(options);
    decoding->is_gumbel = options->temperature > 0 && !eai_decoder_is_dream(options->decoder);
    return EDGEAI_OK;
}

edgeai_status edgeai_decoding_memory(const edgeai_context *context, const edgeai_denoiser *denoiser,
                                     const edgeai_decode_options *options, size_t n_tokens_max,
                                     size_t *bytes)
{
    if (!context || !bytes) return eai_fail(EDGEAI_E_INVALID, "decode: an argument is NULL");
    edgeai_decoding decoding = {.context = context};
    eai_arena arena = {0};
    EAI_TRY(set_up(&decoding, denoiser, options, n_tokens_max));
    lay_out(&decoding, &arena);
    eai_size_add(arena.used, sizeof decoding, bytes);
    return EDGEAI_OK;
}

static edgeai_status allocate(edgeai_decoding *decoding)
{
    eai_arena count = {0};
    lay_out(decoding, &count);
    if (!eai_arena_init(&decoding->arena, &decoding->context->allocator, count.used, "decoding"))
        return EDGEAI_E_MEMORY;
    lay_out(decoding, &decoding->arena);
    for (size_t i = 0; i < decoding->options.n_end_tokens; i++)
        decoding->end_tokens[i] = decoding->options.end_tokens[i];
    decoding->options.end_tokens = decoding->end_tokens;
    return EDGEAI_OK;
}

edgeai_status edgeai_decoding_create(edgeai_decoding **out, edgeai_context *context,
                                     const edgeai_denoiser *denoiser,
                                     const edgeai_decode_options *options, size_t n_tokens_max)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "decode: out is NULL");
    *out = NULL;
    if (!context) return eai_fail(EDGEAI_E_INVALID, "decode: context is NULL");
    edgeai_decoding *decoding = eai_allocate(&context->allocator, sizeof *decoding, "decoding");
    if (!decoding) return EDGEAI_E_MEMORY;
    decoding->context = context;
    edgeai_status status = set_up(decoding, denoiser, options, n_tokens_max);
    if (status == EDGEAI_OK) status = allocate(decoding);
    if (status != EDGEAI_OK) {
        edgeai_decoding_free(decoding);
        return status;
    }
    *out = decoding;
    return EDGEAI_OK;
}

void edgeai_decoding_free(edgeai_decoding *decoding)
{
    if (!decoding) return;
    const edgeai_allocator *allocator = &decoding->context->allocator;
    eai_arena_free(&decoding->arena, allocator);
    eai_release(allocator, decoding, sizeof *decoding);
}
