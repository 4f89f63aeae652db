/* SPDX-License-Identifier: MIT */
#include "bench/bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/interrupt.h"
#include "common/stderr_log.h"
#include "common/terminal.h"

edgeai_status bench_context(const bench_run *run, int64_t n_threads, edgeai_context **context)
{
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&settings, run->program, &run->options->common);
    settings.n_threads = (int)n_threads;
    return edgeai_context_create(context, &settings);
}

static edgeai_status time_call(bench_call call, void *user, double *ms)
{
    const double begin = terminal_clock_ms();
    edgeai_status status = call(user);
    *ms = terminal_clock_ms() - begin;
    if (status == EDGEAI_OK && interrupt_came()) return EDGEAI_E_CANCELLED;
    return status;
}

edgeai_status bench_sample(bench_run *run, int64_t n_warmup, bench_call call, bench_call baseline,
                           void *user)
{
    bench_samples *samples = &run->samples;
    double total_ms = 0, ms, other_ms = NAN;
    for (int64_t i = 0; i < n_warmup; i++) {
        edgeai_status status = baseline ? time_call(baseline, user, &other_ms) : EDGEAI_OK;
        if (status == EDGEAI_OK) status = time_call(call, user, &ms);
        if (status != EDGEAI_OK) return status;
    }
    samples->n = 0;
    while (samples->n < BENCH_SAMPLES_MAX) {
        edgeai_status status = baseline ? time_call(baseline, user, &other_ms) : EDGEAI_OK;
        samples->part_ms = NAN;
        if (status == EDGEAI_OK) status = time_call(call, user, &ms);
        if (status != EDGEAI_OK) return status;
        samples->whole_ms[samples->n] = ms;
        if (!isnan(samples->part_ms)) ms = samples->part_ms;
        samples->ms[samples->n] = ms;
        samples->baseline_ms[samples->n] = other_ms;
        samples->ratios[samples->n++] = other_ms / ms;
        total_ms += ms;
        if (samples->n >= (size_t)run->options->n_repetitions &&
            total_ms >= run->options->min_time_ms)
            break;
    }
    return EDGEAI_OK;
}

void bench_row_begin(bench_run *run, const char *note, ...)
{
    char text[120];
    va_list arguments;
    va_start(arguments, note);
    vsnprintf(text, sizeof text, note, arguments);
    va_end(arguments);
    progress_show(&run->bar, run->n_done++, text);
    /* proc(5): 5 puts VmHWM back to what is resident now; not every kernel has the file. */
    FILE *file = fopen("/proc/self/clear_refs", "we");
    if (!file) return;
    fputs("5\n", file);
    fclose(file);
}

/* VmHWM, which unlike getrusage's figure can be put back. */
static double peak_memory_bytes(void)
{
    char line[256];
    double bytes = NAN;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "VmHWM:", 6) == 0) bytes = strtod(line + 6, NULL) * 1024;
    if (file) fclose(file);
    return bytes;
}

double bench_add_times(bench_run *run, const edgeai_context *context)
{
    bench_samples *samples = &run->samples;
    const sample_stats stats = sample_stats_of(samples->ms, samples->n, samples->work);
    report_number(&run->table, edgeai_context_threads(context));
    report_number(&run->table, (double)samples->n);
    report_number(&run->table, stats.min);
    report_number(&run->table, stats.median);
    report_number(&run->table, stats.p90);
    return stats.median;
}

void bench_add_end(bench_run *run)
{
    report_number(&run->table, peak_memory_bytes());
    report_items(&run->table, run->samples.ms, run->samples.n, 4);
}

/* Marsaglia's xorshift64, "Xorshift RNGs", 2003: triple 13, 7, 17. */
void bench_random(float *out, size_t n, uint64_t seed)
{
    uint64_t state = seed * 2 + 0x9E3779B97F4A7C15u;
    for (size_t i = 0; i < n; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        out[i] = (float)(state >> 40) * 0x1p-23f - 1.0f;
    }
}
