/* SPDX-License-Identifier: MIT */
#include "reparam/reparam_report.h"

#include <math.h>

#include "common/json_out.h"
#include "common/report.h"

static const report_column segment_columns[] = {
    {"Segment", "segment", REPORT_TEXT},
    {"Merged", "is_merged", REPORT_TEXT},
    {"Why", "reason", REPORT_TEXT},
    {"Nodes before", "n_nodes_before", 0},
    {"Nodes after", "n_nodes_after", 0},
    {"Kernel", "kernel", REPORT_TEXT},
    {"ms before", "ms_before", 4},
    {"ms after", "ms_after", 4},
    {"MACs before", "macs_before", 0},
    {"MACs after", "macs_after", 0},
    {"Weight bytes before", "weight_bytes_before", 0},
    {"Weight bytes after", "weight_bytes_after", 0},
    {"Largest difference", "max_difference", REPORT_TEXT},
    {"Mean difference", "mean_difference", REPORT_TEXT},
};

static const report_column plan_columns[] = {
    {"Plan", "plan", REPORT_TEXT},
    {"Layers", "n_layers", 0},
    {"Predicted ms", "ms", 4},
};

static const report_column total_columns[] = {
    {"Network", "network", REPORT_TEXT},
    {"Nodes", "n_nodes", 0},
    {"Depth", "depth", 0},
    {"MACs", "macs", 0},
    {"Peak bytes", "peak_bytes", 0},
    {"ms", "ms", 4},
};

enum {
    N_DIFFERENCE_COLUMNS = 2,
    N_SEGMENT_COLUMNS = sizeof segment_columns / sizeof segment_columns[0],
    N_PLAN_COLUMNS = sizeof plan_columns / sizeof plan_columns[0],
    N_TOTAL_COLUMNS = sizeof total_columns / sizeof total_columns[0]
};

static void add_time(report *table, double ms)
{
    if (ms > 0)
        report_number(table, ms);
    else
        report_nothing(table);
}

static void add_difference(report *table, double difference)
{
    char text[32];
    snprintf(text, sizeof text, "%.2g", difference);
    report_text(table, isnan(difference) ? "" : text);
}

static void add_segment(report *table, const edgeai_reparam_segment *s)
{
    char text[512];
    snprintf(text, sizeof text, "%.200s .. %.200s", s->name, s->last);
    report_text(table, text);
    report_text(table, s->is_merged ? "yes" : "no");
    report_text(table, s->reason);
    report_number(table, (double)s->n_nodes_before);
    report_number(table, (double)s->n_nodes_after);
    snprintf(text, sizeof text, "%zux%zu", s->kernel[0], s->kernel[1]);
    report_text(table, s->kernel[0] ? text : "");
    add_time(table, s->ms_before);
    add_time(table, s->ms_after);
    report_number(table, s->macs_before);
    report_number(table, s->macs_after);
    report_number(table, (double)s->weight_bytes_before);
    report_number(table, (double)s->weight_bytes_after);
}

static void fill_segments(const reparam_results *self, report *table)
{
    report_begin(table, segment_columns,
                 self->verified ? N_SEGMENT_COLUMNS : N_SEGMENT_COLUMNS - N_DIFFERENCE_COLUMNS);
    for (size_t i = 0; i < edgeai_reparam_n_segments(self->reparam); i++) {
        edgeai_reparam_segment segment;
        if (edgeai_reparam_get_segment(self->reparam, i, &segment) != EDGEAI_OK) continue;
        add_segment(table, &segment);
        if (!self->verified) continue;
        add_difference(table, self->verified->segments[i].max);
        add_difference(table, self->verified->segments[i].mean);
    }
}

static void fill_plan(const reparam_results *self, report *table)
{
    edgeai_reparam_plan plan = {0};
    report_begin(table, plan_columns, N_PLAN_COLUMNS);
    if (edgeai_reparam_get_plan(self->reparam, &plan) != EDGEAI_OK || plan.nothing.n_layers == 0)
        return;
    const struct {
        const char *name;
        const edgeai_reparam_prediction *is;
    } rows[] = {{"nothing merged", &plan.nothing},
                {"everything merged", &plan.everything},
                {"chosen", &plan.chosen}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        report_text(table, rows[i].name);
        report_number(table, (double)rows[i].is->n_layers);
        report_number(table, rows[i].is->ms);
    }
}

static void fill_totals(const reparam_results *self, report *table)
{
    const edgeai_reparam_totals *totals[2] = {&self->before, &self->after};
    report_begin(table, total_columns, N_TOTAL_COLUMNS);
    for (int k = 0; k < 2; k++) {
        report_text(table, k == 0 ? "before" : "after");
        report_number(table, (double)totals[k]->n_nodes);
        report_number(table, (double)totals[k]->depth);
        report_number(table, totals[k]->macs);
        report_number(table, (double)totals[k]->peak_bytes);
        add_time(table, totals[k]->ms);
    }
}

static bool print_difference(const edgeai_reparam_difference *d, const char *what, FILE *out)
{
    if (d->n_inputs == 0) return true;
    return fprintf(out,
                   "\nVerified on %zu %s: largest difference %.3g, mean %.3g, by the largest "
                   "output; top-1 equal in %zu of %zu.\n",
                   d->n_inputs, what, d->max, d->mean, d->n_top1, d->n_rows) >= 0;
}

static bool print_differences(const reparam_results *self, FILE *out)
{
    if (!self->verified) return true;
    return print_difference(&self->verified->random, "random inputs", out) &&
           print_difference(&self->verified->pictures, "pictures", out);
}

bool reparam_results_print(const reparam_results *self, FILE *out)
{
    report segments, plan, totals;
    fill_segments(self, &segments);
    fill_plan(self, &plan);
    fill_totals(self, &totals);
    const bool has_plan = plan.n_cells > 0;
    const bool is_ok =
        report_write(&segments, out, REPORT_MD, NULL, NULL, NULL) && fputs("\n", out) >= 0 &&
        (!has_plan ||
         (report_write(&plan, out, REPORT_MD, NULL, NULL, NULL) && fputs("\n", out) >= 0)) &&
        report_write(&totals, out, REPORT_MD, NULL, NULL, NULL) && print_differences(self, out);
    report_free(&segments);
    report_free(&plan);
    report_free(&totals);
    return is_ok;
}

static void fill_difference(cJSON *object, const edgeai_reparam_difference *d)
{
    cJSON_AddNumberToObject(object, "n_inputs", (double)d->n_inputs);
    json_add_real(object, "max", d->max, 12);
    json_add_real(object, "mean", d->mean, 12);
    cJSON_AddNumberToObject(object, "n_top1", (double)d->n_top1);
    cJSON_AddNumberToObject(object, "n_rows", (double)d->n_rows);
}

static void add_verification(cJSON *root, const reparam_results *self)
{
    const verification *v = self->verified;
    if (!v) return;
    cJSON *object = cJSON_AddObjectToObject(root, "verification");
    json_add_real(object, "tolerance", self->tolerance, 9);
    fill_difference(object, &v->all);
    fill_difference(cJSON_AddObjectToObject(object, "random"), &v->random);
    fill_difference(cJSON_AddObjectToObject(object, "pictures"), &v->pictures);
}

/* Numbers in place of the table's short texts. */
static void add_segment_differences(cJSON *rows, const verification *v)
{
    size_t i = 0;
    cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        if (!v || i == v->n_segments) break;
        cJSON_DeleteItemFromObject(row, "max_difference");
        cJSON_DeleteItemFromObject(row, "mean_difference");
        json_add_real(row, "max_difference", v->segments[i].max, 12);
        json_add_real(row, "mean_difference", v->segments[i++].mean, 12);
    }
}

bool reparam_results_json(const reparam_results *self, FILE *out)
{
    report segments, plan, totals;
    cJSON *root = json_begin("edgeai-reparam/1");
    fill_segments(self, &segments);
    fill_plan(self, &plan);
    fill_totals(self, &totals);
    json_add_text(root, "input", self->input);
    json_add_text(root, "output", self->output);
    json_add_text(root, "mode", self->mode);
    cJSON *rows = report_rows(&segments);
    add_segment_differences(rows, self->verified);
    cJSON_AddItemToObject(root, "segments", rows);
    cJSON_AddItemToObject(root, "plans", report_rows(&plan));
    cJSON_AddItemToObject(root, "networks", report_rows(&totals));
    add_verification(root, self);
    const bool is_ok = json_print(root, out);
    report_free(&segments);
    report_free(&plan);
    report_free(&totals);
    cJSON_Delete(root);
    return is_ok;
}
