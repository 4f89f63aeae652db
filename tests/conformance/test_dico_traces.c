/* SPDX-License-Identifier: MIT */
/* DiCo against recorded runs of the published algorithm: every pass's phase and commits. */
#include "support/check.h"

#include <stdio.h>
#include <stdlib.h>

#include <edgeai/context.h>

#include "base/json.h"
#include "support/scripted_denoiser.h"

#define TRACES   EDGEAI_TEST_DATA "/dico/traces.json"
#define N_TRACES 16

typedef struct replay {
    int seed; /* names the trace */
    const char *phases;
    const cJSON *commits;
    size_t n_passes;
} replay;

static cJSON *read_traces(void)
{
    FILE *file = fopen(TRACES, "rb");
    if (!file) return NULL;
    size_t capacity = 1 << 20;
    char *text = malloc(capacity);
    size_t n = text ? fread(text, 1, capacity, file) : 0;
    fclose(file);
    cJSON *traces = NULL;
    assert_ok(eai_json_parse(&traces, text, n, "traces.json"));
    free(text);
    return traces;
}

static int number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valueint;
}

static bool same_positions(const cJSON *expected, const edgeai_decode_step *step)
{
    if ((size_t)cJSON_GetArraySize(expected) != step->n_committed) return false;
    const cJSON *item;
    size_t k = 0;
    cJSON_ArrayForEach(item, expected) if (item->valueint != step->positions[k++]) return false;
    return true;
}

static int compare_pass(void *user, const edgeai_decode_step *step)
{
    replay *trace = user;
    char phase = "SDCF"[step->phase];
    const cJSON *expected = cJSON_GetArrayItem(trace->commits, (int)trace->n_passes);
    if (expected && trace->phases[trace->n_passes] == phase && same_positions(expected, step)) {
        trace->n_passes++;
        return 0;
    }
    char *text = cJSON_PrintUnformatted(expected);
    print_error("trace %d, pass %zu: expected %c %s, found %c [", trace->seed, trace->n_passes,
                expected ? trace->phases[trace->n_passes] : '-', text ? text : "nothing", phase);
    for (size_t k = 0; k < step->n_committed; k++)
        print_error(" %d", step->positions[k]);
    print_error(" ]\n");
    free(text);
    return 1;
}

static void replay_trace(edgeai_context *context, const cJSON *record)
{
    size_t n_prompt = (size_t)number(record, "prompt_tokens");
    size_t n_tokens = n_prompt + (size_t)number(record, "gen_tokens");
    const cJSON *difficulties = cJSON_GetObjectItemCaseSensitive(record, "difficulty");
    assert_int_equal(cJSON_GetArraySize(difficulties), n_tokens);

    double *difficulty = malloc(n_tokens * sizeof *difficulty);
    int32_t *row = malloc(n_tokens * sizeof *row);
    assert_true(difficulty && row);
    int32_t mask = (int32_t)n_tokens;
    const cJSON *item = difficulties->child;
    for (size_t i = 0; i < n_tokens; i++, item = item->next) {
        difficulty[i] = item->valuedouble;
        row[i] = i < n_prompt ? (int32_t)i : mask;
    }
    replay trace = {number(record, "seed"),
                    cJSON_GetObjectItemCaseSensitive(record, "phases")->valuestring,
                    cJSON_GetObjectItemCaseSensitive(record, "commits"), 0};

    scripted_denoiser script;
    scripted_denoiser_make(&script, mask + 1, mask, scripted_trace_predict);
    script.user = difficulty;
    edgeai_decode_options options = EDGEAI_DECODE_OPTIONS_INIT;
    options.block_tokens = (size_t)number(record, "block_tokens");
    options.dico.no_guidance =
        !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(record, "trajectory_guidance"));
    options.on_step = compare_pass;
    options.on_step_user = &trace;
    edgeai_decoding *decoding;
    assert_ok(edgeai_decoding_create(&decoding, context, &script.denoiser, &options, n_tokens));
    edgeai_decode_result result;
    assert_ok(edgeai_decoding_run(decoding, row, n_tokens, &result));
    assert_int_equal(result.n_passes, number(record, "forward_passes"));
    assert_int_equal(trace.n_passes, result.n_passes);
    for (size_t i = 0; i < n_tokens; i++)
        assert_int_equal(row[i], i);
    assert_null(script.breach);
    edgeai_decoding_free(decoding);
    free(difficulty);
    free(row);
}

static void every_trace_is_replayed_pass_by_pass(void **state)
{
    (void)state;
    cJSON *traces = read_traces();
    if (!traces) {
        print_message("no %s: nothing to replay\n", TRACES);
        skip();
    }
    assert_int_equal(cJSON_GetArraySize(traces), N_TRACES);
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    const cJSON *record;
    cJSON_ArrayForEach(record, traces) replay_trace(context, record);
    edgeai_context_free(context);
    cJSON_Delete(traces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_trace_is_replayed_pass_by_pass),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
