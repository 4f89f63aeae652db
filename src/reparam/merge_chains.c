/* SPDX-License-Identifier: MIT */
/* Chains of layers without anything between them: which parts become one. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "reparam/merge_graph.h"
#include "reparam/planner.h"

/* Larger kernels are never worth it, and their weights would be many. */
enum { TAPS_MAX = 31 };
#define WEIGHTS_MAX ((size_t)1 << 23)

enum { LAYERS_MAX = 64 }; /* of a chain that is planned at once */

typedef struct chain {
    int32_t layers[LAYERS_MAX];
    size_t n;
    double ms[(LAYERS_MAX + 1) * (LAYERS_MAX + 1)], best[(LAYERS_MAX + 1) * (LAYERS_MAX + 1)];
    int32_t split[(LAYERS_MAX + 1) * (LAYERS_MAX + 1)];
    const char *why[LAYERS_MAX]; /* layer k and the next one: why they stay two, so far */
    eai_left_pair left[LAYERS_MAX];
} chain;

/* A segment of the chain as it would be. */
typedef struct joint {
    eai_kernel_shape shape;
    bool has_bias, has_map;
    size_t input_size[2], output_size[2];
    eai_linear_form form;
} joint;

static bool is_small(const eai_kernel_shape *shape)
{
    return shape->size[0] <= TAPS_MAX && shape->size[1] <= TAPS_MAX &&
           eai_kernel_n_weights(shape) <= WEIGHTS_MAX;
}

static joint joint_of(const eai_linear *layer)
{
    joint out = {layer->kernel.shape, layer->map || eai_kernel_is_biased(&layer->kernel),
                 layer->map != NULL, .form = layer->form};
    memcpy(out.input_size, layer->input_size, sizeof out.input_size);
    memcpy(out.output_size, layer->output_size, sizeof out.output_size);
    return out;
}

/* Adds a layer; false with the reason when it must not be. */
static bool extend(const eai_merge *self, joint *to, const eai_linear *layer, const char **reason,
                   eai_kernel_border *border)
{
    bool needs_map;
    eai_kernel_shape shape;
    eai_linear_form form;
    if (!eai_forms_join(&to->form, &to->shape, to->has_map, &layer->form, &form, reason) ||
        !eai_merge_allowed(&self->rules, &to->shape, to->has_bias, &layer->kernel.shape,
                           to->input_size, border, &needs_map, reason))
        return false;
    *reason = "too large";
    if (eai_kernel_joint_shape(&to->shape, &layer->kernel.shape, &shape) != EDGEAI_OK ||
        !is_small(&shape))
        return false;
    if (form.head == EAI_HEAD_FLATTEN) eai_kernel_cover_shape(&shape, to->input_size);
    if (form.head == EAI_HEAD_MEAN) to->input_size[0] = to->input_size[1] = 1;
    if (!is_small(&shape)) return false;
    to->form = form;
    to->shape = shape;
    to->has_bias = to->has_bias || layer->map || eai_kernel_is_biased(&layer->kernel);
    to->has_map = (to->has_map || needs_map || layer->map) && form.head != EAI_HEAD_FLATTEN;
    memcpy(to->output_size, layer->output_size, sizeof to->output_size);
    return true;
}

static edgeai_status time_joint(const eai_merge *self, const joint *of, double *ms)
{
    *ms = 0;
    if (!self->timer.time) return EDGEAI_OK;
    return self->timer.time(self->timer.self, &of->shape, of->input_size, of->has_map, ms);
}

/* A layer that reads what the chain reads, and is added to what it gives: the chain as one layer
 * becomes part of it. NULL: none. */
static const eai_linear *branch_beside(const eai_merge *self, const chain *c, const joint *whole)
{
    const int32_t input = self->layers[c->layers[0]].input,
                  output = self->layers[c->layers[c->n - 1]].output;
    for (size_t i = 0; i < self->n_nodes && self->n_readers[output] == 1; i++) {
        const eai_node *node = &self->ir->nodes[i];
        if (node->dead || self->owner[i] >= 0 || node->n_inputs != 2 ||
            (strcmp(node->op_type, "Add") != 0 && strcmp(node->op_type, "Sub") != 0) ||
            (node->inputs[0] != output && node->inputs[1] != output))
            continue;
        const int32_t other = node->inputs[node->inputs[0] == output];
        const int32_t maker =
            other != EAI_IR_NONE && self->n_readers[other] == 1 ? self->made_by[other] : -1;
        const eai_linear *layer = maker >= 0 ? &self->layers[maker] : NULL;
        return layer && layer->input == input && layer->form.head == whole->form.head &&
                       eai_kernel_check_branches(&whole->shape, &layer->kernel.shape) == EDGEAI_OK
                   ? layer
                   : NULL;
    }
    return NULL;
}

/* The time of the chain as one layer, of which what is added to it anyway is none. */
static edgeai_status time_whole(const eai_merge *self, const chain *c, const joint *whole,
                                double *ms)
{
    const eai_linear *beside = branch_beside(self, c, whole);
    EAI_TRY(time_joint(self, whole, ms));
    if (!beside) return EDGEAI_OK;
    const joint other = joint_of(beside);
    double its_ms;
    EAI_TRY(time_joint(self, &other, &its_ms));
    *ms = fmax(0, *ms - its_ms);
    return EDGEAI_OK;
}

/* Times of all segments that begin at place i. Without a timer a merged one costs nothing more than
 * one layer does, so that merging wins. */
static edgeai_status time_from(const eai_merge *self, chain *c, size_t i)
{
    const size_t places = c->n + 1;
    joint whole = joint_of(&self->layers[c->layers[i]]);
    EAI_TRY(eai_merge_time(&self->timer, &self->layers[c->layers[i]], &c->ms[i * places + i + 1]));
    if (!self->timer.time) c->ms[i * places + i + 1] = 1;
    bool goes_on = true;
    for (size_t j = i + 2; j < places; j++) {
        const eai_linear *layer = &self->layers[c->layers[j - 1]];
        const char *reason = "slower";
        eai_kernel_border border = {0};
        goes_on = goes_on && extend(self, &whole, layer, &reason, &border);
        double *ms = &c->ms[i * places + j];
        *ms = INFINITY;
        if (goes_on) {
            EAI_TRY(i == 0 && j == c->n ? time_whole(self, c, &whole, ms)
                                        : time_joint(self, &whole, ms));
            if (!self->timer.time) *ms = 1;
        }
        if (j != i + 2) continue;
        eai_left_pair *pair = &c->left[i];
        const eai_linear *first = &self->layers[c->layers[i]];
        *pair = (eai_left_pair){first->first,
                                layer->last,
                                first->n_nodes + layer->n_nodes,
                                goes_on ? "slower" : reason,
                                first->macs + layer->macs,
                                c->ms[i * places + i + 1]};
        pair->weight_bytes = first->weight_bytes + layer->weight_bytes;
        memcpy(pair->ring, border.ring, sizeof pair->ring);
        if (!goes_on) continue;
        pair->merged_ms = *ms;
        pair->merged_macs = eai_kernel_macs(&whole.shape, whole.output_size);
        memcpy(pair->kernel, whole.shape.size, sizeof pair->kernel);
    }
    return EDGEAI_OK;
}

static edgeai_status keep_pair(eai_merge *self, const eai_left_pair *pair)
{
    if (self->n_left == self->left_capacity) {
        const size_t wanted = self->left_capacity ? 2 * self->left_capacity : 16;
        void *bigger =
            eai_reallocate(self->allocator, self->left, self->left_capacity * sizeof *pair,
                           wanted * sizeof *pair, "reparam: report");
        if (!bigger) return EDGEAI_E_MEMORY;
        self->left = bigger;
        self->left_capacity = wanted;
    }
    self->left[self->n_left++] = *pair;
    return EDGEAI_OK;
}

static edgeai_status merge_planned(eai_merge *self, chain *c, bool *changed)
{
    const size_t places = c->n + 1;
    int32_t breaks[LAYERS_MAX + 1];
    const size_t n = eai_plan_breaks(c->split, places, 0, c->n, breaks);
    for (size_t k = 0; k + 1 < n; k++)
        for (int32_t at = breaks[k]; at + 1 < breaks[k + 1]; at++) {
            EAI_TRY(eai_merge_pair(self, c->layers[at], c->layers[at + 1]));
            *changed = true;
        }
    for (size_t k = 1; k + 1 < n; k++) {
        eai_left_pair *pair = &c->left[breaks[k] - 1];
        pair->ms += c->ms[(size_t)breaks[k] * places + (size_t)breaks[k] + 1];
        if (!self->timer.time) pair->ms = pair->merged_ms = 0;
        EAI_TRY(keep_pair(self, pair));
    }
    return EDGEAI_OK;
}

static edgeai_status plan_chain(eai_merge *self, chain *c, bool *changed)
{
    for (size_t i = 0; i < c->n; i++)
        EAI_TRY(time_from(self, c, i));
    const eai_plan_table table = {c->n + 1, c->ms};
    EAI_TRY(eai_plan_segments(&table, c->best, c->split));
    return merge_planned(self, c, changed);
}

/* The layer that alone reads what this one makes, or -1. */
static int32_t next_layer(const eai_merge *self, const eai_linear *layer)
{
    const int32_t next = self->n_readers[layer->output] == 1 ? self->read_by[layer->output] : -1;
    return next >= 0 && self->layers[next].input == layer->output && !self->layers[next].is_forward
               ? next
               : -1;
}

/* Whether nothing that could be in its chain comes before it. */
static bool is_head(const eai_merge *self, const eai_linear *layer)
{
    const int32_t maker = self->n_readers[layer->input] == 1 ? self->made_by[layer->input] : -1;
    return maker < 0 || self->layers[maker].is_forward;
}

edgeai_status eai_merge_chains(eai_merge *self, bool *changed)
{
    chain *c = eai_allocate(self->allocator, sizeof *c, "reparam: chain");
    if (!c) return EDGEAI_E_MEMORY;
    self->n_left = 0;
    for (size_t i = 0; i < self->n_layers; i++)
        if (!self->layers[i].is_dead) self->read_by[self->layers[i].input] = (int32_t)i;
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; i < self->n_layers && status == EDGEAI_OK; i++) {
        if (self->layers[i].is_dead || self->layers[i].is_forward ||
            !is_head(self, &self->layers[i]))
            continue;
        int32_t at = (int32_t)i;
        while (at >= 0 && status == EDGEAI_OK) { /* very long ones in parts */
            for (c->n = 0; at >= 0 && c->n < LAYERS_MAX; c->n++) {
                c->layers[c->n] = at;
                at = next_layer(self, &self->layers[at]);
            }
            if (c->n > 1) status = plan_chain(self, c, changed);
        }
    }
    eai_release(self->allocator, c, sizeof *c);
    return status;
}
