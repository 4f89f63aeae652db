/* SPDX-License-Identifier: MIT */
/*
 * One way of decoding over all problems. Tokens count up to the first end-of-text and time from
 * text in to text out, so that neither padding nor a fast control loop earns anything.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/decode_settings.h"
#include "common/json_out.h"
#include "eval/eval.h"

const report_column eval_columns[] = {
    {"Decoder", "decoder", -1},
    {"Cache", "cache", -1},
    {"Items", "n_items", 0},
    {"Exact %", "exact_percent", 1},
    {"Passes", "n_passes_mean", 2},
    {"Tokens/pass", "tokens_per_pass", 2},
    {"Tokens/s", "tokens_per_s", 1},
    {"Passes, x first", "passes_ratio", 3},
    {"Tokens/s, x first", "speed_ratio", 2},
};

const size_t eval_n_columns = sizeof eval_columns / sizeof eval_columns[0];

/* a / b, or NAN, which tables leave empty. */
static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static double exact_share(const eval_sums *sums)
{
    return ratio((double)sums->n_correct, (double)sums->n_items);
}

static double speed(const eval_sums *sums)
{
    return ratio((double)sums->n_tokens * 1e3, sums->ms);
}

static double mean_passes(const eval_sums *sums)
{
    return ratio((double)sums->n_passes, (double)(sums->n_items - sums->n_refused));
}

static void add_row(eval_run *self, const edgeai_generate_options *options, const eval_sums *sums)
{
    if (self->table.n_cells == 0) self->first = *sums;
    report *table = &self->table;
    report_text(table, edgeai_decoder_name(options->decode.decoder));
    report_text(table, decode_settings_caches[options->cache]);
    report_number(table, (double)sums->n_items);
    report_number(table, 100 * exact_share(sums));
    report_number(table, mean_passes(sums));
    report_number(table, ratio((double)sums->n_tokens, (double)sums->n_passes));
    report_number(table, speed(sums));
    report_number(table, ratio(mean_passes(sums), mean_passes(&self->first)));
    report_number(table, ratio(speed(sums), speed(&self->first)));
    if (exact_share(sums) < self->least_exact) self->least_exact = exact_share(sums);
}

static bool write_item(eval_run *self, const edgeai_generate_options *options, size_t index,
                       const edgeai_generation *result, bool is_correct)
{
    if (!self->out.stream) return true;
    const edgeai_task *task = edgeai_tasks_get(self->tasks, index);
    cJSON *item = json_begin("edgeai-eval-item/1");
    cJSON_AddStringToObject(item, "decoder", edgeai_decoder_name(options->decode.decoder));
    cJSON_AddStringToObject(item, "cache", decode_settings_caches[options->cache]);
    cJSON_AddNumberToObject(item, "index", (double)index);
    json_add_text(item, "id", task->id);
    cJSON_AddStringToObject(item, "status", result ? "ok" : "too long");
    cJSON_AddBoolToObject(item, "correct", is_correct);
    json_add_text(item, "prompt", task->prompt);
    json_add_text(item, "expected", task->answer);
    json_add_text(item, "text", result ? result->text : NULL);
    if (result) {
        cJSON_AddNumberToObject(item, "n_tokens", (double)result->n_tokens);
        cJSON_AddNumberToObject(item, "n_passes", (double)result->decode.n_passes);
        json_add_real(item, "total_ms", result->total_ms, 3);
    }
    bool is_ok = json_print_line(item, self->out.stream);
    cJSON_Delete(item);
    return is_ok;
}

static edgeai_status answer(eval_run *self, size_t index, edgeai_generation *result)
{
    edgeai_message messages[2];
    size_t n = 0;
    if (self->system) messages[n++] = (edgeai_message){EDGEAI_ROLE_SYSTEM, self->system};
    const char *prompt = edgeai_tasks_get(self->tasks, index)->prompt;
    messages[n++] = (edgeai_message){EDGEAI_ROLE_USER, prompt};
    return edgeai_generate_chat(self->generator, messages, n, result);
}

/* Item number `index` into the sums; a prompt that does not fit is a wrong answer. */
static edgeai_status measure_item(eval_run *self, const edgeai_generate_options *options,
                                  size_t index, eval_sums *sums)
{
    edgeai_generation result;
    edgeai_status status = answer(self, index, &result);
    if (status != EDGEAI_OK && status != EDGEAI_E_LIMIT) return status;
    const edgeai_generation *found = status == EDGEAI_OK ? &result : NULL;
    bool is_correct =
        found && edgeai_task_is_correct(edgeai_tasks_get(self->tasks, index), found->text);
    sums->n_items++;
    sums->n_correct += is_correct;
    if (found) {
        sums->n_tokens += found->n_tokens;
        sums->n_passes += found->decode.n_passes;
        sums->ms += found->total_ms;
    } else {
        sums->n_refused++;
    }
    return write_item(self, options, index, found, is_correct) ? EDGEAI_OK : EDGEAI_E_IO;
}

edgeai_status eval_measure(eval_run *self, const edgeai_generate_options *options)
{
    eval_sums sums = {0};
    edgeai_status status = edgeai_generator_configure(self->generator, options);
    if (status != EDGEAI_OK) return status;
    for (size_t i = 0; status == EDGEAI_OK && i < self->n_tasks; i++) {
        char note[80];
        snprintf(note, sizeof note, "%s %s %.1f%%", edgeai_decoder_name(options->decode.decoder),
                 decode_settings_caches[options->cache],
                 sums.n_items ? 100 * exact_share(&sums) : 0);
        progress_show(&self->bar, self->n_done, note);
        status = measure_item(self, options, i, &sums);
        self->n_done++;
    }
    add_row(self, options, &sums);
    return status;
}

edgeai_status eval_warm_up(eval_run *self, const edgeai_generate_options *options)
{
    edgeai_status status = edgeai_generator_configure(self->generator, options);
    if (status != EDGEAI_OK) return status;
    edgeai_generation ignored;
    status = answer(self, 0, &ignored);
    return status == EDGEAI_E_LIMIT ? EDGEAI_OK : status;
}
