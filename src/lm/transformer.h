/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_TRANSFORMER_H
#define EAI_LM_TRANSFORMER_H

/*
 * The layers of a language model over a window of a row. The window's positions are computed; keys
 * and values of all other positions are those of an earlier pass. All memory is a plan's.
 */

#include <stddef.h>
#include <stdint.h>

#include "lm/kv_cache.h"
#include "lm/lm_model.h"

/* Rows that go through a feed-forward together: bounds its scratch; weights are read once each. */
#define EAI_FFN_ROWS EAI_MATMUL_ROWS
#define EAI_MOE_ROWS 256

/* Rows that a norm, RoPE or gate item handles. */
#define EAI_ROW_BLOCK 16

/* Buffers of the routed experts, for EAI_MOE_ROWS rows at most; R = rows * n_experts_used. */
typedef struct eai_moe_buffers {
    float *router;        /* [rows, X] */
    int32_t *experts;     /* [R] chosen experts, by falling probability within a row */
    float *weights;       /* [R] */
    size_t *places;       /* [R] where that choice stands among the gathered rows */
    size_t *begin;        /* [X + 1] first gathered row of each expert */
    float *gathered;      /* [R, E] inputs by expert; then the experts' outputs */
    eai_matmul *plans;    /* [2 X] */
    eai_matmul_job *jobs; /* [2 X] */
} eai_moe_buffers;

/* Everything a pass writes; T is the longest row. */
typedef struct eai_forward {
    const edgeai_lm *lm;
    size_t n_tokens_max; /* T */
    eai_scratch scratch;
    float *hidden; /* [T, E] the residual stream of the window */
    float *normed; /* [T, E] */
    float *query;  /* [T, H D]; then the attention's output */
    float *gate;   /* [ffn rows, F], or [R, F] with experts */
    float *up;     /* the same */
    eai_moe_buffers moe;
    eai_rope_table rope;
    eai_kv_cache cache;
} eai_forward;

/*
 * Takes a forward pass's buffers from the arena. `cached` keeps keys and values of every layer;
 * scratch_floats is what the caller itself needs for each thread.
 */
void eai_forward_plan(eai_forward *f, const edgeai_lm *lm, size_t n_tokens_max, bool cached,
                      size_t scratch_floats, eai_arena *arena);

/* Fills in what does not change from pass to pass. */
void eai_forward_ready(eai_forward *f);

/* One pass. Positions are absolute; window and reads lie inside the row. */
typedef struct eai_pass {
    const int32_t *row; /* [n_tokens] checked tokens */
    size_t n_tokens;
    size_t begin, end;    /* the window */
    const int32_t *reads; /* [n_reads] strictly ascending positions of the window to be read */
    size_t n_reads;
} eai_pass;

/* Leaves the final norm's output at the read positions in f->normed [n_reads, E]. */
void eai_forward_run(eai_forward *f, const eai_pass *pass);

/* hidden[n, E] += feed-forward of normed[n, E]. */
void eai_dense_run(eai_forward *f, const eai_lm_layer *layer, size_t n);
void eai_moe_run(eai_forward *f, const eai_lm_layer *layer, size_t n);

/* Norms [n, width] rows of x into y. */
void eai_norm_rows(const eai_forward *f, float *y, const float *x, const float *weight, size_t n,
                   size_t width);

/* gate = silu(gate) * up over [n, F] rows. */
void eai_gate_rows(const eai_forward *f, size_t n);

/* Attention of n queries in f->query over n_keys slots of the layer; the result replaces them. */
void eai_attention_run(eai_forward *f, size_t layer, size_t n, size_t n_keys);

/*
 * Norms (where the architecture does) and rotates heads [n, n_heads, D] in place. Row i stands at
 * position positions[i], or begin + i when positions is NULL.
 */
void eai_heads_rotate(const eai_forward *f, float *heads, size_t n_heads, const float *norm,
                      const int32_t *positions, size_t begin, size_t n);

#endif
