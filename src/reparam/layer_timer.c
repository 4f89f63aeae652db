/* SPDX-License-Identifier: MIT */
#include "reparam/layer_timer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph_internal.h"
#include "platform/context_internal.h"

/* Multiply-adds and bytes of a millisecond. */
#define MACS_PER_MS  2e7
#define BYTES_PER_MS 8e6

static size_t plane(const eai_kernel_shape *shape, const size_t input_size[2])
{
    return eai_kernel_output_size(shape, 0, input_size[0]) *
           eai_kernel_output_size(shape, 1, input_size[1]);
}

edgeai_status eai_estimate_layer(void *self, const eai_kernel_shape *shape,
                                 const size_t input_size[2], bool map, double *ms)
{
    (void)self;
    const double out = (double)shape->out_channels * (double)plane(shape, input_size),
                 in = (double)shape->in_channels * (double)input_size[0] * (double)input_size[1],
                 weights = (double)eai_kernel_n_weights(shape);
    const double macs = weights * (double)plane(shape, input_size);
    /* A map is read, and what it is added to once more. */
    const double bytes = 4 * (in + out + weights + (map ? 2 * out : 0));
    *ms = macs / MACS_PER_MS + bytes / BYTES_PER_MS;
    return EDGEAI_OK;
}

/* A network of this one layer: constant weights that are neither equal nor zero. */
static edgeai_status add_small_constant(eai_ir *ir, const int64_t *dims, int n_dims, int32_t *out)
{
    eai_value value = {.name = "", .element = EDGEAI_ELEMENT_F32, .n_dims = n_dims};
    size_t n = 1;
    for (int d = 0; d < n_dims; d++) {
        value.dims[d] = dims[d];
        n *= (size_t)dims[d];
    }
    float *data = eai_ir_memory(ir, n * sizeof *data);
    if (!data) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        data[i] = 0.01f * (float)((int)(i % 7) - 3) + 0.005f;
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

/* Kernels that cover their input are run as matrices. */
static bool is_matrix(const eai_kernel_shape *s, const size_t input_size[2], bool map)
{
    bool covers = s->groups == 1 && !map;
    for (int i = 0; i < 2; i++)
        covers = covers && s->size[i] == input_size[i] && s->pads[i] == 0 && s->pads[i + 2] == 0;
    return covers;
}

static edgeai_status build_matrix(eai_ir *ir, const eai_kernel_shape *s)
{
    const int64_t k = (int64_t)eai_kernel_filter_weights(s),
                  weight_dims[2] = {(int64_t)s->out_channels, k};
    eai_value value = {.name = "x", .element = EDGEAI_ELEMENT_F32, .n_dims = 2, .dims = {1, k}};
    eai_value open = {.name = "y", .element = EDGEAI_ELEMENT_F32, .n_dims = -1};
    int32_t x, w, y, node;
    EAI_TRY(eai_ir_add_value(ir, &value, &x));
    EAI_TRY(add_small_constant(ir, weight_dims, 2, &w));
    EAI_TRY(eai_ir_add_value(ir, &open, &y));
    EAI_TRY(eai_ir_add_node(ir, "", "Gemm", "layer", 2, 1, 1, &node));
    ir->nodes[node].inputs[0] = x;
    ir->nodes[node].inputs[1] = w;
    ir->nodes[node].outputs[0] = y;
    ir->nodes[node].attributes[0] =
        (eai_attribute){.name = "transB", .kind = EAI_ATTRIBUTE_INT, .i = 1};
    EAI_TRY(eai_ir_set_ports(ir, &x, 1, &y, 1));
    return eai_ir_sort(ir);
}

static edgeai_status build_layer(eai_ir *ir, const eai_kernel_shape *s, const size_t input_size[2],
                                 bool map)
{
    const int64_t weight_dims[4] = {(int64_t)s->out_channels, (int64_t)(s->in_channels / s->groups),
                                    (int64_t)s->size[0], (int64_t)s->size[1]};
    eai_value value = {
        .name = "x",
        .element = EDGEAI_ELEMENT_F32,
        .n_dims = 4,
        .dims = {1, (int64_t)s->in_channels, (int64_t)input_size[0], (int64_t)input_size[1]}};
    eai_value open = {.name = "y", .element = EDGEAI_ELEMENT_F32, .n_dims = -1};
    int32_t x, w, y, node;
    EAI_TRY(eai_ir_add_value(ir, &value, &x));
    EAI_TRY(add_small_constant(ir, weight_dims, 4, &w));
    EAI_TRY(eai_ir_add_value(ir, &open, &y));
    EAI_TRY(eai_ir_add_node(ir, "", "Conv", "layer", 2, 1, 4, &node));
    eai_attribute *attributes = ir->nodes[node].attributes;
    ir->nodes[node].inputs[0] = x;
    ir->nodes[node].inputs[1] = w;
    ir->nodes[node].outputs[0] = y;
    EAI_TRY(set_ints(ir, &attributes[0], "strides", 2, s->strides));
    EAI_TRY(set_ints(ir, &attributes[1], "dilations", 2, s->dilations));
    EAI_TRY(set_ints(ir, &attributes[2], "pads", 4, s->pads));
    attributes[3] =
        (eai_attribute){.name = "group", .kind = EAI_ATTRIBUTE_INT, .i = (int64_t)s->groups};
    if (map) {
        const int64_t map_dims[4] = {1, weight_dims[0],
                                     (int64_t)eai_kernel_output_size(s, 0, input_size[0]),
                                     (int64_t)eai_kernel_output_size(s, 1, input_size[1])};
        const int32_t between = y;
        int32_t constant;
        EAI_TRY(add_small_constant(ir, map_dims, 4, &constant));
        EAI_TRY(eai_ir_add_value(ir, &open, &y));
        EAI_TRY(eai_ir_add_node(ir, "", "Add", "map", 2, 1, 0, &node));
        ir->nodes[node].inputs[0] = between;
        ir->nodes[node].inputs[1] = constant;
        ir->nodes[node].outputs[0] = y;
    }
    EAI_TRY(eai_ir_set_ports(ir, &x, 1, &y, 1));
    return eai_ir_sort(ir);
}

/* Time of all steps so far but those that turn images over, which a network has once and not for
 * each layer. */
static edgeai_status counted_ms(const edgeai_session *session, double *ms)
{
    *ms = 0;
    for (size_t i = 0; i < edgeai_session_n_steps(session); i++) {
        edgeai_step_info info;
        EAI_TRY(edgeai_session_step(session, i, &info));
        if (strcmp(info.op, "ToNhwc") != 0 && strcmp(info.op, "ToNchw") != 0) *ms += info.ms;
    }
    return EDGEAI_OK;
}

/* After two runs that do not count, the least of enough runs for 20 ms, of RUNS_MIN to RUNS_MAX:
 * what else the machine does only ever adds time. */
enum { RUNS_MIN = 8, RUNS_MAX = 101 };

static edgeai_status time_runs(edgeai_session *session, double *ms)
{
    const double begin = eai_clock_ms();
    *ms = INFINITY;
    for (int k = 0; k < 2; k++)
        EAI_TRY(edgeai_session_run(session));
    for (int n = 0; n < RUNS_MAX && (n < RUNS_MIN || eai_clock_ms() - begin < 20); n++) {
        double before, after;
        EAI_TRY(counted_ms(session, &before));
        EAI_TRY(edgeai_session_run(session));
        EAI_TRY(counted_ms(session, &after));
        *ms = fmin(*ms, after - before);
    }
    return EDGEAI_OK;
}

static edgeai_status build_mean(eai_ir *ir, const eai_kernel_shape *s, const size_t input_size[2])
{
    eai_value value = {
        .name = "x",
        .element = EDGEAI_ELEMENT_F32,
        .n_dims = 4,
        .dims = {1, (int64_t)s->in_channels, (int64_t)input_size[0], (int64_t)input_size[1]}};
    eai_value open = {.name = "y", .element = EDGEAI_ELEMENT_F32, .n_dims = -1};
    int32_t x, y, node;
    EAI_TRY(eai_ir_add_value(ir, &value, &x));
    EAI_TRY(eai_ir_add_value(ir, &open, &y));
    EAI_TRY(eai_ir_add_node(ir, "", "AveragePool", "layer", 1, 1, 4, &node));
    eai_attribute *attributes = ir->nodes[node].attributes;
    ir->nodes[node].inputs[0] = x;
    ir->nodes[node].outputs[0] = y;
    EAI_TRY(set_ints(ir, &attributes[0], "kernel_shape", 2, s->size));
    EAI_TRY(set_ints(ir, &attributes[1], "strides", 2, s->strides));
    EAI_TRY(set_ints(ir, &attributes[2], "pads", 4, s->pads));
    attributes[3] = (eai_attribute){.name = "count_include_pad", .kind = EAI_ATTRIBUTE_INT, .i = 1};
    EAI_TRY(eai_ir_set_ports(ir, &x, 1, &y, 1));
    return eai_ir_sort(ir);
}

/* A layer that stands alone. */
typedef struct lone_layer {
    const eai_kernel_shape *shape;
    const size_t *input_size;
    bool has_map, is_mean;
} lone_layer;

static edgeai_status build(eai_ir *ir, const lone_layer *of)
{
    if (of->is_mean) return build_mean(ir, of->shape, of->input_size);
    if (is_matrix(of->shape, of->input_size, of->has_map)) return build_matrix(ir, of->shape);
    return build_layer(ir, of->shape, of->input_size, of->has_map);
}

static edgeai_status run_layer(edgeai_context *context, const lone_layer *of, double *ms)
{
    eai_graph_content content = {.context = context, .name = ""};
    EAI_TRY(eai_ir_create(&content.ir, context, "layer"));
    edgeai_status status = build(content.ir, of);
    if (status != EDGEAI_OK) {
        eai_graph_content_free(&content);
        return status;
    }
    edgeai_graph *graph;
    edgeai_session *session = NULL;
    EAI_TRY(eai_graph_wrap(&graph, context, &content));
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.profile = true;
    status = edgeai_session_create(&session, graph, &options);
    if (status == EDGEAI_OK) status = time_runs(session, ms);
    edgeai_session_free(session);
    edgeai_graph_free(graph);
    return status;
}

/* All that the time depends on, but the machine. */
static void write_key(const edgeai_context *context, const lone_layer *of, char *key,
                      size_t capacity)
{
    const eai_kernel_shape *s = of->shape;
    if (is_matrix(s, of->input_size, of->has_map) && !of->is_mean) {
        snprintf(key, capacity, "matrix %zu<%zu t%d", s->out_channels, eai_kernel_filter_weights(s),
                 context->n_threads);
        return;
    }
    snprintf(key, capacity,
             "%s %zu<%zu/%zu k%zux%zu s%zux%zu d%zux%zu p%zu,%zu,%zu,%zu in%zux%zu%s t%d",
             of->is_mean ? "mean" : "conv", s->out_channels, s->in_channels, s->groups, s->size[0],
             s->size[1], s->strides[0], s->strides[1], s->dilations[0], s->dilations[1], s->pads[0],
             s->pads[1], s->pads[2], s->pads[3], of->input_size[0], of->input_size[1],
             of->has_map ? " map" : "", context->n_threads);
}

static edgeai_status find_or_measure(eai_latency_table *table, const lone_layer *of, double *ms)
{
    eai_timed_layer timed;
    write_key(table->context, of, timed.key, sizeof timed.key);
    if (eai_latency_table_find(table, timed.key, ms)) return EDGEAI_OK;
    EAI_TRY(run_layer(table->context, of, &timed.ms));
    *ms = timed.ms;
    table->is_changed = true;
    return eai_latency_table_add(table, &timed);
}

edgeai_status eai_measure_layer(void *self, const eai_kernel_shape *shape,
                                const size_t input_size[2], bool map, double *ms)
{
    return find_or_measure(self, &(lone_layer){shape, input_size, map, false}, ms);
}

edgeai_status eai_measure_mean(void *self, const eai_kernel_shape *shape,
                               const size_t input_size[2], double *ms)
{
    return find_or_measure(self, &(lone_layer){shape, input_size, false, true}, ms);
}
