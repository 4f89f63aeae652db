/* SPDX-License-Identifier: MIT */
#include "bench/bench.h"

#include <string.h>

const char *const bench_types[] = {"F32",  "F16",    "BF16",  "Q4_0",  "Q4_1", "Q5_0",
                                   "Q5_1", "Q8_0",   "Q2_K",  "Q3_K",  "Q4_K", "Q5_K",
                                   "Q6_K", "IQ4_NL", "TQ1_0", "TQ2_0", NULL};
const char *const bench_baselines[] = {"none", "openblas", "read", NULL};

/* -1, or the exit code of a usage error. */
static int read_baseline(bench_options *self, const tool_program *program)
{
    self->baseline = BENCH_BASELINE_NONE;
    for (int i = 0; self->baseline_text; i++) {
        if (!bench_baselines[i])
            return options_usage_error(program,
                                       "--baseline: expected none, openblas or read, found '%s'",
                                       self->baseline_text);
        self->baseline = i;
        if (strcmp(bench_baselines[i], self->baseline_text) == 0) break;
    }
    return -1;
}

int bench_options_read(bench_options *self, const tool_program *program, const bench_kind *kind)
{
    const struct {
        const char *name, *text;
        number_list *list;
        int64_t min, max;
    } numbers[] = {
        {"threads", self->threads_text, &self->threads, 0, 256},
        {"rows", self->rows_text, &self->rows, 1, 1 << 20},
        {"k", self->k_text, &self->k, 1, 1 << 20},
        {"m", self->m_text, &self->m, 1, 1 << 20},
        {"positions", self->positions_text, &self->positions, 1, BENCH_POSITIONS_MAX},
        {"window", self->window_text, &self->windows, 0, BENCH_POSITIONS_MAX},
        {"read", self->read_text, &self->reads, 0, BENCH_POSITIONS_MAX},
        {"channels", self->channels_text, &self->channels, 1, 1 << 14},
        {"filters", self->filters_text, &self->filters, 0, 1 << 14},
        {"size", self->size_text && !kind->uses_networks ? self->size_text : "28", &self->sizes, 1,
         1 << 12},
        {"kernel", self->kernel_text, &self->kernels, 1, 63},
        {"stride", self->stride_text, &self->strides, 1, 63},
    };
    const struct {
        const char *name, *text;
        choice_list *list;
        const char *const *choices;
    } names[] = {
        {"type", self->types_text ? self->types_text : kind->types_preset, &self->types,
         kind->types},
        {"weights", self->weights_text, &self->weights, decode_settings_weights},
        {"activations", self->activations_text, &self->activations, decode_settings_activations},
        {"decoder", self->decoders_text, &self->decoders, decode_settings_decoders},
        {"cache", self->caches_text, &self->caches, decode_settings_caches},
    };
    char bad[64];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (!number_list_read(numbers[i].list, numbers[i].text, numbers[i].min, numbers[i].max,
                              bad))
            return options_usage_error(
                program,
                "--%s: expected at most %d numbers or ranges from %lld to %lld, found '%s'",
                numbers[i].name, NUMBER_LIST_MAX, (long long)numbers[i].min,
                (long long)numbers[i].max, bad);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].choices &&
            !choice_list_read(names[i].list, names[i].text, names[i].choices, bad))
            return options_usage_error(program, "--%s: unknown or twice: '%s'", names[i].name, bad);
    return kind->uses_networks ? -1 : read_baseline(self, program);
}
