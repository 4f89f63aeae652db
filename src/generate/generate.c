/* SPDX-License-Identifier: MIT */
/* One request: text to a row with masks, the row decoded, the row to text. */
#include "generate/generator_internal.h"

#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "generate/answer_text.h"
#include "generate/chat.h"
#include "generate/infill.h"

enum { N_TOKENS_DEFAULT = 128 };

static edgeai_status check_row(const edgeai_generator *generator, size_t n_masks)
{
    const eai_generator_setup *setup = &generator->setup;
    if (generator->row.n <= setup->n_row_max) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT,
                    "row: %zu tokens of prompt and %zu masks, expected at most %zu together (the "
                    "model's context is %d)",
                    generator->row.n - n_masks, n_masks, setup->n_row_max,
                    (int)generator->info.n_context);
}

/* Masks behind the prompt: as many as asked for, or the default as far as it fits. */
static edgeai_status append_masks(edgeai_generator *generator)
{
    const eai_generator_setup *setup = &generator->setup;
    size_t n = setup->options.n_tokens, n_prompt = generator->row.n;
    if (n == 0) {
        n = N_TOKENS_DEFAULT;
        if (n_prompt < setup->n_row_max && n > setup->n_row_max - n_prompt)
            n = setup->n_row_max - n_prompt;
    }
    if (n > setup->n_row_max) /* before any memory is taken for it */
        return eai_fail(EDGEAI_E_LIMIT, "row: %zu masks, expected at most %zu with the prompt", n,
                        setup->n_row_max);
    EAI_TRY(eai_token_list_append(&generator->row, generator->info.mask_token, n));
    return check_row(generator, n);
}

/* Tokens of [begin, end) that are no masks into `kept`, up to the first end token if it counts. */
static size_t keep_tokens(const edgeai_generator *generator, size_t begin, size_t end,
                          bool stop_at_end, bool *ended)
{
    size_t n = 0;
    for (size_t i = begin; i < end; i++) {
        int32_t token = generator->row.tokens[i];
        if (token == generator->info.mask_token) continue;
        if (edgeai_tokenizer_is_end(generator->tokenizer, token)) {
            if (!stop_at_end) continue;
            *ended = true;
            break;
        }
        generator->setup.kept[n++] = token;
    }
    return n;
}

static edgeai_status read_answer(edgeai_generator *generator, edgeai_generation *result)
{
    const eai_generator_setup *setup = &generator->setup;
    result->n_tokens =
        keep_tokens(generator, result->n_prompt_tokens, generator->row.n, true, &result->ended);
    EAI_TRY(eai_answer_append_tokens(&generator->text, generator->tokenizer, setup->kept,
                                     result->n_tokens));
    if (eai_answer_cut(&generator->text, (const char *const *)setup->stops, setup->n_stops))
        result->ended = true;
    return EDGEAI_OK;
}

/* The caller's own text between the gaps, so that what stood there comes back byte for byte. */
static edgeai_status read_infill(edgeai_generator *generator, const char *text,
                                 edgeai_generation *result)
{
    const eai_generator_setup *setup = &generator->setup;
    size_t gap = 0;
    bool ignored = false;
    for (const char *at = text; *at;) {
        eai_infill_part part;
        EAI_TRY(eai_infill_next(&at, &part));
        if (part.text) {
            EAI_TRY(eai_answer_append_bytes(&generator->text, part.text, part.n_bytes));
            continue;
        }
        size_t begin = (size_t)generator->gaps.tokens[gap++];
        size_t n = keep_tokens(generator, begin, begin + part.n_masks, false, &ignored);
        EAI_TRY(eai_answer_append_tokens(&generator->text, generator->tokenizer, setup->kept, n));
        result->n_tokens += n;
    }
    return EDGEAI_OK;
}

/* Decodes the row and reads the answer; `infill` is the text with gaps, or NULL. */
static edgeai_status finish(edgeai_generator *generator, size_t n_prompt, const char *infill,
                            double start_ms, edgeai_generation *result)
{
    edgeai_generation own = {.n_prompt_tokens = n_prompt};
    EAI_TRY(eai_generator_make_room(generator, &generator->setup, generator->row.n));
    edgeai_status status = edgeai_decoding_run(generator->setup.decoding, generator->row.tokens,
                                               generator->row.n, &own.decode);
    /* An interrupted row is a result too. */
    if (status != EDGEAI_OK && status != EDGEAI_E_CANCELLED) return status;
    EAI_TRY(infill ? read_infill(generator, infill, &own) : read_answer(generator, &own));
    own.text = generator->text.bytes;
    own.n_text_bytes = generator->text.n;
    own.tokens = generator->row.tokens;
    own.n_row = generator->row.n;
    own.total_ms = eai_clock_ms() - start_ms;
    if (result) *result = own;
    if (status == EDGEAI_OK) return EDGEAI_OK;
    return eai_fail(status, "generation: cancelled after %zu forward passes", own.decode.n_passes);
}

static edgeai_status begin(edgeai_generator *generator, const void *input)
{
    if (!generator || !input)
        return eai_fail(EDGEAI_E_INVALID, "generate: %s is NULL",
                        generator ? "the text" : "generator");
    generator->row.n = generator->gaps.n = 0;
    eai_text_clear(&generator->text);
    return EDGEAI_OK;
}

edgeai_status edgeai_generate_chat(edgeai_generator *generator, const edgeai_message *messages,
                                   size_t n_messages, edgeai_generation *result)
{
    double start_ms = eai_clock_ms();
    EAI_TRY(begin(generator, messages));
    EAI_TRY(eai_chat_encode(&generator->row, generator->tokenizer, generator->setup.chat, messages,
                            n_messages));
    size_t n_prompt = generator->row.n;
    EAI_TRY(append_masks(generator));
    return finish(generator, n_prompt, NULL, start_ms, result);
}

edgeai_status edgeai_generate(edgeai_generator *generator, const char *prompt,
                              edgeai_generation *result)
{
    edgeai_message message = {EDGEAI_ROLE_USER, prompt};
    return edgeai_generate_chat(generator, &message, 1, result);
}

edgeai_status edgeai_generate_infill(edgeai_generator *generator, const char *text,
                                     edgeai_generation *result)
{
    double start_ms = eai_clock_ms();
    EAI_TRY(begin(generator, text));
    EAI_TRY(eai_infill_encode(&generator->row, &generator->gaps, generator->tokenizer,
                              generator->info.mask_token, text));
    EAI_TRY(check_row(generator, 0));
    return finish(generator, (size_t)generator->gaps.tokens[0], text, start_ms, result);
}
