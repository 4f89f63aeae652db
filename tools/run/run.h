/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_RUN_RUN_H
#define TOOLS_RUN_RUN_H

/* What the parts of edgeai-run share. */

#include <edgeai/generate.h>

#include "common/decode_settings.h"
#include "common/options.h"
#include "common/progress.h"
#include "run/row_view.h"

/* The command line. */
typedef struct run_settings {
    const char *model, *prompt, *file, *system, *infill;
    option_texts stops;
    int decoder, cache;
    bool show, stats, json, interactive;
    int64_t delay_ms;
    decode_settings decode;
    common_options common;
} run_settings;

/* A run, from the loaded model on. */
typedef struct run_state {
    const char *program;
    const run_settings *settings;
    const char *model_path;
    edgeai_context *context;
    edgeai_generator *generator;
    edgeai_generate_options options; /* in effect */
    double load_ms;
    row_view view;
    progress bar;
    size_t n_masks; /* at the start of the answer being decoded */
} run_state;

/* The step callback (edgeai_step_callback); `user` is the run_state. */
int run_on_step(void *user, const edgeai_decode_step *step);

/* Answers the messages, or fills in the gaps of `infill`; draws meanwhile. */
edgeai_status run_answer(run_state *self, const edgeai_message *messages, size_t n_messages,
                         const char *infill, edgeai_generation *result);

/* The answer on stdout, as text or JSON, and the statistics on stderr: an exit code. */
int run_print(const run_state *self, const edgeai_generation *result, edgeai_status status);

/* A conversation over stdin until it ends: an exit code. */
int run_converse(run_state *self);

#endif
