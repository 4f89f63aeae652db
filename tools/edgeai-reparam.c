/* SPDX-License-Identifier: MIT */
/* edgeai-reparam: a deep network as a shallow one that computes the same. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/reparam.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/options.h"
#include "common/stderr_log.h"
#include "reparam/input_network.h"
#include "reparam/input_shapes.h"
#include "reparam/reparam_report.h"

static common_options common;
static bool as_json, plan_only, linearize;
static int mode, timing;
static int64_t n_verify, n_runs, seed;
static double target_speedup, tolerance;
static const char *budget, *latency_table, *dot, *images;
static option_texts shapes;

static const char *const modes[] = {"exact", "pad-first", "approx", NULL};
static const char *const timings[] = {"estimated", "measured", "always", NULL};

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Merging"},
    {OPTION_CHOICE, "mode", .target = &mode, .choices = modes, .preset = "exact",
     .argument = "MODE",
     .help = "exact: only what computes the same; pad-first: the padding of a segment moves to its "
             "first layer; approx: outputs near the border may change."},
    {OPTION_CHOICE, "timing", .target = &timing, .choices = timings, .preset = "measured",
     .argument = "HOW",
     .help = "Where the times come from that decide: measured on this machine, estimated, or "
             "always: merges all that may be."},
    {OPTION_TEXT, "latency-table", .target = &latency_table, .argument = "FILE",
     .help = "Measured times are taken from it and added to it."},
    {OPTION_FLAG, "linearize", .target = &linearize,
     .help = "Drops activations that the network marks as removable, where that is faster."},
    {OPTION_TEXT, "budget", .target = &budget, .argument = "TIME",
     .help = "Drops no more of them than the time of all layers, such as 8ms, needs."},
    {OPTION_REAL, "target-speedup", .target = &target_speedup, .min = 0, .max = 1000,
     .argument = "X", .help = "The same with the time before divided by X."},
    {OPTION_TEXTS, "shape", .target = &shapes, .argument = "NAME=SHAPE",
     .help = "Shape of an input that the network leaves open: image=1x3x224x224."},
    {OPTION_GROUP, .help = "Checking"},
    {OPTION_INTEGER, "verify", .target = &n_verify, .min = 0, .max = 100000, .argument = "N",
     .preset = "4", .help = "Runs N random inputs, and N pictures of --images, through both."},
    {OPTION_TEXT, "images", .target = &images, .argument = "FOLDER",
     .help = "Pictures to verify on, which become the input as the network's file says."},
    {OPTION_REAL, "tolerance", .target = &tolerance, .min = 0, .max = 1e30, .argument = "X",
     .shown = "1e-4 in mode exact, none else",
     .help = "Largest difference of an output, by its largest value; above it nothing is written."},
    {OPTION_INTEGER, "seed", .target = &seed, .min = 0, .max = 1e15, .argument = "N", .preset = "1",
     .help = "Of the random inputs."},
    {OPTION_INTEGER, "runs", .target = &n_runs, .min = 0, .max = 10000, .argument = "N",
     .preset = "20", .help = "Runs that time each network; 0: none."},
    {OPTION_GROUP, .help = "Output"},
    {OPTION_FLAG, "plan-only", .target = &plan_only, .help = "Writes no network."},
    {OPTION_TEXT, "dot", .target = &dot, .argument = "FILE",
     .help = "Draws both networks for Graphviz."},
    {OPTION_FLAG, "json", .target = &as_json, .help = "One JSON object in place of tables."},
    OPTIONS_COMMON(common),
};

static const tool_program self = {
    .name = "edgeai-reparam",
    .synopsis = "[OPTION]... IN OUT.gguf",
    .summary = "Merges layers of a trained network where that is faster.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 2,
    .operand_files = "file",
};

static bool is_above(const reparam_results *results)
{
    return results->verified && !(results->verified->all.max <= results->tolerance) &&
           !isinf(results->tolerance);
}

static int print(const reparam_results *results)
{
    const bool is_ok =
        as_json ? reparam_results_json(results, stdout) : reparam_results_print(results, stdout);
    if (is_ok) return EXIT_CODE_OK;
    fprintf(stderr, "%s: cannot write the result\n", self.name);
    return EXIT_CODE_RUN;
}

static int refuse(const char *what)
{
    fprintf(stderr, "%s: %s\n", self.name, what);
    return EXIT_CODE_MODEL;
}

/* Adds the pictures of --images: EXIT_CODE_OK, or another, everything having been said. */
static int verify_pictures(verification *verified, const input_network *in)
{
    image_folder folder;
    int code = EXIT_CODE_FILE;
    if (in->n_picture == 0 || in->n_picture != in->n_input)
        return refuse("--images: input 0 has another size than pictures, or none");
    if (image_folder_open(&folder, self.name, images, NULL, 0)) {
        image_folder_sample(&folder, (size_t)n_verify);
        const edgeai_status status = verification_add_pictures(
            verified, in->context, &in->picture, &folder, !common.quiet && !common.no_progress);
        code = status == EDGEAI_OK ? EXIT_CODE_OK : exit_with_error(self.name, status);
        if (status == EDGEAI_E_CANCELLED) code = interrupt_exit_code();
    }
    image_folder_free(&folder);
    return code;
}

static int verify(verification *verified, const input_network *in, const edgeai_reparam *reparam)
{
    edgeai_status status = verification_begin(verified, reparam) ? EDGEAI_OK : EDGEAI_E_MEMORY;
    if (status == EDGEAI_OK)
        status = verification_add_random(verified, (size_t)n_verify, (uint64_t)seed);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    return images ? verify_pictures(verified, in) : EXIT_CODE_OK;
}

static int check_and_write(reparam_results *results)
{
    edgeai_status status =
        edgeai_reparam_compare(results->reparam, (size_t)n_runs, &results->before, &results->after);
    if (status == EDGEAI_OK && dot) status = edgeai_reparam_draw(results->reparam, dot);
    const bool is_good = !is_above(results);
    if (status == EDGEAI_OK && is_good && results->output)
        status = edgeai_graph_save(edgeai_reparam_graph(results->reparam), results->output);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    const int code = print(results);
    if (code != EXIT_CODE_OK || is_good) return code;
    fprintf(stderr, "%s: the outputs differ by %.3g, more than %.3g; nothing was written\n",
            self.name, results->verified->all.max, results->tolerance);
    return EXIT_CODE_VERIFY;
}

static int transform(const input_network *in, reparam_results *results,
                     const edgeai_reparam_options *settings)
{
    edgeai_reparam *reparam;
    const edgeai_status status = edgeai_reparam_create(&reparam, in->graph, settings);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    verification verified = {0};
    int code = EXIT_CODE_OK;
    results->reparam = reparam;
    if (n_verify > 0) {
        code = verify(&verified, in, reparam);
        results->verified = &verified;
    }
    if (code == EXIT_CODE_OK) code = check_and_write(results);
    verification_end(&verified);
    edgeai_reparam_free(reparam);
    return code;
}

static int run(const char *path, const char *out, edgeai_binding *bindings,
               edgeai_reparam_options *settings)
{
    edgeai_context_options context_settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&context_settings, self.name, &common);
    edgeai_context *context = NULL;
    input_network in = {0};
    reparam_results results = {.input = path, .output = out, .mode = modes[mode]};
    results.tolerance = tolerance >= 0 ? tolerance : mode == 0 ? 1e-4 : INFINITY;
    edgeai_status status = edgeai_context_create(&context, &context_settings);
    if (status == EDGEAI_OK) status = input_network_open(&in, context, path, bindings, settings);
    const int code = status == EDGEAI_OK ? transform(&in, &results, settings)
                                         : exit_with_error(self.name, status);
    input_network_close(&in);
    edgeai_context_free(context);
    return code;
}

/* "8ms" or "8"; 0 where it is none. */
static double milliseconds(const char *text)
{
    char *end;
    const double ms = strtod(text, &end);
    return end != text && (*end == '\0' || strcmp(end, "ms") == 0) && ms > 0 && isfinite(ms) ? ms
                                                                                             : 0;
}

int main(int argc, char **argv)
{
    static edgeai_binding bindings[OPTION_TEXTS_MAX + 1];
    static char names[OPTION_TEXTS_MAX][256];
    edgeai_reparam_options settings = EDGEAI_REPARAM_OPTIONS_INIT;
    tolerance = -1;
    int first, code = options_parse(&self, argc, argv, &first);
    if (code >= 0) return code;
    if (argc - first < (plan_only ? 1 : 2))
        return options_usage_error(&self, plan_only ? "expected IN" : "expected IN and OUT.gguf");
    for (size_t i = 0; i < shapes.n; i++)
        if (!input_shape_read(shapes.texts[i], names[i], sizeof names[i], &bindings[i]))
            return options_usage_error(&self, "--shape: expected NAME=1x3x32x32, found '%s'",
                                       shapes.texts[i]);
    if (budget && !(settings.budget_ms = milliseconds(budget)))
        return options_usage_error(&self, "--budget: expected a time such as 8ms, found '%s'",
                                   budget);
    if ((budget || target_speedup > 0) && (!linearize || timing == EDGEAI_REPARAM_ALWAYS))
        return options_usage_error(
            &self, "--budget and --target-speedup need --linearize and a timing other than always");
    if (images && n_verify == 0)
        return options_usage_error(&self, "--images: expected --verify of at least 1");
    if (file_check(self.name, argv[first]) != EXIT_CODE_OK) return EXIT_CODE_FILE;
    settings.mode = (edgeai_reparam_mode)mode;
    settings.timing = (edgeai_reparam_timing)timing;
    settings.linearize = linearize;
    settings.target_speedup = target_speedup;
    settings.latency_table = timing == EDGEAI_REPARAM_MEASURED ? latency_table : NULL;
    settings.bindings = bindings;
    settings.n_bindings = shapes.n;
    interrupt_install();
    return run(argv[first], plan_only ? NULL : argv[first + 1], bindings, &settings);
}
