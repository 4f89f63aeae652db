/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include <edgeai/tokenizer.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/lm_model.h"
#include "platform/context_internal.h"

/* What published files call MASK, for those that do not say its id. */
static const char *const mask_names[] = {"<|mdm_mask|>", "<|mask|>", "<|MASK|>", "[MASK]"};

static const char tokens_key[] = "tokenizer.ggml.tokens";
static const char types_key[] = "tokenizer.ggml.token_type";

static bool is_string(const edgeai_string *s, const char *text)
{
    return s->n_bytes == strlen(text) && memcmp(s->bytes, text, s->n_bytes) == 0;
}

/* The first of mask_names that a token has: names are in order of preference. -1: none. */
static int32_t find_mask_name(const edgeai_string *tokens, size_t n)
{
    for (size_t name = 0; name < sizeof mask_names / sizeof mask_names[0]; name++)
        for (size_t i = 0; i < n; i++)
            if (is_string(&tokens[i], mask_names[name])) return (int32_t)i;
    return -1;
}

static edgeai_status mask_by_name(int32_t *token, const edgeai_context *context,
                                  const edgeai_model_file *file, size_t n_vocab)
{
    size_t n = 0;
    edgeai_status status = edgeai_model_file_get_strings(file, tokens_key, NULL, 0, &n);
    if (status && status != EDGEAI_E_LIMIT && status != EDGEAI_E_NOT_FOUND) return status;
    *token = -1;
    if (n > 0) {
        edgeai_string *tokens =
            eai_allocate_array(&context->allocator, n, sizeof *tokens, tokens_key);
        if (!tokens) return EDGEAI_E_MEMORY;
        status = edgeai_model_file_get_strings(file, tokens_key, tokens, n, &n);
        if (status == EDGEAI_OK) *token = find_mask_name(tokens, n < n_vocab ? n : n_vocab);
        eai_release(&context->allocator, tokens, n * sizeof *tokens);
        if (status) return status;
    }
    if (*token < 0)
        return eai_fail(EDGEAI_E_NOT_FOUND,
                        "tokenizer.ggml.mask_token_id: the key is missing, and no token is called "
                        "<|mdm_mask|>, <|mask|>, <|MASK|> or [MASK]");
    return EDGEAI_OK;
}

edgeai_status eai_lm_mask_token(int32_t *token, const edgeai_context *context,
                                const edgeai_model_file *file, size_t n_vocab)
{
    uint64_t id;
    edgeai_status status = edgeai_model_file_get_u64(file, "tokenizer.ggml.mask_token_id", &id);
    if (status == EDGEAI_E_NOT_FOUND) return mask_by_name(token, context, file, n_vocab);
    if (status) return status;
    if (id >= n_vocab)
        return eai_fail(EDGEAI_E_FORMAT,
                        "tokenizer.ggml.mask_token_id: expected below %zu, found "
                        "%llu",
                        n_vocab, (unsigned long long)id);
    *token = (int32_t)id;
    return EDGEAI_OK;
}

edgeai_status eai_lm_penalty(float *penalty, const eai_lm_config *config,
                             const edgeai_context *context, const edgeai_model_file *file)
{
    size_t n = 0;
    memset(penalty, 0, config->n_vocab * sizeof *penalty);
    penalty[config->mask_token] = -INFINITY;
    edgeai_status status = edgeai_model_file_get_i64s(file, types_key, NULL, 0, &n);
    if (status == EDGEAI_E_NOT_FOUND || n == 0) return EDGEAI_OK;
    if (status && status != EDGEAI_E_LIMIT) return status;

    int64_t *types = eai_allocate_array(&context->allocator, n, sizeof *types, types_key);
    if (!types) return EDGEAI_E_MEMORY;
    status = edgeai_model_file_get_i64s(file, types_key, types, n, &n);
    bool any = false;
    for (size_t i = 0; i < config->n_vocab && status == EDGEAI_OK; i++) {
        if (i >= n || types[i] == EDGEAI_TOKEN_UNUSED) penalty[i] = -INFINITY;
        any = any || penalty[i] == 0.0f;
    }
    eai_release(&context->allocator, types, n * sizeof *types);
    if (status) return status;
    if (!any) return eai_fail(EDGEAI_E_FORMAT, "%s: no token is left to choose from", types_key);
    return EDGEAI_OK;
}
