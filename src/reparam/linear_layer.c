/* SPDX-License-Identifier: MIT */
#include "reparam/linear_layer.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "platform/context_internal.h"

double eai_kernel_macs(const eai_kernel_shape *shape, const size_t output_size[2])
{
    return (double)eai_kernel_n_weights(shape) * (double)output_size[0] * (double)output_size[1];
}

static size_t map_elements(const eai_linear *layer)
{
    return layer->kernel.shape.out_channels * layer->output_size[0] * layer->output_size[1];
}

static void free_map(eai_linear *layer)
{
    if (layer->map)
        eai_release(layer->kernel.allocator, layer->map, map_elements(layer) * sizeof(double));
    layer->map = NULL;
}

void eai_linear_free(eai_linear *layer)
{
    free_map(layer);
    eai_kernel_free(&layer->kernel);
}

bool eai_forms_join(const eai_linear_form *first, const eai_kernel_shape *shape, bool has_map,
                    const eai_linear_form *second, eai_linear_form *out, const char **reason)
{
    bool is_pixelwise = !has_map;
    for (int i = 0; i < 4; i++)
        is_pixelwise = is_pixelwise && shape->pads[i] == 0 && shape->size[i % 2] == 1 &&
                       shape->strides[i % 2] == 1;
    *reason = "mean between";
    *out = (eai_linear_form){first->head, second->is_vector};
    if (first->is_vector) return second->head == EAI_HEAD_VECTOR;
    if (second->head != EAI_HEAD_IMAGE) out->head = second->head;
    return second->head == EAI_HEAD_IMAGE || second->head == EAI_HEAD_FLATTEN ||
           (second->head == EAI_HEAD_MEAN && is_pixelwise);
}

edgeai_status eai_linear_identity(const eai_linear *like, eai_linear *out)
{
    *out = (eai_linear){
        .form = like->form, .input = like->input, .output = EAI_IR_NONE, .transposed = EAI_IR_NONE};
    for (int i = 0; i < 2; i++)
        out->input_size[i] = out->output_size[i] = like->input_size[i];
    return eai_kernel_identity(&out->kernel, like->kernel.shape.in_channels,
                               like->kernel.allocator);
}

bool eai_merge_allowed(const eai_merge_rules *rules, const eai_kernel_shape *first, bool has_bias,
                       const eai_kernel_shape *second, const size_t input_size[2],
                       eai_kernel_border *border, bool *needs_map, const char **reason)
{
    const size_t any[2] = {0, 0};
    eai_kernel_judge(first, has_bias, second, rules->has_open_sizes ? any : input_size, border);
    *needs_map = false;
    *reason = "same";
    if (border->exactness == EAI_KERNEL_EXACT) return true;
    if (rules->mode == EDGEAI_REPARAM_PAD_FIRST) {
        *reason = "padding moved";
        return true;
    }
    if (border->exactness == EAI_KERNEL_BORDER_CONSTANT && !rules->has_open_sizes) {
        *border = (eai_kernel_border){EAI_KERNEL_BORDER_CONSTANT, {0}};
        *needs_map = true;
        *reason = "border map";
        return true;
    }
    if (rules->mode == EDGEAI_REPARAM_APPROX) {
        *reason = "border changes";
        return true;
    }
    *reason = border->exactness == EAI_KERNEL_INEXACT ? "border would change" : "sizes are open";
    return false;
}

double *eai_linear_spread_bias(const eai_linear *layer)
{
    const size_t n = map_elements(layer), plane = layer->output_size[0] * layer->output_size[1];
    double *map = eai_allocate_array(layer->kernel.allocator, n, sizeof *map, "map of biases");
    for (size_t i = 0; map && i < n; i++)
        map[i] = layer->map ? layer->map[i] : layer->kernel.bias[i / plane];
    return map;
}

/* The map behind second: what it makes of the map before it, and its own map in place of its bias.
 */
static edgeai_status chain_maps(const eai_linear *first, const eai_linear *second, double **out)
{
    const edgeai_allocator *allocator = first->kernel.allocator;
    double *before = eai_linear_spread_bias(first);
    if (!before) return EDGEAI_E_MEMORY;
    const size_t n = map_elements(second), plane = second->output_size[0] * second->output_size[1];
    *out = eai_allocate_array(allocator, n, sizeof **out, "map of biases");
    if (*out) {
        eai_kernel_apply(&second->kernel, before, first->output_size, *out);
        for (size_t i = 0; second->map && i < n; i++)
            (*out)[i] += second->map[i] - second->kernel.bias[i / plane];
    }
    eai_release(allocator, before, map_elements(first) * sizeof(double));
    return *out ? EDGEAI_OK : EDGEAI_E_MEMORY;
}

static void account(eai_linear *into, const eai_linear *part)
{
    into->n_nodes += part->n_nodes;
    into->macs += part->macs;
    into->ms += part->ms;
    into->weight_bytes += part->weight_bytes;
    if (part->border.exactness > into->border.exactness)
        into->border.exactness = part->border.exactness;
    for (int side = 0; side < 4; side++)
        if (part->border.ring[side] > into->border.ring[side])
            into->border.ring[side] = part->border.ring[side];
}

/* A kernel that reads a whole image: its map is one number for each output, which is a bias. */
static edgeai_status cover(eai_kernel *kernel, double **map, const size_t input_size[2])
{
    const size_t n = kernel->shape.out_channels;
    if (*map) {
        memcpy(kernel->bias, *map, n * sizeof **map);
        eai_release(kernel->allocator, *map, n * sizeof **map);
        *map = NULL;
    }
    return eai_kernel_cover(kernel, input_size);
}

edgeai_status eai_linear_chain(const eai_merge_rules *rules, eai_linear *first, eai_linear *second)
{
    eai_linear border = {0};
    eai_linear_form form;
    bool needs_map;
    const char *reason;
    if (!eai_forms_join(&first->form, &first->kernel.shape, first->map != NULL, &second->form,
                        &form, &reason) ||
        !eai_merge_allowed(
            rules, &first->kernel.shape, first->map || eai_kernel_is_biased(&first->kernel),
            &second->kernel.shape, first->input_size, &border.border, &needs_map, &reason))
        return eai_fail(EDGEAI_E_INTERNAL, "reparam: a merge that is not allowed: %s", reason);
    eai_kernel joint;
    double *map = NULL;
    if (needs_map || first->map || second->map) EAI_TRY(chain_maps(first, second, &map));
    edgeai_status status =
        eai_kernel_compose(&first->kernel, &second->kernel, first->kernel.allocator, &joint);
    if (status == EDGEAI_OK && form.head == EAI_HEAD_FLATTEN) {
        status = cover(&joint, &map, first->input_size);
        if (status != EDGEAI_OK) eai_kernel_free(&joint);
    }
    if (status != EDGEAI_OK) {
        if (map) eai_release(first->kernel.allocator, map, map_elements(second) * sizeof(double));
        return status;
    }
    free_map(second);
    eai_kernel_free(&second->kernel);
    second->kernel = joint;
    second->map = map;
    account(second, first);
    account(second, &border);
    second->input = first->input;
    second->first = first->first;
    if (form.head != EAI_HEAD_MEAN)
        memcpy(second->input_size, first->input_size, sizeof second->input_size);
    second->form = form;
    second->is_joint = true;
    second->is_mean = false;
    second->is_pointwise = first->is_pointwise && second->is_pointwise;
    eai_linear_free(first);
    first->is_dead = true;
    return EDGEAI_OK;
}

edgeai_status eai_linear_sum(eai_linear *one, eai_linear *other, bool negate)
{
    if (negate) {
        for (size_t i = 0; i < eai_kernel_n_weights(&other->kernel.shape); i++)
            other->kernel.weights[i] = -other->kernel.weights[i];
        for (size_t o = 0; o < other->kernel.shape.out_channels; o++)
            other->kernel.bias[o] = -other->kernel.bias[o];
        for (size_t i = 0; other->map && i < map_elements(other); i++)
            other->map[i] = -other->map[i];
    }
    if (one->map || other->map) {
        double *sum = eai_linear_spread_bias(one),
               *part = sum ? eai_linear_spread_bias(other) : NULL;
        const size_t n = map_elements(one);
        for (size_t i = 0; part && i < n; i++)
            sum[i] += part[i];
        if (part) {
            free_map(one);
            one->map = sum;
            eai_release(one->kernel.allocator, part, n * sizeof *part);
        } else {
            if (sum) eai_release(one->kernel.allocator, sum, n * sizeof *sum);
            return EDGEAI_E_MEMORY;
        }
    }
    EAI_TRY(eai_kernel_add(&one->kernel, &other->kernel));
    account(one, other);
    /* Padding and maps are more than a normalization can write. */
    one->is_pointwise =
        one->is_pointwise && other->is_pointwise && !one->is_forward && !other->is_forward;
    one->is_forward = false;
    one->is_joint = true;
    one->is_mean = false;
    if (other->n_nodes > 0 && other->first < one->first) one->first = other->first;
    eai_linear_free(other);
    other->is_dead = true;
    return EDGEAI_OK;
}
