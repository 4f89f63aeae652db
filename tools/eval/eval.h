/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_EVAL_EVAL_H
#define TOOLS_EVAL_EVAL_H

/* What the parts of edgeai-eval share. */

#include <edgeai/generate.h>

#include "common/out_file.h"
#include "common/report.h"
#include "common/task_run.h"

enum { EVAL_CHOICES_MAX = 16 };

/* A list of choices from the command line: "dico,threshold", or "all". */
typedef struct eval_list {
    int items[EVAL_CHOICES_MAX];
    size_t n;
} eval_list;

/*
 * Reads names separated by commas against NULL-terminated choices, each at most once. False when
 * one is unknown or doubled: its text is then in unknown[0..64).
 */
bool eval_list_read(eval_list *list, const char *text, const char *const *choices,
                    char unknown[64]);

/* An evaluation under way. */
typedef struct eval_run {
    task_run run;
    out_file out; /* a line an item, where wanted */
    report table;
    task_sums first;    /* the first row's, which the others are compared with */
    double least_exact; /* share of right answers of the worst row */
} eval_run;

/* The table's columns. */
extern const report_column eval_columns[];
extern const size_t eval_n_columns;

/*
 * Measures the way of decoding in `options` on all problems and adds its row. On an error,
 * EDGEAI_E_CANCELLED too, the row is what was done. EDGEAI_E_IO: `out` could not be written.
 */
edgeai_status eval_measure(eval_run *self, const edgeai_generate_options *options);

#endif
