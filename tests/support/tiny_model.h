/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_TINY_MODEL_H
#define TESTS_SUPPORT_TINY_MODEL_H

/* Small random language models in memory, with one thing changed or left out where asked. */

#include <edgeai/context.h>
#include <edgeai/lm.h>
#include <edgeai/model_file.h>

#include "support/gguf_image.h"

/* What the model is like; from tiny_model_spec_make(). */
typedef struct tiny_model_spec {
    const char *architecture;
    uint32_t n_layers, n_embd, n_heads, n_kv_heads, head_dim, n_ff, n_experts, n_experts_used;
    uint32_t n_vocab, n_context, n_rot;
    edgeai_dtype dtype;        /* of matrices; one that edgeai_quantize() has */
    edgeai_dtype vector_dtype; /* of norms, biases and the router */
    int tied, fused, extras;   /* as in tests/golden */
    int32_t mask_token;
    uint32_t n_unused; /* last tokens of the vocabulary that are unused */
    uint64_t seed;
    const char *skip;    /* a key without its architecture, or a tensor, to leave out */
    const char *reshape; /* a tensor that gets one more in its last dimension */
    const char *add;     /* a tensor that no model has, to write too */
    const char *poison;  /* a tensor whose first element is not a number */
    const char *set_key; /* a whole key to write with this value, in place of the right one */
    int set_bool;        /* as a bool */
    uint32_t set_value;
    const char *set_text_key; /* a whole key to write with this string */
    const char *set_text;
} tiny_model_spec;

/* A sound model of the architecture: 2 layers of 64, 4 heads of 16, 50 tokens, MASK last. */
tiny_model_spec tiny_model_spec_make(const char *architecture);

/* The file's bytes; free with gguf_image_free(). */
void tiny_model_write(gguf_image *image, const tiny_model_spec *spec);

/* An open model with all it stands on. */
typedef struct tiny_model {
    gguf_image image;
    edgeai_model_file *file;
    edgeai_lm *lm;
} tiny_model;

/* Writes, opens and loads it; the test fails if that fails. */
void tiny_model_open(tiny_model *model, edgeai_context *context, const tiny_model_spec *spec);
void tiny_model_close(tiny_model *model);

/* Writes and opens it, and returns what loading says. */
edgeai_status tiny_model_try(edgeai_context *context, const tiny_model_spec *spec);

#endif
