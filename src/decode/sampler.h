/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_SAMPLER_H
#define EAI_DECODE_SAMPLER_H

/*
 * Tokens drawn from a row of logits: divided by the temperature, cut to the nucleus (top-p), then
 * to the k most likely. The mask is never among them.
 */

#include <stdint.h>

#include "base/rng.h"

typedef struct eai_sampler {
    int32_t n_vocab, mask_token;
    double temperature; /* 0: logits are not divided */
    double top_p;       /* 1: off */
    int top_k;          /* 0: off */
    double *logits;     /* [n_vocab] of the loaded row, the largest 0; -INFINITY: cut */
    uint32_t *heap;     /* [n_vocab] */
    double normalizer;  /* ln sum exp of `logits`; -INFINITY when nothing is left */
    int32_t best;       /* the most likely token, the lowest on a tie */
} eai_sampler;

/* Takes in a row, float32 [n_vocab]. */
void eai_sampler_load(eai_sampler *sampler, const float *row);

/* A token by its probability: one random number. The best when nothing is left. */
int32_t eai_sampler_draw(const eai_sampler *sampler, eai_rng *rng);

/*
 * A token by the Gumbel-max trick in float64, as LLaDA samples: one random number for each token
 * that can still win. The distribution is the same.
 */
int32_t eai_sampler_draw_gumbel(const eai_sampler *sampler, eai_rng *rng);

/* Probability of a token, 0 when it is cut. */
double eai_sampler_probability(const eai_sampler *sampler, int32_t token);

/* Probability of the second most likely token. */
double eai_sampler_second(const eai_sampler *sampler);

/* sum p ln(p + 1e-10), Dream's confidence by entropy. */
double eai_sampler_negative_entropy(const eai_sampler *sampler);

#endif
