/* SPDX-License-Identifier: MIT */
#include "quantize/rewrite_layers.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"
#include "quantize/graph_edit.h"
#include "quantize/input_map.h"
#include "quantize/pack_graph.h"

static const char own[] = "edgeai";

typedef struct rewriting {
    eai_ir *ir;
    const edgeai_graph_quantize_options *options;
    /* [values at the start] What stands for a value after quantizing it; its channels' magnitude.
     */
    int32_t *quantized, *magnitudes;
} rewriting;

void eai_layers_calibrate(eai_layer_list *list, const edgeai_graph_quantize_options *options)
{
    for (size_t i = 0; i < list->n; i++) {
        eai_layer *layer = &list->layers[i];
        const eai_histogram *seen = layer->seen;
        if (!seen) continue;
        if (options->activations == EDGEAI_PRECISION_INT8) {
            const eai_range range = eai_calibrate(seen, options->calibration, options->percentile);
            layer->affine = eai_int8_affine_of(range.low, range.high);
            layer->info.x_scale = (double)layer->affine.scale;
            layer->info.x_zero = layer->affine.zero;
            continue;
        }
        double scale = layer->has_input_map ? 1 : eai_mean_magnitude(seen);
        if (options->activations == EDGEAI_PRECISION_TERNARY) {
            layer->info.x_threshold = (double)(float)(scale / 2);
            scale = eai_mean_magnitude_above(seen, layer->info.x_threshold);
        }
        layer->activation_scale = scale;
        layer->info.x_scale = layer->has_input_map ? 0 : scale;
    }
}

/* ---- attributes ---- */

static void set_int(eai_node *node, size_t at, const char *name, int64_t value)
{
    node->attributes[at] = (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_INT, .i = value};
}

static void set_float(eai_node *node, size_t at, const char *name, float value)
{
    node->attributes[at] = (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_FLOAT, .f = value};
}

/* Those of a Conv that LowBitConv has too; returns their number. `to` NULL: counts only. */
static size_t copy_attributes(const eai_node *from, eai_node *to)
{
    static const char *const names[] = {"auto_pad", "dilations", "group", "pads", "strides"};
    size_t n = 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const eai_attribute *attribute = eai_node_attribute(from, names[i]);
        if (!attribute) continue;
        if (to) to->attributes[n] = *attribute;
        n++;
    }
    return n;
}

/* ---- activations ---- */

/* [1] or, for QuantizeLinear, a scalar. */
static edgeai_status add_number(eai_ir *ir, const char *name, float number, int n_dims,
                                int32_t *out)
{
    static const int64_t one[] = {1};
    const void *copy = eai_ir_duplicate(ir, &number, sizeof number);
    return eai_edit_constant(ir, name, EDGEAI_ELEMENT_F32, one, n_dims, copy, sizeof number, out);
}

static edgeai_status add_quantize_linear(rewriting *self, const eai_layer *layer, int32_t *out)
{
    eai_ir *ir = self->ir;
    const char *name = layer->info.name;
    int32_t inputs[3] = {layer->x, EAI_IR_NONE, EAI_IR_NONE}, x8;
    EAI_TRY(add_number(ir, eai_edit_name(ir, name, "x_scale"), layer->affine.scale, 0, &inputs[1]));
    const void *zero = eai_ir_duplicate(ir, &layer->affine.zero, 1);
    EAI_TRY(eai_edit_constant(ir, eai_edit_name(ir, name, "x_zero"), EDGEAI_ELEMENT_I8, NULL, 0,
                              zero, 1, &inputs[2]));
    const eai_new_node quantize = {
        "", "QuantizeLinear", eai_edit_name(ir, name, "quantize"), inputs, 3,
        0,  EAI_IR_NONE,      eai_edit_name(ir, name, "x_i8")};
    if (!quantize.name) return EDGEAI_E_MEMORY;
    EAI_TRY(eai_edit_node(ir, &quantize, &x8, NULL));
    *out = x8;
    if (self->options->weights != EDGEAI_PRECISION_INT8) return EDGEAI_OK;
    inputs[0] = x8;
    const eai_new_node dequantize = {
        "", "DequantizeLinear", eai_edit_name(ir, name, "dequantize"), inputs, 3,
        0,  EAI_IR_NONE,        eai_edit_name(ir, name, "x_f32")};
    if (!dequantize.name) return EDGEAI_E_MEMORY;
    return eai_edit_node(ir, &dequantize, out, NULL);
}

static edgeai_status add_trits(rewriting *self, const eai_layer *layer, int32_t *out)
{
    eai_ir *ir = self->ir;
    const char *name = layer->info.name;
    const bool is_ternary = self->options->activations == EDGEAI_PRECISION_TERNARY;
    int32_t inputs[3] = {layer->x, EAI_IR_NONE, EAI_IR_NONE};
    const float threshold = (float)layer->info.x_threshold;
    if (is_ternary) {
        EAI_TRY(add_number(ir, eai_edit_name(ir, name, "low"), -threshold, 1, &inputs[1]));
        EAI_TRY(add_number(ir, eai_edit_name(ir, name, "high"), threshold, 1, &inputs[2]));
    }
    const eai_new_node node = {own,
                               is_ternary ? "Ternarize" : "Binarize",
                               eai_edit_name(ir, name, "quantize"),
                               inputs,
                               is_ternary ? 3 : 1,
                               0,
                               EAI_IR_NONE,
                               eai_edit_name(ir, name, "x_trits")};
    if (!node.name) return EDGEAI_E_MEMORY;
    return eai_edit_node(ir, &node, out, NULL);
}

/* What the layer reads instead of x; layers that read the same share it. */
static edgeai_status quantize_input(rewriting *self, const eai_layer *layer, int32_t *out)
{
    *out = layer->x;
    if (self->options->activations == EDGEAI_PRECISION_F32) return EDGEAI_OK;
    int32_t *known = &self->quantized[layer->x];
    if (*known == EAI_IR_NONE) {
        int32_t made;
        if (self->options->activations == EDGEAI_PRECISION_INT8)
            EAI_TRY(add_quantize_linear(self, layer, &made));
        else
            EAI_TRY(add_trits(self, layer, &made));
        *known = made;
    }
    *out = *known;
    return EDGEAI_OK;
}

/* ---- weights ---- */

static const eai_value *weights_value(const rewriting *self, const eai_layer *layer)
{
    return &self->ir->values[self->ir->nodes[layer->node].inputs[1]];
}

static edgeai_status add_packed(rewriting *self, const eai_layer *layer, int32_t *out)
{
    eai_ir *ir = self->ir;
    const edgeai_element element = self->options->weights == EDGEAI_PRECISION_BINARY
                                       ? EDGEAI_ELEMENT_BITS
                                       : EDGEAI_ELEMENT_TRITS;
    const size_t n = eai_packed_bytes(element, layer->info.n_filters, layer->per_filter);
    const eai_value old = *weights_value(self, layer);
    uint8_t *packed = eai_ir_memory(ir, n);
    if (!packed) return EDGEAI_E_MEMORY;
    eai_pack_codes(element, layer->codes, layer->info.n_filters, layer->per_filter, packed);
    return eai_edit_constant(ir, eai_edit_name(ir, old.name, edgeai_element_name(element)), element,
                             old.dims, old.n_dims, packed, n, out);
}

static bool is_all(const float *values, size_t n, float wanted)
{
    for (size_t i = 0; i < n; i++)
        if (values[i] < wanted || values[i] > wanted) return false;
    return true;
}

/* A Mul or Add with a number for each channel, [C, 1, 1]. */
static edgeai_status add_channelwise(rewriting *self, const eai_layer *layer, const char *op,
                                     const char *suffix, const float *values, int32_t output,
                                     int32_t *value)
{
    eai_ir *ir = self->ir;
    const size_t n = layer->info.n_filters;
    const int64_t dims[] = {(int64_t)n, 1, 1};
    int32_t inputs[2] = {*value, EAI_IR_NONE};
    const void *copy = eai_ir_duplicate(ir, values, n * sizeof *values);
    EAI_TRY(eai_edit_constant(ir, eai_edit_name(ir, layer->info.name, suffix), EDGEAI_ELEMENT_F32,
                              dims, 3, copy, n * sizeof *values, &inputs[1]));
    const eai_new_node node = {"", op, "", inputs, 2, 0, output, ""};
    return eai_edit_node(ir, &node, value, NULL);
}

/* What is in the LowBitConv itself. */
typedef struct low_bit_parts {
    float *scales;
    size_t n_scales, per_scale;
    const float *bias; /* [n_filters], or NULL */
    int32_t map;       /* the input's scale at each position, or NONE */
    /* Follow as nodes of their own. */
    bool has_factors, has_summands;
} low_bit_parts;

static edgeai_status plan_parts(const rewriting *self, const eai_layer *layer, low_bit_parts *out)
{
    const size_t n = layer->info.n_filters;
    const bool has_factors = !is_all(layer->factors, n, 1);
    const double extra =
        self->options->activations >= EDGEAI_PRECISION_TERNARY ? layer->activation_scale : 1;
    const bool has_summands = !is_all(layer->summands, n, 0);
    *out = (low_bit_parts){
        .n_scales = layer->n_scales, .per_scale = layer->per_scale, .map = EAI_IR_NONE};
    out->has_factors = has_factors && layer->per_scale > 1;
    out->has_summands = has_summands && (out->has_factors || layer->has_input_map);
    out->scales = eai_ir_memory(self->ir, layer->n_scales * sizeof *out->scales);
    if (!out->scales) return EDGEAI_E_MEMORY;
    for (size_t g = 0; g < layer->n_scales; g++) {
        const double factor = out->has_factors ? 1 : (double)layer->factors[g * layer->per_scale];
        out->scales[g] = (float)((double)layer->scales[g] * factor * extra);
    }
    if (has_summands && !out->has_summands) out->bias = layer->summands;
    return EDGEAI_OK;
}

static void set_low_bit_attributes(const rewriting *self, const eai_layer *layer, eai_node *node,
                                   const low_bit_parts *parts)
{
    size_t n = copy_attributes(&self->ir->nodes[layer->node], node);
    set_int(node, n++, "filters_per_scale", (int64_t)parts->per_scale);
    if (self->options->activations != EDGEAI_PRECISION_INT8) return;
    set_float(node, n++, "x_scale", layer->affine.scale);
    set_int(node, n++, "x_zero", layer->affine.zero);
}

/* What the sum is multiplied with and added to behind the LowBitConv; the last node makes the
 * layer's output. */
static edgeai_status add_behind(rewriting *self, const eai_layer *layer, const low_bit_parts *parts,
                                int32_t y)
{
    int n = (parts->map != EAI_IR_NONE) + parts->has_factors + parts->has_summands;
    if (parts->map != EAI_IR_NONE) {
        const int32_t inputs[] = {y, parts->map};
        const eai_new_node node = {"", "Mul", "", inputs, 2, 0, --n ? EAI_IR_NONE : layer->y, ""};
        EAI_TRY(eai_edit_node(self->ir, &node, &y, NULL));
    }
    if (parts->has_factors)
        EAI_TRY(add_channelwise(self, layer, "Mul", "factor", layer->factors,
                                --n ? EAI_IR_NONE : layer->y, &y));
    if (!parts->has_summands) return EDGEAI_OK;
    return add_channelwise(self, layer, "Add", "summand", layer->summands, layer->y, &y);
}

static edgeai_status rewrite_low_bit(rewriting *self, const eai_layer *layer)
{
    eai_ir *ir = self->ir;
    const char *name = layer->info.name;
    const size_t n = layer->info.n_filters;
    int32_t inputs[4] = {EAI_IR_NONE, EAI_IR_NONE, EAI_IR_NONE, EAI_IR_NONE}, y, number;
    low_bit_parts parts;
    EAI_TRY(plan_parts(self, layer, &parts));
    EAI_TRY(quantize_input(self, layer, &inputs[0]));
    if (layer->has_input_map)
        EAI_TRY(eai_input_map_add(ir, layer, &self->magnitudes[layer->x], &parts.map));
    EAI_TRY(add_packed(self, layer, &inputs[1]));
    EAI_TRY(eai_edit_floats(ir, eai_edit_name(ir, name, "scale"), parts.scales, parts.n_scales,
                            &inputs[2]));
    if (parts.bias)
        EAI_TRY(eai_edit_floats(ir, eai_edit_name(ir, name, "offset"), parts.bias, n, &inputs[3]));
    const bool is_int8 = self->options->activations == EDGEAI_PRECISION_INT8;
    const bool is_last = parts.map == EAI_IR_NONE && !parts.has_factors && !parts.has_summands;
    const eai_new_node node = {own,
                               "LowBitConv",
                               name,
                               inputs,
                               parts.bias ? 4 : 3,
                               copy_attributes(&ir->nodes[layer->node], NULL) + (is_int8 ? 3 : 1),
                               is_last ? layer->y : EAI_IR_NONE,
                               ""};
    EAI_TRY(eai_edit_node(ir, &node, &y, &number));
    set_low_bit_attributes(self, layer, &ir->nodes[number], &parts);
    return add_behind(self, layer, &parts, y);
}

/* Conv with weights that a DequantizeLinear makes of int8. */
static edgeai_status rewrite_int8(rewriting *self, const eai_layer *layer)
{
    eai_ir *ir = self->ir;
    const char *name = layer->info.name;
    const size_t n = layer->info.n_filters;
    const bool is_shared = layer->n_scales == 1;
    const eai_value old = *weights_value(self, layer);
    const int64_t dims[] = {(int64_t)n};
    int32_t inputs[3] = {EAI_IR_NONE, EAI_IR_NONE, EAI_IR_NONE}, weights[2], number;
    EAI_TRY(quantize_input(self, layer, &inputs[0]));
    const void *codes = eai_ir_duplicate(ir, layer->codes, layer->info.n_weights);
    EAI_TRY(eai_edit_constant(ir, eai_edit_name(ir, old.name, "i8"), EDGEAI_ELEMENT_I8, old.dims,
                              old.n_dims, codes, layer->info.n_weights, &weights[0]));
    const void *scales =
        eai_ir_duplicate(ir, layer->scales, layer->n_scales * sizeof *layer->scales);
    EAI_TRY(eai_edit_constant(ir, eai_edit_name(ir, name, "scale"), EDGEAI_ELEMENT_F32, dims,
                              is_shared ? 0 : 1, scales, layer->n_scales * sizeof *layer->scales,
                              &weights[1]));
    const eai_new_node dequantize = {"", "DequantizeLinear", "", weights, 2, 1, EAI_IR_NONE, ""};
    EAI_TRY(eai_edit_node(ir, &dequantize, &inputs[1], &number));
    set_int(&ir->nodes[number], 0, "axis", is_shared ? 1 : 0);
    const bool has_bias = !is_all(layer->summands, n, 0);
    if (has_bias)
        EAI_TRY(
            eai_edit_floats(ir, eai_edit_name(ir, name, "offset"), layer->summands, n, &inputs[2]));
    const eai_new_node conv = {"",
                               "Conv",
                               name,
                               inputs,
                               has_bias ? 3 : 2,
                               copy_attributes(&ir->nodes[layer->node], NULL),
                               layer->y,
                               ""};
    EAI_TRY(eai_edit_node(ir, &conv, NULL, &number));
    copy_attributes(&ir->nodes[layer->node], &ir->nodes[number]);
    return EDGEAI_OK;
}

static edgeai_status rewrite_all(rewriting *self, const eai_layer_list *list, size_t n_values)
{
    for (size_t i = 0; i < n_values; i++)
        self->quantized[i] = self->magnitudes[i] = EAI_IR_NONE;
    for (size_t i = 0; i < list->n; i++) {
        const eai_layer *layer = &list->layers[i];
        if (!layer->info.is_quantized) continue;
        if (self->options->weights == EDGEAI_PRECISION_INT8)
            EAI_TRY(rewrite_int8(self, layer));
        else
            EAI_TRY(rewrite_low_bit(self, layer));
        self->ir->nodes[layer->node].dead = true;
        if (layer->norm != EAI_IR_NONE) self->ir->nodes[layer->norm].dead = true;
    }
    EAI_TRY(eai_ir_sort(self->ir));
    return eai_edit_drop_constants(self->ir);
}

edgeai_status eai_layers_rewrite(const eai_layer_list *list, eai_ir *ir,
                                 const edgeai_graph_quantize_options *options)
{
    const edgeai_allocator *allocator = &ir->context->allocator;
    rewriting self = {.ir = ir, .options = options};
    const size_t n = ir->n_values;
    self.quantized =
        eai_allocate_array(allocator, n, 2 * sizeof *self.quantized, "quantized values");
    if (!self.quantized) return EDGEAI_E_MEMORY;
    self.magnitudes = self.quantized + n;
    edgeai_status status = rewrite_all(&self, list, n);
    eai_release(allocator, self.quantized, n * 2 * sizeof *self.quantized);
    return status;
}
