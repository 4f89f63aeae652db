/* SPDX-License-Identifier: MIT */
/* edgeai-bench graph: one network, or two run in turn on the same inputs. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/graph.h>

#include "bench/bench.h"
#include "common/exit_code.h"

static const report_column columns[] = {
    {"Network", "model", REPORT_TEXT},
    {"Input", "input_shape", REPORT_TEXT},
    {"Steps", "n_steps", 0},
    {"MACs", "macs", 0},
    {"Activation bytes", "arena_bytes", 0},
    {"Weight bytes", "weight_bytes", 0},
    BENCH_TIME_COLUMNS,
    BENCH_END_COLUMNS,
    {"Baseline", "baseline", REPORT_TEXT},
    {"Its steps", "baseline_n_steps", 0},
    {"Its MACs", "baseline_macs", 0},
    {"Its activation bytes", "baseline_arena_bytes", 0},
    {"Its ms", "baseline_ms", 4},
    {"Ratio", "ratio", 3},
    {"From", "ratio_low", 3},
    {"To", "ratio_high", 3},
    {"Least, ratio", "min_ratio", 3},
    {"Activations, ratio", "arena_ratio", 3},
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0], N_BASELINE_COLUMNS = 10 };

typedef struct network {
    const char *path;
    edgeai_graph *graph;
    edgeai_session *session;
} network;

typedef struct pair {
    network one, baseline; /* baseline.path NULL: none */
} pair;

/* "32x48", or "32" for both sides; 0 rows: as the model says. */
static bool read_size(const char *text, int64_t size[2])
{
    char *end;
    size[0] = size[1] = 0;
    if (!text) return true;
    size[0] = size[1] = strtol(text, &end, 10);
    if (*end == 'x') size[1] = strtol(end + 1, &end, 10);
    return *end == '\0' && size[0] >= 1 && size[1] >= 1 && size[0] <= EDGEAI_IMAGE_SIDE_MAX &&
           size[1] <= EDGEAI_IMAGE_SIDE_MAX;
}

static int check(const bench_options *options, const tool_program *program)
{
    int64_t size[2];
    if (!options->model) return options_usage_error(program, "graph: which network? -m FILE");
    if (!read_size(options->size_text, size))
        return options_usage_error(program, "--size: expected HxW, as 224x224, found '%s'",
                                   options->size_text);
    int code = file_check(program->name, options->model);
    if (code == EXIT_CODE_OK && options->baseline_text)
        code = file_check(program->name, options->baseline_text);
    return code == EXIT_CODE_OK ? -1 : code;
}

static size_t count(const bench_options *options)
{
    return options->threads.n;
}

static size_t n_columns(const bench_options *options)
{
    return options->baseline_text ? N_COLUMNS : N_COLUMNS - N_BASELINE_COLUMNS;
}

static size_t elements(const edgeai_port *port)
{
    size_t n = 1;
    for (int d = 0; d < port->n_dims; d++)
        n *= (size_t)port->dims[d];
    return n;
}

static edgeai_status fill_inputs(const network *self, uint64_t seed)
{
    for (size_t i = 0; i < edgeai_graph_n_inputs(self->graph); i++) {
        edgeai_port port;
        void *data;
        const edgeai_status status = edgeai_session_input(self->session, i, &port, &data);
        if (status != EDGEAI_OK) return status;
        if (port.element == EDGEAI_ELEMENT_F32) bench_random(data, elements(&port), seed + i);
    }
    return EDGEAI_OK;
}

/* Rows and columns of open images are `size`; everything else that is open is 1. */
static edgeai_status open_session(network *self, const int64_t size[2])
{
    edgeai_binding bindings[4];
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    const edgeai_image_input_options *image = edgeai_graph_image_options(self->graph);
    const int first = image && image->layout == EDGEAI_IMAGE_NHWC ? 1 : 2;
    for (size_t i = 0; i < edgeai_graph_n_inputs(self->graph) && options.n_bindings < 4; i++) {
        edgeai_port port;
        const edgeai_status status = edgeai_graph_input(self->graph, i, &port);
        if (status != EDGEAI_OK) return status;
        if (size[0] == 0 || port.n_dims != 4) continue;
        edgeai_binding *b = &bindings[options.n_bindings++];
        *b = (edgeai_binding){.input = port.name, .n_dims = 4};
        for (int d = 0; d < 4; d++)
            b->dims[d] = d == first || d == first + 1 ? size[d - first]
                         : port.dims[d] < 0           ? 1
                                                      : port.dims[d];
    }
    options.bindings = bindings;
    return edgeai_session_create(&self->session, self->graph, &options);
}

static edgeai_status open_network(network *self, edgeai_context *context, const int64_t size[2],
                                  uint64_t seed)
{
    edgeai_status status = edgeai_graph_open(&self->graph, context, self->path);
    if (status == EDGEAI_OK) status = open_session(self, size);
    return status == EDGEAI_OK ? fill_inputs(self, seed) : status;
}

static void close_network(network *self)
{
    edgeai_session_free(self->session);
    edgeai_graph_free(self->graph);
}

static edgeai_status run_one(void *user)
{
    return edgeai_session_run(((pair *)user)->one.session);
}

static edgeai_status run_baseline(void *user)
{
    return edgeai_session_run(((pair *)user)->baseline.session);
}

typedef struct figures {
    double n_steps, macs, arena_bytes, weight_bytes;
} figures;

static figures figures_of(const network *self)
{
    edgeai_session_memory_info memory;
    edgeai_session_memory(self->session, &memory);
    figures out = {.n_steps = (double)edgeai_session_n_steps(self->session),
                   .arena_bytes = (double)memory.arena_bytes,
                   .weight_bytes = (double)memory.weight_bytes};
    for (size_t i = 0; i < edgeai_session_n_steps(self->session); i++) {
        edgeai_step_info info;
        if (edgeai_session_step(self->session, i, &info) == EDGEAI_OK) out.macs += info.macs;
    }
    return out;
}

static void add_name(report *table, const char *path)
{
    const char *slash = strrchr(path, '/');
    report_text(table, slash ? slash + 1 : path);
}

static void add_input_shape(report *table, const network *self)
{
    char text[128] = "";
    edgeai_port port;
    if (edgeai_graph_n_inputs(self->graph) > 0 &&
        edgeai_session_input(self->session, 0, &port, NULL) == EDGEAI_OK)
        for (int d = 0; d < port.n_dims; d++) {
            const size_t used = strlen(text);
            snprintf(text + used, sizeof text - used, "%s%lld", d ? "x" : "",
                     (long long)port.dims[d]);
        }
    report_text(table, text);
}

static void add_baseline(bench_run *run, const pair *p, double arena_bytes)
{
    report *table = &run->table;
    bench_samples *samples = &run->samples;
    const figures its = figures_of(&p->baseline);
    double interval[2];
    add_name(table, p->baseline.path);
    report_number(table, its.n_steps);
    report_number(table, its.macs);
    report_number(table, its.arena_bytes);
    report_number(table, sample_quantile(samples->baseline_ms, samples->n, 0.5));
    report_number(table, sample_quantile(samples->ratios, samples->n, 0.5));
    sample_median_interval(samples->ratios, samples->n, interval);
    report_number(table, interval[0]);
    report_number(table, interval[1]);
    report_number(table, sample_quantile(samples->baseline_ms, samples->n, 0) /
                             sample_quantile(samples->ms, samples->n, 0));
    report_number(table, arena_bytes / its.arena_bytes);
}

static void add_row(bench_run *run, const pair *p, const edgeai_context *context)
{
    report *table = &run->table;
    const figures own = figures_of(&p->one);
    add_name(table, p->one.path);
    add_input_shape(table, &p->one);
    report_number(table, own.n_steps);
    report_number(table, own.macs);
    report_number(table, own.arena_bytes);
    report_number(table, own.weight_bytes);
    bench_add_times(run, context);
    bench_add_end(run);
    if (p->baseline.path) add_baseline(run, p, own.arena_bytes);
}

static edgeai_status measure_row(bench_run *run, edgeai_context *context)
{
    const bench_options *o = run->options;
    const uint64_t seed = (uint64_t)o->decoding.seed;
    pair p = {.one = {.path = o->model}, .baseline = {.path = o->baseline_text}};
    int64_t size[2];
    if (!read_size(o->size_text, size)) return EDGEAI_E_INVALID; /* check() has seen it */
    bench_row_begin(run, "%d threads", edgeai_context_threads(context));
    edgeai_status status = open_network(&p.one, context, size, seed);
    if (status == EDGEAI_OK && p.baseline.path)
        status = open_network(&p.baseline, context, size, seed);
    if (status == EDGEAI_OK)
        status = bench_sample(run, o->n_warmup, run_one, p.baseline.path ? run_baseline : NULL, &p);
    if (status == EDGEAI_OK) add_row(run, &p, context);
    close_network(&p.one);
    close_network(&p.baseline);
    return status;
}

static edgeai_status measure(bench_run *run)
{
    edgeai_status status = EDGEAI_OK;
    for (size_t n = 0; status == EDGEAI_OK && n < run->options->threads.n; n++) {
        edgeai_context *context;
        status = bench_context(run, run->options->threads.items[n], &context);
        if (status != EDGEAI_OK) return status;
        status = measure_row(run, context);
        edgeai_context_free(context);
    }
    return status;
}

const bench_kind bench_graph = {.name = "graph",
                                .schema = "edgeai-bench-graph/1",
                                .uses_networks = true,
                                .check = check,
                                .count = count,
                                .columns = columns,
                                .n_columns = n_columns,
                                .measure = measure};
