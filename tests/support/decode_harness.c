/* SPDX-License-Identifier: MIT */
#include "support/decode_harness.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "support/check.h"

static void note(decode_record *record, const char *text)
{
    size_t room = sizeof record->passes - record->n_passes_chars;
    int n = snprintf(record->passes + record->n_passes_chars, room, "%s", text);
    if (n > 0 && (size_t)n < room) record->n_passes_chars += (size_t)n;
}

static void check_commits(decode_record *record, const edgeai_decode_step *step, int32_t mask)
{
    for (size_t k = 0; k < step->n_committed; k++) {
        int32_t position = step->positions[k];
        assert_true(position >= (int32_t)step->block_begin && position < (int32_t)step->block_end);
        if (k > 0) assert_true(position > step->positions[k - 1]);
        assert_int_equal(record->seen[position], mask);
        assert_int_not_equal(step->row[position], mask);
        assert_true(step->confidences[k] >= 0 && step->confidences[k] <= 1);
        record->seen[position] = step->row[position];
        record->confidences[position] = step->confidences[k];
    }
    /* Nothing else has changed. */
    assert_memory_equal(record->seen, step->row, step->n_tokens * sizeof *step->row);
    size_t n_masked = 0;
    for (size_t i = 0; i < step->n_tokens; i++)
        n_masked += step->row[i] == mask;
    assert_int_equal(step->n_masked, n_masked);
}

static void check_clusters(const edgeai_decode_step *step)
{
    size_t end = step->block_begin;
    for (size_t k = 0; k < step->n_clusters; k++) {
        assert_true(step->clusters[2 * k] >= end);
        assert_true(step->clusters[2 * k] < step->clusters[2 * k + 1]);
        end = step->clusters[2 * k + 1];
    }
    assert_true(end <= step->block_end);
}

typedef struct run_state {
    decode_record *record;
    int32_t mask;
} run_state;

static int on_step(void *user, const edgeai_decode_step *step)
{
    run_state *run = user;
    decode_record *record = run->record;
    record->n_events++;
    record->last = *step;
    assert_int_equal(step->n_tokens, record->n_tokens);
    check_commits(record, step, run->mask);
    check_clusters(step);
    char text[16];
    snprintf(text, sizeof text, "%c%s", "SDCF"[step->phase], step -> n_committed ? "" : "-");
    note(record, text);
    for (size_t k = 0; k < step->n_committed; k++) {
        snprintf(text, sizeof text, "%s%d", k ? "," : "", step->positions[k]);
        note(record, text);
    }
    note(record, " ");
    return record->n_events == record->cancel_at;
}

static void check_outcome(const decode_record *record, const scripted_denoiser *script)
{
    int32_t mask = script->denoiser.mask_token;
    size_t n_masks = 0, n_left = 0;
    for (size_t i = 0; i < record->n_tokens; i++) {
        n_masks += record->before[i] == mask;
        n_left += record->row[i] == mask;
        if (record->before[i] != mask) assert_int_equal(record->row[i], record->before[i]);
    }
    const edgeai_decode_result *result = &record->result;
    assert_int_equal(result->n_committed + result->n_filled + n_left, n_masks);
    if (record->status == EDGEAI_OK) assert_int_equal(n_left, 0);
    if (script->fail_at == SIZE_MAX) assert_int_equal(result->n_passes, script->n_passes);
    assert_int_equal(script->n_begins, script->n_ends);
    if (script->breach) fail_msg("denoiser contract: %s", script->breach);
}

void harness_run_row(decode_record *record, scripted_denoiser *script,
                     const edgeai_decode_options *options, const int32_t *row, size_t n_tokens,
                     edgeai_context *context)
{
    script->n_passes = script->n_prepares = script->n_begins = script->n_ends = 0;
    size_t cancel_at = record->cancel_at;
    *record = (decode_record){.n_tokens = n_tokens, .cancel_at = cancel_at};
    assert_true(n_tokens <= HARNESS_TOKENS_MAX);
    memcpy(record->before, row, n_tokens * sizeof *row);
    memcpy(record->row, row, n_tokens * sizeof *row);
    memcpy(record->seen, row, n_tokens * sizeof *row);

    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    context_options.n_threads = 1;
    edgeai_context *fresh = NULL;
    if (!context) assert_ok(edgeai_context_create(&fresh, &context_options));
    run_state run = {record, script->denoiser.mask_token};
    edgeai_decode_options own = *options;
    own.on_step = on_step;
    own.on_step_user = &run;
    edgeai_decoding *decoding;
    assert_ok(edgeai_decoding_create(&decoding, context ? context : fresh, &script->denoiser, &own,
                                     n_tokens));
    record->status = edgeai_decoding_run(decoding, record->row, n_tokens, &record->result);
    edgeai_decoding_free(decoding);
    edgeai_context_free(fresh);
    check_outcome(record, script);
}

void harness_run(decode_record *record, scripted_denoiser *script,
                 const edgeai_decode_options *options, const char *text)
{
    int32_t row[HARNESS_TOKENS_MAX];
    size_t n = strlen(text);
    assert_true(n <= HARNESS_TOKENS_MAX);
    for (size_t i = 0; i < n; i++)
        row[i] = text[i] == '?' ? HARNESS_MASK : text[i] - 'a';
    harness_run_row(record, script, options, row, n, NULL);
}

const char *harness_text(const decode_record *record)
{
    static char text[HARNESS_TOKENS_MAX + 1];
    for (size_t i = 0; i < record->n_tokens; i++) {
        int32_t token = record->row[i];
        text[i] = (char)(token == HARNESS_MASK ? '?' : token < 26 ? 'a' + token : '#');
    }
    text[record->n_tokens] = '\0';
    return text;
}

edgeai_decode_options harness_options(edgeai_decoder decoder)
{
    edgeai_decode_options options = EDGEAI_DECODE_OPTIONS_INIT;
    options.decoder = decoder;
    return options;
}

void harness_confidences(edgeai_prediction *predictions, const double *confidences, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double c = confidences[i];
        predictions[i] = (edgeai_prediction){
            .token = (int32_t)(i % 26),
            .confidence = c,
            .doubt = 1 - c,
            .margin = fmax(0, log(c / (1 - c))),
            .entropy = -c * log(c) - (1 - c) * log1p(-c),
        };
    }
}
