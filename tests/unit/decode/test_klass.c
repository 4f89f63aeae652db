/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "support/check.h"
#include "support/decode_harness.h"

static decode_record record;

/* Confidences by pass and position: all steady, but one that swings between 0.95 and 0.91, which
 * is a divergence of 0.0115 and 0.0137. */
typedef struct swing {
    size_t position; /* SIZE_MAX: none */
    const double *confidences;
} swing;

static void predict(const scripted_denoiser *script, const int32_t *row, size_t position,
                    edgeai_prediction *prediction, float *logits)
{
    const swing *own = script->user;
    double c = own->confidences[position];
    if (position == own->position) c = script->n_passes % 2 ? 0.95 : 0.91;
    edgeai_prediction table[64];
    memset(table, 0, sizeof table);
    double confidences[64];
    for (size_t i = 0; i < 64; i++)
        confidences[i] = i == position ? c : 0.5;
    harness_confidences(table, confidences, 64);
    scripted_denoiser with_table = *script;
    with_table.user = table;
    scripted_table_predict(&with_table, row, position, prediction, logits);
    /* The same distribution by other logits. */
    for (int32_t i = 0; logits && i < script->denoiser.n_vocab; i++)
        logits[i] += (float)(position + script->n_passes);
}

static const char *decode(const edgeai_decode_options *options, const char *text,
                          const double *confidences, size_t swinging)
{
    swing own = {swinging, confidences};
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, predict);
    script.user = &own;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

static const double CONFIDENCES[] = {0.95, 0.95, 0.95, 0.95, 0.5};

/* Two still passes are needed, so nothing but the best goes in the first two. */
static void the_confident_go_once_they_have_been_still(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_KLASS);
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0 S1 S2,3 S4 ");
    options.kl_history = 1;
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0 S1,2,3 S4 ");
    options.kl_history = 100;
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0 S1 S2 S3 S4 ");
    options.decoder = EDGEAI_DECODER_THRESHOLD;
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0,1,2,3 S4 ");
}

static void the_confident_wait_while_they_move(void **state)
{
    (void)state;
    const double c[] = {0.95, 0.95, 0.95, 0.9, 0.95, 0.95};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_KLASS);
    assert_string_equal(decode(&options, "??????", c, 5), "S0 S1 S2,4 S5 S3 ");
    assert_string_equal(decode(&options, "??????", c, SIZE_MAX), "S0 S1 S2,4,5 S3 ");
    options.kl_threshold = 0.02;
    assert_string_equal(decode(&options, "??????", c, 5), "S0 S1 S2,4,5 S3 ");
}

static void confidence_must_be_above_the_threshold(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_KLASS);
    options.threshold = 0.96;
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0 S1 S2 S3 S4 ");
    options.threshold = 0.4;
    assert_string_equal(decode(&options, "?????", CONFIDENCES, SIZE_MAX), "S0 S1 S2,3,4 ");
}

static void every_block_starts_anew(void **state)
{
    (void)state;
    const double c[] = {0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_KLASS);
    options.block_tokens = 4;
    assert_string_equal(decode(&options, "????????", c, SIZE_MAX), "S0 S1 S2,3 S4 S5 S6,7 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_confident_go_once_they_have_been_still),
        cmocka_unit_test(the_confident_wait_while_they_move),
        cmocka_unit_test(confidence_must_be_above_the_threshold),
        cmocka_unit_test(every_block_starts_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
