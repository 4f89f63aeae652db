/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "common/json_out.h"

bool confusion_open(confusion *self, size_t n)
{
    *self = (confusion){.n = n};
    if (n > SIZE_MAX / n) return false;
    self->counts = calloc(n * n, sizeof *self->counts);
    return self->counts != NULL;
}

void confusion_close(confusion *self)
{
    free(self->counts);
}

void confusion_add(confusion *self, int class_index, const int *top, size_t n_top)
{
    self->n_items++;
    self->counts[(size_t)class_index * self->n + (size_t)top[0]]++;
    if (top[0] == class_index) self->n_correct++;
    for (size_t i = 0; i < n_top; i++)
        if (top[i] == class_index) self->n_in_top++;
}

static size_t pictures_of(const confusion *self, size_t class_index)
{
    size_t sum = 0;
    for (size_t k = 0; k < self->n; k++)
        sum += self->counts[class_index * self->n + k];
    return sum;
}

/* The other class that it was taken for most often; itself where never. */
static size_t most_often(const confusion *self, size_t class_index)
{
    const uint32_t *row = self->counts + class_index * self->n;
    size_t best = class_index;
    for (size_t k = 0; k < self->n; k++)
        if (k != class_index && row[k] > 0 && (best == class_index || row[k] > row[best])) best = k;
    return best;
}

static double percent(size_t part, size_t whole)
{
    return whole ? 100.0 * (double)part / (double)whole : NAN;
}

static void add_row(report *table, const confusion *self, const classifier *c, size_t i,
                    bool has_columns)
{
    char room[32];
    const uint32_t *row = self->counts + i * self->n;
    const size_t n = pictures_of(self, i), other = most_often(self, i);
    report_text(table, classifier_label(c, (int)i, room));
    report_number(table, (double)n);
    report_number(table, percent(row[i], n));
    for (size_t k = 0; k < self->n && has_columns; k++)
        report_number(table, row[k]);
    if (has_columns) return;
    if (other == i) {
        report_nothing(table);
        report_nothing(table);
    } else {
        report_text(table, classifier_label(c, (int)other, room));
        report_number(table, row[other]);
    }
}

bool confusion_print(const confusion *self, const classifier *c, FILE *out)
{
    static const report_column few[] = {{"Class", "class", REPORT_TEXT},
                                        {"Pictures", "n_items", 0},
                                        {"Right %", "correct_percent", 1},
                                        {"Taken for", "taken_for", REPORT_TEXT},
                                        {"Times", "n_taken", 0}};
    char rooms[CONFUSION_COLUMNS][32];
    report_column columns[3 + CONFUSION_COLUMNS];
    const bool has_columns = self->n <= CONFUSION_COLUMNS;
    report table;
    memcpy(columns, few, 3 * sizeof *few);
    for (size_t k = 0; k < self->n && has_columns; k++)
        columns[3 + k] = (report_column){classifier_label(c, (int)k, rooms[k]), "", 0};
    report_begin(&table, has_columns ? columns : few, has_columns ? 3 + self->n : 5);
    for (size_t i = 0; i < self->n; i++)
        if (pictures_of(self, i) > 0) add_row(&table, self, c, i, has_columns);
    const bool is_ok = report_write(&table, out, REPORT_MD, "", "", NULL);
    report_free(&table);
    return is_ok;
}

void confusion_json(const confusion *self, const classifier *c, cJSON *object)
{
    char room[32];
    json_add_real(object, "correct_percent", percent(self->n_correct, self->n_items), 3);
    json_add_real(object, "top_percent", percent(self->n_in_top, self->n_items), 3);
    cJSON *classes = cJSON_AddArrayToObject(object, "classes");
    for (size_t i = 0; i < self->n; i++) {
        const size_t n = pictures_of(self, i);
        if (n == 0) continue;
        cJSON *one = cJSON_CreateObject();
        cJSON_AddNumberToObject(one, "class", (double)i);
        json_add_text(one, "label", classifier_label(c, (int)i, room));
        cJSON_AddNumberToObject(one, "n_items", (double)n);
        cJSON *taken = cJSON_AddArrayToObject(one, "taken_for");
        for (size_t k = 0; k < self->n; k++) {
            if (self->counts[i * self->n + k] == 0) continue;
            cJSON *other = cJSON_CreateObject();
            cJSON_AddNumberToObject(other, "class", (double)k);
            cJSON_AddNumberToObject(other, "n_items", self->counts[i * self->n + k]);
            cJSON_AddItemToArray(taken, other);
        }
        cJSON_AddItemToArray(classes, one);
    }
}
