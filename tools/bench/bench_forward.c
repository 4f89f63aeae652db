/* SPDX-License-Identifier: MIT */
/* edgeai-bench forward: one pass of a language model over a row, whole or a cached window of it. */

#include <string.h>

#include <edgeai/lm.h>
#include <edgeai/model_file.h>

#include "bench/bench.h"
#include "common/terminal.h"

static const report_column columns[] = {
    {"Model", "model", REPORT_TEXT},
    {"Positions", "n_positions", 0},
    {"Window", "n_window", 0},
    {"Read", "n_read", 0},
    {"Weights", "weights", REPORT_TEXT},
    {"Activations", "activations", REPORT_TEXT},
    BENCH_TIME_COLUMNS,
    {"Positions/s", "positions_per_s", 1},
    {"GFLOP/s", "gflop_per_s", 2},
    {"Load ms", "load_ms", 1},
    BENCH_END_COLUMNS,
};

/* A pass, made again and again. */
typedef struct forward_pass {
    const edgeai_lm *lm;
    edgeai_lm_denoiser *denoiser;
    size_t n_positions, n_window, n_read; /* window 0: no cache */
    int32_t row[BENCH_POSITIONS_MAX], reads[BENCH_POSITIONS_MAX];
    edgeai_prediction predictions[BENCH_POSITIONS_MAX];
} forward_pass;

/* A model as loaded for some rows of the table. */
typedef struct loaded_model {
    edgeai_context *context;
    edgeai_lm *lm;
    const char *name;
    int weights, activations;
    double load_ms;
} loaded_model;

static size_t positions_to_read(size_t n_positions, size_t n_window, size_t n_read)
{
    if (n_read > 0) return n_read;
    return n_window > 0 ? n_window : n_positions;
}

static int check(const bench_options *o, const tool_program *program)
{
    for (size_t i = 0; i < o->positions.n; i++)
        for (size_t w = 0; w < o->windows.n; w++)
            for (size_t r = 0; r < o->reads.n; r++) {
                const int64_t n = o->positions.items[i], window = o->windows.items[w];
                const int64_t read = o->reads.items[r];
                if (window > n)
                    return options_usage_error(program,
                                               "--window: %lld are more than %lld positions",
                                               (long long)window, (long long)n);
                if (read > (window ? window : n))
                    return options_usage_error(
                        program, "--read: %lld are more than the %lld positions computed",
                        (long long)read, (long long)(window ? window : n));
            }
    return -1;
}

static size_t count(const bench_options *o)
{
    return o->threads.n * o->weights.n * o->activations.n * o->positions.n * o->windows.n *
           o->reads.n;
}

static size_t n_columns(const bench_options *options)
{
    (void)options;
    return sizeof columns / sizeof columns[0];
}

/*
 * Multiply-adds with matrices. Positions that are not read need only keys and values in the last
 * layer; mixtures of experts multiply with those that are used, and with the router.
 */
static double matrix_work(const edgeai_lm_info *info, double n_positions, double n_readouts)
{
    const double e = info->n_embd, q = (double)info->n_heads * info->head_dim;
    const double kv = (double)info->n_kv_heads * info->head_dim;
    const double n_experts = info->n_experts > 0 ? info->n_experts_used : 1;
    const double rest = 2 * e * q + 3 * e * info->n_ff * n_experts + e * info->n_experts;
    const double last = n_readouts < n_positions ? n_readouts : n_positions;
    return (info->n_layers - 1) * n_positions * (rest + 2 * e * kv) + n_positions * 2 * e * kv +
           last * rest + n_readouts * e * info->n_vocab;
}

static edgeai_status predict(void *user)
{
    forward_pass *pass = user;
    const edgeai_denoiser *d = edgeai_lm_denoiser_interface(pass->denoiser);
    return d->predict(d->user, pass->row, pass->n_positions, pass->reads, pass->n_read,
                      pass->predictions, NULL);
}

/* Random tokens, every second position a mask; the window is the row's end, and read from its
   beginning. */
static void fill_row(forward_pass *pass, const edgeai_denoiser *d, uint64_t seed)
{
    static float numbers[BENCH_POSITIONS_MAX];
    bench_random(numbers, pass->n_positions, seed);
    for (size_t i = 0; i < pass->n_positions; i++) {
        int32_t token = (int32_t)((numbers[i] + 1.0f) * 0.5f * (float)d->n_vocab);
        if (token >= d->n_vocab) token = d->n_vocab - 1;
        pass->row[i] = i % 2 ? d->mask_token : token;
    }
    const size_t first = pass->n_window ? pass->n_positions - pass->n_window : 0;
    for (size_t i = 0; i < pass->n_read; i++)
        pass->reads[i] = (int32_t)(first + i);
}

/* Readies the pass; with a cache, the whole pass that fills it is made here. */
static edgeai_status prepare(forward_pass *pass, uint64_t seed)
{
    const unsigned wanted = EDGEAI_WANT_TOKEN | EDGEAI_WANT_CONFIDENCE;
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    options.cache = pass->n_window ? EDGEAI_CACHE_DUAL : EDGEAI_CACHE_NONE;
    options.n_tokens_max = pass->n_positions;
    options.wanted = wanted;
    edgeai_status status = edgeai_lm_denoiser_create(&pass->denoiser, pass->lm, &options);
    if (status != EDGEAI_OK) return status;
    const edgeai_denoiser *d = edgeai_lm_denoiser_interface(pass->denoiser);
    fill_row(pass, d, seed);
    status = d->prepare(d->user, wanted, pass->n_positions);
    if (status != EDGEAI_OK || pass->n_window == 0) return status;
    status = d->begin_block(d->user, pass->n_positions - pass->n_window, pass->n_positions);
    return status == EDGEAI_OK ? predict(pass) : status;
}

static void add_row(bench_run *run, const loaded_model *model, const forward_pass *pass,
                    double n_computed, double n_readouts)
{
    report *table = &run->table;
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(model->lm, &info);
    report_text(table, model->name);
    report_number(table, (double)pass->n_positions);
    report_number(table, (double)pass->n_window);
    report_number(table, (double)pass->n_read);
    report_text(table, decode_settings_weights[model->weights]);
    report_text(table, decode_settings_activations[model->activations]);
    const double ms = bench_add_times(run, model->context);
    report_number(table, 1e3 * n_computed / ms);
    report_number(table, 2e-6 * matrix_work(&info, n_computed, n_readouts) / ms);
    report_number(table, model->load_ms);
    bench_add_end(run);
}

static edgeai_status measure_row(bench_run *run, const loaded_model *model, size_t n_positions,
                                 size_t n_window, size_t n_read)
{
    static forward_pass pass;
    edgeai_lm_counters before, after;
    pass.lm = model->lm;
    pass.denoiser = NULL;
    pass.n_positions = n_positions;
    pass.n_window = n_window;
    pass.n_read = positions_to_read(n_positions, n_window, n_read);
    bench_row_begin(run, "%zu positions", n_positions);
    edgeai_status status = prepare(&pass, (uint64_t)run->options->decoding.seed);
    if (status == EDGEAI_OK) {
        edgeai_lm_denoiser_get_counters(pass.denoiser, &before);
        status = bench_sample(run, run->options->n_warmup, predict, NULL, &pass);
    }
    if (status == EDGEAI_OK) {
        edgeai_lm_denoiser_get_counters(pass.denoiser, &after);
        const double n = (double)(after.n_passes - before.n_passes);
        add_row(run, model, &pass, (double)(after.n_positions - before.n_positions) / n,
                (double)(after.n_readouts - before.n_readouts) / n);
    }
    edgeai_lm_denoiser_free(pass.denoiser);
    return status;
}

/* All rows of one way of loading. */
static edgeai_status measure_model(bench_run *run, loaded_model *model,
                                   const edgeai_model_file *file)
{
    const bench_options *o = run->options;
    edgeai_lm_options options = EDGEAI_LM_OPTIONS_INIT;
    options.weights = (edgeai_weights)model->weights;
    options.activations = (edgeai_activations)model->activations;
    const double begin = terminal_clock_ms();
    edgeai_status status = edgeai_lm_load(&model->lm, model->context, file, &options);
    model->load_ms = terminal_clock_ms() - begin;
    if (status != EDGEAI_OK) return status;
    for (size_t i = 0; i < o->positions.n; i++)
        for (size_t w = 0; w < o->windows.n; w++)
            for (size_t r = 0; status == EDGEAI_OK && r < o->reads.n; r++)
                status = measure_row(run, model, (size_t)o->positions.items[i],
                                     (size_t)o->windows.items[w], (size_t)o->reads.items[r]);
    edgeai_lm_free(model->lm);
    return status;
}

static edgeai_status measure(bench_run *run)
{
    const bench_options *o = run->options;
    const char *slash = strrchr(o->model, '/');
    edgeai_status status = EDGEAI_OK;
    for (size_t n = 0; status == EDGEAI_OK && n < o->threads.n; n++) {
        loaded_model model = {.name = slash ? slash + 1 : o->model};
        edgeai_model_file *file;
        status = bench_context(run, o->threads.items[n], &model.context);
        if (status != EDGEAI_OK) return status;
        status = edgeai_model_file_open(&file, model.context, o->model);
        for (size_t w = 0; w < o->weights.n; w++)
            for (size_t a = 0; status == EDGEAI_OK && a < o->activations.n; a++) {
                model.weights = o->weights.items[w];
                model.activations = o->activations.items[a];
                status = measure_model(run, &model, file);
            }
        edgeai_model_file_free(file);
        edgeai_context_free(model.context);
    }
    return status;
}

const bench_kind bench_forward = {.name = "forward",
                                  .schema = "edgeai-bench-forward/1",
                                  .uses_model = true,
                                  .check = check,
                                  .count = count,
                                  .columns = columns,
                                  .n_columns = n_columns,
                                  .measure = measure};
