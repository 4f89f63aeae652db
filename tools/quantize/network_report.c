/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>

#include "common/json_out.h"
#include "quantize/network_run.h"

static const report_column layer_columns[] = {
    {"Layer", "name", REPORT_TEXT},      {"Operator", "op", REPORT_TEXT},
    {"Filters", "n_filters", 0},         {"Weights", "n_weights", 0},
    {"Bytes before", "bytes_before", 0}, {"Bytes after", "bytes_after", 0},
    {"Zeros %", "zeros_percent", 1},     {"Relative RMS error", "relative_rms", 4},
    {"Output's", "output_rms", 4},       {"Note", "note", REPORT_TEXT},
};

/* The last three only where pictures were classified. */
static const report_column network_columns[] = {
    {"Network", "network", REPORT_TEXT},
    {"File", "file", REPORT_TEXT},
    {"Bytes", "bytes", 0},
    {"Bytes, x before", "bytes_ratio", 4},
    {"Pictures", "n_pictures", 0},
    {"Right %", "right_percent", 2},
    {"ms/picture", "ms_per_picture", 3},
};

enum {
    N_LAYER_COLUMNS = sizeof layer_columns / sizeof layer_columns[0],
    N_NETWORK_COLUMNS = sizeof network_columns / sizeof network_columns[0],
    N_PICTURE_COLUMNS = 3
};

static void fill_layers(const network_run *self, report *table)
{
    size_t n = edgeai_graph_quantizer_n_layers(self->quantizer);
    report_begin(table, layer_columns, N_LAYER_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        const edgeai_quantized_layer *layer = edgeai_graph_quantizer_layer(self->quantizer, i);
        report_text(table, layer->name);
        report_text(table, layer->op);
        report_number(table, (double)layer->n_filters);
        report_number(table, (double)layer->n_weights);
        report_number(table, (double)layer->bytes_before);
        report_number(table, (double)layer->bytes_after);
        report_number(table, 100 * layer->zeros);
        report_number(table, layer->relative_rms);
        report_number(table, layer->output_rms);
        if (!layer->is_quantized && layer->note[0])
            report_text(table, layer->note);
        else
            report_text(table, layer->is_sorted ? "sorted" : layer->note);
    }
}

static void fill_networks(const network_run *self, report *table)
{
    bool has_pictures = self->settings->evaluate_path != NULL;
    report_begin(table, network_columns,
                 N_NETWORK_COLUMNS - (has_pictures ? 0 : N_PICTURE_COLUMNS));
    for (size_t i = 0; i < 2; i++) {
        const network_side *side = &self->sides[i];
        double n = (double)side->sums.n_pictures;
        report_text(table, side->name);
        if (side->path)
            report_text(table, side->path);
        else
            report_nothing(table);
        report_number(table, (double)side->n_bytes);
        report_number(table, task_ratio((double)side->n_bytes, (double)self->sides[0].n_bytes));
        if (!has_pictures) continue;
        report_number(table, n);
        report_number(table, task_ratio(100 * (double)side->sums.n_correct, n));
        report_number(table, task_ratio(side->sums.ms, n));
    }
}

/* What JSON says besides the layers; NULL when memory is short. */
static cJSON *about(const network_run *self, const report *networks)
{
    static const char *const names[] = {"f32", "int8", "ternary", "binary"};
    cJSON *members = cJSON_CreateObject(), *rows = report_rows(networks);
    json_add_text(members, "weights", names[self->options.weights]);
    json_add_text(members, "activations", names[self->options.activations]);
    json_add_text(members, "scale", self->settings->scale ? self->settings->scale : "filter");
    json_add_text(members, "input_scale", self->options.input_scale ? "map" : "constant");
    cJSON_AddBoolToObject(members, "dry_run", self->settings->dry_run);
    if (cJSON_AddItemToObject(members, "networks", rows)) return members;
    cJSON_Delete(rows);
    cJSON_Delete(members);
    return NULL;
}

static bool write_both(const network_run *self, const report *layers, const report *networks,
                       const char *status)
{
    report_format format = (report_format)self->settings->format;
    if (format == REPORT_JSON) {
        cJSON *members = about(self, networks);
        bool is_ok = members && report_write(layers, stdout, format, "edgeai-quantize-network/1",
                                             status, members);
        cJSON_Delete(members);
        return is_ok;
    }
    bool is_ok = report_write(layers, stdout, format, "edgeai-quantize-layer/1", status, NULL);
    if (format != REPORT_JSONL) is_ok = is_ok && putchar('\n') != EOF;
    return is_ok && report_write(networks, stdout, format, "edgeai-quantize-side/1", status, NULL);
}

bool network_report(const network_run *self, const char *status)
{
    report layers, networks;
    fill_layers(self, &layers);
    fill_networks(self, &networks);
    bool is_ok = write_both(self, &layers, &networks, status);
    report_free(&layers);
    report_free(&networks);
    return is_ok;
}
