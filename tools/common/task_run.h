/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_TASK_RUN_H
#define TOOLS_COMMON_TASK_RUN_H

/*
 * A model's answers to a task file. Tokens count up to the first end-of-text and time from text in
 * to text out, so that neither padding nor a fast control loop earns anything.
 */

#include <edgeai/generate.h>

#include "common/progress.h"

/* Sums over the problems that one way of decoding has answered. */
typedef struct task_sums {
    size_t n_items, n_correct, n_refused; /* refused: the prompt did not fit */
    size_t n_tokens, n_passes;
    double ms;
} task_sums;

/* Told each answer, in order; `result` NULL where the prompt did not fit. False: EDGEAI_E_IO. */
typedef bool (*task_listener)(void *user, size_t index, const edgeai_generation *result,
                              bool is_correct);

typedef struct task_run {
    edgeai_generator *generator;
    const edgeai_tasks *tasks;
    size_t n_tasks;         /* of each way of decoding */
    const char *system;     /* NULL: none */
    progress bar;           /* of zeros: none */
    size_t n_done;          /* items of all ways */
    task_listener listener; /* NULL: none */
    void *user;
} task_run;

/* The first `limit` problems, or all for 0. */
size_t task_run_count(const edgeai_tasks *tasks, int64_t limit);

/*
 * Lets the model answer all problems as the generator is configured; `note` stands in front of the
 * progress bar. On an error, EDGEAI_E_CANCELLED too, *sums holds what was done.
 */
edgeai_status task_run_measure(task_run *self, const char *note, task_sums *sums);

/* Answers to the first n problems that are not counted: brings the model's pages and caches in. */
edgeai_status task_run_warm_up(const task_run *self, int64_t n);

/* a / b, or NAN, which tables leave empty. */
double task_ratio(double a, double b);

double task_exact_share(const task_sums *sums);
double task_mean_passes(const task_sums *sums);
double task_tokens_per_pass(const task_sums *sums);
double task_tokens_per_s(const task_sums *sums);

#endif
