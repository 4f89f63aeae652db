/* SPDX-License-Identifier: MIT */
/* What stands between images and a matrix product. */

#include <string.h>

#include "reparam/linear_layer.h"

typedef struct absorber {
    const eai_ir *ir, *known;
    const int32_t *producer, *n_readers;
} absorber;

/* The node that makes a value for one reader alone, if it is one of these. */
static const eai_node *sole_producer(const absorber *self, int32_t value, const char *const *names,
                                     int32_t *index)
{
    *index = value == EAI_IR_NONE || self->n_readers[value] != 1 ? -1 : self->producer[value];
    const eai_node *node = *index >= 0 ? &self->ir->nodes[*index] : NULL;
    if (!node || node->dead || node->domain[0] != '\0' || node->n_inputs < 1 ||
        node->inputs[0] == EAI_IR_NONE)
        return NULL;
    for (; *names; names++)
        if (strcmp(node->op_type, *names) == 0) return node;
    return NULL;
}

static bool is_image(const eai_value *v)
{
    return !v->data && v->element == EDGEAI_ELEMENT_F32 && v->n_dims == 4 && v->dims[0] > 0 &&
           v->dims[1] > 0 && v->dims[2] > 0 && v->dims[3] > 0;
}

/* Whether a node takes the mean over rows and columns. */
static bool is_mean(const absorber *self, const eai_node *node)
{
    if (!is_image(&self->known->values[node->inputs[0]])) return false;
    if (strcmp(node->op_type, "GlobalAveragePool") == 0) return true;
    if (node->n_inputs < 2 || node->inputs[1] == EAI_IR_NONE) return false;
    const eai_value *axes = &self->known->values[node->inputs[1]];
    if (!axes->data || axes->element != EDGEAI_ELEMENT_I64 || axes->n_dims != 1 ||
        axes->dims[0] != 2)
        return false;
    const int64_t *a = axes->data, first = a[0] < 0 ? a[0] + 4 : a[0],
                  second = a[1] < 0 ? a[1] + 4 : a[1];
    return (first == 2 && second == 3) || (first == 3 && second == 2);
}

static void take_mean(eai_linear *layer, int32_t input)
{
    layer->form.head = EAI_HEAD_MEAN;
    layer->input = input;
}

static void take_image(eai_linear *layer, int32_t input, const eai_value *image)
{
    layer->form.head = EAI_HEAD_FLATTEN;
    layer->input = input;
    /* A row of the matrix already lies as channels, rows, columns. */
    layer->kernel.shape.in_channels = (size_t)image->dims[1];
    for (int i = 0; i < 2; i++)
        layer->kernel.shape.size[i] = layer->input_size[i] = (size_t)image->dims[2 + i];
}

void eai_linear_absorb(const eai_ir *ir, const eai_ir *known, const int32_t *producer,
                       const int32_t *n_readers, bool has_open_sizes, eai_linear *layer,
                       int32_t taken[2], size_t *n_taken)
{
    static const char *const flats[] = {"Flatten", "Reshape", "Squeeze", NULL};
    static const char *const means[] = {"GlobalAveragePool", "ReduceMean", NULL};
    const absorber self = {ir, known, producer, n_readers};
    int32_t index, inner;
    *n_taken = 0;
    if (layer->form.head != EAI_HEAD_VECTOR || layer->is_pointwise) return;
    const eai_value *flat = &known->values[layer->input];
    const eai_node *node = sole_producer(&self, layer->input, means, &index), *mean;
    if (node && is_mean(&self, node)) { /* straight to [N, C] */
        take_mean(layer, node->inputs[0]);
        taken[(*n_taken)++] = index;
        return;
    }
    node = sole_producer(&self, layer->input, flats, &index);
    const eai_value *x = node ? &known->values[node->inputs[0]] : NULL;
    if (!x || !is_image(x) || flat->n_dims != 2 || flat->dims[0] != x->dims[0] ||
        flat->dims[1] != x->dims[1] * x->dims[2] * x->dims[3])
        return;
    mean = sole_producer(&self, node->inputs[0], means, &inner);
    if (mean && is_mean(&self, mean)) {
        take_mean(layer, mean->inputs[0]);
        taken[(*n_taken)++] = inner;
    } else if (has_open_sizes) {
        return;
    } else {
        take_image(layer, node->inputs[0], x);
    }
    taken[(*n_taken)++] = index;
}
