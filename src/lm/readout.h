/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_READOUT_H
#define EAI_LM_READOUT_H

/*
 * The vocabulary projection and what decoders want to know of its logits, tile by tile: the logits
 * of all tokens never stand in memory together unless the caller asks for them.
 */

#include "kernels/logits.h"
#include "lm/transformer.h"

/* Rows that are read out together; the head's weights are read once for each such group. */
#define EAI_READ_ROWS EAI_MATMUL_ROWS

/* What logits rows say of ids that are no tokens (UNUSED, or beyond the tokenizer's). */
#define EAI_LOGIT_OF_NO_TOKEN (-1e30f)

typedef struct eai_readout {
    size_t rows_max;
    eai_logits_summary *parts; /* [items, rows_max] */
} eai_readout;

/* Floats of scratch for each thread. */
size_t eai_readout_scratch(const edgeai_lm *lm, size_t n_tokens_max);

void eai_readout_plan(eai_readout *readout, const edgeai_lm *lm, size_t n_tokens_max,
                      eai_arena *arena);

/*
 * Predictions of the n rows in f->normed. logits is [n, V] or NULL. EDGEAI_E_FORMAT when the logits
 * are no numbers: weights that hold infinities or worse.
 */
edgeai_status eai_readout_run(const eai_readout *readout, const eai_forward *f, size_t n,
                              unsigned wanted, edgeai_prediction *predictions, float *logits);

#endif
