/* SPDX-License-Identifier: MIT */
/* Opening a model for generating, and changing how it generates while the weights stay. */
#include "generate/generator_internal.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "generate/chat.h"
#include "platform/context_internal.h"

/*
 * Working memory grows with the row: caches of 128k tokens are not taken because a model could use
 * them. Unless the caller sets a length, it is taken in steps of this many tokens, as rows need it.
 */
enum { ROW_STEP = 64 };

static const edgeai_allocator *allocator_of(const edgeai_generator *generator)
{
    return &generator->context->allocator;
}

/* What make_room made. */
static void free_room(const edgeai_generator *generator, eai_generator_setup *setup)
{
    edgeai_decoding_free(setup->decoding);
    edgeai_lm_denoiser_free(setup->denoiser);
    eai_release(allocator_of(generator), setup->kept, setup->n_row_ready * sizeof *setup->kept);
    setup->decoding = NULL;
    setup->denoiser = NULL;
    setup->kept = NULL;
    setup->n_row_ready = 0;
}

void eai_generator_setup_free(const edgeai_generator *generator, eai_generator_setup *setup)
{
    const edgeai_allocator *allocator = allocator_of(generator);
    free_room(generator, setup);
    for (size_t i = 0; i < setup->n_stops; i++)
        if (setup->stops[i]) eai_release(allocator, setup->stops[i], strlen(setup->stops[i]) + 1);
    eai_release(allocator, setup->stops, setup->n_stops * sizeof *setup->stops);
    *setup = (eai_generator_setup){0};
}

static edgeai_status copy_stops(const edgeai_allocator *allocator, eai_generator_setup *setup)
{
    size_t n = setup->options.n_stop_texts;
    setup->options.n_stop_texts = 0;
    if (n == 0) return EDGEAI_OK;
    if (!setup->options.stop_texts)
        return eai_fail(EDGEAI_E_INVALID, "generator: stop_texts is NULL, n_stop_texts is %zu", n);
    setup->stops = eai_allocate_array(allocator, n, sizeof *setup->stops, "stop texts");
    if (!setup->stops) return EDGEAI_E_MEMORY;
    setup->n_stops = n;
    for (size_t i = 0; i < n; i++) {
        const char *text = setup->options.stop_texts[i];
        if (!text || !*text)
            return eai_fail(EDGEAI_E_INVALID, "generator: stop text %zu is empty", i);
        setup->stops[i] = eai_allocate(allocator, strlen(text) + 1, "stop text");
        if (!setup->stops[i]) return EDGEAI_E_MEMORY;
        memcpy(setup->stops[i], text, strlen(text) + 1);
    }
    setup->options.n_stop_texts = n;
    setup->options.stop_texts = (const char *const *)setup->stops;
    return EDGEAI_OK;
}

/* The caller's struct may be older and shorter than ours. */
static edgeai_status read_options(edgeai_generate_options *own,
                                  const edgeai_generate_options *given)
{
    *own = (edgeai_generate_options)EDGEAI_GENERATE_OPTIONS_INIT;
    if (!given) return EDGEAI_OK;
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "generator: options: struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (own->decode.struct_size == 0) own->decode.struct_size = sizeof own->decode;
    if (own->decode.guidance_scale > 0 && own->cache != EDGEAI_CACHE_NONE)
        return eai_fail(EDGEAI_E_INVALID,
                        "generator: guidance (guidance_scale %g) needs cache none: its second "
                        "pass would overwrite the first one's keys and values",
                        own->decode.guidance_scale);
    return EDGEAI_OK;
}

static edgeai_status create_decoding(const edgeai_generator *generator, eai_generator_setup *setup)
{
    edgeai_decode_options options = setup->options.decode;
    bool stops_early = !setup->options.no_early_stop;
    options.end_tokens = stops_early ? generator->end_tokens : NULL;
    options.n_end_tokens = stops_early ? generator->n_end_tokens : 0;
    options.n_prompt = 0; /* up to the first mask */
    return edgeai_decoding_create(&setup->decoding, generator->context,
                                  edgeai_lm_denoiser_interface(setup->denoiser), &options,
                                  setup->n_row_ready);
}

static edgeai_status create_room(const edgeai_generator *generator, eai_generator_setup *setup)
{
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    options.cache = setup->options.cache;
    options.n_tokens_max = setup->n_row_ready;
    /* All of them: it is the decoding that has the large buffers, where it needs them. */
    options.wanted = EDGEAI_WANT_TOKEN | EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_MARGIN |
                     EDGEAI_WANT_ENTROPY | EDGEAI_WANT_LOGITS;
    setup->kept = eai_allocate_array(allocator_of(generator), setup->n_row_ready,
                                     sizeof *setup->kept, "generator");
    if (!setup->kept) return EDGEAI_E_MEMORY;
    EAI_TRY(edgeai_lm_denoiser_create(&setup->denoiser, generator->lm, &options));
    return create_decoding(generator, setup);
}

edgeai_status eai_generator_make_room(const edgeai_generator *generator, eai_generator_setup *setup,
                                      size_t n_row)
{
    if (n_row <= setup->n_row_ready) return EDGEAI_OK;
    eai_generator_setup larger = *setup;
    size_t n_steps = (n_row - 1) / ROW_STEP + 1;
    larger.n_row_ready =
        setup->n_row_max / ROW_STEP < n_steps ? setup->n_row_max : n_steps * ROW_STEP;
    larger.decoding = NULL;
    larger.denoiser = NULL;
    larger.kept = NULL;
    edgeai_status status = create_room(generator, &larger);
    free_room(generator, status == EDGEAI_OK ? setup : &larger);
    if (status == EDGEAI_OK) *setup = larger;
    return status;
}

static edgeai_status fill_setup(const edgeai_generator *generator,
                                const edgeai_generate_options *given, eai_generator_setup *setup)
{
    EAI_TRY(read_options(&setup->options, given));
    EAI_TRY(copy_stops(allocator_of(generator), setup));
    EAI_TRY(eai_chat_resolve(generator->file, setup->options.chat, &setup->chat));
    size_t n_context = (size_t)generator->info.n_context, n_asked = setup->options.n_row_max;
    if (n_asked > n_context)
        return eai_fail(EDGEAI_E_LIMIT,
                        "generator: n_row_max: expected at most the model's context %zu, found %zu",
                        n_context, n_asked);
    setup->n_row_max = n_asked ? n_asked : n_context;
    /* Also the check of the decoder's options. */
    return eai_generator_make_room(generator, setup, n_asked ? n_asked : 1);
}

edgeai_status edgeai_generator_configure(edgeai_generator *generator,
                                         const edgeai_generate_options *options)
{
    if (!generator) return eai_fail(EDGEAI_E_INVALID, "generator is NULL");
    eai_generator_setup setup = {0};
    edgeai_status status = fill_setup(generator, options, &setup);
    if (status != EDGEAI_OK) {
        eai_generator_setup_free(generator, &setup);
        return status;
    }
    eai_generator_setup_free(generator, &generator->setup);
    generator->setup = setup;
    return EDGEAI_OK;
}

static edgeai_status find_end_tokens(edgeai_generator *generator)
{
    int32_t n_tokens = edgeai_tokenizer_n_tokens(generator->tokenizer);
    size_t n = 0;
    for (int32_t token = 0; token < n_tokens; token++)
        n += edgeai_tokenizer_is_end(generator->tokenizer, token);
    if (n == 0) return EDGEAI_OK;
    generator->end_tokens =
        eai_allocate_array(allocator_of(generator), n, sizeof *generator->end_tokens, "end tokens");
    if (!generator->end_tokens) return EDGEAI_E_MEMORY;
    for (int32_t token = 0; token < n_tokens; token++)
        if (edgeai_tokenizer_is_end(generator->tokenizer, token))
            generator->end_tokens[generator->n_end_tokens++] = token;
    return EDGEAI_OK;
}

static edgeai_status open_model(edgeai_generator *generator, const char *path,
                                const edgeai_generate_options *options)
{
    edgeai_lm_options loading = EDGEAI_LM_OPTIONS_INIT;
    loading.weights = options->weights;
    loading.activations = options->activations;
    EAI_TRY(edgeai_model_file_open(&generator->file, generator->context, path));
    EAI_TRY(edgeai_tokenizer_create(&generator->tokenizer, generator->context, generator->file));
    EAI_TRY(edgeai_lm_load(&generator->lm, generator->context, generator->file, &loading));
    generator->info.struct_size = sizeof generator->info;
    edgeai_lm_get_info(generator->lm, &generator->info);
    int32_t n_vocab = edgeai_tokenizer_n_tokens(generator->tokenizer);
    if (n_vocab > generator->info.n_vocab)
        return eai_fail(EDGEAI_E_SHAPE,
                        "%s: tokenizer.ggml.tokens: expected at most %d, the "
                        "model's vocabulary, found %d",
                        path, (int)generator->info.n_vocab, (int)n_vocab);
    return find_end_tokens(generator);
}

edgeai_status edgeai_generator_create(edgeai_generator **out, edgeai_context *context,
                                      const char *path, const edgeai_generate_options *options)
{
    if (out) *out = NULL;
    if (!out || !context || !path)
        return eai_fail(EDGEAI_E_INVALID, "generator: %s is NULL",
                        !out       ? "out"
                        : !context ? "context"
                                   : "path");
    edgeai_generate_options own;
    EAI_TRY(read_options(&own, options));
    edgeai_generator *generator = eai_allocate(&context->allocator, sizeof *generator, "generator");
    if (!generator) return EDGEAI_E_MEMORY;
    generator->context = context;
    generator->row.allocator = generator->gaps.allocator = &context->allocator;
    generator->text.allocator = &context->allocator;
    edgeai_status status = open_model(generator, path, &own);
    if (status == EDGEAI_OK) status = edgeai_generator_configure(generator, options);
    if (status != EDGEAI_OK) {
        edgeai_generator_free(generator);
        return status;
    }
    *out = generator;
    return EDGEAI_OK;
}

void edgeai_generator_free(edgeai_generator *generator)
{
    if (!generator) return;
    const edgeai_allocator *allocator = allocator_of(generator);
    eai_generator_setup_free(generator, &generator->setup);
    eai_token_list_free(&generator->row);
    eai_token_list_free(&generator->gaps);
    eai_text_free(&generator->text);
    eai_release(allocator, generator->end_tokens,
                generator->n_end_tokens * sizeof *generator->end_tokens);
    edgeai_lm_free(generator->lm);
    edgeai_tokenizer_free(generator->tokenizer);
    edgeai_model_file_free(generator->file);
    eai_release(allocator, generator, sizeof *generator);
}

const edgeai_tokenizer *edgeai_generator_tokenizer(const edgeai_generator *generator)
{
    return generator->tokenizer;
}

const edgeai_lm *edgeai_generator_lm(const edgeai_generator *generator)
{
    return generator->lm;
}

const edgeai_model_file *edgeai_generator_file(const edgeai_generator *generator)
{
    return generator->file;
}

edgeai_chat edgeai_generator_chat(const edgeai_generator *generator)
{
    return generator->setup.chat;
}
