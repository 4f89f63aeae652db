/* SPDX-License-Identifier: MIT */
/* Running a decoding: the row, its blocks, early stop. Inside a block the algorithms decide. */
#include "decode/decoding.h"

#include "base/clock.h"
#include "base/fail.h"

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
    edgeai_status status = eai_decoder_kind_of(decoding->options.decoder)->decode_block(decoding);
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
