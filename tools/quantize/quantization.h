/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_QUANTIZE_QUANTIZATION_H
#define TOOLS_QUANTIZE_QUANTIZATION_H

/* What the parts of edgeai-quantize share. */

#include <edgeai/generate.h>
#include <edgeai/quantize.h>

#include "common/decode_settings.h"
#include "common/options.h"
#include "common/report.h"
#include "common/task_run.h"

/* What the command line says. Choices that were not given are -1, texts NULL. */
typedef struct quantize_settings {
    const tool_program *program;
    common_options common;
    bool dry_run, as_json;
    int format;
    int64_t n_limit;
    /* Of language models. */
    bool pure, allow_requantize;
    const char *output_type, *embedding_type, *tasks_path;
    option_texts rule_texts;
    decode_settings decoding;
    /* Of networks. */
    int weights, activations, input_scale;
    bool sort_filters, correct;
    const char *scale, *keep, *calibrate_path, *method, *evaluate_path;
    int64_t n_samples;
} quantize_settings;

/* Quantizes with n operands, after a look at what was given; returns the exit code. */
int quantize_language(const quantize_settings *settings, edgeai_context *context, int n,
                      char **operands);
int quantize_network(const quantize_settings *settings, edgeai_context *context, int n,
                     char **operands);

/* A language model in the table of both: before and after. */
typedef struct quantization_model {
    const char *name; /* "before" or "after" */
    const char *path;
    uint64_t n_bytes; /* of tensor data */
    task_sums sums;   /* of its answers; zero where none were wanted */
} quantization_model;

/* One run on a language model. */
typedef struct quantization {
    const quantize_settings *settings;
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
