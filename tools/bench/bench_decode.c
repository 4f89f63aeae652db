/* SPDX-License-Identifier: MIT */
/* edgeai-bench decode: every decoder and cache over a task file. */

#include <string.h>

#include "bench/bench.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/task_run.h"

static const report_column columns[] = {
    {"Model", "model", REPORT_TEXT},
    {"Decoder", "decoder", REPORT_TEXT},
    {"Cache", "cache", REPORT_TEXT},
    {"Items", "n_items", 0},
    {"Exact %", "exact_percent", 1},
    {"Passes", "n_passes_mean", 2},
    {"Tokens/pass", "tokens_per_pass", 2},
    {"Tokens/s", "tokens_per_s", 1},
    BENCH_TIME_COLUMNS,
    BENCH_END_COLUMNS,
};

static size_t count(const bench_options *o)
{
    return o->threads.n * o->caches.n * o->decoders.n;
}

static size_t n_columns(const bench_options *options)
{
    (void)options;
    return sizeof columns / sizeof columns[0];
}

static int on_step(void *user, const edgeai_decode_step *step)
{
    (void)user;
    (void)step;
    return interrupt_came();
}

typedef struct decode_call {
    task_run run;
    task_sums sums; /* of the latest call, as of every other */
} decode_call;

static edgeai_status answer_all(void *user)
{
    decode_call *call = user;
    return task_run_measure(&call->run, "", &call->sums);
}

static edgeai_generate_options way(const bench_options *o, int decoder, int cache)
{
    edgeai_generate_options way = EDGEAI_GENERATE_OPTIONS_INIT;
    decode_settings_apply(&o->decoding, &way);
    way.decode.decoder = (edgeai_decoder)decoder;
    way.decode.on_step = on_step;
    way.cache = (edgeai_cache)cache;
    return way;
}

static void add_settings(const bench_options *o, cJSON *settings)
{
    const edgeai_generate_options shown = way(o, o->decoders.items[0], o->caches.items[0]);
    json_add_text(settings, "tasks", o->tasks);
    cJSON_AddNumberToObject(settings, "limit", (double)o->n_limit);
    cJSON *decoding = cJSON_AddObjectToObject(settings, "decoding");
    decode_settings_json(&shown, decoding);
    /* These two differ from row to row. */
    cJSON_DeleteItemFromObject(decoding, "decoder");
    cJSON_DeleteItemFromObject(decoding, "cache");
}

static void add_row(bench_run *run, const decode_call *call, const edgeai_context *context,
                    int decoder, int cache)
{
    report *table = &run->table;
    bench_samples *samples = &run->samples;
    const task_sums *sums = &call->sums;
    const char *slash = strrchr(run->options->model, '/');
    report_text(table, slash ? slash + 1 : run->options->model);
    report_text(table, decode_settings_decoders[decoder]);
    report_text(table, decode_settings_caches[cache]);
    report_number(table, (double)sums->n_items);
    report_number(table, 100 * task_exact_share(sums));
    report_number(table, task_mean_passes(sums));
    report_number(table, task_tokens_per_pass(sums));
    const double ms = sample_stats_of(samples->ms, samples->n, samples->work).median;
    report_number(table, task_ratio(1e3 * (double)sums->n_tokens, ms));
    bench_add_times(run, context);
    bench_add_end(run);
}

static edgeai_status measure_row(bench_run *run, decode_call *call, const edgeai_context *context,
                                 int decoder, int cache)
{
    const bench_options *o = run->options;
    const edgeai_generate_options options = way(o, decoder, cache);
    bench_row_begin(run, "%s %s", decode_settings_decoders[decoder], decode_settings_caches[cache]);
    edgeai_status status = edgeai_generator_configure(call->run.generator, &options);
    if (status == EDGEAI_OK) status = task_run_warm_up(&call->run, o->n_warmup);
    if (status == EDGEAI_OK) status = bench_sample(run, 0, answer_all, NULL, call);
    if (status == EDGEAI_OK) add_row(run, call, context, decoder, cache);
    return status;
}

/* All decoders and caches on one context. */
static edgeai_status measure_on(bench_run *run, edgeai_context *context)
{
    const bench_options *o = run->options;
    decode_call call = {0};
    edgeai_tasks *tasks;
    edgeai_status status = edgeai_tasks_open(&tasks, context, o->tasks);
    if (status != EDGEAI_OK) return status;
    call.run.tasks = tasks;
    call.run.n_tasks = task_run_count(tasks, o->n_limit);
    const edgeai_generate_options first = way(o, o->decoders.items[0], o->caches.items[0]);
    status = edgeai_generator_create(&call.run.generator, context, o->model, &first);
    for (size_t c = 0; c < o->caches.n; c++)
        for (size_t d = 0; status == EDGEAI_OK && d < o->decoders.n; d++)
            status = measure_row(run, &call, context, o->decoders.items[d], o->caches.items[c]);
    edgeai_generator_free(call.run.generator);
    edgeai_tasks_free(tasks);
    return status;
}

static edgeai_status measure(bench_run *run)
{
    const bench_options *o = run->options;
    edgeai_status status = EDGEAI_OK;
    for (size_t n = 0; status == EDGEAI_OK && n < o->threads.n; n++) {
        edgeai_context *context;
        status = bench_context(run, o->threads.items[n], &context);
        if (status == EDGEAI_OK) status = measure_on(run, context);
        edgeai_context_free(context);
    }
    return status;
}

const bench_kind bench_decode = {.name = "decode",
                                 .schema = "edgeai-bench-decode/1",
                                 .uses_model = true,
                                 .uses_tasks = true,
                                 .count = count,
                                 .add_settings = add_settings,
                                 .columns = columns,
                                 .n_columns = n_columns,
                                 .measure = measure};
