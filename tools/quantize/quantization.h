/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_QUANTIZE_QUANTIZATION_H
#define TOOLS_QUANTIZE_QUANTIZATION_H

/* What the parts of edgeai-quantize share. */

#include <edgeai/generate.h>
#include <edgeai/quantize.h>

#include "common/report.h"
#include "common/task_run.h"

/* A model in the table of both: before and after. */
typedef struct quantization_model {
    const char *name; /* "before" or "after" */
    const char *path;
    uint64_t n_bytes; /* of tensor data */
    task_sums sums;   /* of its answers; zero where none were wanted */
} quantization_model;

/* One run of the program. */
typedef struct quantization {
    const char *type;
    const edgeai_model_file *file;
    edgeai_lm_quantizer *quantizer;
    const char *tasks_path; /* NULL: no answers are wanted */
    bool is_dry;            /* nothing is written */
    quantization_model models[2];
} quantization;

/*
 * Writes the report to stdout: a row for each tensor, then one for each model. `status` is how the
 * work ended, for JSON. False when memory was short or stdout failed.
 */
bool quantization_report(const quantization *self, report_format format, const char *status);

#endif
