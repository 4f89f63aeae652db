/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_BENCH_BENCH_H
#define TOOLS_BENCH_BENCH_H

/* What the parts of edgeai-bench share. */

#include <edgeai/context.h>
#include <edgeai/generate.h>

#include "bench/bench_host.h"
#include "common/choice_list.h"
#include "common/decode_settings.h"
#include "common/number_list.h"
#include "common/options.h"
#include "common/progress.h"
#include "common/report.h"
#include "common/sample_stats.h"

enum { BENCH_SAMPLES_MAX = 10000, BENCH_POSITIONS_MAX = 1 << 16 };

typedef enum bench_baseline {
    BENCH_BASELINE_NONE = 0,
    BENCH_BASELINE_OPENBLAS,
    BENCH_BASELINE_READ
} bench_baseline;

/* Choices of options, NULL at the end: element types, and bench_baseline in its order. */
extern const char *const bench_types[];
extern const char *const bench_baselines[];

/* The command line: lists as given, and as read by bench_options_read(). */
typedef struct bench_options {
    const char *threads_text, *types_text, *rows_text, *k_text, *m_text, *weights_text,
        *activations_text, *positions_text, *window_text, *read_text, *decoders_text, *caches_text,
        *channels_text, *filters_text, *size_text, *kernel_text, *stride_text,
        *baseline_text; /* graph: a file */
    number_list threads, rows, k, m, positions, windows, reads, channels, filters, sizes, kernels,
        strides;
    choice_list types, weights, activations, decoders, caches;
    int baseline; /* bench_baseline */
    int64_t n_warmup, n_repetitions, n_limit;
    double min_time_ms;
    const char *model, *tasks; /* files, once found */
    decode_settings decoding;  /* its seed is also that of random weights and tokens */
    common_options common;     /* n_threads is not used */
} bench_options;

/* Measurements of one row; with a baseline, taken in pairs. */
typedef struct bench_samples {
    size_t n;
    double ms[BENCH_SAMPLES_MAX], baseline_ms[BENCH_SAMPLES_MAX], ratios[BENCH_SAMPLES_MAX];
    double work[BENCH_SAMPLES_MAX];
    /* A call that only a part of counts sets part_ms, which then is its time; whole_ms is all. */
    double part_ms, whole_ms[BENCH_SAMPLES_MAX];
} bench_samples;

/* A run of the program. */
typedef struct bench_run {
    const bench_options *options;
    const char *program;
    progress bar;
    size_t n_done; /* rows */
    report table;
    bench_samples samples; /* of the row being measured */
} bench_run;

/* A subcommand. */
typedef struct bench_kind {
    const char *name, *schema;
    bool uses_model, uses_tasks;
    bool uses_networks;       /* --model, --baseline and --size as its own check() reads them */
    const char *const *types; /* choices of --type, NULL at the end, and its default; NULL: none */
    const char *types_preset;
    /* Checks what can be before anything runs: -1, or the exit code of a usage error. NULL: none.
     */
    int (*check)(const bench_options *options, const tool_program *program);
    size_t (*count)(const bench_options *options); /* rows to come */
    /* Members of its own in the settings that JSON shows. NULL: none. */
    void (*add_settings)(const bench_options *options, cJSON *settings);
    const report_column *columns;
    size_t (*n_columns)(const bench_options *options);
    /* Measures and adds rows, whole ones only. EDGEAI_E_CANCELLED after a signal. */
    edgeai_status (*measure)(bench_run *run);
} bench_kind;

extern const bench_kind bench_matmul, bench_conv, bench_graph, bench_forward, bench_decode;

/* Reads every list. -1, or the exit code of a usage error that was said. */
int bench_options_read(bench_options *self, const tool_program *program, const bench_kind *kind);

/* A context with this many threads; 0: as many as the library chooses. */
edgeai_status bench_context(const bench_run *run, int64_t n_threads, edgeai_context **context);

/* What is measured: one call. */
typedef edgeai_status (*bench_call)(void *user);

/*
 * Fills run->samples: n_warmup calls that do not count, then calls until there are as many as were
 * asked for and they took long enough. A baseline (NULL: none) is called before each.
 */
edgeai_status bench_sample(bench_run *run, int64_t n_warmup, bench_call call, bench_call baseline,
                           void *user);

/* Starts a row: its note on the progress line, and the mark of peak memory back to now. */
__attribute__((format(printf, 2, 3))) void bench_row_begin(bench_run *run, const char *note, ...);

/* The columns and cells of the same measurements in all tables; the times' median is returned. */
#define BENCH_TIME_COLUMNS                                                                         \
    {"Threads", "n_threads", 0}, {"N", "n_repetitions", 0}, {"Min ms", "min_ms", 4},               \
        {"Median ms", "median_ms", 4},                                                             \
    {                                                                                              \
        "p90 ms", "p90_ms", 4                                                                      \
    }
#define BENCH_END_COLUMNS                                                                          \
    {"Peak bytes", "peak_memory_bytes", 0},                                                        \
    {                                                                                              \
        "", "samples_ms", REPORT_ITEMS                                                             \
    }
double bench_add_times(bench_run *run, const edgeai_context *context);
void bench_add_end(bench_run *run);

/* out[n] uniform in [-1, 1), always the same for a seed. */
void bench_random(float *out, size_t n, uint64_t seed);

#endif
