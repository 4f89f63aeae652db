/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_TERNARY_WEIGHTS_H
#define EAI_QUANTIZE_TERNARY_WEIGHTS_H

/*
 * Weights in -1, 0, 1 (Li, Zhang, Liu: Ternary Weight Networks, arXiv 1605.04711): a weight counts
 * where its magnitude is above 0.7 of the mean, which is near the best threshold for normal and for
 * uniform weights; the scale is the mean magnitude of those that count.
 */

#include "quantize/filter_scales.h"

/* 0.7 * mean |w| of n weights; 0 for none. */
float eai_ternary_threshold(const float *weights, size_t n);

/* codes[i] = -1, 0, 1; the sums that scales are made of. */
eai_code_sums eai_ternary_codes(const float *weights, size_t n, float threshold, int8_t *codes);

#endif
