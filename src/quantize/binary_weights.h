/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_BINARY_WEIGHTS_H
#define EAI_QUANTIZE_BINARY_WEIGHTS_H

/*
 * Weights in -1, 1 (Rastegari and others: XNOR-Net, arXiv 1603.05279, its BWN): the sign, and as
 * scale the mean magnitude.
 */

#include "quantize/filter_scales.h"

/* codes[i] = w < 0 ? -1 : 1; the sums that scales are made of. */
eai_code_sums eai_binary_codes(const float *weights, size_t n, int8_t *codes);

#endif
