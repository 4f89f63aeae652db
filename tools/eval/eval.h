/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_EVAL_EVAL_H
#define TOOLS_EVAL_EVAL_H

/* What the parts of edgeai-eval share. */

#include <edgeai/generate.h>

#include "common/out_file.h"
#include "common/report.h"
#include "common/task_run.h"

/* An evaluation under way. */
typedef struct eval_run {
    task_run run;
    const edgeai_generate_options *way; /* of decoding, measured now */
    out_file out;                       /* a line an item, where wanted */
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
