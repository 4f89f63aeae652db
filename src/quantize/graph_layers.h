/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_GRAPH_LAYERS_H
#define EAI_QUANTIZE_GRAPH_LAYERS_H

/* The layers of a network: which are quantized, and their quantized weights. */

#include <edgeai/quantize.h>

#include "graph/ir.h"
#include "quantize/calibrate.h"
#include "quantize/filter_scales.h"
#include "quantize/int8.h"

typedef struct eai_layer {
    edgeai_quantized_layer info;
    int32_t node, norm; /* numbers of nodes; norm: the BatchNormalization it takes up, or NONE */
    int32_t x, y;       /* values: what it reads, and what it, or norm, makes */
    size_t per_filter, per_scale, n_scales;
    /* Of quantized ones: of each filter the code's sums (not for int8), weights' codes, scales of
     * groups; factor and summand of each channel behind the scaled sum, norm and bias in one. */
    eai_code_sums *sums;
    int8_t *codes;
    float *scales, *factors, *summands;
    eai_histogram *seen;     /* of x; NULL: not needed */
    eai_int8_affine affine;  /* int8 activations, once they are calibrated */
    double activation_scale; /* trits'; 1 with an input map */
    bool has_input_map;
    double output_errors, output_squares; /* sums over all that was compared */
} eai_layer;

typedef struct eai_layer_list {
    eai_layer *layers; /* in the ir's memory, like all they point to */
    size_t n, n_quantized;
} eai_layer_list;

/* Finds the layers of a sorted graph and decides which are kept. Errors as those of
 * edgeai_graph_quantizer_create(). */
edgeai_status eai_layers_find(eai_layer_list *out, eai_ir *ir,
                              const edgeai_graph_quantize_options *options);

/* Sorts the filters of each layer that is quantized and can be sorted; `ir` computes the same. */
edgeai_status eai_layers_sort(eai_layer_list *list, eai_ir *ir,
                              const edgeai_graph_quantize_options *options);

/* Quantizes the weights of all layers that are quantized. EDGEAI_E_FORMAT, EDGEAI_E_MEMORY. */
edgeai_status eai_layers_quantize(eai_layer_list *list, eai_ir *ir,
                                  const edgeai_graph_quantize_options *options);

#endif
