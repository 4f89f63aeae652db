/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_REWRITE_LAYERS_H
#define EAI_QUANTIZE_REWRITE_LAYERS_H

/* Layers in a graph replaced by quantized ones. */

#include "quantize/graph_layers.h"

/* What activations get, from what was seen of them: affine or activation_scale, and the layer's
 * info. Nothing for float32. */
void eai_layers_calibrate(eai_layer_list *list, const edgeai_graph_quantize_options *options);

/* Replaces all layers that are quantized in `ir`, a copy of the graph they were found in; it is
 * sorted afterwards, and holds no constant that nobody reads. EDGEAI_E_MEMORY. */
edgeai_status eai_layers_rewrite(const eai_layer_list *list, eai_ir *ir,
                                 const edgeai_graph_quantize_options *options);

#endif
