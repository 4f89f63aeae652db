/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_INPUT_MAP_H
#define EAI_QUANTIZE_INPUT_MAP_H

/*
 * XNOR-Net's K (Rastegari and others, arXiv 1603.05279, 3.2): what a layer's sum over the signs of
 * its input is multiplied with at each position of the output. A = mean over the channels of |x|,
 * K = A convolved with a box of the kernel's size whose elements are 1 by the kernel's area, with
 * the strides, dilations and zero padding of the convolution.
 */

#include "quantize/graph_layers.h"

/* Whether the layer can have one: filters read all channels, or each its own. */
bool eai_input_map_fits(const eai_ir *ir, const eai_layer *layer);

/*
 * Adds the operators that make K of the layer's input, [N, 1, H, W]; [N, C, H, W] where each filter
 * reads a channel of its own. *magnitude is A once it was made, for layers that read the same, NONE
 * before. EDGEAI_E_MEMORY.
 */
edgeai_status eai_input_map_add(eai_ir *ir, const eai_layer *layer, int32_t *magnitude,
                                int32_t *out);

#endif
