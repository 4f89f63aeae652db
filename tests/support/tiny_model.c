/* SPDX-License-Identifier: MIT */
#include "support/tiny_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"

enum { UNUSED = 5, NORMAL = 1, TEXT_BYTES = 96, ALIGNMENT = 32 };

typedef struct writer {
    const tiny_model_spec *spec;
    eai_rng rng;
    gguf_image pairs, infos, data;
    uint64_t n_pairs, n_tensors;
} writer;

tiny_model_spec tiny_model_spec_make(const char *architecture)
{
    const bool experts =
        strcmp(architecture, "llada-moe") == 0 || strcmp(architecture, "rnd1") == 0;
    return (tiny_model_spec){
        .architecture = architecture,
        .n_layers = 2,
        .n_embd = 64,
        .n_heads = 4,
        .n_kv_heads = strcmp(architecture, "llada") == 0 ? 4 : 2,
        .head_dim = 16,
        .n_ff = 96,
        .n_experts = experts ? 5 : 0,
        .n_experts_used = experts ? 2 : 0,
        .n_vocab = 50,
        .n_context = 64,
        .n_rot = 16,
        .mask_token = 49,
        .seed = 1,
    };
}

static bool is(const char *name, const char *other)
{
    return name && other && strcmp(name, other) == 0;
}

static void put_u32(writer *w, const char *key, uint32_t value)
{
    w->n_pairs++;
    gguf_put_key_u32(&w->pairs, key, value);
}

static void put_bool(writer *w, const char *key, bool value)
{
    const unsigned char byte = value;
    w->n_pairs++;
    gguf_put_key(&w->pairs, key, EDGEAI_VALUE_BOOL);
    gguf_put(&w->pairs, &byte, 1);
}

static void put_string(writer *w, const char *key, const char *value)
{
    w->n_pairs++;
    gguf_put_key_string(&w->pairs, key, value);
}

/* The key and head of an array whose elements follow. */
static void put_array(writer *w, const char *key, edgeai_value_type type, size_t n)
{
    w->n_pairs++;
    gguf_put_key(&w->pairs, key, EDGEAI_VALUE_ARRAY);
    gguf_put_array(&w->pairs, type, n);
}

static void key_u32(writer *w, const char *name, uint32_t value)
{
    char key[TEXT_BYTES];
    if (is(name, w->spec->skip)) return;
    snprintf(key, sizeof key, "%s.%s", w->spec->architecture, name);
    if (is(key, w->spec->set_key) || is(key, w->spec->set_text_key)) return;
    put_u32(w, key, value);
}

static void key_f32(writer *w, const char *name, float value)
{
    char key[TEXT_BYTES];
    if (is(name, w->spec->skip)) return;
    snprintf(key, sizeof key, "%s.%s", w->spec->architecture, name);
    if (is(key, w->spec->set_key) || is(key, w->spec->set_text_key)) return;
    w->n_pairs++;
    gguf_put_key(&w->pairs, key, EDGEAI_VALUE_F32);
    gguf_put(&w->pairs, &value, sizeof value);
}

static void write_vocabulary(writer *w)
{
    const tiny_model_spec *s = w->spec;
    char(*names)[16] = calloc(s->n_vocab, sizeof *names);
    int32_t *types = calloc(s->n_vocab, sizeof *types);
    assert_non_null(names);
    assert_non_null(types);
    for (uint32_t i = 0; i < s->n_vocab; i++) {
        snprintf(names[i], sizeof names[i], "t%u", i);
        types[i] = i + s->n_unused >= s->n_vocab ? UNUSED : NORMAL;
    }
    if (s->mask_token >= 0) snprintf(names[s->mask_token], sizeof names[0], "<|mask|>");
    put_string(w, "tokenizer.ggml.model", "gpt2");
    put_array(w, "tokenizer.ggml.tokens", EDGEAI_VALUE_STRING, s->n_vocab);
    for (uint32_t i = 0; i < s->n_vocab; i++)
        gguf_put_string(&w->pairs, names[i]);
    put_array(w, "tokenizer.ggml.token_type", EDGEAI_VALUE_I32, s->n_vocab);
    gguf_put(&w->pairs, types, s->n_vocab * sizeof *types);
    if (s->mask_token >= 0 && !is(s->skip, "mask_token_id"))
        put_u32(w, "tokenizer.ggml.mask_token_id", (uint32_t)s->mask_token);
    free(types);
    free(names);
}

static void write_keys(writer *w)
{
    const tiny_model_spec *s = w->spec;
    if (!is(s->set_text_key, "general.architecture"))
        put_string(w, "general.architecture", s->architecture);
    key_u32(w, "block_count", s->n_layers);
    key_u32(w, "context_length", s->n_context);
    key_u32(w, "embedding_length", s->n_embd);
    key_u32(w, "feed_forward_length", s->n_ff);
    key_u32(w, "attention.head_count", s->n_heads);
    key_u32(w, "attention.head_count_kv", s->n_kv_heads);
    key_u32(w, "attention.key_length", s->head_dim);
    key_u32(w, "rope.dimension_count", s->n_rot);
    key_u32(w, "vocab_size", s->n_vocab);
    key_f32(w, "attention.layer_norm_rms_epsilon", 1e-5f);
    key_f32(w, "rope.freq_base", 10000.0f);
    if (s->n_experts > 0) {
        key_u32(w, "expert_count", s->n_experts);
        key_u32(w, "expert_used_count", s->n_experts_used);
        key_u32(w, "expert_feed_forward_length", s->n_ff);
    }
    if (s->set_key && !s->set_bool) put_u32(w, s->set_key, s->set_value);
    if (s->set_key && s->set_bool) put_bool(w, s->set_key, s->set_value != 0);
    if (s->set_text_key) put_string(w, s->set_text_key, s->set_text);
}

/* Normal-like values of the given mean and spread, in the given type. */
static void tensor(writer *w, const char *name, edgeai_dtype dtype, int n_dims,
                   const int64_t *wanted, float mean, float spread)
{
    uint64_t shape[3] = {1, 1, 1};
    size_t n = 1;
    if (is(name, w->spec->skip)) return;
    for (int i = 0; i < n_dims; i++) {
        shape[i] = (uint64_t)wanted[i] + (i == n_dims - 1 && is(name, w->spec->reshape));
        n *= shape[i];
    }
    float *values = malloc(n * sizeof *values);
    size_t n_bytes = edgeai_dtype_row_bytes(dtype, (int64_t)n);
    void *stored = malloc(n_bytes);
    assert_non_null(values);
    assert_non_null(stored);
    for (size_t i = 0; i < n; i++) {
        double u = eai_rng_uniform(&w->rng) + eai_rng_uniform(&w->rng) + eai_rng_uniform(&w->rng);
        values[i] = mean + spread * (float)(2.0 * u - 3.0);
    }
    if (dtype == EDGEAI_DTYPE_F32 && is(name, w->spec->poison)) values[0] = NAN;
    if (dtype == EDGEAI_DTYPE_F32)
        memcpy(stored, values, n_bytes); /* not-a-numbers too */
    else
        assert_ok(edgeai_quantize(dtype, values, stored, n));
    w->n_tensors++;
    gguf_put_tensor(&w->infos, name, (uint32_t)n_dims, shape, dtype, w->data.n_bytes);
    gguf_put(&w->data, stored, n_bytes);
    gguf_put_padding(&w->data, ALIGNMENT);
    free(stored);
    free(values);
}

static void matrix(writer *w, const char *name, uint32_t n_in, uint32_t n_out)
{
    const int64_t shape[] = {n_in, n_out};
    tensor(w, name, w->spec->dtype, 2, shape, 0.0f, 1.0f / sqrtf((float)n_in));
}

static void stack(writer *w, const char *name, uint32_t n_in, uint32_t n_out)
{
    const int64_t shape[] = {n_in, n_out, w->spec->n_experts};
    tensor(w, name, w->spec->dtype, 3, shape, 0.0f, 1.0f / sqrtf((float)n_in));
}

static void vector(writer *w, const char *name, uint32_t n, float mean)
{
    const int64_t shape[] = {n};
    tensor(w, name, w->spec->vector_dtype, 1, shape, mean, 0.1f);
}

static void write_layer(writer *w, uint32_t layer)
{
    const tiny_model_spec *s = w->spec;
    const uint32_t n_q = s->n_heads * s->head_dim, n_kv = s->n_kv_heads * s->head_dim;
    char name[TEXT_BYTES];
#define NAME(text) (snprintf(name, sizeof name, "blk.%u." text, layer), name)
    vector(w, NAME("attn_norm.weight"), s->n_embd, 1.0f);
    if (s->fused) {
        matrix(w, NAME("attn_qkv.weight"), s->n_embd, n_q + 2 * n_kv);
        if (is(s->architecture, "dream")) vector(w, NAME("attn_qkv.bias"), n_q + 2 * n_kv, 0.0f);
    } else {
        matrix(w, NAME("attn_q.weight"), s->n_embd, n_q);
        matrix(w, NAME("attn_k.weight"), s->n_embd, n_kv);
        matrix(w, NAME("attn_v.weight"), s->n_embd, n_kv);
        if (is(s->architecture, "dream")) {
            vector(w, NAME("attn_q.bias"), n_q, 0.0f);
            vector(w, NAME("attn_k.bias"), n_kv, 0.0f);
            vector(w, NAME("attn_v.bias"), n_kv, 0.0f);
        }
    }
    if (s->n_experts > 0) {
        vector(w, NAME("attn_q_norm.weight"), s->head_dim, 1.0f);
        vector(w, NAME("attn_k_norm.weight"), s->head_dim, 1.0f);
    }
    matrix(w, NAME("attn_output.weight"), n_q, s->n_embd);
    if (s->extras) vector(w, NAME("attn_output.bias"), s->n_embd, 0.0f);
    vector(w, NAME("ffn_norm.weight"), s->n_embd, 1.0f);
    if (s->n_experts > 0) {
        const int64_t router[] = {s->n_embd, s->n_experts};
        tensor(w, NAME("ffn_gate_inp.weight"), s->vector_dtype, 2, router, 0.0f, 0.5f);
        stack(w, NAME("ffn_gate_exps.weight"), s->n_embd, s->n_ff);
        stack(w, NAME("ffn_up_exps.weight"), s->n_embd, s->n_ff);
        stack(w, NAME("ffn_down_exps.weight"), s->n_ff, s->n_embd);
        return;
    }
    matrix(w, NAME("ffn_gate.weight"), s->n_embd, s->n_ff);
    matrix(w, NAME("ffn_up.weight"), s->n_embd, s->n_ff);
    matrix(w, NAME("ffn_down.weight"), s->n_ff, s->n_embd);
    if (!s->extras) return;
    vector(w, NAME("ffn_gate.bias"), s->n_ff, 0.0f);
    vector(w, NAME("ffn_up.bias"), s->n_ff, 0.0f);
    vector(w, NAME("ffn_down.bias"), s->n_embd, 0.0f);
#undef NAME
}

void tiny_model_write(gguf_image *image, const tiny_model_spec *spec)
{
    writer w = {.spec = spec};
    *image = (gguf_image){0};
    eai_rng_seed(&w.rng, spec->seed);
    write_keys(&w);
    write_vocabulary(&w);
    matrix(&w, "token_embd.weight", spec->n_embd, spec->n_vocab);
    vector(&w, "output_norm.weight", spec->n_embd, 1.0f);
    if (!spec->tied) matrix(&w, "output.weight", spec->n_embd, spec->n_vocab);
    if (spec->extras) vector(&w, "rope_freqs.weight", spec->n_rot / 2, 2.0f);
    if (spec->add) vector(&w, spec->add, 8, 0.0f);
    for (uint32_t layer = 0; layer < spec->n_layers; layer++)
        write_layer(&w, layer);

    gguf_put_header(image, 3, w.n_tensors, w.n_pairs);
    gguf_put(image, w.pairs.bytes, w.pairs.n_bytes);
    gguf_put(image, w.infos.bytes, w.infos.n_bytes);
    gguf_put_padding(image, ALIGNMENT);
    gguf_put(image, w.data.bytes, w.data.n_bytes);
    gguf_image_free(&w.pairs);
    gguf_image_free(&w.infos);
    gguf_image_free(&w.data);
}

edgeai_status tiny_model_try(edgeai_context *context, const tiny_model_spec *spec)
{
    tiny_model model = {0};
    tiny_model_write(&model.image, spec);
    edgeai_status status =
        edgeai_model_file_open_memory(&model.file, context, model.image.bytes, model.image.n_bytes);
    if (status == EDGEAI_OK) status = edgeai_lm_load(&model.lm, context, model.file, NULL);
    if (status != EDGEAI_OK) assert_null(model.lm);
    tiny_model_close(&model);
    return status;
}

void tiny_model_open(tiny_model *model, edgeai_context *context, const tiny_model_spec *spec)
{
    *model = (tiny_model){0};
    tiny_model_write(&model->image, spec);
    assert_ok(edgeai_model_file_open_memory(&model->file, context, model->image.bytes,
                                            model->image.n_bytes));
    edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
    options.activations = EDGEAI_ACTIVATIONS_F32; /* so that float64 sums are near */
    assert_ok(edgeai_lm_load(&model->lm, context, model->file, &options));
}

void tiny_model_close(tiny_model *model)
{
    edgeai_lm_free(model->lm);
    edgeai_model_file_free(model->file);
    gguf_image_free(&model->image);
}
