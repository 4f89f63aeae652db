/* SPDX-License-Identifier: MIT */
/* edgeai-quantize: a model file in other weight types, and what that costs. */

#include <stdio.h>
#include <string.h>

#include "common/decode_settings.h"
#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/options.h"
#include "common/progress.h"
#include "common/stderr_log.h"
#include "quantize/quantization.h"

static bool pure, allow_requantize, dry_run, as_json;
static const char *output_type, *embedding_type, *tasks_path;
static option_texts rule_texts;
static int format;
static int64_t n_limit;
static decode_settings decoding;
static common_options common;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "Types"},
    {OPTION_FLAG, "pure", .target = &pure,
     .help = "Give every weight matrix TYPE; otherwise some are kept better."},
    {OPTION_TEXT, "output-tensor-type", .target = &output_type, .argument = "TYPE",
     .shown = "by rule", .help = "Type of output.weight, or of what stands for it."},
    {OPTION_TEXT, "token-embedding-type", .target = &embedding_type, .argument = "TYPE",
     .shown = "by rule", .help = "Type of token_embd.weight."},
    {OPTION_TEXTS, "tensor-type", .target = &rule_texts, .argument = "REGEX=TYPE",
     .help = "Type of the weight matrices whose name the expression is found in; may be repeated, "
             "the first that matches wins."},
    {OPTION_FLAG, "allow-requantize", .target = &allow_requantize,
     .help = "Also convert tensors that are quantized already, which adds their errors."},
    {OPTION_FLAG, "dry-run", .target = &dry_run,
     .help = "Print types and sizes only; OUT may be left out."},
    {OPTION_GROUP, .help = "Accuracy"},
    {OPTION_TEXT, "tasks", 't', &tasks_path, .argument = "FILE",
     .help = "Let both models answer these problems: JSON lines with prompt and answer, or GSM8K's "
             "question and answer."},
    {OPTION_INTEGER, "limit", .target = &n_limit, .min = 0, .max = 1e9, .argument = "N",
     .preset = "0", .shown = "all", .help = "Only the first N problems."},
    {OPTION_CHOICE, "chat", .target = &decoding.chat, .argument = "NAME", .preset = "auto",
     .choices = decode_settings_chats, .bare = "auto",
     .help = "How prompts are put into a template; auto: as the model's file says."},
    DECODE_SETTINGS_LENGTH(decoding),
    {OPTION_GROUP, .help = "Output"},
    {OPTION_CHOICE, "format", .target = &format, .argument = "NAME", .preset = "md",
     .choices = report_format_names, .help = "Form of the tables."},
    {OPTION_FLAG, "json", .target = &as_json, .help = "The same as --format json."},
    OPTIONS_COMMON(common),
};

static const tool_program self = {
    .name = "edgeai-quantize",
    .synopsis = "[OPTION]... IN.gguf OUT.gguf TYPE",
    .summary = "Writes a language model with other weight types, and prints sizes and errors.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
    .n_operands_max = 3,
    .operand_files = "file",
};

static edgeai_tensor_rule rules[OPTION_TEXTS_MAX];
static char patterns[OPTION_TEXTS_MAX][512];

/* "REGEX=TYPE", parted at the last "=": expressions may hold others. -1, or an exit code. */
static int read_rules(void)
{
    for (size_t i = 0; i < rule_texts.n; i++) {
        const char *text = rule_texts.texts[i], *end = strrchr(text, '=');
        size_t n = end ? (size_t)(end - text) : 0;
        if (n == 0 || n >= sizeof patterns[i])
            return options_usage_error(&self, "--tensor-type: expected REGEX=TYPE, found '%s'",
                                       text);
        memcpy(patterns[i], text, n);
        patterns[i][n] = '\0';
        rules[i] = (edgeai_tensor_rule){patterns[i], end + 1};
    }
    return -1;
}

/* -1, or an exit code. */
static int read_operands(quantization *run, int n, char **operands)
{
    if (dry_run && tasks_path)
        return options_usage_error(&self, "--dry-run writes no model that --tasks could ask");
    if (n < (dry_run ? 2 : 3))
        return options_usage_error(&self, "expected IN.gguf, OUT.gguf and TYPE");
    if (as_json) format = REPORT_JSON;
    *run = (quantization){.type = operands[n - 1], .tasks_path = tasks_path, .is_dry = dry_run};
    run->models[0] = (quantization_model){.name = "before", .path = operands[0]};
    run->models[1] = (quantization_model){.name = "after", .path = n > 2 ? operands[1] : NULL};
    return read_rules();
}

static progress bar;

/* Elements of a unit of the progress bar. */
#define BAR_UNIT ((uint64_t)1 << 20)

static int on_progress(void *user, const edgeai_quantize_progress *done)
{
    (void)user;
    if (!bar.enabled && done->n_elements == 0)
        progress_begin(&bar, (size_t)(done->n_elements_most / BAR_UNIT),
                       !common.quiet && !common.no_progress);
    char note[80];
    snprintf(note, sizeof note, "%.60s", done->tensor);
    progress_show(&bar, (size_t)(done->n_elements / BAR_UNIT), note);
    return interrupt_came();
}

static edgeai_status plan(quantization *run, edgeai_context *context)
{
    edgeai_lm_quantize_options settings = EDGEAI_LM_QUANTIZE_OPTIONS_INIT;
    settings.pure = pure;
    settings.allow_requantize = allow_requantize;
    settings.output_type = output_type;
    settings.embedding_type = embedding_type;
    settings.tensor_rules = rules;
    settings.n_tensor_rules = rule_texts.n;
    settings.on_progress = on_progress;
    edgeai_status status =
        edgeai_lm_quantizer_create(&run->quantizer, context, run->file, run->type, &settings);
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
static edgeai_status ask(quantization_model *model, edgeai_context *context,
                         const edgeai_tasks *tasks)
{
    edgeai_generate_options settings = EDGEAI_GENERATE_OPTIONS_INIT;
    settings.n_tokens = (size_t)decoding.n_tokens;
    settings.n_row_max = (size_t)decoding.n_row_max;
    settings.no_early_stop = decoding.no_early_stop;
    settings.chat = (edgeai_chat)decoding.chat;
    settings.decode.on_step = on_step;
    task_run answers = {.tasks = tasks, .n_tasks = task_run_count(tasks, n_limit)};
    edgeai_status status =
        edgeai_generator_create(&answers.generator, context, model->path, &settings);
    if (status == EDGEAI_OK) status = task_run_warm_up(&answers, 1);
    progress_begin(&answers.bar, answers.n_tasks, !common.quiet && !common.no_progress);
    if (status == EDGEAI_OK) status = task_run_measure(&answers, model->name, &model->sums);
    progress_end(&answers.bar);
    edgeai_generator_free(answers.generator);
    return status;
}

/* Everything but the report. */
static edgeai_status work(quantization *run, edgeai_context *context, const edgeai_tasks *tasks)
{
    edgeai_status status = plan(run, context);
    if (status != EDGEAI_OK || dry_run) return status;
    status = edgeai_lm_quantizer_write(run->quantizer, run->models[1].path);
    progress_end(&bar);
    for (size_t i = 0; tasks && status == EDGEAI_OK && i < 2; i++)
        status = ask(&run->models[i], context, tasks);
    return status;
}

static int quantize(quantization *run, edgeai_context *context, const edgeai_tasks *tasks)
{
    edgeai_model_file *file;
    edgeai_status status = edgeai_model_file_open(&file, context, run->models[0].path);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    run->file = file;
    status = work(run, context, tasks);
    bool is_whole = status == EDGEAI_OK;
    int code = EXIT_CODE_OK;
    if (!is_whole && status != EDGEAI_E_CANCELLED) {
        code = exit_with_error(self.name, status);
    } else if (!quantization_report(run, (report_format)format, is_whole ? "ok" : "cancelled")) {
        fprintf(stderr, "%s: cannot write the table\n", self.name);
        code = EXIT_CODE_RUN;
    } else if (!is_whole) {
        code = interrupt_exit_code();
    }
    edgeai_lm_quantizer_free(run->quantizer);
    edgeai_model_file_free(file);
    return code;
}

int main(int argc, char **argv)
{
    quantization run;
    int first, code = options_parse(&self, argc, argv, &first);
    if (code < 0) code = read_operands(&run, argc - first, argv + first);
    if (code >= 0) return code;
    if (file_check(self.name, run.models[0].path) != EXIT_CODE_OK ||
        (tasks_path && file_check(self.name, tasks_path) != EXIT_CODE_OK))
        return EXIT_CODE_FILE;

    interrupt_install();
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&settings, self.name, &common);
    edgeai_context *context;
    edgeai_status status = edgeai_context_create(&context, &settings);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    edgeai_tasks *tasks = NULL;
    if (tasks_path) status = edgeai_tasks_open(&tasks, context, tasks_path);
    code =
        status == EDGEAI_OK ? quantize(&run, context, tasks) : exit_with_error(self.name, status);
    edgeai_tasks_free(tasks);
    edgeai_context_free(context);
    return code;
}
