/* SPDX-License-Identifier: MIT */
#include "support/decode_traces.h"

#include <stdio.h>
#include <stdlib.h>

#include <edgeai/context.h>

#include "base/json.h"
#include "support/check.h"
#include "support/scripted_denoiser.h"

typedef struct replay {
    int seed; /* names the trace */
    const char *phases;
    const cJSON *commits;
    size_t n_passes;
} replay;

static cJSON *read_traces(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    size_t capacity = 1 << 20;
    char *text = malloc(capacity);
    size_t n = text ? fread(text, 1, capacity, file) : 0;
    fclose(file);
    cJSON *traces = NULL;
    assert_ok(eai_json_parse(&traces, text, n, path));
    free(text);
    return traces;
}

static int number(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);
    assert_true(cJSON_IsNumber(item));
    return item->valueint;
}

static int optional_number(const cJSON *object, const char *key)
{
    return cJSON_HasObjectItem(object, key) ? number(object, key) : 0;
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

/* The prompt and what "given" lists are tokens, all else is masked. */
static void fill_row(int32_t *row, size_t n_tokens, const cJSON *record)
{
    size_t n_prompt = (size_t)number(record, "prompt_tokens");
    for (size_t i = 0; i < n_tokens; i++)
        row[i] = i < n_prompt ? (int32_t)i : (int32_t)n_tokens;
    const cJSON *position;
    cJSON_ArrayForEach(position, cJSON_GetObjectItemCaseSensitive(record, "given"))
    {
        assert_in_range(position->valueint, 0, n_tokens - 1);
        row[position->valueint] = position->valueint;
    }
}

static edgeai_decode_options read_options(const cJSON *record, replay *trace)
{
    edgeai_decode_options options = EDGEAI_DECODE_OPTIONS_INIT;
    const cJSON *decoder = cJSON_GetObjectItemCaseSensitive(record, "decoder");
    if (decoder) assert_ok(edgeai_decoder_from_name(decoder->valuestring, &options.decoder));
    options.block_tokens = (size_t)number(record, "block_tokens");
    options.n_steps = (size_t)optional_number(record, "n_steps");
    options.dico.no_guidance =
        !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(record, "trajectory_guidance"));
    options.on_step = compare_pass;
    options.on_step_user = trace;
    return options;
}

static void replay_trace(edgeai_context *context, const cJSON *record)
{
    const cJSON *difficulties = cJSON_GetObjectItemCaseSensitive(record, "difficulty");
    size_t n_tokens = (size_t)cJSON_GetArraySize(difficulties);
    assert_int_equal(n_tokens, number(record, "prompt_tokens") + number(record, "gen_tokens"));
    double *difficulty = malloc(n_tokens * sizeof *difficulty);
    int32_t *row = malloc(n_tokens * sizeof *row);
    assert_true(difficulty && row);
    const cJSON *item = difficulties->child;
    for (size_t i = 0; i < n_tokens; i++, item = item->next)
        difficulty[i] = item->valuedouble;
    fill_row(row, n_tokens, record);

    replay trace = {number(record, "seed"),
                    cJSON_GetObjectItemCaseSensitive(record, "phases")->valuestring,
                    cJSON_GetObjectItemCaseSensitive(record, "commits"), 0};
    edgeai_decode_options options = read_options(record, &trace);
    scripted_denoiser script;
    scripted_denoiser_make(&script, (int32_t)n_tokens + 1, (int32_t)n_tokens,
                           scripted_trace_predict);
    script.user = difficulty;
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

bool decode_traces_replay(const char *path, size_t n_traces)
{
    cJSON *traces = read_traces(path);
    if (!traces) return false;
    assert_int_equal(cJSON_GetArraySize(traces), n_traces);
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    edgeai_context *context;
    assert_ok(edgeai_context_create(&context, &options));
    const cJSON *record;
    cJSON_ArrayForEach(record, traces) replay_trace(context, record);
    edgeai_context_free(context);
    cJSON_Delete(traces);
    return true;
}
