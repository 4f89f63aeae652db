/* SPDX-License-Identifier: MIT */

/* edgeai-quantize on language models. */

#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/progress.h"
#include "quantize/quantization.h"

static edgeai_tensor_rule rules[OPTION_TEXTS_MAX];
static char patterns[OPTION_TEXTS_MAX][512];

/* "REGEX=TYPE", parted at the last "=": expressions may hold others. -1, or an exit code. */
static int read_rules(const quantize_settings *settings)
{
    for (size_t i = 0; i < settings->rule_texts.n; i++) {
        const char *text = settings->rule_texts.texts[i], *end = strrchr(text, '=');
        size_t n = end ? (size_t)(end - text) : 0;
        if (n == 0 || n >= sizeof patterns[i])
            return options_usage_error(settings->program,
                                       "--tensor-type: expected REGEX=TYPE, found '%s'", text);
        memcpy(patterns[i], text, n);
        patterns[i][n] = '\0';
        rules[i] = (edgeai_tensor_rule){patterns[i], end + 1};
    }
    return -1;
}

/* Options that are for networks: -1, or an exit code that names the first. */
static int refuse_others(const quantize_settings *settings)
{
    const struct {
        const char *name;
        bool is_given;
    } others[] = {{"weights", settings->weights >= 0},
                  {"activations", settings->activations >= 0},
                  {"scale", settings->scale != NULL},
                  {"sort-filters", settings->sort_filters},
                  {"keep", settings->keep != NULL},
                  {"calibrate", settings->calibrate_path != NULL},
                  {"method", settings->method != NULL},
                  {"samples", settings->n_samples != 0},
                  {"correct", settings->correct},
                  {"evaluate", settings->evaluate_path != NULL},
                  {"input-scale", settings->input_scale != 0}};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (others[i].is_given)
            return options_usage_error(settings->program,
                                       "--%s is for convolutional networks, not language models",
                                       others[i].name);
    return -1;
}

/* -1, or an exit code. */
static int read_operands(quantization *run, int n, char **operands)
{
    const quantize_settings *settings = run->settings;
    int code = refuse_others(settings);
    if (code >= 0) return code;
    if (settings->dry_run && settings->tasks_path)
        return options_usage_error(settings->program,
                                   "--dry-run writes no model that --tasks could ask");
    if (n < (settings->dry_run ? 2 : 3))
        return options_usage_error(settings->program, "expected IN.gguf, OUT.gguf and TYPE");
    run->type = operands[n - 1];
    run->tasks_path = settings->tasks_path;
    run->is_dry = settings->dry_run;
    run->models[0] = (quantization_model){.name = "before", .path = operands[0]};
    run->models[1] = (quantization_model){.name = "after", .path = n > 2 ? operands[1] : NULL};
    return read_rules(settings);
}

/* The bar, and whether it is wanted. */
static progress bar;
static bool is_shown;

/* Elements of a unit of the progress bar. */
#define BAR_UNIT ((uint64_t)1 << 20)

static int on_progress(void *user, const edgeai_quantize_progress *done)
{
    (void)user;
    if (!bar.enabled && done->n_elements == 0)
        progress_begin(&bar, (size_t)(done->n_elements_most / BAR_UNIT), is_shown);
    char note[80];
    snprintf(note, sizeof note, "%.60s", done->tensor);
    progress_show(&bar, (size_t)(done->n_elements / BAR_UNIT), note);
    return interrupt_came();
}

static edgeai_status plan(quantization *run, edgeai_context *context)
{
    const quantize_settings *settings = run->settings;
    edgeai_lm_quantize_options options = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    options.pure = settings->pure;
    options.allow_requantize = settings->allow_requantize;
    options.output_type = settings->output_type;
    options.embedding_type = settings->embedding_type;
    options.tensor_rules = rules;
    options.n_tensor_rules = settings->rule_texts.n;
    options.on_progress = on_progress;
    edgeai_status status =
        edgeai_lm_quantizer_create(&run->quantizer, context, run->file, run->type, &options);
    if (status != EDGEAI_OK) return status;
    edgeai_quantize_totals totals;
    edgeai_lm_quantizer_totals(run->quantizer, &totals);
    run->models[0].n_bytes = totals.bytes_before;
    run->models[1].n_bytes = totals.bytes_after;
    return EDGEAI_OK;
}

static int on_step(void *user, const edgeai_decode_step *step)
{
    (void)user;
    (void)step;
    return interrupt_came();
}

/* DiCo's answers of one of the models. */
static edgeai_status ask(const quantize_settings *settings, quantization_model *model,
                         edgeai_context *context, const edgeai_tasks *tasks)
{
    edgeai_generate_options options = EDGEAI_GENERATE_OPTIONS_INIT;
    options.n_tokens = (size_t)settings->decoding.n_tokens;
    options.n_row_max = (size_t)settings->decoding.n_row_max;
    options.no_early_stop = settings->decoding.no_early_stop;
    options.chat = (edgeai_chat)settings->decoding.chat;
    options.decode.on_step = on_step;
    task_run answers = {.tasks = tasks, .n_tasks = task_run_count(tasks, settings->n_limit)};
    edgeai_status status =
        edgeai_generator_create(&answers.generator, context, model->path, &options);
    if (status == EDGEAI_OK) status = task_run_warm_up(&answers, 1);
    progress_begin(&answers.bar, answers.n_tasks, is_shown);
    if (status == EDGEAI_OK) status = task_run_measure(&answers, model->name, &model->sums);
    progress_end(&answers.bar);
    edgeai_generator_free(answers.generator);
    return status;
}

/* Everything but the report. */
static edgeai_status work(quantization *run, edgeai_context *context, const edgeai_tasks *tasks)
{
    edgeai_status status = plan(run, context);
    if (status != EDGEAI_OK || run->is_dry) return status;
    status = edgeai_lm_quantizer_write(run->quantizer, run->models[1].path);
    progress_end(&bar);
    for (size_t i = 0; tasks && status == EDGEAI_OK && i < 2; i++)
        status = ask(run->settings, &run->models[i], context, tasks);
    return status;
}

static int quantize(quantization *run, edgeai_context *context, const edgeai_tasks *tasks)
{
    const char *program = run->settings->program->name;
    edgeai_model_file *file;
    edgeai_status status = edgeai_model_file_open(&file, context, run->models[0].path);
    if (status != EDGEAI_OK) return exit_with_error(program, status);
    run->file = file;
    status = work(run, context, tasks);
    bool is_whole = status == EDGEAI_OK;
    int code = EXIT_CODE_OK;
    if (!is_whole && status != EDGEAI_E_CANCELLED) {
        code = exit_with_error(program, status);
    } else if (!quantization_report(run, (report_format)run->settings->format,
                                    is_whole ? "ok" : "cancelled")) {
        fprintf(stderr, "%s: cannot write the table\n", program);
        code = EXIT_CODE_RUN;
    } else if (!is_whole) {
        code = interrupt_exit_code();
    }
    edgeai_lm_quantizer_free(run->quantizer);
    edgeai_model_file_free(file);
    return code;
}

int quantize_language(const quantize_settings *settings, edgeai_context *context, int n,
                      char **operands)
{
    quantization run = {.settings = settings};
    const char *program = settings->program->name, *tasks_path = settings->tasks_path;
    int code = read_operands(&run, n, operands);
    if (code >= 0) return code;
    if (file_check(program, run.models[0].path) != EXIT_CODE_OK ||
        (tasks_path && file_check(program, tasks_path) != EXIT_CODE_OK))
        return EXIT_CODE_FILE;
    is_shown = !settings->common.quiet && !settings->common.no_progress;
    edgeai_tasks *tasks = NULL;
    edgeai_status status = tasks_path ? edgeai_tasks_open(&tasks, context, tasks_path) : EDGEAI_OK;
    code = status == EDGEAI_OK ? quantize(&run, context, tasks) : exit_with_error(program, status);
    edgeai_tasks_free(tasks);
    return code;
}
