/* SPDX-License-Identifier: MIT */
/* edgeai-bench matmul: one product, of every type, size, layout and number of threads. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/tensor.h>

#include "bench/baseline.h"
#include "bench/bench.h"

static const report_column columns[] = {
    {"Type", "type", REPORT_TEXT},
    {"Rows", "n_rows", 0},
    {"K", "n_in", 0},
    {"M", "n_out", 0},
    {"Weights", "weights", REPORT_TEXT},
    {"Activations", "activations", REPORT_TEXT},
    BENCH_TIME_COLUMNS,
    {"GFLOP/s", "gflop_per_s", 2},
    {"GB/s", "weights_gb_per_s", 2},
    BENCH_END_COLUMNS,
    {"Baseline", "baseline", REPORT_TEXT},
    {"Its threads", "baseline_threads", 0},
    {"Its ms", "baseline_ms", 4},
    {"Ratio", "ratio", 3},
};

enum { N_COLUMNS = sizeof columns / sizeof columns[0], N_BASELINE_COLUMNS = 4 };

/* One matrix of weights, and what multiplies it. */
typedef struct product {
    edgeai_tensor weights;
    void *stored;
    float *dequantized; /* for OpenBLAS */
    float *x, *y;       /* [most rows, K] and [most rows, M] */
    size_t n_rows, k, m;
    edgeai_matmul *matmul;
    baseline_reader reader;
    uint64_t read_sum;
} product;

static edgeai_dtype dtype_of(int type)
{
    edgeai_dtype dtype = EDGEAI_DTYPE_F32;
    edgeai_dtype_from_name(bench_types[type], &dtype);
    return dtype;
}

static int check(const bench_options *options, const tool_program *program)
{
    for (size_t t = 0; t < options->types.n; t++)
        for (size_t i = 0; i < options->k.n; i++) {
            const int type = options->types.items[t];
            const int block = edgeai_dtype_block_elements(dtype_of(type));
            if (options->k.items[i] % block != 0)
                return options_usage_error(program, "--k: %lld is no multiple of %s's blocks of %d",
                                           (long long)options->k.items[i], bench_types[type],
                                           block);
        }
    return -1;
}

static size_t count(const bench_options *o)
{
    return o->threads.n * o->k.n * o->m.n * o->types.n * o->weights.n * o->activations.n *
           o->rows.n;
}

static size_t n_columns(const bench_options *options)
{
    return options->baseline == BENCH_BASELINE_NONE ? N_COLUMNS - N_BASELINE_COLUMNS : N_COLUMNS;
}

/*
 * Random weights: 16 rows over and over. Kernels' times do not depend on values, and the search for
 * good scales would take longer than the measurements.
 */
static edgeai_status fill_weights(product *p, float *some, edgeai_dtype dtype, uint64_t seed)
{
    const size_t row_bytes = edgeai_dtype_row_bytes(dtype, (int64_t)p->k);
    const size_t n_distinct = p->m < 16 ? p->m : 16;
    bench_random(some, n_distinct * p->k, seed);
    edgeai_status status = edgeai_quantize(dtype, some, p->stored, n_distinct * p->k);
    unsigned char *rows = p->stored;
    for (size_t i = n_distinct; i < p->m; i++)
        memcpy(rows + i * row_bytes, rows + (i - n_distinct) * row_bytes, row_bytes);
    return status;
}

static edgeai_status product_create(product *p, const bench_options *options, size_t k, size_t m,
                                    edgeai_dtype dtype)
{
    const size_t n_rows = (size_t)number_list_largest(&options->rows);
    const size_t n_bytes = m * edgeai_dtype_row_bytes(dtype, (int64_t)k);
    const uint64_t seed = (uint64_t)options->decoding.seed;
    *p = (product){.k = k, .m = m};
    p->stored = aligned_alloc(64, (n_bytes + 63) & ~(size_t)63);
    p->x = malloc(n_rows * k * sizeof *p->x);
    p->y = malloc(n_rows * m * sizeof *p->y);
    float *some = malloc(16 * k * sizeof *some);
    edgeai_status status = EDGEAI_E_MEMORY;
    if (p->stored && p->x && p->y && some) status = fill_weights(p, some, dtype, seed);
    free(some);
    if (status != EDGEAI_OK) return status;
    bench_random(p->x, n_rows * k, seed + 1);
    p->weights = (edgeai_tensor){.name = "weights",
                                 .dtype = dtype,
                                 .n_dims = 2,
                                 .shape = {(int64_t)k, (int64_t)m, 1, 1},
                                 .data = p->stored,
                                 .data_bytes = n_bytes};
    if (options->baseline != BENCH_BASELINE_OPENBLAS) return EDGEAI_OK;
    p->dequantized = malloc(m * k * sizeof *p->dequantized);
    return p->dequantized ? edgeai_dequantize(dtype, p->stored, p->dequantized, m * k)
                          : EDGEAI_E_MEMORY;
}

static void product_free(product *p)
{
    baseline_reader_close(&p->reader);
    free(p->stored);
    free(p->dequantized);
    free(p->x);
    free(p->y);
}

static edgeai_status multiply(void *user)
{
    product *p = user;
    return edgeai_matmul_run(p->matmul, p->x, p->n_rows, p->y);
}

static edgeai_status multiply_by_openblas(void *user)
{
    product *p = user;
    baseline_sgemm(p->x, p->n_rows, p->k, p->dequantized, p->m, p->y);
    return EDGEAI_OK;
}

static edgeai_status read_as_much(void *user)
{
    product *p = user;
    p->read_sum += baseline_reader_run(&p->reader);
    return EDGEAI_OK;
}

static void add_row(bench_run *run, const product *p, const edgeai_context *context, int weights,
                    int activations)
{
    report *table = &run->table;
    bench_samples *samples = &run->samples;
    report_text(table, edgeai_dtype_name(p->weights.dtype));
    report_number(table, (double)p->n_rows);
    report_number(table, (double)p->k);
    report_number(table, (double)p->m);
    report_text(table, decode_settings_weights[weights]);
    report_text(table, decode_settings_activations[activations]);
    const double ms = bench_add_times(run, context);
    report_number(table, 2e-6 * (double)p->n_rows * (double)p->k * (double)p->m / ms);
    report_number(table, 1e-6 * (double)p->weights.data_bytes / ms);
    bench_add_end(run);
    const int baseline = run->options->baseline;
    if (baseline == BENCH_BASELINE_NONE) return;
    report_text(table, bench_baselines[baseline]);
    report_number(table, baseline == BENCH_BASELINE_READ ? edgeai_context_threads(context) : 1);
    report_number(table, sample_quantile(samples->baseline_ms, samples->n, 0.5));
    report_number(table, sample_quantile(samples->ratios, samples->n, 0.5));
}

static edgeai_status measure_row(bench_run *run, product *p, edgeai_context *context, int weights,
                                 int activations)
{
    static const bench_call baselines[] = {NULL, multiply_by_openblas, read_as_much};
    const bench_options *o = run->options;
    edgeai_matmul_options options = EDGEAI_MATMUL_OPTIONS_INIT;
    options.weights = (edgeai_weights)weights;
    options.activations = (edgeai_activations)activations;
    options.n_rows_max = p->n_rows;
    bench_row_begin(run, "%s %zu x %zu x %zu", edgeai_dtype_name(p->weights.dtype), p->n_rows, p->k,
                    p->m);
    edgeai_status status = edgeai_matmul_create(&p->matmul, context, &p->weights, &options);
    if (status != EDGEAI_OK) return status;
    status = bench_sample(run, o->n_warmup, multiply, baselines[o->baseline], p);
    if (status == EDGEAI_OK) add_row(run, p, context, weights, activations);
    edgeai_matmul_free(p->matmul);
    return status;
}

/* All rows of one matrix. */
static edgeai_status measure_product(bench_run *run, edgeai_context *context, size_t k, size_t m,
                                     edgeai_dtype dtype)
{
    const bench_options *o = run->options;
    product p;
    edgeai_status status = product_create(&p, o, k, m, dtype);
    if (status == EDGEAI_OK && o->baseline == BENCH_BASELINE_READ &&
        !baseline_reader_open(&p.reader, p.weights.data_bytes,
                              (size_t)edgeai_context_threads(context)))
        status = EDGEAI_E_MEMORY;
    for (size_t w = 0; w < o->weights.n; w++)
        for (size_t a = 0; a < o->activations.n; a++)
            for (size_t i = 0; status == EDGEAI_OK && i < o->rows.n; i++) {
                p.n_rows = (size_t)o->rows.items[i];
                status =
                    measure_row(run, &p, context, o->weights.items[w], o->activations.items[a]);
            }
    product_free(&p);
    return status;
}

static edgeai_status measure(bench_run *run)
{
    const bench_options *o = run->options;
    edgeai_status status = EDGEAI_OK;
    for (size_t n = 0; status == EDGEAI_OK && n < o->threads.n; n++) {
        edgeai_context *context;
        status = bench_context(run, o->threads.items[n], &context);
        if (status != EDGEAI_OK) return status;
        for (size_t k = 0; k < o->k.n; k++)
            for (size_t m = 0; m < o->m.n; m++)
                for (size_t t = 0; status == EDGEAI_OK && t < o->types.n; t++)
                    status = measure_product(run, context, (size_t)o->k.items[k],
                                             (size_t)o->m.items[m], dtype_of(o->types.items[t]));
        edgeai_context_free(context);
    }
    return status;
}

const bench_kind bench_matmul = {.name = "matmul",
                                 .schema = "edgeai-bench-matmul/1",
                                 .types = bench_types,
                                 .types_preset = "F32,F16,Q8_0,Q4_0,Q4_K",
                                 .check = check,
                                 .count = count,
                                 .columns = columns,
                                 .n_columns = n_columns,
                                 .measure = measure};
