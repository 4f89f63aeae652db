/* SPDX-License-Identifier: MIT */

/* Weights of layers: codes, scales, and what comes behind the sum. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "quantize/binary_weights.h"
#include "quantize/graph_edit.h"
#include "quantize/graph_layers.h"
#include "quantize/input_map.h"
#include "quantize/pack_graph.h"
#include "quantize/sort_filters.h"
#include "quantize/ternary_weights.h"

enum { SHOWN_BYTES = 80 };

static edgeai_status fail_not_finite(const eai_layer *layer, const char *what)
{
    char shown[SHOWN_BYTES];
    const char *name = layer->info.name;
    return eai_fail(EDGEAI_E_FORMAT, "%s \"%s\": %s is not finite", layer->info.op,
                    eai_printable(name, strlen(name), shown, sizeof shown), what);
}

static const float *weights_of(const eai_layer *layer, const eai_ir *ir)
{
    return ir->values[ir->nodes[layer->node].inputs[1]].data;
}

static edgeai_status check_weights(const eai_layer *layer, const eai_ir *ir)
{
    const float *w = weights_of(layer, ir);
    for (size_t i = 0; i < layer->info.n_weights; i++)
        if (!isfinite(w[i])) return fail_not_finite(layer, "a weight");
    return EDGEAI_OK;
}

static size_t filters_per_scale(const eai_layer *layer,
                                const edgeai_graph_quantize_options *options)
{
    const size_t wanted = options->filters_per_scale ? options->filters_per_scale : 1;
    return wanted < layer->info.n_filters ? wanted : layer->info.n_filters;
}

/* A vector of a BatchNormalization with an element for each channel. */
static const float *channel_vector(const eai_ir *ir, const eai_node *node, size_t i, size_t n)
{
    const eai_value *value = eai_edit_constant_input(ir, node, i);
    return value && value->n_dims == 1 && (size_t)value->dims[0] == n ? value->data : NULL;
}

/* The BatchNormalization that alone reads the layer's output, or NULL. */
static const eai_node *normalization(const eai_layer *layer, const eai_ir *ir, int32_t *number)
{
    *number = eai_edit_only_reader(ir, ir->nodes[layer->node].outputs[0]);
    if (*number == EAI_IR_NONE) return NULL;
    const eai_node *node = &ir->nodes[*number];
    if (!eai_edit_is(node, "BatchNormalization") || node->inputs[0] != layer->y) return NULL;
    if (eai_node_int(node, "training_mode", 0) != 0 || node->n_inputs != 5) return NULL;
    for (size_t i = 1; i < node->n_outputs; i++)
        if (node->outputs[i] != EAI_IR_NONE) return NULL;
    for (size_t i = 1; i < 5; i++)
        if (!channel_vector(ir, node, i, layer->info.n_filters)) return NULL;
    return node;
}

/* y = factor * sum + summand: the layer's bias, and the BatchNormalization behind it. */
static edgeai_status take_up(eai_layer *layer, const eai_ir *ir)
{
    const eai_value *bias = eai_edit_constant_input(ir, &ir->nodes[layer->node], 2);
    const float *biases = bias ? bias->data : NULL;
    const size_t n = layer->info.n_filters;
    int32_t number;
    const eai_node *norm = normalization(layer, ir, &number);
    const float *vectors[5] = {NULL};
    for (size_t i = 1; norm && i < 5; i++)
        vectors[i] = channel_vector(ir, norm, i, n);
    for (size_t c = 0; c < n; c++) {
        double factor = 1, summand = biases ? (double)biases[c] : 0;
        if (norm) {
            const double epsilon = (double)eai_node_float(norm, "epsilon", 1e-5f);
            factor = (double)vectors[1][c] / sqrt((double)vectors[4][c] + epsilon);
            summand = (double)vectors[2][c] + (summand - (double)vectors[3][c]) * factor;
        }
        layer->factors[c] = (float)factor;
        layer->summands[c] = (float)summand;
        if (!isfinite(layer->factors[c]) || !isfinite(layer->summands[c]))
            return fail_not_finite(layer, "its bias or normalization");
    }
    if (norm) {
        layer->norm = number;
        layer->y = norm->outputs[0];
    }
    return EDGEAI_OK;
}

/* Ternary and binary: codes and sums of all filters. */
static void encode(eai_layer *layer, const float *weights,
                   const edgeai_graph_quantize_options *options)
{
    const size_t n = layer->per_filter;
    const bool is_shared = options->filters_per_scale == EDGEAI_SCALE_LAYER;
    const float of_all = eai_ternary_threshold(weights, layer->info.n_weights);
    for (size_t f = 0; f < layer->info.n_filters; f++) {
        const float *w = weights + f * n;
        int8_t *codes = layer->codes + f * n;
        layer->sums[f] =
            options->weights == EDGEAI_PRECISION_BINARY
                ? eai_binary_codes(w, n, codes)
                : eai_ternary_codes(w, n, is_shared ? of_all : eai_ternary_threshold(w, n), codes);
    }
}

static void quantize_low_bit(eai_layer *layer, const float *weights,
                             const edgeai_graph_quantize_options *options)
{
    encode(layer, weights, options);
    eai_filter_scales(layer->sums, layer->info.n_filters, layer->per_scale, layer->scales);
    layer->info.bytes_after =
        layer->n_scales * sizeof(float) +
        eai_packed_bytes(options->weights == EDGEAI_PRECISION_BINARY ? EDGEAI_ELEMENT_BITS
                                                                     : EDGEAI_ELEMENT_TRITS,
                         layer->info.n_filters, layer->per_filter);
}

/* The factor of the normalization goes into the weights before. */
static edgeai_status quantize_int8(eai_layer *layer, eai_ir *ir, const float **weights)
{
    const size_t n = layer->per_filter, n_group = layer->per_scale * n;
    float *folded = eai_ir_memory(ir, layer->info.n_weights * sizeof *folded);
    if (!folded) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < layer->info.n_weights; i++) {
        folded[i] = (*weights)[i] * layer->factors[i / n];
        if (!isfinite(folded[i])) return fail_not_finite(layer, "a normalized weight");
    }
    for (size_t g = 0; g < layer->n_scales; g++)
        layer->scales[g] =
            eai_int8_filter(folded + g * n_group, n_group, layer->codes + g * n_group);
    layer->info.bytes_after = layer->n_scales * sizeof(float) + layer->info.n_weights;
    *weights = folded;
    return EDGEAI_OK;
}

static void measure(eai_layer *layer, const float *weights)
{
    const size_t n = layer->per_filter;
    double errors = 0, squares = 0;
    size_t n_zeros = 0;
    for (size_t f = 0; f < layer->info.n_filters; f++) {
        const double scale = (double)layer->scales[f / layer->per_scale];
        errors += eai_scale_error(weights + f * n, layer->codes + f * n, n, scale);
        squares += eai_scale_error(weights + f * n, layer->codes + f * n, n, 0);
        for (size_t i = 0; i < n; i++)
            n_zeros += layer->codes[f * n + i] == 0;
    }
    layer->info.zeros = (double)n_zeros / (double)layer->info.n_weights;
    layer->info.relative_rms = squares > 0 ? sqrt(errors / squares) : 0;
}

static edgeai_status quantize_layer(eai_layer *layer, eai_ir *ir,
                                    const edgeai_graph_quantize_options *options)
{
    const size_t n = layer->info.n_filters;
    layer->per_scale = filters_per_scale(layer, options);
    layer->n_scales = (n + layer->per_scale - 1) / layer->per_scale;
    layer->sums = eai_ir_memory(ir, n * sizeof *layer->sums);
    layer->codes = eai_ir_memory(ir, layer->info.n_weights);
    layer->scales = eai_ir_memory(ir, layer->n_scales * sizeof(float));
    layer->factors = eai_ir_memory(ir, n * sizeof(float));
    layer->summands = eai_ir_memory(ir, n * sizeof(float));
    if (!layer->sums || !layer->codes || !layer->scales || !layer->factors || !layer->summands)
        return EDGEAI_E_MEMORY;
    EAI_TRY(check_weights(layer, ir));
    EAI_TRY(take_up(layer, ir));
    const float *weights = weights_of(layer, ir);
    if (options->weights == EDGEAI_PRECISION_INT8)
        EAI_TRY(quantize_int8(layer, ir, &weights));
    else
        quantize_low_bit(layer, weights, options);
    measure(layer, weights);
    return EDGEAI_OK;
}

static void choose_input_scale(eai_layer *layer, const eai_ir *ir)
{
    layer->has_input_map = eai_input_map_fits(ir, layer);
    if (!layer->has_input_map && !layer->info.note[0])
        layer->info.note = "channels in groups: one scale for its input";
}

edgeai_status eai_layers_quantize(eai_layer_list *list, eai_ir *ir,
                                  const edgeai_graph_quantize_options *options)
{
    for (size_t i = 0; i < list->n; i++) {
        eai_layer *layer = &list->layers[i];
        if (!layer->info.is_quantized) continue;
        EAI_TRY(quantize_layer(layer, ir, options));
        if (options->input_scale == EDGEAI_INPUT_SCALE_MAP) choose_input_scale(layer, ir);
    }
    return EDGEAI_OK;
}

static edgeai_status sort_layer(eai_layer *layer, eai_ir *ir,
                                const edgeai_graph_quantize_options *options)
{
    const size_t n = layer->info.n_filters;
    EAI_TRY(check_weights(layer, ir));
    layer->sums = eai_ir_memory(ir, n * sizeof *layer->sums);
    layer->codes = eai_ir_memory(ir, layer->info.n_weights);
    size_t *order = eai_ir_memory(ir, n * sizeof *order);
    if (!layer->sums || !layer->codes || !order) return EDGEAI_E_MEMORY;
    encode(layer, weights_of(layer, ir), options);
    eai_filter_order(layer->sums, n, order);
    EAI_TRY(eai_sort_filters(ir, layer->node, order, n, &layer->info.note));
    layer->info.is_sorted = layer->info.note[0] == '\0';
    return EDGEAI_OK;
}

edgeai_status eai_layers_sort(eai_layer_list *list, eai_ir *ir,
                              const edgeai_graph_quantize_options *options)
{
    for (size_t i = 0; i < list->n; i++) {
        eai_layer *layer = &list->layers[i];
        if (!layer->info.is_quantized) continue;
        const size_t per_scale = filters_per_scale(layer, options);
        if (per_scale == layer->info.n_filters)
            layer->info.note = "one scale: nothing to sort";
        else
            EAI_TRY(sort_layer(layer, ir, options));
    }
    return EDGEAI_OK;
}
