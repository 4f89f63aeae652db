/* SPDX-License-Identifier: MIT */
/* The rows of edgeai-eval's table: one way of decoding over all problems each. */
#include <stdio.h>
#include <string.h>

#include "common/decode_settings.h"
#include "common/json_out.h"
#include "eval/eval.h"

const report_column eval_columns[] = {
    {"Decoder", "decoder", REPORT_TEXT},
    {"Cache", "cache", REPORT_TEXT},
    {"Items", "n_items", 0},
    {"Exact %", "exact_percent", 1},
    {"Passes", "n_passes_mean", 2},
    {"Tokens/pass", "tokens_per_pass", 2},
    {"Tokens/s", "tokens_per_s", 1},
    {"Passes, x first", "passes_ratio", 3},
    {"Tokens/s, x first", "speed_ratio", 2},
};

const size_t eval_n_columns = sizeof eval_columns / sizeof eval_columns[0];

static void add_row(eval_run *self, const task_sums *sums)
{
    if (self->table.n_cells == 0) self->first = *sums;
    report *table = &self->table;
    report_text(table, edgeai_decoder_name(self->way->decode.decoder));
    report_text(table, decode_settings_caches[self->way->cache]);
    report_number(table, (double)sums->n_items);
    report_number(table, 100 * task_exact_share(sums));
    report_number(table, task_mean_passes(sums));
    report_number(table, task_tokens_per_pass(sums));
    report_number(table, task_tokens_per_s(sums));
    report_number(table, task_ratio(task_mean_passes(sums), task_mean_passes(&self->first)));
    report_number(table, task_ratio(task_tokens_per_s(sums), task_tokens_per_s(&self->first)));
    if (task_exact_share(sums) < self->least_exact) self->least_exact = task_exact_share(sums);
}

static bool write_item(void *user, size_t index, const edgeai_generation *result, bool is_correct)
{
    const eval_run *self = user;
    const edgeai_task *task = edgeai_tasks_get(self->run.tasks, index);
    cJSON *item = json_begin("edgeai-eval-item/1");
    cJSON_AddStringToObject(item, "decoder", edgeai_decoder_name(self->way->decode.decoder));
    cJSON_AddStringToObject(item, "cache", decode_settings_caches[self->way->cache]);
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

edgeai_status eval_measure(eval_run *self, const edgeai_generate_options *options)
{
    edgeai_status status = edgeai_generator_configure(self->run.generator, options);
    if (status != EDGEAI_OK) return status;
    task_sums sums;
    char note[64];
    self->way = options;
    snprintf(note, sizeof note, "%s %s", edgeai_decoder_name(options->decode.decoder),
             decode_settings_caches[options->cache]);
    self->run.listener = self->out.stream ? write_item : NULL;
    self->run.user = self;
    status = task_run_measure(&self->run, note, &sums);
    add_row(self, &sums);
    return status;
}
