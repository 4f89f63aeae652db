/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_REPORT_H
#define TOOLS_COMMON_REPORT_H

/* Tables: one model of rows, written as Markdown, CSV (quoted after RFC 4180), JSON or JSON lines.
 */

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef enum report_format {
    REPORT_MD = 0,
    REPORT_CSV,
    REPORT_JSON, /* {"schema": ..., "status": ..., "rows": [...]} */
    REPORT_JSONL /* one object a row, each with "schema" */
} report_format;

/* Names of the formats in their order, NULL at the end: an option's choices. */
extern const char *const report_format_names[];

typedef struct report_column {
    const char *title; /* Markdown's head */
    const char *key;   /* CSV's head, JSON's key */
    int n_decimals;    /* of numbers; or one of the two below */
} report_column;

enum {
    REPORT_TEXT = -1, /* aligned left in Markdown */
    REPORT_ITEMS = -2 /* an array of numbers, in JSON alone: Markdown and CSV leave it out */
};

enum { REPORT_COLUMNS_MAX = 24 };

/* A table being collected. */
typedef struct report {
    const report_column *columns;
    size_t n_columns, n_cells, n_cells_max;
    char **cells;            /* [n_cells] row-major, printed already; NULL: no value */
    const cJSON *line_about; /* members in front of each row of JSON lines; NULL: none */
    bool is_failed;          /* memory was short: report_write fails */
} report;

void report_begin(report *self, const report_column *columns, size_t n_columns);

/* The next cell of the row; rows follow each other without a call. */
void report_text(report *self, const char *text);
void report_number(report *self, double number); /* not finite: no value */
void report_nothing(report *self);
void report_items(report *self, const double *numbers, size_t n, int n_decimals);

/*
 * Writes the table. For JSON, `status` says how the work ended ("ok", "cancelled") and the members
 * of `about` (NULL: none) stand in front of the rows. False when memory was short or `out` failed.
 */
bool report_write(const report *self, FILE *out, report_format format, const char *schema,
                  const char *status, const cJSON *about);

/* The rows alone, as a JSON array of objects; NULL when memory is short. */
cJSON *report_rows(const report *self);

void report_free(report *self);

#endif
