/* SPDX-License-Identifier: MIT */
/* What both ways of judging have in common. */

#include "classify/judge.h"

#include <math.h>
#include <stdio.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "common/json_out.h"
#include "common/terminal.h"

cJSON *judge_begin(const classifier *c)
{
    cJSON *object = json_begin("edgeai-classify/1");
    cJSON_AddStringToObject(object, "status", "ok");
    json_add_text(object, "model", c->settings->model);
    cJSON_AddItemToObject(object, "input", picture_input_json(&c->input));
    cJSON_AddStringToObject(object, "softmax", classify_softmaxes[c->settings->softmax]);
    cJSON_AddStringToObject(object, "weights", classify_weights[c->settings->weights]);
    return object;
}

bool judge_failed(const classifier *c, edgeai_status status, int *code)
{
    const int found = exit_with_error(c->program, status);
    if (status == EDGEAI_E_MEMORY || status == EDGEAI_E_INVALID) {
        *code = found == EXIT_CODE_USAGE ? EXIT_CODE_RUN : found;
        return false;
    }
    *code = EXIT_CODE_FILE;
    return true;
}

static double mean(double sum, size_t n)
{
    return n ? sum / (double)n : NAN;
}

static void add_measures(const classifier *c, cJSON *object)
{
    edgeai_session_memory_info memory;
    edgeai_session_memory(c->session, &memory);
    cJSON_AddNumberToObject(object, "n_pictures", (double)c->n_pictures);
    json_add_real(object, "load_ms", c->load_ms, 3);
    json_add_real(object, "prepare_ms", mean(c->prepare_ms, c->n_pictures), 3);
    json_add_real(object, "run_ms", mean(c->run_ms, c->n_pictures), 3);
    cJSON_AddNumberToObject(object, "arena_bytes", (double)memory.arena_bytes);
    cJSON_AddNumberToObject(object, "scratch_bytes", (double)memory.scratch_bytes);
    cJSON_AddNumberToObject(object, "weight_bytes", (double)memory.weight_bytes);
    cJSON_AddNumberToObject(object, "peak_memory_bytes", (double)terminal_peak_memory());
}

static void say_times(const classifier *c)
{
    edgeai_session_memory_info memory;
    edgeai_session_memory(c->session, &memory);
    fprintf(stderr, "%s: %zu pictures, each %.3f ms to prepare and %.3f ms in the network\n",
            c->program, c->n_pictures, mean(c->prepare_ms, c->n_pictures),
            mean(c->run_ms, c->n_pictures));
    fprintf(stderr, "%s: %zu bytes of activations, %zu of scratch, %zu of weights\n", c->program,
            memory.arena_bytes, memory.scratch_bytes, memory.weight_bytes);
}

int judge_finish(const classifier *c, cJSON *object, int code)
{
    report table;
    bool is_ok = true;
    const bool is_whole = !interrupt_came();
    if (c->settings->common.verbose > 0 && !c->settings->common.quiet) say_times(c);
    const bool has_table = c->settings->profile && profile_table(&table, c->session);
    if (c->settings->json) {
        cJSON_ReplaceItemInObject(object, "status",
                                  cJSON_CreateString(is_whole ? "ok" : "cancelled"));
        add_measures(c, object);
        if (has_table) cJSON_AddItemToObject(object, "profile", report_rows(&table));
        is_ok = json_print(object, stdout);
    } else if (has_table) {
        fputc('\n', stdout);
        is_ok = report_write(&table, stdout, REPORT_MD, "", "", NULL);
    }
    if (has_table) report_free(&table);
    cJSON_Delete(object);
    if (!is_ok || fflush(stdout) != 0) {
        fprintf(stderr, "%s: cannot write the result\n", c->program);
        return EXIT_CODE_RUN;
    }
    return is_whole ? code : interrupt_exit_code();
}
