/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <stdio.h>

#include "base/fail.h"
#include "lm/lm_model.h"

/* Tensor names and shapes are those of llama.cpp's files for these architectures. */

#define NAME_BYTES 64

typedef struct binder {
    const edgeai_model_file *file;
    eai_arena *arena;
    const eai_kernels *kernels;
    bool exact;
    size_t *n_used; /* tensors found so far */
    size_t layer;   /* of the "blk.N." names; SIZE_MAX: names without it */
} binder;

static const char *full_name(const binder *b, const char *name, char out[NAME_BYTES])
{
    if (b->layer == SIZE_MAX)
        snprintf(out, NAME_BYTES, "%s", name);
    else
        snprintf(out, NAME_BYTES, "blk.%zu.%.38s", b->layer, name);
    return out;
}

static void shape_text(const int64_t *shape, int n_dims, char *out, size_t capacity)
{
    size_t at = 0;
    for (int i = 0; i < n_dims && at < capacity; i++)
        at +=
            (size_t)snprintf(out + at, capacity - at, "%s%lld", i ? ", " : "", (long long)shape[i]);
}

/* The tensor, if there: *out stays NULL when it is not. The shape must be the expected one. */
static edgeai_status find(const binder *b, const char *name, const int64_t *shape, int n_dims,
                          const edgeai_tensor **out)
{
    char full[NAME_BYTES], wanted[96], found[96];
    *out = edgeai_model_file_find_tensor(b->file, full_name(b, name, full));
    if (!*out) return EDGEAI_OK;
    ++*b->n_used;
    bool same = true;
    for (int i = 0; i < EDGEAI_MAX_DIMS; i++)
        same = same && (*out)->shape[i] == (i < n_dims ? shape[i] : 1);
    if (same) return EDGEAI_OK;
    shape_text(shape, n_dims, wanted, sizeof wanted);
    shape_text((*out)->shape, (*out)->n_dims, found, sizeof found);
    return eai_fail(EDGEAI_E_SHAPE, "tensor %s: expected shape {%s}, found {%s}", full, wanted,
                    found);
}

static edgeai_status missing(const binder *b, const char *name)
{
    char full[NAME_BYTES];
    return eai_fail(EDGEAI_E_NOT_FOUND, "tensor %s: missing from %s", full_name(b, name, full),
                    edgeai_model_file_path(b->file));
}

/* A vector of n, as float32: in the file where it can be used there, else converted. */
static edgeai_status optional_vector(const binder *b, const char *name, size_t n, const float **out)
{
    const int64_t shape[] = {(int64_t)n};
    const edgeai_tensor *tensor;
    *out = NULL;
    EAI_TRY(find(b, name, shape, 1, &tensor));
    if (!tensor) return EDGEAI_OK;
    if (tensor->dtype == EDGEAI_DTYPE_F32 && (uintptr_t)tensor->data % sizeof(float) == 0) {
        *out = tensor->data;
        return EDGEAI_OK;
    }
    float *copy = eai_arena_take(b->arena, n, sizeof *copy), none;
    *out = copy;
    edgeai_status status =
        edgeai_dequantize(tensor->dtype, tensor->data, copy ? copy : &none, copy ? n : 0);
    return status ? eai_fail_within(status, "tensor %s", tensor->name) : EDGEAI_OK;
}

static edgeai_status vector(const binder *b, const char *name, size_t n, const float **out)
{
    EAI_TRY(optional_vector(b, name, n, out));
    char full[NAME_BYTES];
    if (!*out && !edgeai_model_file_find_tensor(b->file, full_name(b, name, full)))
        return missing(b, name);
    return EDGEAI_OK;
}

/* STEM.weight of shape {n_in, n_out} or {n_in, n_out, n_stacked}; no rows when it is absent. */
static edgeai_status optional_stack(const binder *b, const char *stem, size_t n_in, size_t n_out,
                                    size_t n_stacked, eai_matmul *out)
{
    char name[NAME_BYTES];
    const int64_t shape[] = {(int64_t)n_in, (int64_t)n_out, (int64_t)n_stacked};
    const edgeai_tensor *tensor;
    *out = (eai_matmul){0};
    snprintf(name, sizeof name, "%s.weight", stem);
    EAI_TRY(find(b, name, shape, n_stacked > 0 ? 3 : 2, &tensor));
    if (!tensor) return EDGEAI_OK;
    edgeai_status status = eai_matmul_plan(out, tensor, b->exact, b->kernels);
    return status ? eai_fail_within(status, "tensor %s", tensor->name) : EDGEAI_OK;
}

static edgeai_status stack(const binder *b, const char *stem, size_t n_in, size_t n_out,
                           size_t n_stacked, eai_matmul *out)
{
    char name[NAME_BYTES];
    EAI_TRY(optional_stack(b, stem, n_in, n_out, n_stacked, out));
    snprintf(name, sizeof name, "%s.weight", stem);
    return out->rows ? EDGEAI_OK : missing(b, name);
}

/* The bias STEM.bias of a matrix: required, or taken along when it is there. */
static edgeai_status bias_of(const binder *b, const char *stem, bool required, eai_matmul *out)
{
    char name[NAME_BYTES];
    snprintf(name, sizeof name, "%s.bias", stem);
    if (required) return vector(b, name, out->n_out, &out->bias);
    return optional_vector(b, name, out->n_out, &out->bias);
}

static edgeai_status matrix(const binder *b, const char *stem, size_t n_in, size_t n_out,
                            bool bias_required, eai_matmul *out)
{
    EAI_TRY(stack(b, stem, n_in, n_out, 0, out));
    return bias_of(b, stem, bias_required, out);
}

/* attn_q, attn_k, attn_v, or all three as the rows of attn_qkv. */
static edgeai_status bind_qkv(const binder *b, const eai_lm_config *c, eai_lm_layer *layer)
{
    size_t n_q = c->n_heads * c->head_dim, n_kv = c->n_kv_heads * c->head_dim;
    bool bias = c->architecture->qkv_bias;
    eai_matmul fused;
    EAI_TRY(optional_stack(b, "attn_qkv", c->n_embd, n_q + 2 * n_kv, 0, &fused));
    if (!fused.rows) {
        EAI_TRY(matrix(b, "attn_q", c->n_embd, n_q, bias, &layer->q));
        EAI_TRY(matrix(b, "attn_k", c->n_embd, n_kv, bias, &layer->k));
        return matrix(b, "attn_v", c->n_embd, n_kv, bias, &layer->v);
    }
    EAI_TRY(bias_of(b, "attn_qkv", bias, &fused));
    layer->q = eai_matmul_rows(&fused, 0, n_q);
    layer->k = eai_matmul_rows(&fused, n_q, n_kv);
    layer->v = eai_matmul_rows(&fused, n_q + n_kv, n_kv);
    return EDGEAI_OK;
}

static edgeai_status bind_feedforward(const binder *b, const eai_lm_config *c, eai_lm_layer *layer)
{
    if (!c->architecture->experts) {
        EAI_TRY(matrix(b, "ffn_gate", c->n_embd, c->n_ff, false, &layer->gate));
        EAI_TRY(matrix(b, "ffn_up", c->n_embd, c->n_ff, false, &layer->up));
        return matrix(b, "ffn_down", c->n_ff, c->n_embd, false, &layer->down);
    }
    EAI_TRY(matrix(b, "ffn_gate_inp", c->n_embd, c->n_experts, false, &layer->router));
    EAI_TRY(stack(b, "ffn_gate_exps", c->n_embd, c->n_ff, c->n_experts, &layer->gate));
    EAI_TRY(stack(b, "ffn_up_exps", c->n_embd, c->n_ff, c->n_experts, &layer->up));
    return stack(b, "ffn_down_exps", c->n_ff, c->n_embd, c->n_experts, &layer->down);
}

static edgeai_status bind_layer(const binder *b, const eai_lm_config *c, eai_lm_layer *layer)
{
    *layer = (eai_lm_layer){0};
    EAI_TRY(vector(b, "attn_norm.weight", c->n_embd, &layer->attention_norm));
    EAI_TRY(bind_qkv(b, c, layer));
    if (c->architecture->qk_norm) {
        EAI_TRY(vector(b, "attn_q_norm.weight", c->head_dim, &layer->q_norm));
        EAI_TRY(vector(b, "attn_k_norm.weight", c->head_dim, &layer->k_norm));
    }
    EAI_TRY(matrix(b, "attn_output", c->n_heads * c->head_dim, c->n_embd, false, &layer->output));
    EAI_TRY(vector(b, "ffn_norm.weight", c->n_embd, &layer->feedforward_norm));
    return bind_feedforward(b, c, layer);
}

edgeai_status eai_lm_weights_bind(edgeai_lm *lm, const edgeai_model_file *file)
{
    const eai_lm_config *c = &lm->config;
    size_t n_used = 0;
    binder b = {file, &lm->arena, &lm->kernels, lm->exact, &n_used, SIZE_MAX};
    lm->layers = eai_arena_take(&lm->arena, c->n_layers, sizeof *lm->layers);
    lm->penalty = eai_arena_take(&lm->arena, c->n_vocab, sizeof *lm->penalty);
    EAI_TRY(stack(&b, "token_embd", c->n_embd, c->n_vocab, 0, &lm->embedding));
    EAI_TRY(vector(&b, "output_norm.weight", c->n_embd, &lm->output_norm));
    EAI_TRY(optional_stack(&b, "output", c->n_embd, c->n_vocab, 0, &lm->head));
    if (!lm->head.rows) lm->head = lm->embedding;
    EAI_TRY(optional_vector(&b, "rope_freqs.weight", c->n_rot / 2, &lm->rope_factors));
    for (b.layer = 0; b.layer < c->n_layers; b.layer++) {
        eai_lm_layer measured;
        EAI_TRY(bind_layer(&b, c, lm->layers ? &lm->layers[b.layer] : &measured));
    }
    lm->n_unused_tensors = edgeai_model_file_n_tensors(file) - n_used;
    return EDGEAI_OK;
}
