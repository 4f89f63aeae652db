/* SPDX-License-Identifier: MIT */
#include "quantize/input_map.h"

#include "base/fail.h"
#include "quantize/graph_edit.h"

static const eai_value *weights_of(const eai_ir *ir, const eai_layer *layer)
{
    return &ir->values[ir->nodes[layer->node].inputs[1]];
}

static int64_t groups_of(const eai_ir *ir, const eai_layer *layer)
{
    return eai_node_int(&ir->nodes[layer->node], "group", 1);
}

bool eai_input_map_fits(const eai_ir *ir, const eai_layer *layer)
{
    const eai_value *w = weights_of(ir, layer);
    const int64_t groups = groups_of(ir, layer);
    return groups == 1 || (groups == w->dims[0] && w->dims[1] == 1);
}

static bool is_all(const eai_node *node, const char *name, int64_t wanted)
{
    const eai_attribute *attribute = eai_node_attribute(node, name);
    if (!attribute) return true;
    for (size_t i = 0; i < attribute->n; i++)
        if (attribute->kind != EAI_ATTRIBUTE_INTS || attribute->ints[i] != wanted) return false;
    return true;
}

/* A kernel of one position, at each position: K is A. */
static bool is_pointwise(const eai_node *node, const eai_value *weights)
{
    return weights->dims[2] == 1 && weights->dims[3] == 1 && is_all(node, "strides", 1) &&
           is_all(node, "pads", 0);
}

static edgeai_status add_node(eai_ir *ir, const eai_layer *layer, const char *op,
                              const char *suffix, const int32_t *inputs, size_t n_inputs,
                              size_t n_attributes, int32_t *output, int32_t *number)
{
    const eai_new_node node = {
        .domain = "",
        .op_type = op,
        .name = eai_edit_name(ir, layer->info.name, suffix),
        .inputs = inputs,
        .n_inputs = n_inputs,
        .n_attributes = n_attributes,
        .output = EAI_IR_NONE,
        .output_name = "",
    };
    if (!node.name) return EDGEAI_E_MEMORY;
    return eai_edit_node(ir, &node, output, number);
}

/* |x|, and its mean over channels where filters read them all. */
static edgeai_status add_magnitude(eai_ir *ir, const eai_layer *layer, int32_t *out)
{
    static const int64_t channels[] = {1}, one[] = {1};
    int32_t inputs[2] = {layer->x, EAI_IR_NONE};
    EAI_TRY(add_node(ir, layer, "Abs", "magnitude", inputs, 1, 0, out, NULL));
    if (groups_of(ir, layer) != 1) return EDGEAI_OK;
    inputs[0] = *out;
    EAI_TRY(eai_edit_constant(ir, eai_edit_name(ir, layer->info.name, "channels"),
                              EDGEAI_ELEMENT_I64, one, 1, channels, sizeof channels, &inputs[1]));
    return add_node(ir, layer, "ReduceMean", "mean", inputs, 2, 0, out, NULL);
}

/* The box: AveragePool, whose padding counts. */
static edgeai_status add_box(eai_ir *ir, const eai_layer *layer, int32_t magnitude, int32_t *out)
{
    static const char *const names[] = {"auto_pad", "dilations", "pads", "strides"};
    enum { OWN = 2, SHARED = sizeof names / sizeof names[0] };
    const eai_attribute *shared[SHARED];
    size_t n = 0;
    for (size_t i = 0; i < SHARED; i++) {
        shared[n] = eai_node_attribute(&ir->nodes[layer->node], names[i]);
        n += shared[n] != NULL;
    }
    int32_t number;
    const int64_t *kernel =
        eai_ir_duplicate(ir, weights_of(ir, layer)->dims + 2, 2 * sizeof *kernel);
    if (!kernel) return EDGEAI_E_MEMORY;
    EAI_TRY(add_node(ir, layer, "AveragePool", "box", &magnitude, 1, OWN + n, out, &number));
    eai_attribute *attributes = ir->nodes[number].attributes;
    attributes[0] =
        (eai_attribute){.name = "kernel_shape", .kind = EAI_ATTRIBUTE_INTS, .ints = kernel, .n = 2};
    attributes[1] = (eai_attribute){.name = "count_include_pad", .kind = EAI_ATTRIBUTE_INT, .i = 1};
    for (size_t i = 0; i < n; i++)
        attributes[OWN + i] = *shared[i];
    return EDGEAI_OK;
}

edgeai_status eai_input_map_add(eai_ir *ir, const eai_layer *layer, int32_t *magnitude,
                                int32_t *out)
{
    const bool is_shared = groups_of(ir, layer) == 1;
    *out = is_shared ? *magnitude : EAI_IR_NONE;
    if (*out == EAI_IR_NONE) EAI_TRY(add_magnitude(ir, layer, out));
    if (is_shared) *magnitude = *out;
    if (is_pointwise(&ir->nodes[layer->node], weights_of(ir, layer))) return EDGEAI_OK;
    return add_box(ir, layer, *out, out);
}
