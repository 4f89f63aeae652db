/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/decode_harness.h"

static decode_record record;

static const char *decode(const edgeai_decode_options *options,
                          const edgeai_prediction *predictions, const char *text)
{
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

/* Sums less the largest: 0; 0.11 - 0.06; 0.31 - 0.2 is over 0.1. Then 0; 0.21 - 0.2. */
static void a_prefix_by_confidence_within_the_entropy(void **state)
{
    (void)state;
    const edgeai_prediction predictions[] = {
        {.token = 3, .confidence = 0.6, .entropy = 0.01},
        {.token = 2, .confidence = 0.7, .entropy = 0.2},
        {.token = 0, .confidence = 0.9, .entropy = 0.05},
        {.token = 1, .confidence = 0.8, .entropy = 0.06},
    };
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_ENTROPY_BOUND);
    assert_string_equal(decode(&options, predictions, "????"), "S2,3 S0,1 ");
    options.entropy_bound = 0.12;
    assert_string_equal(decode(&options, predictions, "????"), "S0,1,2,3 ");
    options.entropy_bound = 1e-9;
    assert_string_equal(decode(&options, predictions, "????"), "S2 S3 S1 S0 ");
}

/* Where the threshold would wait, entropies say that two positions can go together. */
static void it_differs_from_the_threshold(void **state)
{
    (void)state;
    const edgeai_prediction predictions[] = {
        {.token = 0, .confidence = 0.7, .entropy = 0.6},
        {.token = 1, .confidence = 0.8, .entropy = 0.08},
    };
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_ENTROPY_BOUND);
    assert_string_equal(decode(&options, predictions, "??"), "S0,1 ");
    options.decoder = EDGEAI_DECODER_THRESHOLD;
    assert_string_equal(decode(&options, predictions, "??"), "S1 S0 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_prefix_by_confidence_within_the_entropy),
        cmocka_unit_test(it_differs_from_the_threshold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
