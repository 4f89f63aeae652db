/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/infer.h"
#include "graph/session_internal.h"
#include "platform/context_internal.h"
#include "reparam/layer_timer.h"
#include "reparam/reparam_internal.h"

static edgeai_status read_options(const edgeai_reparam_options *given, edgeai_reparam_options *own)
{
    *own = (edgeai_reparam_options)EDGEAI_REPARAM_OPTIONS_INIT;
    if (!given) return EDGEAI_OK;
    if (given->struct_size < sizeof given->struct_size)
        return eai_fail(EDGEAI_E_INVALID, "reparam: options.struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (own->n_bindings > 0 && !own->bindings)
        return eai_fail(EDGEAI_E_INVALID, "reparam: options.bindings is NULL");
    if ((unsigned)own->mode > EDGEAI_REPARAM_APPROX ||
        (unsigned)own->timing > EDGEAI_REPARAM_ALWAYS)
        return eai_fail(EDGEAI_E_INVALID, "reparam: options.mode or options.timing");
    if (!(own->budget_ms >= 0) || !(own->target_speedup >= 0))
        return eai_fail(EDGEAI_E_INVALID, "reparam: options: budget %g ms, speed-up %g",
                        own->budget_ms, own->target_speedup);
    if ((own->budget_ms > 0 || own->target_speedup > 0) &&
        (!own->linearize || own->timing == EDGEAI_REPARAM_ALWAYS))
        return eai_fail(EDGEAI_E_INVALID, "reparam: options: a budget needs linearize, and times");
    return EDGEAI_OK;
}

static edgeai_status keep_bindings(edgeai_reparam *self, const edgeai_reparam_options *options)
{
    if (options->n_bindings == 0) return EDGEAI_OK;
    self->bindings = eai_allocate_array(&self->context->allocator, options->n_bindings,
                                        sizeof *self->bindings, "reparam: shapes");
    if (!self->bindings) return EDGEAI_E_MEMORY;
    self->n_bindings = options->n_bindings;
    memcpy(self->bindings, options->bindings, self->n_bindings * sizeof *self->bindings);
    for (size_t i = 0; i < self->n_bindings; i++) {
        self->bindings[i].data = NULL;
        /* Names are taken from the graph, which lives longer than the caller's. */
        const eai_ir *ir = self->deep->content.ir;
        for (size_t k = 0; k < ir->n_inputs && self->bindings[i].input; k++)
            if (strcmp(ir->values[ir->inputs[k]].name, self->bindings[i].input) == 0)
                self->bindings[i].input = ir->values[ir->inputs[k]].name;
    }
    return EDGEAI_OK;
}

edgeai_status eai_reparam_session(const edgeai_reparam *self, const edgeai_graph *graph,
                                  edgeai_session **out)
{
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.bindings = self->bindings;
    options.n_bindings = self->n_bindings;
    return edgeai_session_create(out, graph, &options);
}

edgeai_status eai_reparam_wrap(const edgeai_reparam *self, eai_ir *ir, edgeai_graph **out)
{
    eai_graph_content content = self->deep->content;
    content.ir = ir;
    content.file = NULL;
    content.onnx = NULL;
    return eai_graph_wrap(out, self->context, &content);
}

/* Images may come in other sizes: more than the batch is open. */
static bool has_open_sizes(const eai_ir *ir)
{
    for (size_t i = 0; i < ir->n_inputs; i++) {
        const eai_value *v = &ir->values[ir->inputs[i]];
        if (v->n_dims < 0) return true;
        for (int d = 1; d < v->n_dims; d++)
            if (v->dims[d] < 0) return true;
    }
    return false;
}

static const char *merged_reason(const eai_merge *merge, const eai_linear *layer)
{
    if (eai_merge_needs_map(layer)) return "border map";
    if (layer->border.exactness == EAI_KERNEL_EXACT || layer->map) return "same";
    return merge->rules.mode == EDGEAI_REPARAM_PAD_FIRST ? "padding moved" : "border changes";
}

/* As merge_write.c writes it. */
static size_t n_nodes_of(const eai_linear *layer)
{
    if (layer->is_pointwise) return 1;
    if (layer->form.head == EAI_HEAD_MEAN) return 3;
    return layer->form.head == EAI_HEAD_FLATTEN || eai_merge_needs_map(layer) ? 2 : 1;
}

static edgeai_status report_layer(const eai_merge *merge, const eai_linear *layer,
                                  edgeai_reparam_segment *out)
{
    const eai_node *nodes = merge->ir->nodes;
    *out = (edgeai_reparam_segment){
        .name = nodes[layer->first].name,
        .last = nodes[layer->last].name,
        .is_merged = true,
        .reason = merged_reason(merge, layer),
        .n_nodes_before = layer->n_nodes,
        .n_nodes_after = n_nodes_of(layer),
        .macs_before = layer->macs,
        .macs_after = eai_kernel_macs(&layer->kernel.shape, layer->output_size),
        .ms_before = layer->ms,
        .weight_bytes_before = layer->weight_bytes,
        .weight_bytes_after = eai_kernel_n_weights(&layer->kernel.shape) * sizeof(float),
    };
    memcpy(out->kernel, layer->kernel.shape.size, sizeof out->kernel);
    memcpy(out->ring, layer->border.ring, sizeof out->ring);
    if (layer->is_pointwise) { /* written as a normalization */
        out->macs_after = 0;
        out->weight_bytes_after = 0;
    }
    return layer->is_pointwise ? EDGEAI_OK : eai_merge_time(&merge->timer, layer, &out->ms_after);
}

static void report_left(const eai_merge *merge, const eai_left_pair *pair,
                        edgeai_reparam_segment *out)
{
    *out = (edgeai_reparam_segment){
        .name = merge->ir->nodes[pair->first].name,
        .last = merge->ir->nodes[pair->last].name,
        .reason = pair->reason,
        .n_nodes_before = pair->n_nodes,
        .n_nodes_after = pair->n_nodes,
        .macs_before = pair->macs,
        .macs_after = pair->merged_macs,
        .ms_before = pair->ms,
        .ms_after = pair->merged_ms,
        .weight_bytes_before = pair->weight_bytes,
        .weight_bytes_after = pair->weight_bytes,
    };
    memcpy(out->kernel, pair->kernel, sizeof out->kernel);
    memcpy(out->ring, pair->ring, sizeof out->ring);
}

/* In the order of their first nodes; before the graph is written. */
static edgeai_status report(edgeai_reparam *self, const eai_merge *merge)
{
    size_t n = merge->n_left, filled = 0;
    for (size_t i = 0; i < merge->n_layers; i++)
        n += eai_merge_is_new(&merge->layers[i]);
    if (n == 0) return EDGEAI_OK;
    self->segments =
        eai_allocate_array(&self->context->allocator, n, sizeof *self->segments, "reparam: report");
    self->ends =
        eai_allocate_array(&self->context->allocator, n, sizeof *self->ends, "reparam: report");
    self->n_segments = n;
    if (!self->segments || !self->ends) return EDGEAI_E_MEMORY;
    for (size_t node = 0; node < merge->n_nodes && filled < n; node++) {
        const int32_t first = (int32_t)node;
        for (size_t i = 0; merge->owner[node] >= 0 && i < merge->n_layers; i++)
            if (eai_merge_is_new(&merge->layers[i]) && merge->layers[i].first == first) {
                self->ends[filled] = merge->layers[i].output;
                EAI_TRY(report_layer(merge, &merge->layers[i], &self->segments[filled++]));
            }
        for (size_t i = 0; merge->owner[node] >= 0 && i < merge->n_left; i++)
            if (merge->left[i].first == first)
                report_left(merge, &merge->left[i], &self->segments[filled++]);
    }
    return EDGEAI_OK;
}

/* What all passes over the graph share. */
typedef struct passes {
    const edgeai_reparam_options *options;
    eai_merge_rules rules;
    eai_layer_timer timer;
} passes;

static edgeai_status merge_and_write(edgeai_reparam *self, eai_ir *ir, const eai_ir *known,
                                     const passes *p, bool *unused)
{
    (void)unused;
    eai_merge merge;
    EAI_TRY(eai_merge_begin(&merge, ir, known, &p->rules, &p->timer));
    edgeai_status status = eai_merge_run(&merge);
    if (status == EDGEAI_OK && p->timer.time)
        status = eai_merge_predict(&merge, &p->timer, &self->plan.chosen);
    if (status == EDGEAI_OK) status = report(self, &merge);
    if (status == EDGEAI_OK) status = eai_merge_write(&merge);
    eai_merge_free(&merge);
    return status;
}

/* What the plan is compared with; nothing is written. */
static edgeai_status merge_everything(edgeai_reparam *self, eai_ir *ir, const eai_ir *known,
                                      const passes *p, bool *unused)
{
    (void)unused;
    const eai_layer_timer always = {NULL, NULL, NULL};
    eai_merge merge;
    EAI_TRY(eai_merge_begin(&merge, ir, known, &p->rules, &always));
    edgeai_status status = eai_merge_predict(&merge, &p->timer, &self->plan.nothing);
    if (status == EDGEAI_OK) status = eai_merge_run(&merge);
    if (status == EDGEAI_OK) status = eai_merge_predict(&merge, &p->timer, &self->plan.everything);
    eai_merge_free(&merge);
    return status;
}

static edgeai_status merge_and_choose(edgeai_reparam *self, eai_ir *ir, const eai_ir *known,
                                      const passes *p, bool *chosen)
{
    eai_merge merge;
    double ms_before = 0;
    EAI_TRY(eai_merge_begin(&merge, ir, known, &p->rules, &p->timer));
    for (size_t i = 0; i < merge.n_layers; i++)
        ms_before += merge.layers[i].ms;
    edgeai_status status = eai_merge_run(&merge);
    if (status == EDGEAI_OK)
        status = eai_choose_linear(self->deep->content.ir, &merge, ms_before, p->options, chosen);
    eai_merge_free(&merge);
    return status;
}

/* Calls `then` with ir and the same with all shapes and the constants that follow from constants.
 */
static edgeai_status with_known(edgeai_reparam *self, eai_ir *ir, const passes *p, bool *chosen,
                                edgeai_status (*then)(edgeai_reparam *, eai_ir *, const eai_ir *,
                                                      const passes *, bool *))
{
    edgeai_session session = {.graph = self->deep, .context = self->context};
    EAI_TRY(eai_ir_copy(&session.ir, ir));
    edgeai_status status = eai_session_bind(&session, self->bindings, self->n_bindings);
    if (status == EDGEAI_OK) status = eai_infer(session.ir, &session.constants, false);
    if (status == EDGEAI_OK) status = then(self, ir, session.ir, p, chosen);
    eai_constants_free(&session.constants, &self->context->allocator);
    eai_ir_free(session.ir);
    return status;
}

/* Drops the activations of ir that are worth it; self->linear is the graph without them then. */
static edgeai_status drop_activations(edgeai_reparam *self, eai_ir *ir, const passes *p)
{
    size_t n;
    EAI_TRY(eai_linearize_check(ir, &n));
    if (n == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = &self->context->allocator;
    const size_t bytes = ir->n_nodes;
    bool *chosen = eai_allocate(allocator, bytes, "reparam: activations");
    if (!chosen) return EDGEAI_E_MEMORY;
    eai_ir *all = NULL;
    edgeai_status status = eai_ir_copy(&all, ir);
    if (status == EDGEAI_OK) {
        eai_linearize(all, NULL);
        status = with_known(self, all, p, chosen, merge_and_choose);
    }
    eai_ir_free(all);
    if (status == EDGEAI_OK) eai_linearize(ir, chosen);
    eai_release(allocator, chosen, bytes);
    EAI_TRY(status);
    eai_ir *linear;
    EAI_TRY(eai_ir_copy(&linear, ir));
    return eai_reparam_wrap(self, linear, &self->linear);
}

static edgeai_status predict(edgeai_reparam *self, const eai_ir *ir, const passes *p)
{
    eai_ir *all;
    if (!p->timer.time) return EDGEAI_OK;
    EAI_TRY(eai_ir_copy(&all, ir));
    if (p->options->linearize) eai_linearize(all, NULL);
    const edgeai_status status = with_known(self, all, p, NULL, merge_everything);
    eai_ir_free(all);
    return status;
}

static edgeai_status run_passes(edgeai_reparam *self, eai_ir *ir,
                                const edgeai_reparam_options *options)
{
    passes p = {options, {options->mode, has_open_sizes(ir)}, {NULL, NULL, NULL}};
    eai_latency_table table = {0};
    if (options->timing == EDGEAI_REPARAM_ESTIMATED) p.timer.time = eai_estimate_layer;
    if (options->timing == EDGEAI_REPARAM_MEASURED) {
        EAI_TRY(eai_latency_table_open(&table, self->context, options->latency_table));
        p.timer = (eai_layer_timer){eai_measure_layer, &table, eai_measure_mean};
    }
    edgeai_status status = predict(self, ir, &p);
    if (status == EDGEAI_OK && options->linearize) status = drop_activations(self, ir, &p);
    if (status == EDGEAI_OK) status = with_known(self, ir, &p, NULL, merge_and_write);
    if (status == EDGEAI_OK) status = eai_latency_table_save(&table, options->latency_table);
    eai_latency_table_free(&table);
    return status;
}

static edgeai_status build(edgeai_reparam *self, const edgeai_reparam_options *options)
{
    EAI_TRY(keep_bindings(self, options));
    eai_ir *ir;
    EAI_TRY(eai_ir_copy(&ir, self->deep->content.ir));
    const edgeai_status status = run_passes(self, ir, options);
    if (status != EDGEAI_OK) {
        eai_ir_free(ir);
        return status;
    }
    return eai_reparam_wrap(self, ir, &self->shallow);
}

edgeai_status edgeai_reparam_create(edgeai_reparam **out, const edgeai_graph *graph,
                                    const edgeai_reparam_options *options)
{
    edgeai_reparam_options own;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "reparam: out is NULL");
    *out = NULL;
    if (!graph) return eai_fail(EDGEAI_E_INVALID, "reparam: graph is NULL");
    EAI_TRY(read_options(options, &own));
    edgeai_reparam *self = eai_allocate(&graph->context->allocator, sizeof *self, "reparam");
    if (!self) return EDGEAI_E_MEMORY;
    self->context = graph->context;
    self->deep = graph;
    const edgeai_status status = build(self, &own);
    if (status != EDGEAI_OK) {
        edgeai_reparam_free(self);
        return status;
    }
    *out = self;
    return EDGEAI_OK;
}

void edgeai_reparam_free(edgeai_reparam *self)
{
    if (!self) return;
    const edgeai_allocator *allocator = &self->context->allocator;
    edgeai_graph_free(self->shallow);
    edgeai_graph_free(self->linear);
    eai_release(allocator, self->segments, self->n_segments * sizeof *self->segments);
    eai_release(allocator, self->ends, self->n_segments * sizeof *self->ends);
    eai_release(allocator, self->bindings, self->n_bindings * sizeof *self->bindings);
    eai_release(allocator, self, sizeof *self);
}

edgeai_status edgeai_reparam_get_plan(const edgeai_reparam *reparam, edgeai_reparam_plan *plan)
{
    if (!reparam || !plan) return eai_fail(EDGEAI_E_INVALID, "reparam: reparam or plan is NULL");
    *plan = reparam->plan;
    return EDGEAI_OK;
}

const edgeai_graph *edgeai_reparam_graph(const edgeai_reparam *reparam)
{
    return reparam->shallow;
}

size_t edgeai_reparam_n_segments(const edgeai_reparam *reparam)
{
    return reparam->n_segments;
}

edgeai_status edgeai_reparam_get_segment(const edgeai_reparam *reparam, size_t index,
                                         edgeai_reparam_segment *segment)
{
    if (!segment) return eai_fail(EDGEAI_E_INVALID, "reparam: segment is NULL");
    if (index >= reparam->n_segments)
        return eai_fail(EDGEAI_E_INVALID, "reparam: segment %zu, there are %zu", index,
                        reparam->n_segments);
    *segment = reparam->segments[index];
    return EDGEAI_OK;
}
