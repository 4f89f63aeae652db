/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "lm/lm_model.h"

/* Metadata keys and defaults are those of llama.cpp's files for these four architectures. */
static const eai_architecture architectures[] = {
    {.name = "llada", .interleaved_rope = true},
    {.name = "dream", .qkv_bias = true, .shift_logits = true},
    {.name = "llada-moe", .qk_norm = true, .experts = true},
    {.name = "rnd1", .qk_norm = true, .experts = true, .renormalise = true, .shift_logits = true},
};

/* Bounds that keep every product of two sizes far from overflow, whatever a file says. */
#define SIZE_LIMIT    ((uint64_t)1 << 24)
#define LAYERS_LIMIT  4096
#define EXPERTS_LIMIT 65536
#define CONTEXT_LIMIT ((uint64_t)1 << 30)

/* Longest key: "llada-moe.rope.scaling.original_context_length" and the like. */
#define KEY_BYTES 96

typedef struct reader {
    const edgeai_model_file *file;
    const char *architecture;
} reader;

static edgeai_status find_architecture(const eai_architecture **out, const edgeai_model_file *file)
{
    edgeai_string name;
    char shown[48];
    EAI_TRY(edgeai_model_file_get_string(file, "general.architecture", &name));
    for (size_t i = 0; i < sizeof architectures / sizeof architectures[0]; i++) {
        *out = &architectures[i];
        if (strlen((*out)->name) == name.n_bytes &&
            memcmp((*out)->name, name.bytes, name.n_bytes) == 0)
            return EDGEAI_OK;
    }
    return eai_fail(EDGEAI_E_UNSUPPORTED,
                    "general.architecture: expected llada, dream, llada-moe or rnd1, found \"%s\"",
                    eai_printable(name.bytes, name.n_bytes, shown, sizeof shown));
}

static const char *full_key(const reader *r, const char *name, char key[KEY_BYTES])
{
    snprintf(key, KEY_BYTES, "%s.%s", r->architecture, name);
    return key;
}

/* A size in [least, most]. *out keeps its value, the default, when the key is absent. */
static edgeai_status optional_size(const reader *r, const char *name, uint64_t least, uint64_t most,
                                   size_t *out)
{
    char key[KEY_BYTES];
    uint64_t value;
    edgeai_status status = edgeai_model_file_get_u64(r->file, full_key(r, name, key), &value);
    if (status == EDGEAI_E_NOT_FOUND) return EDGEAI_OK;
    if (status) return status;
    if (value < least || value > most)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected %llu to %llu, found %llu", key,
                        (unsigned long long)least, (unsigned long long)most,
                        (unsigned long long)value);
    *out = (size_t)value;
    return EDGEAI_OK;
}

static edgeai_status required_size(const reader *r, const char *name, uint64_t most, size_t *out)
{
    char key[KEY_BYTES];
    *out = 0;
    EAI_TRY(optional_size(r, name, 1, most, out));
    if (*out == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: the key is missing", full_key(r, name, key));
    return EDGEAI_OK;
}

/* A positive finite number; *out keeps its value when the key is absent. */
static edgeai_status optional_number(const reader *r, const char *name, double *out)
{
    char key[KEY_BYTES];
    double value;
    edgeai_status status = edgeai_model_file_get_f64(r->file, full_key(r, name, key), &value);
    if (status == EDGEAI_E_NOT_FOUND) return EDGEAI_OK;
    if (status) return status;
    if (!(value > 0.0 && isfinite(value)))
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected a positive number, found %g", key, value);
    *out = value;
    return EDGEAI_OK;
}

/* Linear scaling is a division of positions; anything else is refused by name. */
static edgeai_status read_rope_scaling(const reader *r, double *scale)
{
    char key[KEY_BYTES], shown[48];
    edgeai_string type = {"linear", 6};
    edgeai_status status =
        edgeai_model_file_get_string(r->file, full_key(r, "rope.scaling.type", key), &type);
    if (status && status != EDGEAI_E_NOT_FOUND) return status;
    if (type.n_bytes == 4 && memcmp(type.bytes, "none", 4) == 0) return EDGEAI_OK;
    if (type.n_bytes != 6 || memcmp(type.bytes, "linear", 6) != 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected none or linear, found \"%s\"", key,
                        eai_printable(type.bytes, type.n_bytes, shown, sizeof shown));
    return optional_number(r, "rope.scaling.factor", scale);
}

static edgeai_status read_attention(eai_lm_config *c, const reader *r)
{
    char key[KEY_BYTES];
    bool causal = false;
    size_t value_length;
    EAI_TRY(required_size(r, "attention.head_count", SIZE_LIMIT, &c->n_heads));
    c->n_kv_heads = c->n_heads;
    EAI_TRY(optional_size(r, "attention.head_count_kv", 1, SIZE_LIMIT, &c->n_kv_heads));
    if (c->n_heads % c->n_kv_heads != 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected a divisor of head_count %zu, found %zu",
                        full_key(r, "attention.head_count_kv", key), c->n_heads, c->n_kv_heads);

    c->head_dim = c->n_embd % c->n_heads == 0 ? c->n_embd / c->n_heads : 0;
    EAI_TRY(optional_size(r, "attention.key_length", 1, SIZE_LIMIT, &c->head_dim));
    if (c->head_dim == 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: %zu does not divide embedding_length %zu",
                        full_key(r, "attention.head_count", key), c->n_heads, c->n_embd);
    if (c->n_heads * c->head_dim > SIZE_LIMIT)
        return eai_fail(EDGEAI_E_FORMAT, "%s: %zu heads of %zu are too many",
                        full_key(r, "attention.head_count", key), c->n_heads, c->head_dim);
    value_length = c->head_dim;
    EAI_TRY(optional_size(r, "attention.value_length", 1, SIZE_LIMIT, &value_length));
    if (value_length != c->head_dim)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected the key length %zu, found %zu",
                        full_key(r, "attention.value_length", key), c->head_dim, value_length);

    edgeai_status status =
        edgeai_model_file_get_bool(r->file, full_key(r, "attention.causal", key), &causal);
    if (status && status != EDGEAI_E_NOT_FOUND) return status;
    if (causal)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected false, causal attention is not done",
                        key);
    return EDGEAI_OK;
}

static edgeai_status read_rope(eai_lm_config *c, const reader *r)
{
    char key[KEY_BYTES];
    c->n_rot = c->head_dim;
    c->rope_base = 10000.0;
    c->rope_scale = 1.0;
    EAI_TRY(optional_size(r, "rope.dimension_count", 1, SIZE_LIMIT, &c->n_rot));
    if (c->n_rot > c->head_dim || c->n_rot % 2 != 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected an even number up to %zu, found %zu",
                        full_key(r, "rope.dimension_count", key), c->head_dim, c->n_rot);
    EAI_TRY(optional_number(r, "rope.freq_base", &c->rope_base));
    return read_rope_scaling(r, &c->rope_scale);
}

/* n_ff is there already; it becomes the width of one expert. */
static edgeai_status read_experts(eai_lm_config *c, const reader *r)
{
    char key[KEY_BYTES];
    size_t n_shared = 0;
    EAI_TRY(required_size(r, "expert_count", EXPERTS_LIMIT, &c->n_experts));
    EAI_TRY(required_size(r, "expert_used_count", EXPERTS_LIMIT, &c->n_experts_used));
    if (c->n_experts_used > c->n_experts)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected at most expert_count %zu, found %zu",
                        full_key(r, "expert_used_count", key), c->n_experts, c->n_experts_used);
    c->n_ff /= c->n_experts_used;
    EAI_TRY(optional_size(r, "expert_feed_forward_length", 1, SIZE_LIMIT, &c->n_ff));
    if (c->n_ff == 0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: the key is missing",
                        full_key(r, "expert_feed_forward_length", key));
    EAI_TRY(optional_size(r, "expert_shared_count", 0, EXPERTS_LIMIT, &n_shared));
    if (n_shared > 0)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected 0, shared experts are not done",
                        full_key(r, "expert_shared_count", key));
    return EDGEAI_OK;
}

/* The key, else the tokenizer's length. */
static edgeai_status read_vocabulary(eai_lm_config *c, const reader *r)
{
    char key[KEY_BYTES];
    edgeai_metadata tokens;
    c->n_vocab = 0;
    EAI_TRY(optional_size(r, "vocab_size", 1, SIZE_LIMIT, &c->n_vocab));
    if (c->n_vocab > 0) return EDGEAI_OK;
    edgeai_status status = edgeai_model_file_find(r->file, "tokenizer.ggml.tokens", &tokens);
    if (status == EDGEAI_E_NOT_FOUND)
        return eai_fail(status, "%s: neither this key nor tokenizer.ggml.tokens is there",
                        full_key(r, "vocab_size", key));
    if (status) return status;
    if (tokens.type != EDGEAI_VALUE_ARRAY || tokens.n_elements == 0 ||
        tokens.n_elements > SIZE_LIMIT)
        return eai_fail(EDGEAI_E_FORMAT, "tokenizer.ggml.tokens: expected an array of 1 to %llu",
                        (unsigned long long)SIZE_LIMIT);
    c->n_vocab = (size_t)tokens.n_elements;
    return EDGEAI_OK;
}

edgeai_status eai_lm_config_read(eai_lm_config *config, const edgeai_context *context,
                                 const edgeai_model_file *file)
{
    eai_lm_config c = {0};
    double eps = 0.0;
    char key[KEY_BYTES];
    EAI_TRY(find_architecture(&c.architecture, file));
    const reader r = {file, c.architecture->name};
    EAI_TRY(required_size(&r, "block_count", LAYERS_LIMIT, &c.n_layers));
    EAI_TRY(required_size(&r, "embedding_length", SIZE_LIMIT, &c.n_embd));
    EAI_TRY(required_size(&r, "context_length", CONTEXT_LIMIT, &c.n_context));
    if (c.architecture->experts)
        EAI_TRY(optional_size(&r, "feed_forward_length", 0, SIZE_LIMIT, &c.n_ff));
    else
        EAI_TRY(required_size(&r, "feed_forward_length", SIZE_LIMIT, &c.n_ff));
    EAI_TRY(read_attention(&c, &r));
    EAI_TRY(read_rope(&c, &r));
    if (c.architecture->experts) EAI_TRY(read_experts(&c, &r));
    EAI_TRY(read_vocabulary(&c, &r));
    EAI_TRY(optional_number(&r, "attention.layer_norm_rms_epsilon", &eps));
    if (eps == 0.0)
        return eai_fail(EDGEAI_E_NOT_FOUND, "%s: the key is missing",
                        full_key(&r, "attention.layer_norm_rms_epsilon", key));
    c.eps = (float)eps;
    c.shift_logits = c.architecture->shift_logits;
    edgeai_status status =
        edgeai_model_file_get_bool(file, "diffusion.shift_logits", &c.shift_logits);
    if (status && status != EDGEAI_E_NOT_FOUND) return status;
    EAI_TRY(eai_lm_mask_token(&c.mask_token, context, file, c.n_vocab));
    *config = c;
    return EDGEAI_OK;
}
