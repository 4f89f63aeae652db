/* SPDX-License-Identifier: MIT */
#include "quantize/quantization.h"

#include <math.h>
#include <stdio.h>

#include "common/json_out.h"

static const report_column tensor_columns[] = {
    {"Tensor", "name", REPORT_TEXT},           {"Shape", "shape", REPORT_TEXT},
    {"Before", "dtype_before", REPORT_TEXT},   {"After", "dtype_after", REPORT_TEXT},
    {"Bytes before", "bytes_before", 0},       {"Bytes after", "bytes_after", 0},
    {"Relative RMS error", "relative_rms", 6}, {"Largest error", "max_error", 6},
};

/* The last four only where answers were wanted. */
static const report_column model_columns[] = {
    {"Model", "model", REPORT_TEXT},       {"File", "file", REPORT_TEXT},
    {"Tensor bytes", "tensor_bytes", 0},   {"Bits/weight", "bits_per_weight", 3},
    {"Bytes, x before", "bytes_ratio", 4}, {"Items", "n_items", 0},
    {"Exact %", "exact_percent", 1},       {"Passes", "n_passes_mean", 2},
    {"Tokens/s", "tokens_per_s", 1},
};

enum {
    N_TENSOR_COLUMNS = sizeof tensor_columns / sizeof tensor_columns[0],
    N_MODEL_COLUMNS = sizeof model_columns / sizeof model_columns[0],
    N_ANSWER_COLUMNS = 4
};

static void add_shape(report *table, const edgeai_tensor *tensor)
{
    char text[128] = "";
    int n = 0;
    for (int i = 0; i < tensor->n_dims; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "%s%lld", i ? " x " : "",
                      (long long)tensor->shape[i]);
    report_text(table, text);
}

static void fill_tensors(const quantization *self, report *table)
{
    size_t n = edgeai_model_file_n_tensors(self->file);
    report_begin(table, tensor_columns, N_TENSOR_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        const edgeai_quantized_tensor *tensor = edgeai_lm_quantizer_tensor(self->quantizer, i);
        report_text(table, tensor->tensor->name);
        add_shape(table, tensor->tensor);
        report_text(table, edgeai_dtype_name(tensor->tensor->dtype));
        report_text(table, edgeai_dtype_name(tensor->dtype));
        report_number(table, (double)tensor->tensor->data_bytes);
        report_number(table, (double)tensor->n_bytes);
        report_number(table, tensor->relative_rms);
        report_number(table, tensor->max_error);
    }
}

static void fill_models(const quantization *self, report *table)
{
    edgeai_quantize_totals totals;
    edgeai_lm_quantizer_totals(self->quantizer, &totals);
    report_begin(table, model_columns, N_MODEL_COLUMNS - (self->tasks_path ? 0 : N_ANSWER_COLUMNS));
    for (size_t i = 0; i < 2; i++) {
        const quantization_model *model = &self->models[i];
        report_text(table, model->name);
        if (model->path)
            report_text(table, model->path);
        else
            report_nothing(table);
        report_number(table, (double)model->n_bytes);
        report_number(table, task_ratio(8 * (double)model->n_bytes, (double)totals.n_elements));
        report_number(table, task_ratio((double)model->n_bytes, (double)totals.bytes_before));
        if (!self->tasks_path) continue;
        report_number(table, (double)model->sums.n_items);
        report_number(table, 100 * task_exact_share(&model->sums));
        report_number(table, task_mean_passes(&model->sums));
        report_number(table, task_tokens_per_s(&model->sums));
    }
}

/* What JSON says besides the tensors; NULL when memory is short. */
static cJSON *about(const quantization *self, const report *models)
{
    cJSON *members = cJSON_CreateObject(), *rows = report_rows(models);
    json_add_text(members, "type", self->type);
    cJSON_AddBoolToObject(members, "dry_run", self->is_dry);
    if (self->tasks_path) json_add_text(members, "tasks", self->tasks_path);
    if (cJSON_AddItemToObject(members, "models", rows)) return members;
    cJSON_Delete(rows);
    cJSON_Delete(members);
    return NULL;
}

static bool write_both(const quantization *self, const report *tensors, const report *models,
                       report_format format, const char *status)
{
    if (format == REPORT_JSON) {
        cJSON *members = about(self, models);
        bool is_ok =
            members && report_write(tensors, stdout, format, "edgeai-quantize/1", status, members);
        cJSON_Delete(members);
        return is_ok;
    }
    bool is_ok = report_write(tensors, stdout, format, "edgeai-quantize-tensor/1", status, NULL);
    if (format != REPORT_JSONL) is_ok = is_ok && putchar('\n') != EOF;
    return is_ok && report_write(models, stdout, format, "edgeai-quantize-model/1", status, NULL);
}

bool quantization_report(const quantization *self, report_format format, const char *status)
{
    report tensors, models;
    fill_tensors(self, &tensors);
    fill_models(self, &models);
    bool is_ok = write_both(self, &tensors, &models, format, status);
    report_free(&tensors);
    report_free(&models);
    return is_ok;
}
