/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_CORRECT_LAYER_H
#define EAI_QUANTIZE_CORRECT_LAYER_H

/* Making up for what quantizing does to the channels of a layer's output. */

#include "quantize/graph_layers.h"
#include "quantize/graph_observer.h"

/* Sums over a channel's values before and after, minus the first value seen of each. */
typedef struct eai_channel_sums {
    double n, sums[2], squares[2], firsts[2];
} eai_channel_sums;

/* Adds values [n_channels][n / n_channels] of both. */
void eai_channel_sums_add(eai_channel_sums *channels, size_t n_channels, const float *before,
                          const float *after, size_t n);

/*
 * The layer's factors and summands become such that each channel gets back its mean and, where
 * `with_factors`, its standard deviation. A channel that is constant, or whose numbers would not be
 * finite, keeps its factor.
 */
void eai_correct_layer(eai_layer *layer, const eai_channel_sums *channels, bool with_factors);

#endif
