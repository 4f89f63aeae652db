/* SPDX-License-Identifier: MIT */
#include "common/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/json_out.h"
#include "common/safe_text.h"

const char *const report_format_names[] = {"md", "csv", "json", "jsonl", NULL};

void report_begin(report *self, const report_column *columns, size_t n_columns)
{
    *self = (report){.columns = columns, .n_columns = n_columns};
}

static void add_cell(report *self, char *cell)
{
    if (self->n_cells == self->n_cells_max) {
        size_t n = self->n_cells_max ? 2 * self->n_cells_max : 64;
        char **bigger = realloc(self->cells, n * sizeof *bigger);
        if (!bigger) {
            free(cell);
            self->is_failed = true;
            return;
        }
        self->cells = bigger;
        self->n_cells_max = n;
    }
    self->cells[self->n_cells++] = cell;
}

void report_text(report *self, const char *text)
{
    char *copy = safe_text_copy(text, strlen(text));
    if (!copy) self->is_failed = true;
    add_cell(self, copy);
}

void report_number(report *self, double number)
{
    if (!isfinite(number)) {
        report_nothing(self);
        return;
    }
    char text[64];
    snprintf(text, sizeof text, "%.*f", self->columns[self->n_cells % self->n_columns].n_decimals,
             number);
    report_text(self, text);
}

void report_nothing(report *self)
{
    add_cell(self, NULL);
}

void report_items(report *self, const double *numbers, size_t n, int n_decimals)
{
    char *text = NULL;
    size_t n_bytes;
    FILE *out = open_memstream(&text, &n_bytes);
    for (size_t i = 0; out && i < n; i++)
        fprintf(out, "%s%.*f", i ? ", " : "[", n_decimals, numbers[i]);
    if (out) fputs(n ? "]" : "[]", out);
    if (!out || ferror(out)) self->is_failed = true;
    if (out && fclose(out) != 0) self->is_failed = true;
    add_cell(self, text);
}

void report_free(report *self)
{
    for (size_t i = 0; i < self->n_cells; i++)
        free(self->cells[i]);
    free(self->cells);
    *self = (report){0};
}

static size_t columns_of(const char *text)
{
    size_t n = strlen(text), columns = 0;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        i += safe_text_next(text + i, n - i, &c);
        int wide = safe_text_columns(c);
        columns += wide > 0 ? (size_t)wide : 0;
    }
    return columns;
}

static bool is_tabular(const report_column *column)
{
    return column->n_decimals != REPORT_ITEMS;
}

/* A cell of Markdown: no bars, no line breaks, filled up to `width`. */
static void write_md_cell(FILE *out, const char *text, size_t width, bool is_text)
{
    size_t used = columns_of(text), gap = width > used ? width - used : 0;
    fputs("| ", out);
    if (!is_text) fprintf(out, "%*s", (int)gap, "");
    for (; *text; text++)
        fputc(*text == '|' || *text == '\n' ? ' ' : *text, out);
    if (is_text) fprintf(out, "%*s", (int)gap, "");
    fputc(' ', out);
}

static void write_md(const report *self, FILE *out)
{
    size_t widths[REPORT_COLUMNS_MAX], n = self->n_columns;
    for (size_t k = 0; k < n; k++) {
        widths[k] = columns_of(self->columns[k].title);
        if (widths[k] < 3) widths[k] = 3;
        for (size_t i = k; i < self->n_cells; i += n) {
            size_t width = self->cells[i] ? columns_of(self->cells[i]) : 0;
            if (width > widths[k]) widths[k] = width;
        }
    }
    for (size_t k = 0; k < n; k++)
        if (is_tabular(&self->columns[k]))
            write_md_cell(out, self->columns[k].title, widths[k], self->columns[k].n_decimals < 0);
    fputs("|\n", out);
    for (size_t k = 0; k < n; k++) {
        if (!is_tabular(&self->columns[k])) continue;
        fputs("|-", out);
        for (size_t i = 0; i < widths[k]; i++)
            fputc('-', out);
        fputc(self->columns[k].n_decimals < 0 ? '-' : ':', out);
    }
    fputs("|\n", out);
    for (size_t i = 0; i < self->n_cells; i++) {
        size_t k = i % n;
        if (is_tabular(&self->columns[k]))
            write_md_cell(out, self->cells[i] ? self->cells[i] : "", widths[k],
                          self->columns[k].n_decimals < 0);
        if (k == n - 1) fputs("|\n", out);
    }
}

static void write_csv_cell(FILE *out, const char *text)
{
    if (!text) return;
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_csv(const report *self, FILE *out)
{
    for (size_t k = 0; k < self->n_columns; k++)
        if (is_tabular(&self->columns[k])) fprintf(out, "%s%s", k ? "," : "", self->columns[k].key);
    fputc('\n', out);
    for (size_t i = 0; i < self->n_cells; i++) {
        size_t k = i % self->n_columns;
        if (is_tabular(&self->columns[k])) {
            if (k) fputc(',', out);
            write_csv_cell(out, self->cells[i]);
        }
        if (k == self->n_columns - 1) fputc('\n', out);
    }
}

/* Row number `row` as an object's members; false when memory is short. */
static bool add_row(const report *self, cJSON *object, size_t row)
{
    for (size_t k = 0; k < self->n_columns; k++) {
        const report_column *column = &self->columns[k];
        const char *cell = self->cells[row * self->n_columns + k];
        cJSON *item = !cell                               ? cJSON_CreateNull()
                      : column->n_decimals == REPORT_TEXT ? cJSON_CreateString(cell)
                                                          : cJSON_CreateRaw(cell);
        if (!item || !cJSON_AddItemToObject(object, column->key, item)) {
            cJSON_Delete(item);
            return false;
        }
    }
    return true;
}

/* Copies of the members of `about` (NULL: none) behind those of `object`. */
static bool add_members(cJSON *object, const cJSON *about)
{
    bool is_ok = object != NULL;
    for (const cJSON *item = about ? about->child : NULL; is_ok && item; item = item->next)
        is_ok = cJSON_AddItemToObject(object, item->string, cJSON_Duplicate(item, true));
    return is_ok;
}

static bool write_jsonl(const report *self, FILE *out, const char *schema)
{
    bool is_ok = true;
    for (size_t row = 0; is_ok && row < self->n_cells / self->n_columns; row++) {
        cJSON *object = cJSON_CreateObject();
        is_ok = object && cJSON_AddStringToObject(object, "schema", schema) &&
                add_members(object, self->line_about) && add_row(self, object, row) &&
                json_print_line(object, out);
        cJSON_Delete(object);
    }
    return is_ok;
}

cJSON *report_rows(const report *self)
{
    cJSON *rows = cJSON_CreateArray();
    bool is_ok = rows && !self->is_failed;
    for (size_t row = 0; is_ok && row < self->n_cells / self->n_columns; row++) {
        cJSON *object = cJSON_CreateObject();
        is_ok = object && cJSON_AddItemToArray(rows, object) && add_row(self, object, row);
    }
    if (is_ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

static bool write_json(const report *self, FILE *out, const char *schema, const char *status,
                       const cJSON *about)
{
    cJSON *root = json_begin(schema);
    bool is_ok = root && cJSON_AddStringToObject(root, "status", status);
    is_ok = is_ok && add_members(root, about);
    cJSON *rows = is_ok ? report_rows(self) : NULL;
    is_ok = rows && cJSON_AddItemToObject(root, "rows", rows) && json_print(root, out);
    cJSON_Delete(root);
    return is_ok;
}

bool report_write(const report *self, FILE *out, report_format format, const char *schema,
                  const char *status, const cJSON *about)
{
    bool is_ok = !self->is_failed;
    if (is_ok && format == REPORT_MD) write_md(self, out);
    if (is_ok && format == REPORT_CSV) write_csv(self, out);
    if (is_ok && format == REPORT_JSON) is_ok = write_json(self, out, schema, status, about);
    if (is_ok && format == REPORT_JSONL) is_ok = write_jsonl(self, out, schema);
    return fflush(out) == 0 && !ferror(out) && is_ok;
}
