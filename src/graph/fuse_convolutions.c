/* SPDX-License-Identifier: MIT */
/* Convolutions and fully connected layers take in what follows them: see fusion.h. */

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/fusion.h"
#include "graph/nhwc_conv.h"
#include "platform/context_internal.h"

static const char *const activation_names[] = EAI_NHWC_ACTIVATIONS;

enum { N_ATTRIBUTES = 14 };

/* The next attribute of a node being filled. */
static eai_attribute *next(eai_node *node, size_t *n, const char *name, eai_attribute_kind kind)
{
    eai_attribute *attribute = &node->attributes[(*n)++];
    attribute->name = name;
    attribute->kind = kind;
    return attribute;
}

static void add_int(eai_node *node, size_t *n, const char *name, int64_t value)
{
    next(node, n, name, EAI_ATTRIBUTE_INT)->i = value;
}

static void add_float(eai_node *node, size_t *n, const char *name, float value)
{
    next(node, n, name, EAI_ATTRIBUTE_FLOAT)->f = value;
}

static void add_ints(eai_node *node, size_t *n, const char *name, const int64_t *values,
                     size_t n_values)
{
    eai_attribute *attribute = next(node, n, name, EAI_ATTRIBUTE_INTS);
    attribute->ints = values;
    attribute->n = n_values;
}

static edgeai_status set_attributes(const eai_fusion *f, eai_node *node)
{
    const eai_conv_epilogue *e = &f->epilogue;
    size_t n = 0;
    int64_t *numbers = eai_ir_memory(f->ir, 8 * sizeof *numbers);
    if (!numbers) return EDGEAI_E_MEMORY;
    memcpy(numbers, f->strides, sizeof f->strides);
    memcpy(numbers + 2, f->dilations, sizeof f->dilations);
    memcpy(numbers + 4, f->pads, sizeof f->pads);
    add_ints(node, &n, "strides", numbers, 2);
    add_ints(node, &n, "dilations", numbers + 2, 2);
    add_ints(node, &n, "pads", numbers + 4, 4);
    add_int(node, &n, "group", f->group);
    next(node, &n, "activation", EAI_ATTRIBUTE_STRING)->s = activation_names[e->activation];
    add_float(node, &n, "low", e->low);
    add_float(node, &n, "high", e->high);
    add_int(node, &n, "residual_last", e->residual_last);
    add_float(node, &n, "residual_scale", e->residual_scale);
    add_int(node, &n, "residual_zero", e->residual_zero);
    add_int(node, &n, "input_zero", f->input_zero);
    add_int(node, &n, "output", f->output);
    add_float(node, &n, "output_inverse_scale", e->output_inverse_scale);
    add_int(node, &n, "output_zero", e->output_zero);
    return EDGEAI_OK;
}

/* A constant of [n_channels]; NULL data: EAI_IR_NONE. */
static edgeai_status add_channels(const eai_fusion *f, edgeai_element element, const void *data,
                                  int32_t *out)
{
    *out = EAI_IR_NONE;
    if (!data) return EDGEAI_OK;
    eai_value value = {.name = "", .element = element, .n_dims = 1, .data = data};
    value.dims[0] = (int64_t)f->n_channels;
    value.data_bytes = f->n_channels * 4;
    return eai_ir_add_value(f->ir, &value, out);
}

/* The filters' zero-point terms: sum (x - zero) w = sum x w - zero sum w is the plan's business. */
static edgeai_status write_down(const eai_fusion *f)
{
    int32_t inputs[EAI_NHWC_INPUTS] = {f->x, f->weights}, number;
    inputs[EAI_NHWC_RESIDUAL] = f->residual;
    const edgeai_element f32 = EDGEAI_ELEMENT_F32;
    EAI_TRY(add_channels(f, f32, f->scale, &inputs[EAI_NHWC_SCALE]));
    EAI_TRY(add_channels(f, f32, f->bias, &inputs[EAI_NHWC_BIAS]));
    EAI_TRY(add_channels(f, EDGEAI_ELEMENT_I32, f->offset, &inputs[EAI_NHWC_OFFSET]));
    EAI_TRY(add_channels(f, f32, f->slope, &inputs[EAI_NHWC_SLOPE]));
    EAI_TRY(add_channels(f, f32, f->low_threshold, &inputs[EAI_NHWC_LOW_THRESHOLD]));
    EAI_TRY(add_channels(f, f32, f->high_threshold, &inputs[EAI_NHWC_HIGH_THRESHOLD]));
    EAI_TRY(eai_ir_add_node(f->ir, "edgeai.nhwc", "Conv", f->ir->nodes[f->first].name,
                            EAI_NHWC_INPUTS, 1, N_ATTRIBUTES, &number));
    eai_node *node = &f->ir->nodes[number];
    memcpy(node->inputs, inputs, sizeof inputs);
    node->outputs[0] = f->result;
    f->ir->nodes[f->first].dead = true;
    return set_attributes(f, node);
}

static void find_edges(const eai_ir *ir, eai_edges *edges)
{
    eai_ir_producers(ir, edges->producer);
    eai_ir_count_readers(ir, edges->n_readers);
    for (size_t v = 0; v < ir->n_values; v++)
        edges->reader[v][0] = edges->reader[v][1] = EAI_IR_NONE;
    for (size_t i = 0; i < ir->n_nodes; i++)
        for (size_t k = 0; k < ir->nodes[i].n_inputs && !ir->nodes[i].dead; k++) {
            const int32_t v = ir->nodes[i].inputs[k];
            if (v != EAI_IR_NONE) edges->reader[v][edges->reader[v][0] != EAI_IR_NONE] = (int32_t)i;
        }
}

static edgeai_status fuse_all(eai_ir *ir, const eai_edges *edges)
{
    const size_t n_nodes = ir->n_nodes;
    for (size_t i = 0; i < n_nodes; i++) {
        eai_fusion f;
        bool starts;
        if (ir->nodes[i].dead) continue;
        EAI_TRY(eai_fusion_start(&f, ir, edges, (int32_t)i, &starts));
        if (!starts) continue;
        EAI_TRY(eai_fusion_grow(&f));
        EAI_TRY(write_down(&f));
    }
    return EDGEAI_OK;
}

edgeai_status eai_fuse_convolutions(eai_ir *ir)
{
    /* Four numbers for each value. */
    const edgeai_allocator *allocator = &ir->context->allocator;
    const size_t n = ir->n_values;
    int32_t *room = eai_allocate_array(allocator, n + 1, 4 * sizeof *room, "edges of a graph");
    if (!room) return EDGEAI_E_MEMORY;
    eai_edges edges = {
        .producer = room,
        .n_readers = room + n,
        .reader = (int32_t(*)[2])(void *)(room + 2 * n),
        .n_values = n,
    };
    find_edges(ir, &edges);
    const edgeai_status status = fuse_all(ir, &edges);
    eai_release(allocator, room, (n + 1) * 4 * sizeof *room);
    return status;
}
