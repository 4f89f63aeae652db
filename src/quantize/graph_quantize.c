/* SPDX-License-Identifier: MIT */

/* Quantizing convolutional networks: the plan, calibration, comparison, and the file. */

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "graph/graph_internal.h"
#include "platform/context_internal.h"
#include "quantize/correct_layer.h"
#include "quantize/graph_edit.h"
#include "quantize/graph_observer.h"
#include "quantize/rewrite_layers.h"

struct edgeai_graph_quantizer {
    edgeai_context *context;
    const edgeai_graph *graph;
    edgeai_graph_quantize_options options;
    eai_ir *ir;        /* what is quantized: the given one, filters sorted where that was wanted */
    eai_ir *quantized; /* NULL until it is needed */
    eai_layer_list list;
    size_t n_calibrated;
    eai_observer inputs, before, after;
};

typedef struct correction {
    size_t n_inputs;
    edgeai_input_source source;
    void *user;
} correction;

static edgeai_status fail_option(const char *text)
{
    return eai_fail(EDGEAI_E_INVALID, "graph quantizer: options: %s", text);
}

static edgeai_status check_precisions(const edgeai_graph_quantize_options *own)
{
    if (own->weights < EDGEAI_PRECISION_INT8 || own->weights > EDGEAI_PRECISION_BINARY)
        return fail_option("weights: expected ternary, binary or int8");
    if (own->activations < EDGEAI_PRECISION_F32 || own->activations > EDGEAI_PRECISION_BINARY)
        return fail_option("activations: expected float32, int8, ternary or binary");
    if (own->weights == EDGEAI_PRECISION_INT8 && own->activations > EDGEAI_PRECISION_INT8)
        return fail_option("int8 weights: expected float32 or int8 activations");
    if (own->weights == EDGEAI_PRECISION_BINARY && own->activations == EDGEAI_PRECISION_INT8)
        return fail_option("binary weights: expected float32, ternary or binary activations");
    return EDGEAI_OK;
}

static edgeai_status check_options(const edgeai_graph_quantize_options *own)
{
    const bool is_group =
        own->filters_per_scale > 1 && own->filters_per_scale != EDGEAI_SCALE_LAYER;
    EAI_TRY(check_precisions(own));
    if (is_group && own->weights == EDGEAI_PRECISION_INT8)
        return fail_option("int8 weights: expected a scale for each filter or layer");
    if (own->sort_filters && !is_group)
        return fail_option("sort_filters: expected filters_per_scale of groups");
    if (own->calibration < EDGEAI_CALIBRATION_MINMAX || own->calibration > EDGEAI_CALIBRATION_KL)
        return fail_option("calibration: no such method");
    if (own->input_scale < EDGEAI_INPUT_SCALE_CONSTANT || own->input_scale > EDGEAI_INPUT_SCALE_MAP)
        return fail_option("input_scale: expected a constant or a map");
    if (own->input_scale == EDGEAI_INPUT_SCALE_MAP && own->activations != EDGEAI_PRECISION_BINARY)
        return fail_option("input_scale: a map is for binary activations");
    if (!(own->percentile > 0) || own->percentile > 100)
        return fail_option("percentile: expected above 0, up to 100");
    if (!own->keep && own->n_keep > 0) return fail_option("keep is NULL");
    return EDGEAI_OK;
}

/* The caller's struct may be older and shorter than ours. */
static edgeai_status read_options(edgeai_graph_quantize_options *own,
                                  const edgeai_graph_quantize_options *given)
{
    *own = (edgeai_graph_quantize_options)EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT;
    if (given->struct_size < sizeof given->struct_size)
        return fail_option("struct_size is not set");
    memcpy(own, given, given->struct_size < sizeof *own ? given->struct_size : sizeof *own);
    if (own->percentile == 0) own->percentile = 99.99;
    return check_options(own);
}

/* What comes in must be counted for each layer, where activations get few values. */
static edgeai_status prepare_calibration(edgeai_graph_quantizer *self)
{
    if (self->options.activations == EDGEAI_PRECISION_F32) return EDGEAI_OK;
    if (self->ir->n_inputs != 1)
        return eai_fail(EDGEAI_E_UNSUPPORTED, "%s: expected one input to calibrate, found %zu",
                        self->ir->source, self->ir->n_inputs);
    for (size_t i = 0; i < self->list.n; i++) {
        eai_layer *layer = &self->list.layers[i];
        if (!layer->info.is_quantized) continue;
        layer->seen = eai_ir_memory(self->ir, sizeof *layer->seen);
        if (!layer->seen) return EDGEAI_E_MEMORY;
    }
    return EDGEAI_OK;
}

static edgeai_status plan(edgeai_graph_quantizer *self)
{
    EAI_TRY(eai_ir_copy(&self->ir, self->graph->content.ir));
    EAI_TRY(eai_layers_find(&self->list, self->ir, &self->options));
    if (self->options.sort_filters) {
        EAI_TRY(eai_layers_sort(&self->list, self->ir, &self->options));
        EAI_TRY(eai_edit_drop_constants(self->ir));
    }
    EAI_TRY(eai_layers_quantize(&self->list, self->ir, &self->options));
    self->options.keep = NULL; /* the caller's */
    return prepare_calibration(self);
}

edgeai_status edgeai_graph_quantizer_create(edgeai_graph_quantizer **out, const edgeai_graph *graph,
                                            const edgeai_graph_quantize_options *options)
{
    edgeai_graph_quantize_options own;
    if (!out) return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_create: out is NULL");
    *out = NULL;
    if (!graph || !options)
        return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_create: graph or options is NULL");
    EAI_TRY(read_options(&own, options));
    edgeai_context *context = graph->context;
    edgeai_graph_quantizer *self = eai_allocate(&context->allocator, sizeof *self, "quantizer");
    if (!self) return EDGEAI_E_MEMORY;
    self->context = context;
    self->graph = graph;
    self->options = own;
    edgeai_status status = plan(self);
    if (status == EDGEAI_OK)
        *out = self;
    else
        edgeai_graph_quantizer_free(self);
    return status;
}

void edgeai_graph_quantizer_free(edgeai_graph_quantizer *quantizer)
{
    if (!quantizer) return;
    eai_observer_close(&quantizer->inputs);
    eai_observer_close(&quantizer->before);
    eai_observer_close(&quantizer->after);
    eai_ir_free(quantizer->quantized);
    eai_ir_free(quantizer->ir);
    eai_release(&quantizer->context->allocator, quantizer, sizeof *quantizer);
}

/* A session of `ir` that shows x (what comes in) or y of all quantized layers, in their order. */
static edgeai_status observe(const edgeai_graph_quantizer *self, eai_observer *observer,
                             const eai_ir *ir, bool wants_x)
{
    const size_t n = self->list.n_quantized;
    const edgeai_allocator *allocator = &self->context->allocator;
    if (observer->context) return EDGEAI_OK;
    int32_t *values = eai_allocate_array(allocator, n, sizeof *values, "values to look at");
    if (!values) return EDGEAI_E_MEMORY;
    for (size_t i = 0, k = 0; i < self->list.n; i++) {
        const eai_layer *layer = &self->list.layers[i];
        if (layer->info.is_quantized) values[k++] = wants_x ? layer->x : layer->y;
    }
    edgeai_status status = eai_observer_open(observer, &self->graph->content, ir, values, n);
    eai_release(allocator, values, n * sizeof *values);
    return status;
}

static edgeai_status calibrate_layers(edgeai_graph_quantizer *self)
{
    const float *values;
    for (size_t i = 0, k = 0, n; i < self->list.n; i++) {
        const eai_layer *layer = &self->list.layers[i];
        if (!layer->info.is_quantized) continue;
        EAI_TRY(eai_observer_values(&self->inputs, k++, &values, &n));
        if (eai_histogram_add(layer->seen, values, n) != EDGEAI_OK)
            return eai_fail_within(EDGEAI_E_FORMAT, "input of Conv \"%.80s\"", layer->info.name);
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_graph_quantizer_calibrate(edgeai_graph_quantizer *quantizer,
                                               const float *input, size_t n)
{
    if (!quantizer || !input)
        return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_calibrate: NULL argument");
    if (quantizer->options.activations == EDGEAI_PRECISION_F32) return EDGEAI_OK;
    if (quantizer->quantized)
        return eai_fail(EDGEAI_E_INVALID,
                        "graph_quantizer_calibrate: too late, the network is quantized already");
    EAI_TRY(observe(quantizer, &quantizer->inputs, quantizer->ir, true));
    EAI_TRY(eai_observer_run(&quantizer->inputs, input, n));
    EAI_TRY(calibrate_layers(quantizer));
    quantizer->n_calibrated++;
    return EDGEAI_OK;
}

static edgeai_status make_quantized(edgeai_graph_quantizer *self)
{
    eai_ir *made;
    if (self->quantized) return EDGEAI_OK;
    if (self->options.activations != EDGEAI_PRECISION_F32 && self->n_calibrated == 0)
        return eai_fail(EDGEAI_E_INVALID,
                        "graph quantizer: activations are to be quantized, but no input was given "
                        "to calibrate them");
    eai_observer_close(&self->inputs);
    eai_layers_calibrate(&self->list, &self->options);
    EAI_TRY(eai_ir_copy(&made, self->ir));
    edgeai_status status = eai_layers_rewrite(&self->list, made, &self->options);
    if (status == EDGEAI_OK)
        self->quantized = made;
    else
        eai_ir_free(made);
    return status;
}

/* Both networks up to this layer. */
static edgeai_status open_pair(edgeai_graph_quantizer *self, const eai_layer *layer)
{
    const eai_graph_content *content = &self->graph->content;
    EAI_TRY(make_quantized(self));
    EAI_TRY(eai_observer_open(&self->before, content, self->ir, &layer->y, 1));
    return eai_observer_open(&self->after, content, self->quantized, &layer->y, 1);
}

static void close_pair(edgeai_graph_quantizer *self)
{
    eai_observer_close(&self->before);
    eai_observer_close(&self->after);
    eai_ir_free(self->quantized);
    self->quantized = NULL;
}

static edgeai_status see_input(edgeai_graph_quantizer *self, const eai_layer *layer,
                               const float *input, size_t n_input, eai_channel_sums *channels)
{
    const float *before, *after;
    size_t n, n_after;
    EAI_TRY(eai_observer_run(&self->before, input, n_input));
    EAI_TRY(eai_observer_run(&self->after, input, n_input));
    EAI_TRY(eai_observer_values(&self->before, 0, &before, &n));
    EAI_TRY(eai_observer_values(&self->after, 0, &after, &n_after));
    if (n == n_after) eai_channel_sums_add(channels, layer->info.n_filters, before, after, n);
    return EDGEAI_OK;
}

static edgeai_status correct_with(edgeai_graph_quantizer *self, eai_layer *layer,
                                  const correction *how, float *input, eai_channel_sums *channels)
{
    const size_t n = self->before.n_input;
    for (size_t i = 0; i < how->n_inputs; i++) {
        EAI_TRY(how->source(how->user, i, input, n));
        EAI_TRY(see_input(self, layer, input, n, channels));
    }
    eai_correct_layer(layer, channels, self->options.weights != EDGEAI_PRECISION_INT8);
    return EDGEAI_OK;
}

static edgeai_status correct_layer(edgeai_graph_quantizer *self, eai_layer *layer,
                                   const correction *how)
{
    const edgeai_allocator *allocator = &self->context->allocator;
    const size_t n_channels = layer->info.n_filters;
    EAI_TRY(open_pair(self, layer));
    const size_t n = self->before.n_input + 1;
    float *input = eai_allocate_array(allocator, n, sizeof *input, "input");
    eai_channel_sums *channels =
        eai_allocate_array(allocator, n_channels, sizeof *channels, "sums of channels");
    edgeai_status status =
        input && channels ? correct_with(self, layer, how, input, channels) : EDGEAI_E_MEMORY;
    eai_release(allocator, channels, n_channels * sizeof *channels);
    eai_release(allocator, input, n * sizeof *input);
    close_pair(self);
    return status;
}

edgeai_status edgeai_graph_quantizer_correct(edgeai_graph_quantizer *quantizer, size_t n_inputs,
                                             edgeai_input_source source, void *user)
{
    if (!quantizer || !source || n_inputs == 0)
        return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_correct: no inputs");
    if (quantizer->quantized)
        return eai_fail(EDGEAI_E_INVALID,
                        "graph_quantizer_correct: too late, the network is quantized already");
    const correction how = {n_inputs, source, user};
    for (size_t i = 0; i < quantizer->list.n; i++)
        if (quantizer->list.layers[i].info.is_quantized)
            EAI_TRY(correct_layer(quantizer, &quantizer->list.layers[i], &how));
    return EDGEAI_OK;
}

static edgeai_status compare_layers(edgeai_graph_quantizer *self)
{
    for (size_t i = 0, k = 0; i < self->list.n; i++) {
        eai_layer *layer = &self->list.layers[i];
        const float *before, *after;
        size_t n, n_after;
        if (!layer->info.is_quantized) continue;
        EAI_TRY(eai_observer_values(&self->before, k, &before, &n));
        EAI_TRY(eai_observer_values(&self->after, k, &after, &n_after));
        k++;
        for (size_t e = 0; e < n && e < n_after; e++) {
            const double value = (double)before[e], error = (double)after[e] - value;
            layer->output_errors += error * error;
            layer->output_squares += value * value;
        }
        layer->info.output_rms =
            layer->output_squares > 0 ? sqrt(layer->output_errors / layer->output_squares) : NAN;
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_graph_quantizer_compare(edgeai_graph_quantizer *quantizer, const float *input,
                                             size_t n)
{
    if (!quantizer || !input)
        return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_compare: NULL argument");
    EAI_TRY(make_quantized(quantizer));
    EAI_TRY(observe(quantizer, &quantizer->before, quantizer->ir, false));
    EAI_TRY(observe(quantizer, &quantizer->after, quantizer->quantized, false));
    EAI_TRY(eai_observer_run(&quantizer->before, input, n));
    EAI_TRY(eai_observer_run(&quantizer->after, input, n));
    return compare_layers(quantizer);
}

size_t edgeai_graph_quantizer_n_layers(const edgeai_graph_quantizer *quantizer)
{
    return quantizer->list.n;
}

const edgeai_quantized_layer *edgeai_graph_quantizer_layer(const edgeai_graph_quantizer *quantizer,
                                                           size_t index)
{
    return index < quantizer->list.n ? &quantizer->list.layers[index].info : NULL;
}

static uint64_t constant_bytes(const eai_ir *ir)
{
    uint64_t n = 0;
    for (size_t i = 0; i < ir->n_values; i++)
        if (ir->values[i].data) n += ir->values[i].data_bytes;
    return n;
}

void edgeai_graph_quantizer_totals(const edgeai_graph_quantizer *quantizer,
                                   edgeai_graph_quantize_totals *totals)
{
    *totals = (edgeai_graph_quantize_totals){.n_layers = quantizer->list.n,
                                             .n_quantized = quantizer->list.n_quantized,
                                             .bytes_before =
                                                 constant_bytes(quantizer->graph->content.ir)};
    uint64_t saved = 0;
    for (size_t i = 0; i < quantizer->list.n; i++) {
        const edgeai_quantized_layer *layer = &quantizer->list.layers[i].info;
        totals->n_weights += layer->n_weights;
        saved += layer->bytes_before - layer->bytes_after;
    }
    totals->bytes_after =
        quantizer->quantized ? constant_bytes(quantizer->quantized) : totals->bytes_before - saved;
}

edgeai_status edgeai_graph_quantizer_write(edgeai_graph_quantizer *quantizer, const char *path)
{
    if (!quantizer || !path)
        return eai_fail(EDGEAI_E_INVALID, "graph_quantizer_write: NULL argument");
    EAI_TRY(make_quantized(quantizer));
    /* With the file it was read from, so that this one is not overwritten. */
    eai_graph_content content = quantizer->graph->content;
    content.ir = quantizer->quantized;
    return eai_graph_write(&content, path);
}
