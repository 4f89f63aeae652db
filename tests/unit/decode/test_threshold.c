/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/decode_harness.h"

static decode_record record;

static const char *decode(const edgeai_decode_options *options, const char *text,
                          const double *confidences, size_t n)
{
    edgeai_prediction predictions[16];
    harness_confidences(predictions, confidences, n);
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

static void all_at_least_as_confident_as_the_threshold(void **state)
{
    (void)state;
    const double c[] = {0.9, 0.89, 0.95, 0.3, 0.91, 0.4};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_THRESHOLD);
    assert_string_equal(decode(&options, "??????", c, 6), "S0,2,4 S1 S5 S3 ");
    options.threshold = 0.4;
    assert_string_equal(decode(&options, "??????", c, 6), "S0,1,2,4,5 S3 ");
    options.block_tokens = 3;
    options.threshold = 0.9;
    assert_string_equal(decode(&options, "??????", c, 6), "S0,2 S1 S4 S5 S3 ");
}

/* (n + 1)(1 - c_n) < 1: 2 * 0.1, 3 * 0.25 pass, 4 * 0.3 does not; then 2 * 0.3, 3 * 0.4 does not.
 */
static void the_largest_prefix_that_keeps_the_factor_rule(void **state)
{
    (void)state;
    const double c[] = {0.6, 0.9, 0.7, 0.75};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_FACTOR);
    assert_string_equal(decode(&options, "????", c, 4), "S1,3 S2 S0 ");
    options.factor = 2; /* 4 * 0.3, 5 * 0.4 = 2 is not below */
    assert_string_equal(decode(&options, "????", c, 4), "S1,2,3 S0 ");
    options.factor = 2.1;
    assert_string_equal(decode(&options, "????", c, 4), "S0,1,2,3 ");
}

static void the_best_is_committed_however_weak(void **state)
{
    (void)state;
    const double c[] = {0.02, 0.03, 0.03};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_FACTOR);
    assert_string_equal(decode(&options, "???", c, 3), "S1 S2 S0 ");
    options.decoder = EDGEAI_DECODER_THRESHOLD;
    assert_string_equal(decode(&options, "???", c, 3), "S1 S2 S0 ");
}

/* Beyond what a double can tell from 1, the doubt still ranks how many may go together. */
static void the_factor_rule_reads_the_exact_doubt(void **state)
{
    (void)state;
    edgeai_prediction predictions[16];
    for (int i = 0; i < 16; i++)
        predictions[i] = (edgeai_prediction){i, 1, 1e-20, 46, 0};
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_FACTOR);
    harness_run(&record, &script, &options, "????????????????");
    assert_int_equal(record.result.n_passes, 1);
    for (int i = 0; i < 16; i++)
        predictions[i].doubt = 0.3; /* as if it were known better: 2 at a time */
    harness_run(&record, &script, &options, "????????????????");
    assert_int_equal(record.result.n_passes, 8);
}

/* Three at 0.91: the threshold takes them all; the factor rule with f 0.3 takes two. */
static void the_two_rules_differ(void **state)
{
    (void)state;
    const double c[] = {0.91, 0.91, 0.91};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_THRESHOLD);
    assert_string_equal(decode(&options, "???", c, 3), "S0,1,2 ");
    options.decoder = EDGEAI_DECODER_FACTOR;
    options.factor = 0.3;
    assert_string_equal(decode(&options, "???", c, 3), "S0,1 S2 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_at_least_as_confident_as_the_threshold),
        cmocka_unit_test(the_largest_prefix_that_keeps_the_factor_rule),
        cmocka_unit_test(the_best_is_committed_however_weak),
        cmocka_unit_test(the_factor_rule_reads_the_exact_doubt),
        cmocka_unit_test(the_two_rules_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
