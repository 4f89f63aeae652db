/* SPDX-License-Identifier: MIT */
#include "decode/decoding.h"

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/decode_harness.h"
#include "support/failing_allocator.h"

static decode_record record;
static scripted_denoiser script;

static void the_factor_rule_at_its_borders(void **state)
{
    (void)state;
    assert_true(eai_factor_accepts(0.49, 1, 1));
    assert_false(eai_factor_accepts(0.5, 1, 1)); /* 2 * 0.5 is not below 1 */
    assert_true(eai_factor_accepts(0.24, 1, 3));
    assert_false(eai_factor_accepts(0.25, 1, 3));
    assert_false(eai_factor_accepts(1, 1, 1));
    assert_true(eai_factor_accepts(1, 2.1, 1));
    assert_true(eai_factor_accepts(0, 1, 999998)); /* 1e-6 keeps the rule finite */
    assert_false(eai_factor_accepts(0, 1, 1000000));
}

typedef struct seen_step {
    edgeai_decode_step step;
    int32_t row[4], positions[4];
    double confidences[4];
} seen_step;

static int copy_step(void *user, const edgeai_decode_step *step)
{
    seen_step *seen = user;
    seen->step = *step;
    memcpy(seen->row, step->row, step->n_tokens * sizeof *step->row);
    memcpy(seen->positions, step->positions, step->n_committed * sizeof *step->positions);
    memcpy(seen->confidences, step->confidences, step->n_committed * sizeof *step->confidences);
    return 0;
}

/* A context whose allocations are counted, and a decoding in it. */
typedef struct fixture {
    failing_allocator allocations;
    edgeai_context *context;
    edgeai_decoding *decoding;
} fixture;

static void open_fixture(fixture *f, const edgeai_decode_options *options, size_t n_tokens)
{
    f->allocations = (failing_allocator){.fail_at = SIZE_MAX};
    edgeai_context_options context_options = EDGEAI_CONTEXT_OPTIONS_INIT;
    context_options.n_threads = 1;
    context_options.allocator = failing_allocator_make(&f->allocations);
    assert_ok(edgeai_context_create(&f->context, &context_options));
    assert_ok(
        edgeai_decoding_create(&f->decoding, f->context, &script.denoiser, options, n_tokens));
}

static void close_fixture(fixture *f)
{
    edgeai_decoding_free(f->decoding);
    edgeai_context_free(f->context);
    assert_int_equal(f->allocations.n_live, 0);
}

static void the_event_tells_all_of_a_pass(void **state)
{
    (void)state;
    edgeai_prediction predictions[4];
    const double c[] = {0.1, 0.95, 0.2, 0.91};
    harness_confidences(predictions, c, 4);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_THRESHOLD);
    seen_step seen;
    options.on_step = copy_step;
    options.on_step_user = &seen;
    options.n_steps = 7;
    fixture f;
    open_fixture(&f, &options, 4);
    int32_t row[] = {5, HARNESS_MASK, HARNESS_MASK, HARNESS_MASK};
    edgeai_decode_result result;
    assert_ok(edgeai_decoding_run(f.decoding, row, 4, &result));
    close_fixture(&f);
    assert_int_equal(seen.step.n_passes, 2); /* the last of two */
    assert_int_equal(seen.step.phase, EDGEAI_PHASE_STEP);
    assert_int_equal(seen.step.block_begin, 1);
    assert_int_equal(seen.step.block_end, 4);
    assert_int_equal(seen.step.n_tokens, 4);
    assert_int_equal(seen.step.n_committed, 1);
    assert_int_equal(seen.step.n_masked, 0);
    assert_int_equal(seen.step.n_clusters, 0);
    assert_int_equal(seen.positions[0], 2);
    assert_true(seen.confidences[0] == 0.2);
    const int32_t expected[] = {5, 1, 2, 3};
    assert_memory_equal(seen.row, expected, sizeof expected);
    assert_int_equal(result.phase_passes[EDGEAI_PHASE_STEP], 2);
    assert_true(result.denoiser_ms >= 0 && result.phase_ms[EDGEAI_PHASE_STEP] >= 0);
}

/* Tokens 0 and 1 of each position: with the prompt 0.6 to 0.4, without it 0.8 to 0.2, so the prompt
 * speaks for token 1. Logits of 0 against token 1: ln 1.5 with and ln 4 without. */
static int32_t last_row[4]; /* of the last call: a guided pass ends with the one without prompt */

static void predict_by_prompt(const scripted_denoiser *self, const int32_t *row, size_t position,
                              edgeai_prediction *prediction, float *logits)
{
    (void)position;
    bool has_prompt = row[0] != self->denoiser.mask_token;
    memcpy(last_row, row, sizeof last_row);
    *prediction = (edgeai_prediction){.token = 0, .confidence = 1};
    for (int32_t i = 0; i < self->denoiser.n_vocab; i++)
        logits[i] = -50;
    logits[0] = (float)log(has_prompt ? 1.5 : 4);
    logits[1] = 0;
}

static void guidance_is_a_second_pass_without_the_prompt(void **state)
{
    (void)state;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, predict_by_prompt);
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.guidance_scale = 1; /* ln 4 + 2 (ln 1.5 - ln 4) = ln 0.5625 */
    harness_run(&record, &script, &options, "z???");
    assert_ok(record.status);
    assert_string_equal(harness_text(&record), "zbbb");
    assert_close(record.confidences[1], 1 / 1.5625, 1e-6, 0);
    assert_int_equal(record.result.n_passes, 6);
    assert_int_equal(record.result.phase_passes[EDGEAI_PHASE_STEP], 6);
    assert_int_equal(record.n_events, 3);

    options.guidance_scale = 1e-9; /* as good as none */
    harness_run(&record, &script, &options, "z???");
    assert_string_equal(harness_text(&record), "zaaa");
}

static void guidance_masks_as_many_tokens_as_told(void **state)
{
    (void)state;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, predict_by_prompt);
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.guidance_scale = 1;
    options.n_prompt = 5;
    fixture f;
    open_fixture(&f, &options, 4);
    int32_t row[] = {25, HARNESS_MASK, HARNESS_MASK, HARNESS_MASK};
    assert_fails(edgeai_decoding_run(f.decoding, row, 4, NULL), EDGEAI_E_INVALID);
    assert_error_says("n_prompt: expected 0 to n_tokens 4, found 5");
    close_fixture(&f);
    options.n_prompt = 1;
    harness_run(&record, &script, &options, "zy??");
    assert_string_equal(harness_text(&record), "zybb");
    assert_true(last_row[0] == HARNESS_MASK && last_row[1] == 'y' - 'a');
    options.n_prompt = 0;
    harness_run(&record, &script, &options, "zy??");
    assert_true(last_row[0] == HARNESS_MASK && last_row[1] == HARNESS_MASK);
    /* A row that begins with a mask has no prompt: both passes are the same. */
    harness_run(&record, &script, &options, "?y??");
    assert_ok(record.status);
}

static void nothing_but_numbers(const scripted_denoiser *self, const int32_t *row, size_t position,
                                edgeai_prediction *prediction, float *logits)
{
    (void)self;
    (void)row;
    (void)logits;
    *prediction = (edgeai_prediction){(int32_t)position, NAN, NAN, NAN, NAN};
    if (position == 1) *prediction = (edgeai_prediction){1, 7, -3, -INFINITY, -1};
    if (position == 2)
        *prediction = (edgeai_prediction){2, -INFINITY, INFINITY, INFINITY, INFINITY};
}

static void numbers_out_of_range_are_brought_into_it(void **state)
{
    (void)state;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, nothing_but_numbers);
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_THRESHOLD);
    harness_run(&record, &script, &options, "????");
    assert_ok(record.status);
    assert_string_equal(record.passes, "S1 S0 S2 S3 ");

    options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.n_steps = 1;
    fixture f;
    open_fixture(&f, &options, 3);
    int32_t row[] = {HARNESS_MASK, HARNESS_MASK, HARNESS_MASK};
    assert_ok(edgeai_decoding_run(f.decoding, row, 3, NULL));
    const edgeai_prediction *p = f.decoding->predictions;
    double most = log(HARNESS_VOCAB);
    assert_true(p[0].confidence == 0 && p[0].doubt == 1 && p[0].margin == 0);
    assert_true(p[1].confidence == 1 && p[1].doubt == 0 && p[1].margin == 0);
    assert_true(p[2].confidence == 0 && p[2].doubt == 1 && p[2].margin == INFINITY);
    assert_true(p[0].entropy == most && p[1].entropy == 0 && p[2].entropy == most);
    close_fixture(&f);
}

static void commit_the_mask(const scripted_denoiser *self, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits)
{
    (void)row;
    (void)logits;
    int32_t token = self->user ? *(const int32_t *)self->user : 0;
    *prediction = (edgeai_prediction){.token = position == 2 ? token : 0, .confidence = 0.5};
}

static void the_mask_and_unknown_tokens_are_never_committed(void **state)
{
    (void)state;
    const int32_t bad[] = {HARNESS_MASK, HARNESS_VOCAB, -1, INT32_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, commit_the_mask);
        script.user = &bad[i];
        edgeai_decode_options options = harness_options(EDGEAI_DECODER_DICO);
        harness_run(&record, &script, &options, "????");
        assert_int_equal(record.status, EDGEAI_E_INVALID);
        assert_error_says("the denoiser's token at position 2");
        assert_string_equal(harness_text(&record), "????");
    }
}

static void like_only_the_mask(const scripted_denoiser *self, const int32_t *row, size_t position,
                               edgeai_prediction *prediction, float *logits)
{
    (void)row;
    (void)position;
    *prediction = (edgeai_prediction){.token = 0, .confidence = 0.01};
    for (int32_t i = 0; i < self->denoiser.n_vocab; i++)
        logits[i] = i == self->denoiser.mask_token ? 100 : 0;
}

static void sampling_never_draws_the_mask(void **state)
{
    (void)state;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, like_only_the_mask);
    for (int decoder = 0; decoder < EDGEAI_N_DECODERS; decoder++) {
        edgeai_decode_options options = harness_options((edgeai_decoder)decoder);
        options.temperature = 1.5;
        harness_run(&record, &script, &options, "????????????????");
        assert_ok(record.status); /* the harness sees that nothing is masked */
    }
}

static void running_allocates_nothing(void **state)
{
    (void)state;
    edgeai_prediction predictions[16];
    const double c[16] = {0.3, 0.95, 0.5, 0.99, 0.7, 0.2, 0.8, 0.6,
                          0.3, 0.95, 0.5, 0.99, 0.7, 0.2, 0.8, 0.6};
    harness_confidences(predictions, c, 16);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    for (int variant = 0; variant < 2 * EDGEAI_N_DECODERS; variant++) {
        edgeai_decode_options options = harness_options((edgeai_decoder)(variant / 2));
        if (variant % 2) {
            options.temperature = 0.7;
            options.guidance_scale = 0.5;
            options.top_p = 0.9;
            options.top_k = 3;
        }
        fixture f;
        open_fixture(&f, &options, 16);
        size_t before = f.allocations.n_allocations;
        int32_t row[16];
        for (int i = 0; i < 16; i++)
            row[i] = i < 2 ? 0 : HARNESS_MASK;
        assert_ok(edgeai_decoding_run(f.decoding, row, 16, NULL));
        assert_int_equal(f.allocations.n_allocations, before);
        close_fixture(&f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_factor_rule_at_its_borders),
        cmocka_unit_test(the_event_tells_all_of_a_pass),
        cmocka_unit_test(guidance_is_a_second_pass_without_the_prompt),
        cmocka_unit_test(guidance_masks_as_many_tokens_as_told),
        cmocka_unit_test(numbers_out_of_range_are_brought_into_it),
        cmocka_unit_test(the_mask_and_unknown_tokens_are_never_committed),
        cmocka_unit_test(sampling_never_draws_the_mask),
        cmocka_unit_test(running_allocates_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
