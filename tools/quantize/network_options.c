/* SPDX-License-Identifier: MIT */
#include "quantize/network_options.h"

#include <stdlib.h>
#include <string.h>

enum { KEEP_MAX = 64, KEEP_BYTES = 4096 };

/* Options that are for language models: -1, or an exit code that names the first. */
static int refuse_others(const quantize_settings *settings)
{
    const struct {
        const char *name;
        bool is_given;
    } others[] = {{"pure", settings->pure},
                  {"output-tensor-type", settings->output_type != NULL},
                  {"token-embedding-type", settings->embedding_type != NULL},
                  {"tensor-type", settings->rule_texts.n > 0},
                  {"allow-requantize", settings->allow_requantize},
                  {"tasks", settings->tasks_path != NULL},
                  {"chat", settings->decoding.chat != 0},
                  {"n-tokens", settings->decoding.n_tokens != 0},
                  {"context", settings->decoding.n_row_max != 0},
                  {"no-early-stop", settings->decoding.no_early_stop}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i].is_given)
            return options_usage_error(settings->program,
                                       "--%s is for language models, not convolutional networks",
                                       others[i].name);
    return -1;
}

/* -1, or an exit code. */
static int check_together(const quantize_settings *settings, int n, char **operands)
{
    const tool_program *program = settings->program;
    if (n > 2)
        return options_usage_error(program,
                                   "a TYPE is for language models, '%s' is a convolutional "
                                   "network: expected IN and OUT.gguf",
                                   operands[0]);
    if (n < 2 && !settings->dry_run)
        return options_usage_error(program, "expected IN and OUT.gguf");
    if (settings->weights < 0)
        return options_usage_error(
            program, "'%s' is a convolutional network: expected --weights ternary, binary or int8",
            operands[0]);
    if (settings->activations > 0 && !settings->calibrate_path && !settings->dry_run)
        return options_usage_error(program, "--activations needs pictures: --calibrate FOLDER");
    if (settings->input_scale != 0 && settings->activations != EDGEAI_PRECISION_BINARY)
        return options_usage_error(program, "--input-scale map needs --activations binary");
    if (!settings->calibrate_path && (settings->method || settings->n_samples || settings->correct))
        return options_usage_error(program, "--%s needs pictures: --calibrate FOLDER",
                                   settings->method      ? "method"
                                   : settings->n_samples ? "samples"
                                                         : "correct");
    if (settings->dry_run && settings->evaluate_path)
        return options_usage_error(program, "--dry-run writes no network for --evaluate");
    return -1;
}

/* "PREFIX:NUMBER", the number in (low, high]. */
static bool read_number(const char *text, const char *prefix, double low, double high,
                        double *number)
{
    size_t n = strlen(prefix);
    char *end;
    if (strncmp(text, prefix, n) != 0 || text[n] != ':') return false;
    *number = strtod(text + n + 1, &end);
    return end != text + n + 1 && *end == '\0' && *number > low && *number <= high;
}

static bool read_scale(const char *text, edgeai_graph_quantize_options *options)
{
    double n;
    if (!text || strcmp(text, "filter") == 0) return true;
    options->filters_per_scale = EDGEAI_SCALE_LAYER;
    if (strcmp(text, "layer") == 0) return true;
    if (!read_number(text, "group", 0, 1 << 24, &n) || n != (double)(size_t)n) return false;
    options->filters_per_scale = (size_t)n;
    return true;
}

static bool read_method(const char *text, edgeai_graph_quantize_options *options)
{
    if (!text || strcmp(text, "minmax") == 0) return true;
    options->calibration = EDGEAI_CALIBRATION_KL;
    if (strcmp(text, "kl") == 0) return true;
    options->calibration = EDGEAI_CALIBRATION_PERCENTILE;
    return strcmp(text, "percentile") == 0 ||
           read_number(text, "percentile", 0, 100, &options->percentile);
}

/* Names parted by commas; "none" alone is no name. */
static bool read_keep(const char *text, edgeai_graph_quantize_options *options)
{
    static char copy[KEEP_BYTES];
    static const char *names[KEEP_MAX];
    size_t n = 0, length = text ? strlen(text) : 0;
    if (!text) return true;
    options->keep = names;
    options->n_keep = 0;
    if (strcmp(text, "none") == 0) return true;
    if (length == 0 || length >= sizeof copy) return false;
    memcpy(copy, text, length + 1);
    for (char *at = copy;;) {
        char *comma = strchr(at, ',');
        if (comma) *comma = '\0';
        if (*at == '\0' || n == KEEP_MAX) return false;
        names[n++] = at;
        if (!comma) break;
        at = comma + 1;
    }
    options->n_keep = n;
    return true;
}

int network_options_read(const quantize_settings *settings, int n, char **operands,
                         edgeai_graph_quantize_options *options)
{
    const tool_program *program = settings->program;
    *options = (edgeai_graph_quantize_options)EDGEAI_GRAPH_QUANTIZE_OPTIONS_INIT;
    int code = refuse_others(settings);
    if (code < 0) code = check_together(settings, n, operands);
    if (code >= 0) return code;
    /* The program's lists stand in the order of the enumeration; weights begin with int8. */
    options->weights = (edgeai_precision)(settings->weights + 1);
    options->activations =
        (edgeai_precision)(settings->activations < 0 ? 0 : settings->activations);
    options->input_scale = (edgeai_input_scale)settings->input_scale;
    options->sort_filters = settings->sort_filters;
    if (!read_scale(settings->scale, options))
        return options_usage_error(
            program, "--scale: expected layer, filter or group:G, found '%s'", settings->scale);
    if (!read_method(settings->method, options))
        return options_usage_error(
            program, "--method: expected minmax, percentile:P (0 < P <= 100) or kl, found '%s'",
            settings->method);
    if (!read_keep(settings->keep, options))
        return options_usage_error(program, "--keep: expected names parted by commas, found '%s'",
                                   settings->keep);
    return -1;
}
