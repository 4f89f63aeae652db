/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "support/check.h"
#include "support/decode_harness.h"

static const double CONFIDENCES[] = {0.3, 0.9, 0.5, 0.8, 0.2, 0.7, 0.6, 0.4, 0.95, 0.1};
static decode_record record;

static const char *decode(const edgeai_decode_options *options, const char *text)
{
    static edgeai_prediction predictions[10];
    harness_confidences(predictions, CONFIDENCES, 10);
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

static void one_a_pass_by_default_most_confident_first(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    assert_string_equal(decode(&options, "??????????"), "S8 S1 S3 S5 S6 S2 S7 S0 S4 S9 ");
    assert_string_equal(harness_text(&record), "abcdefghij");
}

static void blocks_are_finished_from_left_to_right(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.block_tokens = 4;
    assert_string_equal(decode(&options, "??????????"), "S1 S3 S2 S0 S5 S6 S7 S4 S8 S9 ");
    assert_int_equal(record.result.n_blocks, 3);
}

/* Ten masks in four steps: 3, 3, 2, 2. */
static void quotas_put_the_remainder_first(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.n_steps = 4;
    assert_string_equal(decode(&options, "??????????"), "S1,3,8 S2,5,6 S0,7 S4,9 ");
}

static void steps_are_shared_by_blocks_in_proportion_to_their_masks(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.block_tokens = 4;
    options.n_steps = 5; /* blocks of 4, 4, 2 masks: 2, 2, 1 */
    assert_string_equal(decode(&options, "??????????"), "S1,3 S0,2 S5,6 S4,7 S8,9 ");
    options.n_steps = 1; /* at least one each */
    assert_string_equal(decode(&options, "??????????"), "S0,1,2,3 S4,5,6,7 S8,9 ");
    options.n_steps = 5; /* 3, 1, 2 masks: shares of 2.5, 0.83 and 1.67, summed and rounded down */
    assert_string_equal(decode(&options, "???aaaa?\?\?"), "S1,2 S0 S7 S8 S9 ");
}

static void steps_without_a_mask_left_are_not_run(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.n_steps = 100;
    decode(&options, "??????????");
    assert_int_equal(record.result.n_passes, 10);
}

static void random_takes_quotas_whatever_the_confidence(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_RANDOM);
    options.n_steps = 5;
    char first[128];
    strcpy(first, decode(&options, "??????????"));
    assert_int_equal(record.result.n_passes, 5);
    assert_string_equal(decode(&options, "??????????"), first); /* the seed decides */
    options.seed = 1;
    assert_string_not_equal(decode(&options, "??????????"), first);
    options.decoder = EDGEAI_DECODER_LOW_CONFIDENCE;
    assert_string_equal(decode(&options, "??????????"), "S1,8 S3,5 S2,6 S0,7 S4,9 ");
}

static void random_predicts_only_what_it_commits(void **state)
{
    (void)state;
    /* Every position comes first in about a tenth of the seeds. */
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_RANDOM);
    int counts[10] = {0};
    for (options.seed = 0; options.seed < 1000; options.seed++)
        counts[decode(&options, "??????????")[1] - '0']++;
    for (int i = 0; i < 10; i++)
        assert_in_range(counts[i], 60, 145);
}

/* LLaDA's Gumbel noise: tokens follow the probabilities, confidences stay those of the softmax. */
static void sampling_draws_tokens_and_keeps_confidences_unnoised(void **state)
{
    (void)state;
    float logits[HARNESS_VOCAB];
    for (int i = 0; i < HARNESS_VOCAB; i++)
        logits[i] = -40;
    logits[1] = 1.0986123f; /* ln 3 against 0: probabilities 3/4 and 1/4 */
    logits[0] = 0;
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_logits_predict);
    script.user = logits;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_LOW_CONFIDENCE);
    options.temperature = 1;
    int n_second = 0;
    for (options.seed = 0; options.seed < 2000; options.seed++) {
        harness_run(&record, &script, &options, "?");
        assert_ok(record.status);
        assert_in_range(record.row[0], 0, 1);
        n_second += record.row[0] == 0;
        assert_close(record.confidences[0], record.row[0] == 0 ? 0.25 : 0.75, 1e-6, 0);
    }
    assert_in_range(n_second, 420, 580); /* four standard deviations around 500 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_a_pass_by_default_most_confident_first),
        cmocka_unit_test(blocks_are_finished_from_left_to_right),
        cmocka_unit_test(quotas_put_the_remainder_first),
        cmocka_unit_test(steps_are_shared_by_blocks_in_proportion_to_their_masks),
        cmocka_unit_test(steps_without_a_mask_left_are_not_run),
        cmocka_unit_test(random_takes_quotas_whatever_the_confidence),
        cmocka_unit_test(random_predicts_only_what_it_commits),
        cmocka_unit_test(sampling_draws_tokens_and_keeps_confidences_unnoised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
