/* SPDX-License-Identifier: MIT */
/* Normalizations behind transposed convolutions. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "reparam/merge_graph.h"

static const eai_value *constant(const eai_ir *known, int32_t value, int n_dims)
{
    const eai_value *v = value == EAI_IR_NONE ? NULL : &known->values[value];
    return v && v->data && v->element == EDGEAI_ELEMENT_F32 && v->n_dims == n_dims ? v : NULL;
}

bool eai_is_scalable(const eai_ir *ir, const eai_ir *known, int32_t index)
{
    const eai_node *node = &ir->nodes[index];
    return !node->dead && node->domain[0] == '\0' && strcmp(node->op_type, "ConvTranspose") == 0 &&
           node->n_inputs >= 2 && constant(known, node->inputs[1], 4) &&
           (node->n_inputs < 3 || node->inputs[2] == EAI_IR_NONE ||
            constant(known, node->inputs[2], 1));
}

/* Weights are [in, out / groups, rows, columns]. */
static void scale(const eai_value *w, const float *bias, size_t groups, const eai_kernel *by,
                  double *weights, double *biases)
{
    const size_t in = (size_t)w->dims[0], out = (size_t)w->dims[1],
                 taps = (size_t)(w->dims[2] * w->dims[3]);
    for (size_t c = 0; c < in; c++)
        for (size_t o = 0; o < out; o++)
            for (size_t a = 0; a < taps; a++) {
                const size_t at = (c * out + o) * taps + a;
                weights[at] =
                    (double)((const float *)w->data)[at] * by->weights[c / (in / groups) * out + o];
            }
    for (size_t o = 0; o < by->shape.out_channels; o++)
        biases[o] = by->bias[o] + (bias ? (double)bias[o] * by->weights[o] : 0);
}

static edgeai_status write(eai_ir *ir, const eai_value *w, const eai_linear *layer,
                           const double *weights, const double *biases)
{
    const char *output = ir->values[layer->output].name;
    const int64_t n = (int64_t)layer->kernel.shape.out_channels;
    const size_t n_attributes = ir->nodes[layer->transposed].n_attributes;
    int32_t inputs[3] = {ir->nodes[layer->transposed].inputs[0]}, number;
    EAI_TRY(eai_merge_constant(ir, eai_merge_name(ir, output, "weight"), w->dims, 4, weights, 1,
                               &inputs[1]));
    EAI_TRY(
        eai_merge_constant(ir, eai_merge_name(ir, output, "bias"), &n, 1, biases, 1, &inputs[2]));
    EAI_TRY(eai_ir_add_node(ir, "", "ConvTranspose", ir->nodes[layer->transposed].name, 3, 1,
                            n_attributes, &number));
    eai_node *node = &ir->nodes[number];
    memcpy(node->inputs, inputs, sizeof inputs);
    if (n_attributes > 0)
        memcpy(node->attributes, ir->nodes[layer->transposed].attributes,
               n_attributes * sizeof *node->attributes);
    node->outputs[0] = layer->output;
    return EDGEAI_OK;
}

edgeai_status eai_write_transposed(eai_ir *ir, const eai_ir *known, const eai_linear *layer)
{
    const eai_node *node = &ir->nodes[layer->transposed];
    const eai_value *w = constant(known, node->inputs[1], 4),
                    *b = node->n_inputs > 2 ? constant(known, node->inputs[2], 1) : NULL;
    const size_t groups = (size_t)eai_node_int(node, "group", 1),
                 n_out = layer->kernel.shape.out_channels;
    size_t n;
    if (!w || !eai_value_elements(w, &n) || groups * (size_t)w->dims[1] != n_out)
        return eai_fail(EDGEAI_E_INTERNAL, "reparam: %s: no scalable weights", node->name);
    const edgeai_allocator *allocator = layer->kernel.allocator;
    double *numbers = eai_allocate_array(allocator, n + n_out, sizeof *numbers, "reparam: weights");
    if (!numbers) return EDGEAI_E_MEMORY;
    scale(w, b ? b->data : NULL, groups, &layer->kernel, numbers, numbers + n);
    const edgeai_status status = write(ir, w, layer, numbers, numbers + n);
    eai_release(allocator, numbers, (n + n_out) * sizeof *numbers);
    return status;
}
