/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_MODEL_H
#define EAI_LM_MODEL_H

/*
 * A loaded language model. Shapes in comments: E embedding, H heads, G key/value heads, D head
 * dimension, F feed-forward width, X experts, V vocabulary.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/lm.h>
#include <edgeai/model_file.h>

#include "base/arena.h"
#include "kernels/kernels.h"
#include "tensor/matmul.h"

/* In what the architectures differ. */
typedef struct eai_architecture {
    const char *name;
    bool interleaved_rope; /* pairs (2i, 2i+1); else (i, i + d/2) */
    bool qkv_bias;         /* attn_q, attn_k, attn_v have a bias */
    bool qk_norm;          /* per-head RMSNorm of q and k before RoPE */
    bool experts;          /* routed experts in place of the dense feed-forward */
    bool renormalise;      /* the chosen experts' weights are divided by their sum */
    bool shift_logits;     /* where diffusion.shift_logits is absent */
} eai_architecture;

/* The sizes, all checked: none is 0 (experts' may be) and no product of two overflows. */
typedef struct eai_lm_config {
    const eai_architecture *architecture;
    size_t n_layers, n_embd, n_heads, n_kv_heads, head_dim;
    size_t n_rot; /* leading dimensions of a head that RoPE turns; even */
    size_t n_ff;  /* F; of one expert where there are experts */
    size_t n_experts, n_experts_used;
    size_t n_vocab, n_context;
    float eps;
    double rope_base;
    double rope_scale; /* positions are divided by this (linear scaling); 1: none */
    int32_t mask_token;
    bool shift_logits;
} eai_lm_config;

/* Reads and checks the metadata. */
edgeai_status eai_lm_config_read(eai_lm_config *config, const edgeai_context *context,
                                 const edgeai_model_file *file);

/* The id of MASK: its key, else by name. */
edgeai_status eai_lm_mask_token(int32_t *token, const edgeai_context *context,
                                const edgeai_model_file *file, size_t n_vocab);

/*
 * What is added to logits before a token is chosen: -INFINITY for MASK, for unused tokens and for
 * ids beyond the tokenizer's, else 0. penalty is [n_vocab].
 */
edgeai_status eai_lm_penalty(float *penalty, const eai_lm_config *config,
                             const edgeai_context *context, const edgeai_model_file *file);

/* Weights of one layer. Vectors are NULL, and matrices have no rows, where there are none. */
typedef struct eai_lm_layer {
    const float *attention_norm;   /* [E] */
    eai_matmul q, k, v;            /* [H D, E], [G D, E], [G D, E] */
    const float *q_norm, *k_norm;  /* [D] */
    eai_matmul output;             /* [E, H D] */
    const float *feedforward_norm; /* [E] */
    eai_matmul router;             /* [X, E] */
    eai_matmul gate, up;           /* [F, E]; experts: [X F, E] */
    eai_matmul down;               /* [E, F]; experts: [X E, F] */
} eai_lm_layer;

struct edgeai_lm {
    edgeai_context *context;
    eai_lm_config config;
    eai_kernels kernels;
    eai_arena arena;       /* layers, penalty, and vectors that are not float32 in the file */
    unsigned char *packed; /* all packed matrices, or NULL */
    size_t packed_bytes;
    eai_lm_layer *layers;      /* [n_layers] */
    eai_matmul embedding;      /* [V, E], read row by row */
    eai_matmul head;           /* [V, E]; the embedding where the file has no output.weight */
    const float *output_norm;  /* [E] */
    const float *rope_factors; /* [n_rot / 2] divisors of the frequencies, or NULL */
    float *penalty;            /* [V] */
    bool exact;                /* float32 activations against dequantized weights */
    uint64_t n_parameters;
    size_t n_unused_tensors; /* of the file, ignored */
};

/*
 * Finds every tensor, checks type and shape, and lays out lm's arrays in lm->arena. Run twice: with
 * a counting arena everything is checked and measured, with a real one filled in.
 */
edgeai_status eai_lm_weights_bind(edgeai_lm *lm, const edgeai_model_file *file);

/*
 * Packs every matrix that has a packed form, one after the other, and lets the file's pages go.
 * AUTO: only where all of it fits in half of the memory that is free. EDGEAI_E_MEMORY.
 */
edgeai_status eai_lm_weights_pack(edgeai_lm *lm, const edgeai_model_file *file,
                                  edgeai_weights weights);

#endif
