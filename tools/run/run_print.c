/* SPDX-License-Identifier: MIT */
/* What a run leaves: the answer or a JSON object on stdout, statistics on stderr. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/terminal.h"
#include "run/run.h"

static const char *const phase_names[EDGEAI_N_PHASES] = {"step", "divide", "conquer", "finalize"};

/* Padding earns nothing: only tokens in front of the first end-of-text count. */
static double tokens_per_pass(const edgeai_generation *result)
{
    size_t n = result->decode.n_passes;
    return n ? (double)result->n_tokens / (double)n : 0;
}

static double tokens_per_s(const edgeai_generation *result)
{
    return result->total_ms > 0 ? (double)result->n_tokens * 1e3 / result->total_ms : 0;
}

static void print_stats(const run_state *self, const edgeai_generation *result)
{
    const edgeai_decode_result *decode = &result->decode;
    fprintf(stderr, "prompt          %zu tokens\n", result->n_prompt_tokens);
    fprintf(stderr, "answer          %zu tokens in a row of %zu%s\n", result->n_tokens,
            result->n_row, result->ended ? ", ended" : "");
    fprintf(stderr, "forward passes  %zu", decode->n_passes);
    const char *separator = " (";
    for (int i = 1; i < EDGEAI_N_PHASES; i++) {
        if (!decode->phase_passes[i]) continue;
        fprintf(stderr, "%s%s %zu", separator, phase_names[i], decode->phase_passes[i]);
        separator = ", ";
    }
    fprintf(stderr, "%s\n", *separator == ',' ? ")" : "");
    fprintf(stderr, "tokens/pass     %.2f\n", tokens_per_pass(result));
    fprintf(stderr, "tokens/s        %.1f\n", tokens_per_s(result));
    fprintf(stderr, "time            %.1f ms: model %.1f ms", result->total_ms,
            decode->denoiser_ms);
    for (int i = 0; i < EDGEAI_N_PHASES; i++)
        if (decode->phase_passes[i])
            fprintf(stderr, ", %s %.1f ms", phase_names[i], decode->phase_ms[i]);
    fprintf(stderr, "\nloading         %.1f ms\n", self->load_ms);
    fprintf(stderr, "peak memory     %.1f MB\n", (double)terminal_peak_memory() / 1e6);
}

static void add_model(const run_state *self, cJSON *root)
{
    edgeai_lm_info info = {.struct_size = sizeof info};
    edgeai_lm_get_info(edgeai_generator_lm(self->generator), &info);
    cJSON *model = cJSON_AddObjectToObject(root, "model");
    json_add_text(model, "file", self->model_path);
    json_add_text(model, "architecture", info.architecture);
    cJSON_AddNumberToObject(model, "n_parameters", (double)info.n_parameters);
    cJSON_AddNumberToObject(model, "n_context", info.n_context);
}

static void add_counts(const edgeai_generation *result, cJSON *root)
{
    const edgeai_decode_result *decode = &result->decode;
    cJSON_AddNumberToObject(root, "n_prompt_tokens", (double)result->n_prompt_tokens);
    cJSON_AddNumberToObject(root, "n_tokens", (double)result->n_tokens);
    cJSON_AddNumberToObject(root, "n_row", (double)result->n_row);
    cJSON_AddNumberToObject(root, "n_passes", (double)decode->n_passes);
    cJSON_AddNumberToObject(root, "n_committed", (double)decode->n_committed);
    cJSON_AddNumberToObject(root, "n_filled", (double)decode->n_filled);
    cJSON_AddNumberToObject(root, "n_blocks", (double)decode->n_blocks);
    json_add_real(root, "tokens_per_pass", tokens_per_pass(result), 4);
    json_add_real(root, "tokens_per_s", tokens_per_s(result), 3);
}

static void add_times(const run_state *self, const edgeai_generation *result, cJSON *root)
{
    const edgeai_decode_result *decode = &result->decode;
    json_add_real(root, "load_ms", self->load_ms, 3);
    json_add_real(root, "total_ms", result->total_ms, 3);
    json_add_real(root, "denoiser_ms", decode->denoiser_ms, 3);
    cJSON *phases = cJSON_AddObjectToObject(root, "phases");
    for (int i = 0; i < EDGEAI_N_PHASES; i++) {
        if (!decode->phase_passes[i]) continue;
        cJSON *phase = cJSON_AddObjectToObject(phases, phase_names[i]);
        cJSON_AddNumberToObject(phase, "n_passes", (double)decode->phase_passes[i]);
        json_add_real(phase, "ms", decode->phase_ms[i], 3);
    }
    cJSON_AddNumberToObject(root, "peak_memory_bytes", (double)terminal_peak_memory());
}

static bool print_json(const run_state *self, const edgeai_generation *result, bool is_ok)
{
    cJSON *root = json_begin("edgeai-run/1");
    cJSON_AddStringToObject(root, "status", is_ok ? "ok" : "cancelled");
    json_add_text(root, "text", result->text);
    cJSON_AddBoolToObject(root, "ended", result->ended);
    add_model(self, root);
    add_counts(result, root);
    add_times(self, result, root);
    cJSON *options = cJSON_AddObjectToObject(root, "options");
    cJSON_AddStringToObject(options, "chat",
                            edgeai_chat_name(edgeai_generator_chat(self->generator)));
    edgeai_generate_options shown = self->options;
    if (!self->settings->infill) shown.n_tokens = result->n_row - result->n_prompt_tokens;
    decode_settings_json(&shown, options);
    cJSON_AddNumberToObject(options, "threads", edgeai_context_threads(self->context));
    cJSON_AddStringToObject(options, "cpu", edgeai_context_cpu(self->context));
    /* A conversation gives one object after another: JSON lines. */
    bool printed =
        self->settings->interactive ? json_print_line(root, stdout) : json_print(root, stdout);
    cJSON_Delete(root);
    return printed;
}

int run_print(const run_state *self, const edgeai_generation *result, edgeai_status status)
{
    bool printed;
    if (self->settings->json) {
        printed = print_json(self, result, status == EDGEAI_OK);
    } else {
        fwrite(result->text, 1, result->n_text_bytes, stdout);
        fputc('\n', stdout);
        printed = fflush(stdout) == 0 && !ferror(stdout);
    }
    if (self->settings->stats) print_stats(self, result);
    if (!printed) {
        fprintf(stderr, "%s: cannot write to standard output: %s\n", self->program,
                strerror(errno));
        return EXIT_CODE_RUN;
    }
    return status == EDGEAI_OK ? EXIT_CODE_OK : interrupt_exit_code();
}
