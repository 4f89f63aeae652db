/* SPDX-License-Identifier: MIT */
/* edgeai-eval: how often decoders answer a task file's problems right, and how fast. */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/choice_list.h"
#include "common/decode_settings.h"
#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/model_path.h"
#include "common/stderr_log.h"
#include "eval/eval.h"

static const char *model, *tasks_path, *decoders_text, *caches_text, *out_path, *system_text;
static int format;
static bool as_json;
static int64_t n_limit;
static double min_exact;
static decode_settings decoding;
static common_options common;

static choice_list decoders, caches;

static const tool_option options[] = {
    {OPTION_GROUP, .help = "What to measure"},
    {OPTION_TEXT, "model", 'm', &model, .argument = "FILE",
     .shown = "the bundled " MODEL_PATH_BUNDLED, .help = "GGUF file of the model."},
    DECODE_SETTINGS_LOADING(decoding),
    {OPTION_TEXT, "tasks", 't', &tasks_path, .argument = "FILE",
     .help = "Problems: JSON lines with prompt and answer, or GSM8K's question and answer."},
    {OPTION_TEXT, "decoder", 'd', &decoders_text, .argument = "A,B,...", .preset = "dico",
     .help = "Decoders to compare, or all: dico, low-confidence, random, origin, maskgit-plus, "
             "topk-margin, entropy, threshold, factor, entropy-bound, klass."},
    {OPTION_TEXT, "cache", .target = &caches_text, .argument = "A,B,...", .preset = "none",
     .help = "Caches to compare, or all: none, prefix, dual."},
    {OPTION_INTEGER, "limit", .target = &n_limit, .min = 0, .max = 1e9, .argument = "N",
     .preset = "0", .shown = "all", .help = "Only the first N problems."},
    {OPTION_CHOICE, "chat", .target = &decoding.chat, .argument = "NAME", .preset = "auto",
     .choices = decode_settings_chats, .bare = "auto",
     .help = "How prompts are put into a template; auto: as the model's file says."},
    {OPTION_TEXT, "system", .target = &system_text, .argument = "TEXT",
     .help = "A system message in front."},
    DECODE_SETTINGS_LENGTH(decoding),
    DECODE_SETTINGS_SAMPLING(decoding),
    DECODE_SETTINGS_DICO(decoding),
    {OPTION_GROUP, .help = "Output"},
    {OPTION_CHOICE, "format", .target = &format, .argument = "NAME", .preset = "md",
     .choices = report_format_names, .help = "Form of the table."},
    {OPTION_FLAG, "json", .target = &as_json, .help = "The same as --format json."},
    {OPTION_TEXT, "out", 'o', &out_path, .argument = "FILE",
     .help = "Write each answer to this file, as JSON lines."},
    {OPTION_REAL, "min-exact", .target = &min_exact, .min = 0, .max = 100, .argument = "PERCENT",
     .preset = "0", .help = "Exit with 5 when any row has fewer right answers."},
    OPTIONS_COMMON(common),
};

static const tool_program self = {
    .name = "edgeai-eval",
    .synopsis = "[OPTION]... --tasks FILE",
    .summary = "Measures decoders on a task file: right answers, forward passes, tokens/s.",
    .options = options,
    .n_options = sizeof options / sizeof options[0],
};

static int read_lists(void)
{
    char unknown[64];
    if (!choice_list_read(&decoders, decoders_text, decode_settings_decoders, unknown))
        return options_usage_error(&self, "--decoder: unknown or twice: '%s'", unknown);
    if (!choice_list_read(&caches, caches_text, decode_settings_caches, unknown))
        return options_usage_error(&self, "--cache: unknown or twice: '%s'", unknown);
    if (!tasks_path) return options_usage_error(&self, "which problems? --tasks FILE");
    if (as_json) format = REPORT_JSON;
    return -1;
}

static int on_step(void *user, const edgeai_decode_step *step)
{
    (void)user;
    (void)step;
    return interrupt_came();
}

static edgeai_generate_options way(size_t decoder, size_t cache)
{
    edgeai_generate_options way = EDGEAI_GENERATE_OPTIONS_INIT;
    decode_settings_apply(&decoding, &way);
    way.decode.decoder = (edgeai_decoder)decoders.items[decoder];
    way.cache = (edgeai_cache)caches.items[cache];
    way.decode.on_step = on_step;
    return way;
}

static edgeai_status measure_all(eval_run *run)
{
    edgeai_status status = task_run_warm_up(&run->run, 1);
    progress_begin(&run->run.bar, run->run.n_tasks * decoders.n * caches.n,
                   !common.quiet && !common.no_progress);
    for (size_t c = 0; status == EDGEAI_OK && c < caches.n; c++)
        for (size_t d = 0; status == EDGEAI_OK && d < decoders.n; d++) {
            edgeai_generate_options options_of_row = way(d, c);
            status = eval_measure(run, &options_of_row);
        }
    progress_end(&run->run.bar);
    return status;
}

/* What JSON says besides the rows. */
static cJSON *about(const eval_run *run, const char *model_file)
{
    edgeai_generate_options shown = way(0, 0);
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(edgeai_generator_lm(run->run.generator), &info);
    cJSON *members = cJSON_CreateObject();
    json_add_text(members, "model", model_file);
    json_add_text(members, "architecture", info.architecture);
    json_add_text(members, "tasks", tasks_path);
    cJSON *settings = cJSON_AddObjectToObject(members, "options");
    cJSON_AddStringToObject(settings, "chat",
                            edgeai_chat_name(edgeai_generator_chat(run->run.generator)));
    decode_settings_json(&shown, settings);
    /* These two differ from row to row. */
    cJSON_DeleteItemFromObject(settings, "decoder");
    cJSON_DeleteItemFromObject(settings, "cache");
    return members;
}

/* Writes what there is, also after an interruption: an exit code. */
static int finish(eval_run *run, edgeai_status status, const char *model_file)
{
    int code = EXIT_CODE_OK;
    bool is_whole = status == EDGEAI_OK;
    if (status == EDGEAI_E_IO) {
        fprintf(stderr, "%s: cannot write '%s'\n", self.name, out_path);
        code = EXIT_CODE_FILE;
    } else if (!is_whole && status != EDGEAI_E_CANCELLED) {
        code = exit_with_error(self.name, status);
    }
    if (run->out.stream && code != EXIT_CODE_OK) out_file_abandon(&run->out);
    if (run->out.stream && !out_file_commit(&run->out)) {
        fprintf(stderr, "%s: cannot write '%s': %s\n", self.name, out_path, strerror(errno));
        code = EXIT_CODE_FILE;
    }
    if (code != EXIT_CODE_OK) return code;
    cJSON *members = about(run, model_file);
    bool is_written = report_write(&run->table, stdout, (report_format)format, "edgeai-eval/1",
                                   is_whole ? "ok" : "cancelled", members);
    cJSON_Delete(members);
    if (!is_written) {
        fprintf(stderr, "%s: cannot write the table\n", self.name);
        return EXIT_CODE_RUN;
    }
    if (!is_whole) return interrupt_exit_code();
    return 100 * run->least_exact < min_exact ? EXIT_CODE_VERIFY : EXIT_CODE_OK;
}

static int evaluate(edgeai_context *context, const edgeai_tasks *tasks, const char *model_file)
{
    eval_run run = {.run = {.tasks = tasks, .system = system_text}, .least_exact = 1};
    edgeai_generate_options first = way(0, 0);
    edgeai_status status = edgeai_generator_create(&run.run.generator, context, model_file, &first);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    run.run.n_tasks = task_run_count(tasks, n_limit);
    report_begin(&run.table, eval_columns, eval_n_columns);
    int code;
    if (out_path && !out_file_open(&run.out, out_path)) {
        fprintf(stderr, "%s: cannot write '%s': %s\n", self.name, out_path, strerror(errno));
        code = EXIT_CODE_FILE;
    } else {
        status = measure_all(&run);
        code = finish(&run, status, model_file);
    }
    report_free(&run.table);
    edgeai_generator_free(run.run.generator);
    return code;
}

int main(int argc, char **argv)
{
    char place[4096];
    int first, code = options_parse(&self, argc, argv, &first);
    if (code < 0) code = read_lists();
    if (code >= 0) return code;
    const char *model_file = model_path_choose(self.name, model, place, sizeof place);
    if (!model_file || file_check(self.name, tasks_path) != EXIT_CODE_OK) return EXIT_CODE_FILE;

    interrupt_install();
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    log_configure(&settings, self.name, &common);
    edgeai_context *context;
    edgeai_status status = edgeai_context_create(&context, &settings);
    if (status != EDGEAI_OK) return exit_with_error(self.name, status);
    edgeai_tasks *tasks;
    status = edgeai_tasks_open(&tasks, context, tasks_path);
    code = status == EDGEAI_OK ? evaluate(context, tasks, model_file)
                               : exit_with_error(self.name, status);
    edgeai_tasks_free(status == EDGEAI_OK ? tasks : NULL);
    edgeai_context_free(context);
    return code;
}
