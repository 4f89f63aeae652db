/* SPDX-License-Identifier: MIT */
/* A decoding from creation to the last block; what happens inside a block is the algorithms'. */
#include "decode/decoding.h"

#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

#define WHOLE SIZE_MAX

typedef struct decoder_kind {
    const char *name;
    unsigned wanted;     /* besides the token and its confidence */
    size_t block_tokens; /* as published */
    edgeai_status (*decode_block)(edgeai_decoding *decoding);
} decoder_kind;

static const decoder_kind KINDS[EDGEAI_N_DECODERS] = {
    [EDGEAI_DECODER_DICO] = {"dico", EDGEAI_WANT_MARGIN, 128, eai_decode_dico},
    [EDGEAI_DECODER_LOW_CONFIDENCE] = {"low-confidence", 0, 32, eai_decode_low_confidence},
    [EDGEAI_DECODER_RANDOM] = {"random", 0, 32, eai_decode_random},
    [EDGEAI_DECODER_ORIGIN] = {"origin", 0, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_MASKGIT_PLUS] = {"maskgit-plus", 0, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_TOPK_MARGIN] = {"topk-margin", EDGEAI_WANT_MARGIN, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_ENTROPY] = {"entropy", EDGEAI_WANT_ENTROPY, WHOLE, eai_decode_dream},
    [EDGEAI_DECODER_THRESHOLD] = {"threshold", 0, 32, eai_decode_threshold},
    [EDGEAI_DECODER_FACTOR] = {"factor", 0, 32, eai_decode_factor},
    [EDGEAI_DECODER_ENTROPY_BOUND] = {"entropy-bound", EDGEAI_WANT_ENTROPY, 32,
                                      eai_decode_entropy_bound},
    [EDGEAI_DECODER_KLASS] = {"klass", EDGEAI_WANT_LOGITS, 32, eai_decode_klass},
};

const char *edgeai_decoder_name(edgeai_decoder decoder)
{
    bool is_known = (int)decoder >= 0 && (int)decoder < EDGEAI_N_DECODERS;
    return is_known ? KINDS[decoder].name : "?";
}

edgeai_status edgeai_decoder_from_name(const char *name, edgeai_decoder *decoder)
{
    if (!name || !decoder) return eai_fail(EDGEAI_E_INVALID, "decoder: name or result is NULL");
    char names[256] = "";
    for (int i = 0; i < EDGEAI_N_DECODERS; i++) {
        if (strcmp(name, KINDS[i].name) == 0) {
            *decoder = (edgeai_decoder)i;
            return EDGEAI_OK;
        }
        if (i > 0) strcat(names, ", ");
        strcat(names, KINDS[i].name);
    }
    return eai_fail(EDGEAI_E_NOT_FOUND, "decoder \"%.40s\": expected one of %s", name, names);
}

static bool is_dream(edgeai_decoder decoder)
{
    return decoder >= EDGEAI_DECODER_ORIGIN && decoder <= EDGEAI_DECODER_ENTROPY;
}

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

/* What the options make the denoiser say; logits rows only for what cannot do without. */
static unsigned wanted_of(const edgeai_decode_options *options)
{
    unsigned wanted = EDGEAI_WANT_TOKEN | EDGEAI_WANT_CONFIDENCE | KINDS[options->decoder].wanted;
    bool is_cut = options->top_p < 1 || options->top_k > 0;
    if (options->temperature > 0 || options->guidance_scale > 0 ||
        (is_dream(options->decoder) && is_cut))
        wanted |= EDGEAI_WANT_LOGITS;
    return wanted;
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
    if (decoding->wanted & EDGEAI_WANT_LOGITS)
        decoding->logits = eai_arena_take(arena, n, row_bytes);
    if (options->guidance_scale > 0) {
        decoding->guidance_logits = eai_arena_take(arena, n, row_bytes);
        TAKE(decoding->unguided, n);
        TAKE(decoding->guidance_row, decoding->n_tokens_max);
    }
    if (decoding->wanted & EDGEAI_WANT_LOGITS) {
        TAKE(decoding->sampler.logits, n_vocab);
        TAKE(decoding->sampler.heap, n_vocab);
    }
    if (options->decoder == EDGEAI_DECODER_DICO) {
        eai_dico *dico = &decoding->dico;
        TAKE(dico->confidences, n);
        TAKE(dico->scores, n);
        TAKE(dico->candidates, n);
        TAKE(dico->is_masked, n);
        TAKE(dico->seeds, n);
        TAKE(dico->clusters, 2 * n);
        TAKE(dico->grown, 2 * n);
        TAKE(dico->reported, 4 * n);
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

static edgeai_status allocate(edgeai_decoding *decoding)
{
    const edgeai_allocator *allocator = &decoding->context->allocator;
    eai_arena count = {0};
    lay_out(decoding, &count);
    if (!eai_arena_init(&decoding->arena, allocator, count.used, "decoding")) {
        return EDGEAI_E_MEMORY;
    }
    lay_out(decoding, &decoding->arena);
    for (size_t i = 0; i < decoding->options.n_end_tokens; i++)
        decoding->end_tokens[i] = decoding->options.end_tokens[i];
    decoding->options.end_tokens = decoding->end_tokens;
    return EDGEAI_OK;
}

static edgeai_status set_up(edgeai_decoding *decoding, const edgeai_decode_options *given,
                            size_t n_tokens_max)
{
    edgeai_decode_options *options = &decoding->options;
    EAI_TRY(eai_decode_options_resolve(options, given, decoding->denoiser));
    if (n_tokens_max < 1 || n_tokens_max > INT32_MAX)
        return eai_fail(EDGEAI_E_INVALID, "decode: n_tokens_max: expected 1 to %d, found %zu",
                        INT32_MAX, n_tokens_max);
    if (options->block_tokens == 0) options->block_tokens = KINDS[options->decoder].block_tokens;
    decoding->n_tokens_max = n_tokens_max;
    decoding->block_capacity =
        options->block_tokens < n_tokens_max ? options->block_tokens : n_tokens_max;
    decoding->wanted = wanted_of(options);
    decoding->is_gumbel = options->temperature > 0 && !is_dream(options->decoder);
    decoding->sampler = (eai_sampler){
        .n_vocab = decoding->denoiser->n_vocab,
        .mask_token = decoding->denoiser->mask_token,
        .temperature = options->temperature,
        .top_p = options->top_p,
        .top_k = options->top_k,
    };
    return allocate(decoding);
}

edgeai_status edgeai_decoding_create(edgeai_decoding **out, edgeai_context *context,
                                     const edgeai_denoiser *denoiser,
                                     const edgeai_decode_options *options, size_t n_tokens_max)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "decode: out is NULL");
    *out = NULL;
    if (!context) return eai_fail(EDGEAI_E_INVALID, "decode: context is NULL");
    EAI_TRY(check_denoiser(denoiser));
    edgeai_decoding *decoding = eai_allocate(&context->allocator, sizeof *decoding, "decoding");
    if (!decoding) return EDGEAI_E_MEMORY;
    decoding->context = context;
    decoding->denoiser = denoiser;
    edgeai_status status = set_up(decoding, options, n_tokens_max);
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

static bool is_mask(const edgeai_decoding *decoding, size_t position)
{
    return decoding->row[position] == decoding->denoiser->mask_token;
}

/* Takes in the row; [*begin, *end) reaches from its first mask to its last. */
static edgeai_status start(edgeai_decoding *decoding, int32_t *row, size_t n_tokens, size_t *begin,
                           size_t *end)
{
    decoding->row = row;
    decoding->n_tokens = n_tokens;
    decoding->n_masks = 0;
    decoding->fixed_end = 0;
    decoding->n_looks = 0;
    decoding->dico.n_clusters = 0;
    *begin = *end = 0;
    for (size_t i = 0; i < n_tokens; i++) {
        if (row[i] < 0 || row[i] >= decoding->denoiser->n_vocab)
            return eai_fail(EDGEAI_E_INVALID,
                            "decode: row: token at position %zu: expected 0 to %d, found %d", i,
                            decoding->denoiser->n_vocab - 1, row[i]);
        if (is_mask(decoding, i)) {
            if (decoding->n_masks++ == 0) *begin = i;
            *end = i + 1;
        } else {
            decoding->fixed_end = i + 1;
        }
    }
    decoding->n_masked = decoding->n_masks;
    decoding->n_guided = decoding->options.n_prompt > 0 ? decoding->options.n_prompt : *begin;
    if (decoding->options.guidance_scale > 0 && decoding->n_guided > n_tokens)
        return eai_fail(EDGEAI_E_INVALID, "decode: n_prompt: expected 0 to n_tokens %zu, found %zu",
                        n_tokens, decoding->n_guided);
    eai_rng_seed(&decoding->rng, decoding->options.seed);
    return EDGEAI_OK;
}

/*
 * A block's steps: in proportion to its masks, rounded so that all blocks together have n_steps,
 * but at least one. Equal blocks whose number divides n_steps get equal shares, as LLaDA asserts.
 */
static size_t steps_of_block(const edgeai_decoding *decoding, size_t masks_before, size_t masks)
{
    uint64_t n_steps = decoding->options.n_steps, n_masks = decoding->n_masks;
    if (n_steps == 0) return masks;
    uint64_t share = n_steps * (masks_before + masks) / n_masks - n_steps * masks_before / n_masks;
    return share > 0 ? (size_t)share : 1;
}

static edgeai_status decode_block(edgeai_decoding *decoding)
{
    const edgeai_denoiser *denoiser = decoding->denoiser;
    const eai_block *block = &decoding->block;
    if (denoiser->begin_block)
        EAI_TRY(denoiser->begin_block(denoiser->user, block->begin, block->end));
    edgeai_status status = KINDS[decoding->options.decoder].decode_block(decoding);
    /* A block that was begun is ended, also after an error: the first error is the one told. */
    edgeai_status ended = denoiser->end_block ? denoiser->end_block(denoiser->user) : EDGEAI_OK;
    return status != EDGEAI_OK ? status : ended;
}

static bool is_end_token(const edgeai_decoding *decoding, int32_t token)
{
    for (size_t i = 0; i < decoding->options.n_end_tokens; i++)
        if (decoding->end_tokens[i] == token) return true;
    return false;
}

/*
 * After a block: true when an end token was decoded in it and no given token follows, and then all
 * masks left are filled with it. Text that was given after a gap is never given up.
 */
static bool stop_early(edgeai_decoding *decoding)
{
    size_t first = decoding->block.begin;
    if (first < decoding->fixed_end) first = decoding->fixed_end;
    while (first < decoding->block.end && !is_end_token(decoding, decoding->row[first]))
        first++;
    if (first >= decoding->block.end) return false;
    for (size_t i = decoding->block.end; i < decoding->n_tokens; i++)
        decoding->row[i] = decoding->row[first];
    decoding->result.n_filled += decoding->n_masked;
    decoding->n_masked = 0;
    return true;
}

static edgeai_status decode_range(edgeai_decoding *decoding, size_t begin, size_t end)
{
    size_t masks_before = 0;
    while (begin < end) {
        size_t left = end - begin;
        size_t n = left < decoding->block_capacity ? left : decoding->block_capacity;
        size_t masks = 0;
        for (size_t i = begin; i < begin + n; i++)
            masks += is_mask(decoding, i);
        if (masks > 0) {
            decoding->block = (eai_block){begin, begin + n, masks, masks,
                                          steps_of_block(decoding, masks_before, masks)};
            decoding->result.n_blocks++;
            EAI_TRY(decode_block(decoding));
            if (stop_early(decoding)) break;
        }
        masks_before += masks;
        begin += n;
    }
    return EDGEAI_OK;
}

static edgeai_status run(edgeai_decoding *decoding, int32_t *row, size_t n_tokens)
{
    if (!row) return eai_fail(EDGEAI_E_INVALID, "decode: row is NULL");
    if (n_tokens < 1) return eai_fail(EDGEAI_E_INVALID, "decode: n_tokens: expected 1 or more");
    if (n_tokens > decoding->n_tokens_max)
        return eai_fail(EDGEAI_E_LIMIT, "decode: n_tokens: at most %zu by n_tokens_max, found %zu",
                        decoding->n_tokens_max, n_tokens);
    size_t begin, end;
    EAI_TRY(start(decoding, row, n_tokens, &begin, &end));
    if (decoding->n_masks == 0) return EDGEAI_OK;
    const edgeai_denoiser *denoiser = decoding->denoiser;
    if (denoiser->prepare) EAI_TRY(denoiser->prepare(denoiser->user, decoding->wanted, n_tokens));
    return decode_range(decoding, begin, end);
}

edgeai_status edgeai_decoding_run(edgeai_decoding *decoding, int32_t *row, size_t n_tokens,
                                  edgeai_decode_result *result)
{
    if (result) *result = (edgeai_decode_result){0};
    if (!decoding) return eai_fail(EDGEAI_E_INVALID, "decode: decoding is NULL");
    decoding->result = (edgeai_decode_result){0};
    edgeai_status status = run(decoding, row, n_tokens);
    if (result) *result = decoding->result;
    return status;
}
