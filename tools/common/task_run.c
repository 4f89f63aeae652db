/* SPDX-License-Identifier: MIT */
#include "common/task_run.h"

#include <math.h>
#include <stdio.h>

double task_ratio(double a, double b)
{
    return b > 0 ? a / b : (double)NAN;
}

double task_exact_share(const task_sums *sums)
{
    return task_ratio((double)sums->n_correct, (double)sums->n_items);
}

double task_mean_passes(const task_sums *sums)
{
    return task_ratio((double)sums->n_passes, (double)(sums->n_items - sums->n_refused));
}

double task_tokens_per_pass(const task_sums *sums)
{
    return task_ratio((double)sums->n_tokens, (double)sums->n_passes);
}

double task_tokens_per_s(const task_sums *sums)
{
    return task_ratio((double)sums->n_tokens * 1e3, sums->ms);
}

size_t task_run_count(const edgeai_tasks *tasks, int64_t limit)
{
    size_t n = edgeai_tasks_count(tasks);
    return limit > 0 && (uint64_t)limit < n ? (size_t)limit : n;
}

static edgeai_status answer(const task_run *self, size_t index, edgeai_generation *result)
{
    edgeai_message messages[2];
    size_t n = 0;
    if (self->system) messages[n++] = (edgeai_message){EDGEAI_ROLE_SYSTEM, self->system};
    const char *prompt = edgeai_tasks_get(self->tasks, index)->prompt;
    messages[n++] = (edgeai_message){EDGEAI_ROLE_USER, prompt};
    return edgeai_generate_chat(self->generator, messages, n, result);
}

/* Item number `index` into the sums; a prompt that does not fit is a wrong answer. */
static edgeai_status measure_item(task_run *self, size_t index, task_sums *sums)
{
    edgeai_generation result;
    edgeai_status status = answer(self, index, &result);
    if (status != EDGEAI_OK && status != EDGEAI_E_LIMIT) return status;
    const edgeai_generation *found = status == EDGEAI_OK ? &result : NULL;
    bool is_correct =
        found && edgeai_task_is_correct(edgeai_tasks_get(self->tasks, index), found->text);
    sums->n_items++;
    sums->n_correct += is_correct;
    if (found) {
        sums->n_tokens += found->n_tokens;
        sums->n_passes += found->decode.n_passes;
        sums->ms += found->total_ms;
    } else {
        sums->n_refused++;
    }
    if (!self->listener) return EDGEAI_OK;
    return self->listener(self->user, index, found, is_correct) ? EDGEAI_OK : EDGEAI_E_IO;
}

edgeai_status task_run_measure(task_run *self, const char *note, task_sums *sums)
{
    *sums = (task_sums){0};
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; status == EDGEAI_OK && i < self->n_tasks; i++) {
        char shown[80];
        snprintf(shown, sizeof shown, "%s %.1f%%", note,
                 sums->n_items ? 100 * task_exact_share(sums) : 0);
        progress_show(&self->bar, self->n_done, shown);
        status = measure_item(self, i, sums);
        self->n_done++;
    }
    return status;
}

edgeai_status task_run_warm_up(const task_run *self, int64_t n)
{
    edgeai_status status = EDGEAI_OK;
    for (size_t i = 0; status == EDGEAI_OK && (int64_t)i < n && i < self->n_tasks; i++) {
        edgeai_generation ignored;
        status = answer(self, i, &ignored);
        if (status == EDGEAI_E_LIMIT) status = EDGEAI_OK; /* a prompt that does not fit */
    }
    return status;
}
