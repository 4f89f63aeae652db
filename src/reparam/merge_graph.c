/* SPDX-License-Identifier: MIT */
#include "reparam/merge_graph.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

static edgeai_status add_layer(eai_merge *self, const eai_linear *layer, int32_t *out)
{
    if (self->n_layers == self->layers_capacity) {
        const size_t wanted = self->layers_capacity ? 2 * self->layers_capacity : 64;
        void *bigger =
            eai_reallocate(self->allocator, self->layers, self->layers_capacity * sizeof *layer,
                           wanted * sizeof *layer, "reparam: layers");
        if (!bigger) return EDGEAI_E_MEMORY;
        self->layers = bigger;
        self->layers_capacity = wanted;
    }
    *out = (int32_t)self->n_layers;
    self->layers[self->n_layers++] = *layer;
    return EDGEAI_OK;
}

/* A ScatterND into the padding that a layer made. */
static edgeai_status read_scatter(eai_merge *self, size_t index)
{
    const eai_node *node = &self->ir->nodes[index];
    const bool is_whole = node->n_inputs == 3 && node->inputs[0] != EAI_IR_NONE &&
                          node->inputs[1] != EAI_IR_NONE && node->inputs[2] != EAI_IR_NONE;
    const int32_t maker = is_whole ? self->made_by[node->inputs[0]] : -1;
    bool is_done;
    if (node->dead || node->domain[0] != '\0' || strcmp(node->op_type, "ScatterND") != 0 ||
        maker < 0 || self->n_readers[node->inputs[0]] != 1 || self->rules.has_open_sizes)
        return EDGEAI_OK;
    eai_linear *layer = &self->layers[maker];
    EAI_TRY(eai_linear_scatter(self->known, node, layer, &is_done));
    if (!is_done) return EDGEAI_OK;
    self->made_by[layer->output] = -1;
    self->n_readers[layer->output] = 0;
    layer->output = node->outputs[0];
    layer->last = (int32_t)index;
    layer->n_nodes++;
    self->made_by[layer->output] = maker;
    self->owner[index] = maker;
    return EDGEAI_OK;
}

static edgeai_status read_layers(eai_merge *self)
{
    for (size_t i = 0; i < self->n_nodes; i++) {
        bool is_linear;
        eai_linear layer;
        int32_t number;
        EAI_TRY(eai_linear_read(self->ir, self->known, (int32_t)i, &is_linear, &layer));
        if (!is_linear) {
            EAI_TRY(read_scatter(self, i));
            continue;
        }
        if (layer.map && self->rules.has_open_sizes) {
            eai_linear_free(&layer);
            continue;
        }
        edgeai_status status = EDGEAI_OK;
        if (!layer.is_pointwise) status = eai_merge_time(&self->timer, &layer, &layer.ms);
        if (status == EDGEAI_OK) status = add_layer(self, &layer, &number);
        if (status != EDGEAI_OK) {
            eai_linear_free(&layer);
            return status;
        }
        self->made_by[layer.output] = number;
        self->owner[i] = number;
    }
    return EDGEAI_OK;
}

edgeai_status eai_merge_begin(eai_merge *self, eai_ir *ir, const eai_ir *known,
                              const eai_merge_rules *rules, const eai_layer_timer *timer)
{
    *self = (eai_merge){.ir = ir,
                        .known = known,
                        .allocator = &ir->context->allocator,
                        .rules = *rules,
                        .timer = *timer,
                        .n_nodes = ir->n_nodes,
                        .n_values = ir->n_values};
    self->made_by =
        eai_allocate_array(self->allocator, self->n_values + 1, sizeof(int32_t), "reparam: values");
    self->n_readers =
        eai_allocate_array(self->allocator, self->n_values + 1, sizeof(int32_t), "reparam: values");
    self->read_by =
        eai_allocate_array(self->allocator, self->n_values + 1, sizeof(int32_t), "reparam: values");
    self->producer =
        eai_allocate_array(self->allocator, self->n_values + 1, sizeof(int32_t), "reparam: values");
    self->owner =
        eai_allocate_array(self->allocator, self->n_nodes + 1, sizeof(int32_t), "reparam: nodes");
    edgeai_status status = EDGEAI_E_MEMORY;
    if (self->made_by && self->n_readers && self->read_by && self->owner && self->producer) {
        eai_ir_producers(ir, self->producer);
        for (size_t i = 0; i < self->n_nodes; i++)
            self->owner[i] = -1;
        for (size_t v = 0; v < self->n_values; v++)
            self->made_by[v] = self->read_by[v] = -1;
        eai_ir_count_readers(ir, self->n_readers);
        status = read_layers(self);
    }
    if (status != EDGEAI_OK) eai_merge_free(self);
    return status;
}

void eai_merge_free(eai_merge *self)
{
    for (size_t i = 0; i < self->n_layers; i++)
        eai_linear_free(&self->layers[i]);
    const edgeai_allocator *a = self->allocator;
    eai_release(a, self->layers, self->layers_capacity * sizeof *self->layers);
    eai_release(a, self->left, self->left_capacity * sizeof *self->left);
    eai_release(a, self->made_by, (self->n_values + 1) * sizeof(int32_t));
    eai_release(a, self->read_by, (self->n_values + 1) * sizeof(int32_t));
    eai_release(a, self->n_readers, (self->n_values + 1) * sizeof(int32_t));
    eai_release(a, self->producer, (self->n_values + 1) * sizeof(int32_t));
    eai_release(a, self->owner, (self->n_nodes + 1) * sizeof(int32_t));
    self->layers = NULL;
    self->left = NULL;
    self->n_layers = self->layers_capacity = self->n_left = self->left_capacity = 0;
    self->made_by = self->n_readers = self->read_by = self->producer = NULL;
    self->owner = NULL;
}

int32_t eai_merge_owner(const eai_merge *self, size_t node)
{
    int32_t layer = self->owner[node];
    while (layer >= 0 && self->layers[layer].is_dead)
        layer = self->layers[layer].into;
    return layer;
}

edgeai_status eai_merge_pair(eai_merge *self, int32_t first, int32_t second)
{
    const int32_t between = self->layers[first].output;
    EAI_TRY(eai_linear_chain(&self->rules, &self->layers[first], &self->layers[second]));
    self->layers[first].into = second;
    self->made_by[between] = -1;
    self->n_readers[between] = 0;
    return EDGEAI_OK;
}

/* The layer whose output only `reader` reads, or -1. */
static int32_t sole_maker(const eai_merge *self, int32_t value)
{
    return value != EAI_IR_NONE && self->n_readers[value] == 1 ? self->made_by[value] : -1;
}

/* Padding and maps go into a layer that is no normalization; with a map only behind another layer,
 * as otherwise it would just be a map elsewhere. */
static bool may_join_forward(const eai_merge *self, const eai_linear *first,
                             const eai_linear *second)
{
    if (!first->is_forward) return true;
    return !second->is_pointwise && (!first->map || sole_maker(self, first->input) >= 0);
}

/* Matrix products take in what makes vectors of images in front of them. */
static void absorb_heads(eai_merge *self)
{
    for (size_t i = 0; i < self->n_layers; i++) {
        eai_linear *layer = &self->layers[i];
        int32_t taken[2];
        size_t n = 0;
        if (!layer->is_dead)
            eai_linear_absorb(self->ir, self->known, self->producer, self->n_readers,
                              self->rules.has_open_sizes, layer, taken, &n);
        layer->n_nodes += n;
        while (n > 0)
            self->owner[taken[--n]] = (int32_t)i;
    }
}

/* Normalizations behind a transposed convolution scale its weights; once all else is done. */
static void join_transposed(eai_merge *self)
{
    for (size_t i = 0; i < self->n_layers; i++) {
        eai_linear *layer = &self->layers[i];
        if (layer->is_dead || !layer->is_pointwise || layer->is_forward || layer->map ||
            layer->form.is_vector || self->n_readers[layer->input] != 1)
            continue;
        const int32_t maker = self->producer[layer->input];
        if (maker < 0 || !eai_is_scalable(self->ir, self->known, maker)) continue;
        layer->transposed = layer->first = maker;
        layer->n_nodes++;
        layer->is_joint = true;
        self->owner[maker] = (int32_t)i;
    }
}

/* What is free next to a convolution goes into it, where that stays the same. */
static edgeai_status join_pointwise(eai_merge *self, bool *changed)
{
    for (size_t i = 0; i < self->n_layers; i++) {
        eai_linear *second = &self->layers[i];
        const int32_t maker = second->is_dead ? -1 : sole_maker(self, second->input);
        if (maker < 0) continue;
        const eai_linear *first = &self->layers[maker];
        if (!first->is_pointwise && !second->is_pointwise) continue;
        if (second->is_forward || !may_join_forward(self, first, second)) continue;
        eai_kernel_border border;
        eai_linear_form form;
        bool needs_map;
        const char *reason;
        if (!eai_forms_join(&first->form, &first->kernel.shape, first->map != NULL, &second->form,
                            &form, &reason) ||
            !eai_merge_allowed(&self->rules, &first->kernel.shape,
                               first->map || eai_kernel_is_biased(&first->kernel),
                               &second->kernel.shape, first->input_size, &border, &needs_map,
                               &reason))
            continue;
        EAI_TRY(eai_merge_pair(self, maker, (int32_t)i));
        *changed = true;
    }
    return EDGEAI_OK;
}

static bool same_images(const eai_linear *a, const eai_linear *b)
{
    return memcmp(a->output_size, b->output_size, sizeof a->output_size) == 0 &&
           a->kernel.shape.out_channels == b->kernel.shape.out_channels &&
           a->kernel.shape.in_channels == b->kernel.shape.in_channels;
}

/* Layer `one` becomes the sum of itself and another, as node says. */
static edgeai_status join_sum(eai_merge *self, int32_t node, int32_t one, eai_linear *other,
                              bool negate, bool *joined)
{
    eai_linear *sum = &self->layers[one];
    *joined = false;
    /* Unlike windows: two branches they stay. */
    if (!same_images(sum, other) ||
        eai_kernel_check_branches(&sum->kernel.shape, &other->kernel.shape) != EDGEAI_OK)
        return EDGEAI_OK;
    EAI_TRY(eai_linear_sum(sum, other, negate));
    const int32_t output = self->ir->nodes[node].outputs[0];
    self->made_by[sum->output] = -1;
    self->n_readers[sum->output] = 0;
    sum->output = output;
    sum->last = node;
    sum->n_nodes++;
    self->made_by[output] = one;
    self->n_readers[sum->input]--;
    self->owner[node] = one;
    *joined = true;
    return EDGEAI_OK;
}

/* An Add or Sub of two layers that read the same image. */
static edgeai_status join_layers(eai_merge *self, int32_t node, int32_t a, int32_t b, bool negate,
                                 bool *joined)
{
    const int32_t between = self->layers[b].output;
    if (self->layers[a].input != self->layers[b].input ||
        self->layers[a].form.head != self->layers[b].form.head)
        return EDGEAI_OK;
    EAI_TRY(join_sum(self, node, a, &self->layers[b], negate, joined));
    if (*joined) {
        self->layers[b].into = a;
        self->made_by[between] = -1;
        self->n_readers[between] = 0;
    }
    return EDGEAI_OK;
}

/* An Add or Sub of a layer and what it reads. */
static edgeai_status join_skip(eai_merge *self, int32_t node, int32_t layer, bool *joined)
{
    eai_linear identity;
    if (self->layers[layer].form.head == EAI_HEAD_FLATTEN ||
        self->layers[layer].form.head == EAI_HEAD_MEAN)
        return EDGEAI_OK;
    EAI_TRY(eai_linear_identity(&self->layers[layer], &identity));
    const edgeai_status status =
        join_sum(self, node, layer, &identity, self->ir->nodes[node].op_type[0] == 'S', joined);
    eai_linear_free(&identity);
    return status;
}

static edgeai_status join_branches_at(eai_merge *self, int32_t node, bool *joined)
{
    const eai_node *n = &self->ir->nodes[node];
    const bool is_sub = strcmp(n->op_type, "Sub") == 0;
    *joined = false;
    if (n->dead || self->owner[node] >= 0 || n->domain[0] != '\0' || n->n_inputs != 2 ||
        (!is_sub && strcmp(n->op_type, "Add") != 0) || n->inputs[0] == n->inputs[1])
        return EDGEAI_OK;
    const int32_t a = sole_maker(self, n->inputs[0]), b = sole_maker(self, n->inputs[1]);
    if (a >= 0 && b >= 0) EAI_TRY(join_layers(self, node, a, b, is_sub, joined));
    if (*joined) return EDGEAI_OK;
    if (a >= 0 && self->layers[a].input == n->inputs[1]) return join_skip(self, node, a, joined);
    if (b >= 0 && !is_sub && self->layers[b].input == n->inputs[0])
        return join_skip(self, node, b, joined);
    return EDGEAI_OK;
}

static edgeai_status join_branches(eai_merge *self, bool *changed)
{
    for (size_t i = 0; i < self->n_nodes; i++) {
        bool joined;
        EAI_TRY(join_branches_at(self, (int32_t)i, &joined));
        *changed = *changed || joined;
    }
    return EDGEAI_OK;
}

edgeai_status eai_merge_time(const eai_layer_timer *timer, const eai_linear *layer, double *ms)
{
    *ms = 0;
    if (!timer->time) return EDGEAI_OK;
    if (layer->is_mean && timer->mean)
        return timer->mean(timer->self, &layer->kernel.shape, layer->input_size, ms);
    return timer->time(timer->self, &layer->kernel.shape, layer->input_size,
                       eai_merge_needs_map(layer), ms);
}

edgeai_status eai_merge_predict(const eai_merge *self, const eai_layer_timer *timer,
                                edgeai_reparam_prediction *out)
{
    *out = (edgeai_reparam_prediction){0};
    for (size_t i = 0; i < self->n_layers; i++) {
        const eai_linear *layer = &self->layers[i];
        double ms;
        if (layer->is_dead || layer->is_pointwise) continue;
        EAI_TRY(eai_merge_time(timer, layer, &ms));
        out->n_layers++;
        out->ms += ms;
    }
    return EDGEAI_OK;
}

edgeai_status eai_merge_run(eai_merge *self)
{
    bool changed = true;
    while (changed) {
        changed = false;
        absorb_heads(self);
        EAI_TRY(join_pointwise(self, &changed));
        EAI_TRY(join_branches(self, &changed));
        if (!changed) EAI_TRY(eai_merge_chains(self, &changed));
    }
    join_transposed(self);
    return EDGEAI_OK;
}
