/* SPDX-License-Identifier: MIT */
/*
 * edgeai-bench conv: one convolution. A network of it alone is run; the time of the step that
 * computes it is a row's time, with what belongs to it (bias, scales, packing of its output), but
 * without turning the input to the layout inside and the output back.
 */

#include <math.h>
#include <stdlib.h>

#include <edgeai/graph.h>

#include "bench/baseline.h"
#include "bench/bench.h"
#include "bench/conv_network.h"

static const report_column columns[] = {
    {"Type", "type", REPORT_TEXT},
    {"Channels", "n_channels", 0},
    {"Filters", "n_filters", 0},
    {"Size", "size", 0},
    {"Kernel", "kernel", 0},
    {"Stride", "stride", 0},
    {"Weights", "weights", REPORT_TEXT},
    {"Method", "method", REPORT_TEXT},
    BENCH_TIME_COLUMNS,
    {"GMAC/s", "gmac_per_s", 2},
    {"Run ms", "run_ms", 4},
    {"Weight bytes", "weight_bytes", 0},
    BENCH_END_COLUMNS,
    {"Baseline", "baseline", REPORT_TEXT},
    {"Its threads", "baseline_threads", 0},
    {"Its ms", "baseline_ms", 4},
    {"Ratio", "ratio", 3},
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0], N_BASELINE_COLUMNS = 4 };

/* What is measured, and sgemm's operands for the baseline. */
typedef struct convolution {
    conv_network_layer layer;
    edgeai_weights kept;
    edgeai_graph *graph;
    edgeai_session *session;
    size_t step;
    bench_samples *samples;
    size_t n_rows, n_in; /* of the product: output pixels, and numbers in a patch */
    float *patches, *weights, *sums;
} convolution;

static int check(const bench_options *options, const tool_program *program)
{
    if (options->baseline != BENCH_BASELINE_READ) return -1;
    return options_usage_error(program, "conv: expected --baseline none or openblas");
}

static size_t count(const bench_options *o)
{
    return o->threads.n * o->weights.n * o->types.n * o->channels.n * o->filters.n * o->sizes.n *
           o->kernels.n * o->strides.n;
}

static size_t n_columns(const bench_options *options)
{
    return options->baseline == BENCH_BASELINE_NONE ? N_COLUMNS - N_BASELINE_COLUMNS : N_COLUMNS;
}

static void fill_input(edgeai_element element, void *data, size_t n, uint64_t seed)
{
    float block[256];
    for (size_t i = 0; i < n; i += 256) {
        const size_t m = n - i < 256 ? n - i : 256;
        bench_random(block, m, seed + 2 + i);
        for (size_t k = 0; k < m; k++)
            if (element == EDGEAI_ELEMENT_F32)
                ((float *)data)[i + k] = block[k];
            else
                ((int8_t *)data)[i + k] = (int8_t)lrintf(127 * block[k]);
    }
}

/* The step with the most multiply-adds. */
static edgeai_status find_step(convolution *c)
{
    double most = -1;
    for (size_t i = 0; i < edgeai_session_n_steps(c->session); i++) {
        edgeai_step_info info;
        edgeai_status status = edgeai_session_step(c->session, i, &info);
        if (status != EDGEAI_OK) return status;
        if (info.macs > most) {
            most = info.macs;
            c->step = i;
        }
    }
    return EDGEAI_OK;
}

static edgeai_status open_network(convolution *c, edgeai_context *context)
{
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    edgeai_port port;
    void *data;
    options.profile = true;
    options.weights = c->kept;
    edgeai_status status = conv_network_open(&c->graph, context, &c->layer);
    if (status == EDGEAI_OK) status = edgeai_session_create(&c->session, c->graph, &options);
    if (status == EDGEAI_OK) status = edgeai_session_input(c->session, 0, &port, &data);
    if (status == EDGEAI_OK) {
        fill_input(port.element, data, c->layer.channels * c->layer.size * c->layer.size,
                   c->layer.seed);
        status = find_step(c);
    }
    return status;
}

static edgeai_status prepare_baseline(convolution *c)
{
    const conv_network_layer *l = &c->layer;
    const size_t out = conv_network_out_size(l);
    c->n_rows = out * out;
    c->n_in = l->channels * l->kernel * l->kernel;
    c->patches = malloc(c->n_rows * c->n_in * sizeof *c->patches);
    c->weights = malloc(l->filters * c->n_in * sizeof *c->weights);
    c->sums = malloc(c->n_rows * l->filters * sizeof *c->sums);
    if (!c->patches || !c->weights || !c->sums) return EDGEAI_E_MEMORY;
    bench_random(c->patches, c->n_rows * c->n_in, l->seed);
    bench_random(c->weights, l->filters * c->n_in, l->seed + 1);
    return EDGEAI_OK;
}

static void close_all(convolution *c)
{
    edgeai_session_free(c->session);
    edgeai_graph_free(c->graph);
    free(c->patches);
    free(c->weights);
    free(c->sums);
}

static edgeai_status convolve(void *user)
{
    convolution *c = user;
    edgeai_step_info before, after;
    edgeai_status status = edgeai_session_step(c->session, c->step, &before);
    if (status == EDGEAI_OK) status = edgeai_session_run(c->session);
    if (status == EDGEAI_OK) status = edgeai_session_step(c->session, c->step, &after);
    if (status == EDGEAI_OK) c->samples->part_ms = after.ms - before.ms;
    return status;
}

static edgeai_status multiply_by_openblas(void *user)
{
    convolution *c = user;
    baseline_sgemm(c->patches, c->n_rows, c->n_in, c->weights, c->layer.filters, c->sums);
    return EDGEAI_OK;
}

static edgeai_status add_row(bench_run *run, const convolution *c, const edgeai_context *context)
{
    const conv_network_layer *l = &c->layer;
    report *table = &run->table;
    bench_samples *samples = &run->samples;
    edgeai_session_memory_info memory;
    edgeai_step_info info;
    edgeai_status status = edgeai_session_step(c->session, c->step, &info);
    if (status != EDGEAI_OK) return status;
    edgeai_session_memory(c->session, &memory);
    report_text(table, conv_network_types[l->type]);
    report_number(table, (double)l->channels);
    report_number(table, (double)l->filters);
    report_number(table, (double)l->size);
    report_number(table, (double)l->kernel);
    report_number(table, (double)l->stride);
    report_text(table, decode_settings_weights[c->kept]);
    report_text(table, info.method);
    const double ms = bench_add_times(run, context);
    report_number(table, 1e-6 * info.macs / ms);
    report_number(table, sample_quantile(samples->whole_ms, samples->n, 0.5));
    report_number(table, (double)memory.weight_bytes);
    bench_add_end(run);
    if (run->options->baseline == BENCH_BASELINE_NONE) return EDGEAI_OK;
    report_text(table, bench_baselines[run->options->baseline]);
    report_number(table, 1);
    report_number(table, sample_quantile(samples->baseline_ms, samples->n, 0.5));
    report_number(table, sample_quantile(samples->ratios, samples->n, 0.5));
    return EDGEAI_OK;
}

static edgeai_status measure_layer(bench_run *run, edgeai_context *context,
                                   const conv_network_layer *layer, edgeai_weights kept)
{
    const bool has_baseline = run->options->baseline == BENCH_BASELINE_OPENBLAS;
    convolution c = {.layer = *layer, .kept = kept, .samples = &run->samples};
    bench_row_begin(run, "%s %zu x %zu, %zu x %zu x %zu", conv_network_types[layer->type],
                    layer->kernel, layer->kernel, layer->size, layer->size, layer->channels);
    edgeai_status status = open_network(&c, context);
    if (status == EDGEAI_OK && has_baseline) status = prepare_baseline(&c);
    if (status == EDGEAI_OK)
        status = bench_sample(run, run->options->n_warmup, convolve,
                              has_baseline ? multiply_by_openblas : NULL, &c);
    if (status == EDGEAI_OK) status = add_row(run, &c, context);
    close_all(&c);
    return status;
}

/* Layer number `index` of all combinations, types changing last. */
static conv_network_layer layer_of(const bench_options *o, size_t index)
{
    conv_network_layer layer = {.seed = (uint64_t)o->decoding.seed};
    layer.type = (conv_network_type)o->types.items[index % o->types.n];
    index /= o->types.n;
    layer.stride = (size_t)o->strides.items[index % o->strides.n];
    index /= o->strides.n;
    layer.kernel = (size_t)o->kernels.items[index % o->kernels.n];
    index /= o->kernels.n;
    layer.size = (size_t)o->sizes.items[index % o->sizes.n];
    index /= o->sizes.n;
    layer.filters = (size_t)o->filters.items[index % o->filters.n];
    index /= o->filters.n;
    layer.channels = (size_t)o->channels.items[index];
    if (layer.filters == 0) layer.filters = layer.channels;
    return layer;
}

static edgeai_status measure(bench_run *run)
{
    const bench_options *o = run->options;
    const size_t n_layers = count(o) / o->threads.n / o->weights.n;
    edgeai_status status = EDGEAI_OK;
    for (size_t n = 0; status == EDGEAI_OK && n < o->threads.n; n++) {
        edgeai_context *context;
        status = bench_context(run, o->threads.items[n], &context);
        if (status != EDGEAI_OK) return status;
        for (size_t w = 0; w < o->weights.n; w++)
            for (size_t i = 0; status == EDGEAI_OK && i < n_layers; i++) {
                const conv_network_layer layer = layer_of(o, i);
                status = measure_layer(run, context, &layer, (edgeai_weights)o->weights.items[w]);
            }
        edgeai_context_free(context);
    }
    return status;
}

const bench_kind bench_conv = {.name = "conv",
                               .schema = "edgeai-bench-conv/1",
                               .types = conv_network_types,
                               .types_preset = "all",
                               .check = check,
                               .count = count,
                               .columns = columns,
                               .n_columns = n_columns,
                               .measure = measure};
