/* SPDX-License-Identifier: MIT */
/* A tokenizer from a model file's metadata. */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/tokenizer_internal.h"
#include "platform/context_internal.h"

#define KEY(name) "tokenizer.ggml." name

/* The file's arrays; the strings' bytes stay in the file. */
typedef struct file_arrays {
    edgeai_string *tokens; /* [n_tokens] */
    int64_t *types;        /* [n_types] */
    edgeai_string *merges; /* [n_merges] */
    size_t n_tokens, n_types, n_merges;
} file_arrays;

static void free_arrays(file_arrays *arrays, const edgeai_allocator *allocator)
{
    eai_release(allocator, arrays->tokens, arrays->n_tokens * sizeof(*arrays->tokens));
    eai_release(allocator, arrays->types, arrays->n_types * sizeof(*arrays->types));
    eai_release(allocator, arrays->merges, arrays->n_merges * sizeof(*arrays->merges));
}

/* Length of an array that may be absent. */
static edgeai_status array_length(const edgeai_model_file *file, const char *key, bool *present,
                                  size_t *n)
{
    edgeai_metadata entry;
    *n = 0;
    edgeai_status status = edgeai_model_file_find(file, key, &entry);
    *present = status != EDGEAI_E_NOT_FOUND;
    if (!*present) return EDGEAI_OK;
    if (status != EDGEAI_OK) return status;
    if (entry.type != EDGEAI_VALUE_ARRAY)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected an array, found type %d", key,
                        (int)entry.type);
    if (entry.n_elements > INT32_MAX / 4)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected at most %d elements, found %llu", key,
                        INT32_MAX / 4, (unsigned long long)entry.n_elements);
    *n = (size_t)entry.n_elements;
    return EDGEAI_OK;
}

/* A value of the wrong type is a defect of the file. */
static edgeai_status as_format(edgeai_status status)
{
    return status == EDGEAI_E_DTYPE || status == EDGEAI_E_LIMIT ? EDGEAI_E_FORMAT : status;
}

static edgeai_status load_strings(const edgeai_model_file *file, const edgeai_allocator *allocator,
                                  const char *key, edgeai_string **strings, size_t *n)
{
    bool present;
    EAI_TRY(array_length(file, key, &present, n));
    if (*n == 0) return EDGEAI_OK;
    *strings = eai_allocate_array(allocator, *n, sizeof(**strings), key);
    if (!*strings) return EDGEAI_E_MEMORY;
    return as_format(edgeai_model_file_get_strings(file, key, *strings, *n, n));
}

static edgeai_status load_arrays(file_arrays *arrays, const edgeai_model_file *file,
                                 const edgeai_allocator *allocator)
{
    EAI_TRY(load_strings(file, allocator, KEY("tokens"), &arrays->tokens, &arrays->n_tokens));
    if (arrays->n_tokens == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: no vocabulary: " KEY("tokens") " is absent",
                        edgeai_model_file_path(file));
    EAI_TRY(load_strings(file, allocator, KEY("merges"), &arrays->merges, &arrays->n_merges));
    bool typed;
    EAI_TRY(array_length(file, KEY("token_type"), &typed, &arrays->n_types));
    if (!typed) return EDGEAI_OK;
    if (arrays->n_types != arrays->n_tokens)
        return eai_fail(EDGEAI_E_FORMAT, KEY("token_type") ": expected %zu elements, found %zu",
                        arrays->n_tokens, arrays->n_types);
    arrays->types =
        eai_allocate_array(allocator, arrays->n_types, sizeof(*arrays->types), KEY("token_type"));
    if (!arrays->types) return EDGEAI_E_MEMORY;
    return as_format(edgeai_model_file_get_i64s(file, KEY("token_type"), arrays->types,
                                                arrays->n_types, &arrays->n_types));
}

/* A token id; -1 when the key is absent. */
static edgeai_status load_id(const edgeai_model_file *file, const char *key, size_t n_tokens,
                             int32_t *id)
{
    uint64_t value;
    *id = -1;
    edgeai_status status = edgeai_model_file_get_u64(file, key, &value);
    if (status == EDGEAI_E_NOT_FOUND) return EDGEAI_OK;
    if (status != EDGEAI_OK) return as_format(status);
    if (value >= n_tokens)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected 0 to %zu, found %llu", key, n_tokens - 1,
                        (unsigned long long)value);
    *id = (int32_t)value;
    return EDGEAI_OK;
}

static int32_t find_name(const edgeai_tokenizer *tokenizer, const char *name)
{
    return eai_vocabulary_find(&tokenizer->vocabulary, name, strlen(name));
}

/* The first of these names that is a token in use, or -1. */
static int32_t find_special_name(const edgeai_tokenizer *tokenizer, const char *const *names)
{
    for (int i = 0; names[i]; i++) {
        int32_t token = find_name(tokenizer, names[i]);
        if (token >= 0 && tokenizer->vocabulary.types[token] != EDGEAI_TOKEN_UNUSED) return token;
    }
    return -1;
}

static void add_end(edgeai_tokenizer *tokenizer, int32_t token)
{
    if (token >= 0 && tokenizer->n_ends < EAI_ENDS_MAX)
        tokenizer->ends[tokenizer->n_ends++] = token;
}

/* What ends generation: by key, and the control tokens that models use beside those. */
static edgeai_status load_ends(edgeai_tokenizer *tokenizer, const edgeai_model_file *file)
{
    static const char *const names[] = {"<|endoftext|>", "<|end_of_text|>", "<|eom_id|>",
                                        "<|eot_id|>",    "<|im_end|>",      "<|role_end|>"};
    int32_t end_of_message;
    size_t n = (size_t)tokenizer->vocabulary.n_tokens;
    EAI_TRY(load_id(file, KEY("eom_token_id"), n, &end_of_message));
    add_end(tokenizer, tokenizer->special[EDGEAI_TOKEN_EOS]);
    add_end(tokenizer, tokenizer->special[EDGEAI_TOKEN_EOT]);
    add_end(tokenizer, end_of_message);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        int32_t token = find_name(tokenizer, names[i]);
        if (token >= 0 && tokenizer->vocabulary.types[token] == EDGEAI_TOKEN_CONTROL)
            add_end(tokenizer, token);
    }
    return EDGEAI_OK;
}

static edgeai_status load_special(edgeai_tokenizer *tokenizer, const edgeai_model_file *file)
{
    static const char *const keys[EAI_SPECIAL_ROLES] = {
        KEY("bos_token_id"), KEY("eos_token_id"), KEY("eot_token_id"), KEY("padding_token_id"),
        KEY("mask_token_id")};
    static const char *const masks[] = {"<|mdm_mask|>", "<|mask|>", "<|MASK|>", "[MASK]", NULL};
    static const char *const turns[] = {"<|eot_id|>", "<|im_end|>",    "<|role_end|>",
                                        "<|end|>",    "<end_of_turn>", NULL};
    int32_t *special = tokenizer->special;
    for (int i = 0; i < EAI_SPECIAL_ROLES; i++)
        EAI_TRY(load_id(file, keys[i], (size_t)tokenizer->vocabulary.n_tokens, &special[i]));
    if (special[EDGEAI_TOKEN_MASK] < 0)
        special[EDGEAI_TOKEN_MASK] = find_special_name(tokenizer, masks);
    if (special[EDGEAI_TOKEN_EOT] < 0)
        special[EDGEAI_TOKEN_EOT] = find_special_name(tokenizer, turns);
    return load_ends(tokenizer, file);
}

static edgeai_status check_model(const edgeai_model_file *file)
{
    edgeai_string model;
    edgeai_status status = edgeai_model_file_get_string(file, KEY("model"), &model);
    if (status != EDGEAI_OK) return as_format(status);
    if (model.n_bytes == 4 && memcmp(model.bytes, "gpt2", 4) == 0) return EDGEAI_OK;
    char shown[32];
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    KEY("model") ": expected gpt2 (byte-level BPE), found '%s'",
                    eai_printable(model.bytes, model.n_bytes, shown, sizeof(shown)));
}

static edgeai_status load_pretokenizer(edgeai_tokenizer *tokenizer, const edgeai_context *context,
                                       const edgeai_model_file *file)
{
    edgeai_string name;
    const eai_pretokenizer_kind *kind = NULL;
    edgeai_status status = edgeai_model_file_get_string(file, KEY("pre"), &name);
    if (status == EDGEAI_OK) {
        char shown[64];
        kind = eai_pretokenizer_find(name.bytes, name.n_bytes);
        if (!kind)
            eai_log_line(&context->log, EDGEAI_LOG_WARNING,
                         KEY("pre") ": '%s' is unknown, default is used; text may be cut into "
                                    "other tokens than those the model was trained on",
                         eai_printable(name.bytes, name.n_bytes, shown, sizeof(shown)));
    } else if (status == EDGEAI_E_NOT_FOUND) {
        eai_log_line(&context->log, EDGEAI_LOG_WARNING,
                     KEY("pre") " is absent, default is used; text may be cut into other tokens "
                                "than those the model was trained on");
    } else {
        return as_format(status);
    }
    if (!kind) kind = eai_pretokenizer_at(0);
    EAI_TRY(eai_pretokenizer_create(&tokenizer->pretokenizer, tokenizer->allocator, kind));
    tokenizer->add_bos = kind->add_bos;
    status = edgeai_model_file_get_bool(file, KEY("add_bos_token"), &tokenizer->add_bos);
    return status == EDGEAI_E_NOT_FOUND ? EDGEAI_OK : as_format(status);
}

static edgeai_status load(edgeai_tokenizer *tokenizer, const edgeai_model_file *file,
                          file_arrays *arrays)
{
    EAI_TRY(load_arrays(arrays, file, tokenizer->allocator));
    int32_t unknown;
    EAI_TRY(load_id(file, KEY("unknown_token_id"), arrays->n_tokens, &unknown));
    EAI_TRY(eai_vocabulary_create(&tokenizer->vocabulary, tokenizer->allocator, arrays->tokens,
                                  arrays->types, arrays->n_tokens, unknown));
    EAI_TRY(
        eai_bpe_create(&tokenizer->bpe, &tokenizer->vocabulary, arrays->merges, arrays->n_merges));
    unsigned always = 1u << EDGEAI_TOKEN_USER_DEFINED;
    unsigned asked = always | 1u << EDGEAI_TOKEN_CONTROL | 1u << EDGEAI_TOKEN_UNKNOWN;
    EAI_TRY(eai_special_set_create(&tokenizer->always, &tokenizer->vocabulary, always));
    EAI_TRY(eai_special_set_create(&tokenizer->asked, &tokenizer->vocabulary, asked));
    return load_special(tokenizer, file);
}

edgeai_status edgeai_tokenizer_create(edgeai_tokenizer **out, edgeai_context *context,
                                      const edgeai_model_file *file)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "tokenizer_create: out is NULL");
    *out = NULL;
    if (!context || !file)
        return eai_fail(EDGEAI_E_INVALID, "tokenizer_create: %s is NULL",
                        context ? "file" : "context");
    EAI_TRY(check_model(file));
    edgeai_tokenizer *tokenizer =
        eai_allocate(&context->allocator, sizeof(*tokenizer), "tokenizer");
    if (!tokenizer) return EDGEAI_E_MEMORY;
    tokenizer->allocator = &context->allocator;
    file_arrays arrays = {0};
    edgeai_status status = load(tokenizer, file, &arrays);
    free_arrays(&arrays, tokenizer->allocator);
    if (status == EDGEAI_OK) status = load_pretokenizer(tokenizer, context, file);
    if (status == EDGEAI_OK)
        *out = tokenizer;
    else
        edgeai_tokenizer_free(tokenizer);
    return status;
}

void edgeai_tokenizer_free(edgeai_tokenizer *tokenizer)
{
    if (!tokenizer) return;
    eai_special_set_free(&tokenizer->asked);
    eai_special_set_free(&tokenizer->always);
    eai_pretokenizer_free(&tokenizer->pretokenizer);
    eai_bpe_free(&tokenizer->bpe);
    eai_vocabulary_free(&tokenizer->vocabulary);
    eai_release(tokenizer->allocator, tokenizer, sizeof(*tokenizer));
}
