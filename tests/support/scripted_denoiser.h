/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_SCRIPTED_DENOISER_H
#define TESTS_SUPPORT_SCRIPTED_DENOISER_H

/*
 * Denoisers that say what a test wants: each prediction comes from a function of the row and the
 * position. They also watch that decoders keep to the contract of edgeai/denoiser.h.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/decode.h>
#include <edgeai/denoiser.h>

typedef struct scripted_denoiser scripted_denoiser;

/* Fills in one prediction; `logits` [n_vocab] only where the decoder wanted rows, else NULL. */
typedef void (*scripted_predict)(const scripted_denoiser *script, const int32_t *row,
                                 size_t position, edgeai_prediction *prediction, float *logits);

struct scripted_denoiser {
    edgeai_denoiser denoiser; /* hand this to edgeai_decoding_create() */
    scripted_predict predict;
    const void *user; /* of `predict` */
    size_t fail_at;   /* this pass (from 0) fails with EDGEAI_E_IO; SIZE_MAX: none */

    /* What was seen. */
    unsigned wanted;
    size_t n_tokens; /* of the last prepare */
    size_t n_passes;
    size_t n_prepares, n_begins, n_ends;
    size_t block_begin, block_end;
    const char *breach; /* NULL, or what the decoder did that the contract forbids */
};

/* Tokens 0 .. n_vocab-1. Set `user` and `fail_at` afterwards where needed. */
void scripted_denoiser_make(scripted_denoiser *script, int32_t n_vocab, int32_t mask_token,
                            scripted_predict predict);

/*
 * The denoiser of the DiCo traces (their README): `user` is difficulty[n_tokens], double. The token
 * at position i is i, so n_vocab must exceed the row.
 */
void scripted_trace_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits);

/* `user` is an array of predictions by position; a row of logits gets ln p for the token, and what
 * is left of the probability evenly on the other tokens. */
void scripted_table_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits);

/* `user` is float logits[n_tokens][n_vocab]; the prediction is their softmax. */
void scripted_logits_predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                             edgeai_prediction *prediction, float *logits);

#endif
