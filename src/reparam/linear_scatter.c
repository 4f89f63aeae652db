/* SPDX-License-Identifier: MIT */
/*
 * Padding with a value for each channel, as a slice assignment behind a Pad becomes in ONNX: DBB's
 * padding behind its first normalization (X. Ding et al., "Diverse Branch Block", CVPR 2021).
 */

#include <string.h>

#include "base/memory.h"
#include "reparam/linear_layer.h"

typedef struct scatter {
    const eai_linear *layer;
    int64_t dims[4];
    const int64_t *indices;
    const float *updates;
    size_t depth, n_tuples, n_slice; /* indices in a tuple; elements that each tuple sets */
} scatter;

static bool read_constants(const eai_ir *known, const eai_node *node, scatter *s)
{
    const eai_value *x = &known->values[node->inputs[0]], *i = &known->values[node->inputs[1]],
                    *u = &known->values[node->inputs[2]];
    size_t n_indices, n_updates;
    if (strcmp(eai_node_string(node, "reduction", "none"), "none") != 0 || !i->data || !u->data ||
        i->element != EDGEAI_ELEMENT_I64 || u->element != EDGEAI_ELEMENT_F32 || i->n_dims < 1 ||
        x->n_dims != 4 || x->dims[0] != 1 || !eai_value_elements(i, &n_indices) ||
        !eai_value_elements(u, &n_updates))
        return false;
    const int64_t depth = i->dims[i->n_dims - 1];
    if (depth < 1 || depth > 4) return false;
    memcpy(s->dims, x->dims, sizeof s->dims);
    s->indices = i->data;
    s->updates = u->data;
    s->depth = (size_t)depth;
    s->n_tuples = n_indices / s->depth;
    s->n_slice = 1;
    for (size_t d = s->depth; d < 4; d++)
        s->n_slice *= (size_t)s->dims[d];
    return n_updates == s->n_tuples * s->n_slice;
}

/* The first element that a tuple sets; false outside. */
static bool slice_of(const scatter *s, size_t tuple, size_t *first)
{
    *first = 0;
    for (size_t d = 0; d < 4; d++) {
        int64_t at = d < s->depth ? s->indices[tuple * s->depth + d] : 0;
        if (at < 0) at += s->dims[d];
        if (at < 0 || at >= s->dims[d]) return false;
        *first = *first * (size_t)s->dims[d] + (size_t)at;
    }
    return true;
}

/* Whether element `at` of the output lies in the padding. */
static bool is_padding(const eai_linear *layer, size_t at)
{
    const size_t columns = layer->output_size[1], rows = layer->output_size[0];
    const size_t q = at % columns, r = at / columns % rows, *pads = layer->kernel.shape.pads;
    return r < pads[0] || r >= rows - pads[2] || q < pads[1] || q >= columns - pads[3];
}

edgeai_status eai_linear_scatter(const eai_ir *known, const eai_node *node, eai_linear *layer,
                                 bool *is_done)
{
    scatter s = {.layer = layer};
    *is_done = false;
    if (!layer->is_forward || !read_constants(known, node, &s)) return EDGEAI_OK;
    const size_t n =
        layer->kernel.shape.out_channels * layer->output_size[0] * layer->output_size[1];
    double *map = eai_linear_spread_bias(layer);
    if (!map) return EDGEAI_E_MEMORY;
    bool fits = true;
    for (size_t t = 0; t < s.n_tuples && fits; t++) {
        size_t first;
        fits = slice_of(&s, t, &first);
        for (size_t k = 0; k < s.n_slice && fits; k++) {
            fits = is_padding(layer, first + k);
            map[first + k] = (double)s.updates[t * s.n_slice + k];
        }
    }
    double *other = fits ? layer->map : map;
    if (fits) layer->map = map;
    if (other) eai_release(layer->kernel.allocator, other, n * sizeof *map);
    *is_done = fits;
    return EDGEAI_OK;
}
