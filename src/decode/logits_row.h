/* SPDX-License-Identifier: MIT */
#ifndef EAI_DECODE_LOGITS_ROW_H
#define EAI_DECODE_LOGITS_ROW_H

/* What decoders read of a row of logits, [n_vocab] float32: softmax at temperature 1 in float64. */

#include <stdint.h>

#include <edgeai/denoiser.h>

/* A logit fit for arithmetic: NaN is -INFINITY, +INFINITY the largest float. */
double eai_logit(float logit);

/* ln sum exp over the row; -INFINITY when no logit is finite. */
double eai_row_normalizer(const float *row, int32_t n_vocab);

/*
 * Fills in all members. `token` -1 asks for the most likely one that is not the mask; another is
 * taken as it is, and confidence and doubt are its own. The mask takes part in the softmax, as in
 * the published codes, but is neither best nor second.
 */
edgeai_prediction eai_row_prediction(const float *row, int32_t n_vocab, int32_t mask_token,
                                     int32_t token);

/* guided = unguided + (scale + 1) * (guided - unguided), element by element. */
void eai_row_guide(float *guided, const float *unguided, int32_t n_vocab, double scale);

#endif
