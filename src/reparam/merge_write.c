/* SPDX-License-Identifier: MIT */
/* Merged layers as nodes. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "reparam/merge_graph.h"

/* Constants of padding were rounded to float32 by those who wrote them: what a map differs by less
 * than this part of its largest number is that. */
#define MAP_TOLERANCE 2e-6

bool eai_merge_is_new(const eai_linear *layer)
{
    return !layer->is_dead && layer->is_joint && !layer->is_forward;
}

bool eai_merge_needs_map(const eai_linear *layer)
{
    if (!layer->map) return false;
    const size_t plane = layer->output_size[0] * layer->output_size[1];
    double largest = 0;
    for (size_t i = 0; i < layer->kernel.shape.out_channels * plane; i++)
        largest = fmax(largest, fabs(layer->map[i]));
    for (size_t o = 0; o < layer->kernel.shape.out_channels; o++)
        for (size_t i = 0; i < plane; i++)
            if (fabs(layer->map[o * plane + i] - layer->map[o * plane + plane / 2]) >
                MAP_TOLERANCE * largest)
                return true;
    return false;
}

static bool is_used(const eai_ir *ir, const char *name)
{
    for (size_t v = 0; v < ir->n_values; v++)
        if (strcmp(ir->values[v].name, name) == 0) return true;
    return false;
}

/* "<name>.<what>", with a number when there is one already; long names are cut. */
const char *eai_merge_name(eai_ir *ir, const char *name, const char *what)
{
    char text[512];
    snprintf(text, sizeof text, "%.400s.%s", name, what);
    for (unsigned k = 2; is_used(ir, text); k++)
        snprintf(text, sizeof text, "%.400s.%s%u", name, what, k);
    return eai_ir_string(ir, text, strlen(text));
}

/* A float32 constant of these numbers, rounded. */
edgeai_status eai_merge_constant(eai_ir *ir, const char *name, const int64_t *dims, int n_dims,
                                 const double *numbers, size_t step, int32_t *out)
{
    eai_value value = {.name = name, .element = EDGEAI_ELEMENT_F32, .n_dims = n_dims};
    size_t n = 1;
    for (int d = 0; d < n_dims; d++) {
        value.dims[d] = dims[d];
        n *= (size_t)dims[d];
    }
    float *data = eai_ir_memory(ir, n * sizeof *data);
    if (!name || !data) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        data[i] = (float)numbers[i * step];
    value.data = data;
    value.data_bytes = n * sizeof *data;
    return eai_ir_add_value(ir, &value, out);
}

static edgeai_status set_ints(eai_ir *ir, eai_attribute *attribute, const char *name, size_t n,
                              const size_t *numbers)
{
    int64_t *ints = eai_ir_memory(ir, n * sizeof *ints);
    if (!ints) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        ints[i] = (int64_t)numbers[i];
    *attribute = (eai_attribute){.name = name, .kind = EAI_ATTRIBUTE_INTS, .n = n, .ints = ints};
    return EDGEAI_OK;
}

static edgeai_status add_conv(eai_ir *ir, const eai_linear *layer, const char *name,
                              const int32_t inputs[3], int32_t output)
{
    const eai_kernel_shape *s = &layer->kernel.shape;
    const size_t n_inputs = inputs[2] == EAI_IR_NONE ? 2 : 3;
    int32_t number;
    EAI_TRY(eai_ir_add_node(ir, "", "Conv", name, n_inputs, 1, 5, &number));
    eai_node *node = &ir->nodes[number];
    memcpy(node->inputs, inputs, n_inputs * sizeof *inputs);
    node->outputs[0] = output;
    EAI_TRY(set_ints(ir, &node->attributes[0], "kernel_shape", 2, s->size));
    EAI_TRY(set_ints(ir, &node->attributes[1], "strides", 2, s->strides));
    EAI_TRY(set_ints(ir, &node->attributes[2], "dilations", 2, s->dilations));
    EAI_TRY(set_ints(ir, &node->attributes[3], "pads", 4, s->pads));
    node->attributes[4] =
        (eai_attribute){.name = "group", .kind = EAI_ATTRIBUTE_INT, .i = (int64_t)s->groups};
    return EDGEAI_OK;
}

/* y = scale x + bias as a normalization by mean 0 and variance 1: no layer, and free behind one. */
static edgeai_status write_pointwise(eai_ir *ir, const eai_linear *layer)
{
    static const double zero = 0, one = 1;
    const char *output = ir->values[layer->output].name;
    const int64_t n = (int64_t)layer->kernel.shape.out_channels;
    const struct {
        const char *name;
        const double *numbers;
        size_t step;
    } constants[4] = {{"scale", layer->kernel.weights, 1},
                      {"bias", layer->kernel.bias, 1},
                      {"mean", &zero, 0},
                      {"variance", &one, 0}};
    int32_t number, inputs[5] = {layer->input};
    for (int k = 0; k < 4; k++)
        EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, constants[k].name), &n, 1,
                                   constants[k].numbers, constants[k].step, &inputs[k + 1]));
    EAI_TRY(eai_ir_add_node(ir, "", "BatchNormalization", ir->nodes[layer->first].name, 5, 1, 1,
                            &number));
    eai_node *node = &ir->nodes[number];
    memcpy(node->inputs, inputs, sizeof inputs);
    node->outputs[0] = layer->output;
    node->attributes[0] = (eai_attribute){.name = "epsilon", .kind = EAI_ATTRIBUTE_FLOAT, .f = 0};
    return EDGEAI_OK;
}

/* A node of one input and output, without attributes. */
static edgeai_status add_unary(eai_ir *ir, const char *op, const char *name, int32_t *value,
                               const char *output)
{
    eai_value made = {.name = output, .element = EDGEAI_ELEMENT_F32, .n_dims = -1};
    int32_t number;
    if (!output) return EDGEAI_E_MEMORY;
    EAI_TRY(eai_ir_add_node(ir, "", op, name, 1, 1, 0, &number));
    ir->nodes[number].inputs[0] = *value;
    EAI_TRY(eai_ir_add_value(ir, &made, value));
    ir->nodes[number].outputs[0] = *value;
    return EDGEAI_OK;
}

/* A matrix product, behind what makes a vector of an image; its kernel lies as the matrix does. */
static edgeai_status write_matrix(eai_ir *ir, eai_linear *layer)
{
    EAI_TRY(eai_kernel_regroup(&layer->kernel, 1));
    const eai_kernel_shape *s = &layer->kernel.shape;
    const char *output = ir->values[layer->output].name, *name = ir->nodes[layer->first].name;
    const int64_t dims[2] = {(int64_t)s->out_channels, (int64_t)eai_kernel_filter_weights(s)};
    int32_t inputs[3] = {layer->input}, number;
    if (layer->form.head == EAI_HEAD_MEAN)
        EAI_TRY(
            add_unary(ir, "GlobalAveragePool", name, inputs, eai_merge_name(ir, output, "mean")));
    if (layer->form.head != EAI_HEAD_VECTOR) /* axis is 1 where it is not given */
        EAI_TRY(add_unary(ir, "Flatten", name, inputs, eai_merge_name(ir, output, "flat")));
    EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "weight"), dims, 2,
                               layer->kernel.weights, 1, &inputs[1]));
    EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "bias"), dims, 1, layer->kernel.bias,
                               1, &inputs[2]));
    EAI_TRY(eai_ir_add_node(ir, "", "Gemm", name, 3, 1, 1, &number));
    eai_node *node = &ir->nodes[number];
    memcpy(node->inputs, inputs, sizeof inputs);
    node->outputs[0] = layer->output;
    node->attributes[0] = (eai_attribute){.name = "transB", .kind = EAI_ATTRIBUTE_INT, .i = 1};
    return EDGEAI_OK;
}

static edgeai_status write_layer(eai_ir *ir, const eai_ir *known, eai_linear *layer)
{
    if (layer->transposed != EAI_IR_NONE) return eai_write_transposed(ir, known, layer);
    if (layer->is_pointwise) return write_pointwise(ir, layer);
    if (layer->form.is_vector) return write_matrix(ir, layer);
    const eai_kernel_shape *s = &layer->kernel.shape;
    const char *output = ir->values[layer->output].name;
    const char *name = ir->nodes[layer->first].name;
    const int64_t dims[4] = {(int64_t)s->out_channels, (int64_t)(s->in_channels / s->groups),
                             (int64_t)s->size[0], (int64_t)s->size[1]};
    const int64_t map_dims[4] = {1, dims[0], (int64_t)layer->output_size[0],
                                 (int64_t)layer->output_size[1]};
    const bool has_map = eai_merge_needs_map(layer);
    const size_t plane = layer->output_size[0] * layer->output_size[1];
    int32_t inputs[3] = {layer->input, EAI_IR_NONE, EAI_IR_NONE}, sum[2], number;
    EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "weight"), dims, 4,
                               layer->kernel.weights, 1, &inputs[1]));
    if (!has_map) {
        EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "bias"), dims, 1,
                                   layer->map ? layer->map + plane / 2 : layer->kernel.bias,
                                   layer->map ? plane : 1, &inputs[2]));
        return add_conv(ir, layer, name, inputs, layer->output);
    }
    eai_value between = {
        .name = eai_merge_name(ir, output, "linear"), .element = EDGEAI_ELEMENT_F32, .n_dims = -1};
    if (!between.name) return EDGEAI_E_MEMORY;
    EAI_TRY(eai_ir_add_value(ir, &between, &sum[0]));
    EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "map"), map_dims, 4, layer->map, 1,
                               &sum[1]));
    EAI_TRY(add_conv(ir, layer, name, inputs, sum[0]));
    EAI_TRY(eai_ir_add_node(ir, "", "Add", name, 2, 1, 0, &number));
    memcpy(ir->nodes[number].inputs, sum, sizeof sum);
    ir->nodes[number].outputs[0] = layer->output;
    return EDGEAI_OK;
}

/* The last node of each layer goes; what it alone read is swept then. */
edgeai_status eai_merge_write(eai_merge *self)
{
    int32_t *producer = eai_ir_memory(self->ir, (self->n_values + 1) * sizeof *producer);
    if (!producer) return EDGEAI_E_MEMORY;
    eai_ir_producers(self->ir, producer);
    for (size_t i = 0; i < self->n_layers; i++) {
        eai_linear *layer = &self->layers[i];
        if (!eai_merge_is_new(layer)) continue;
        self->ir->nodes[producer[layer->output]].dead = true;
        EAI_TRY(write_layer(self->ir, self->known, layer));
    }
    EAI_TRY(eai_ir_sort(self->ir));
    return eai_ir_sweep(self->ir);
}
