/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/decode_harness.h"

static decode_record record;

static const char *decode(const edgeai_decode_options *options, const char *text,
                          const edgeai_prediction *predictions)
{
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

static const edgeai_prediction *falling(void)
{
    static edgeai_prediction predictions[10];
    const double c[] = {0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5};
    harness_confidences(predictions, c, 10);
    return predictions;
}

/* Times 1, .8002, .6004, .4006, .2008: shares .1998, .2497, .3328, .4988, 1 of 10, 9, 7, 5, 3. */
static void the_schedule_reveals_its_share_of_what_is_left(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    options.n_steps = 5;
    assert_string_equal(decode(&options, "??????????", falling()), "S0 S1,2 S3,4 S5,6 S7,8,9 ");
}

/* With eps 1 no time passes before the last step. */
static void eps_is_where_the_schedule_ends(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    options.n_steps = 5;
    options.eps = 1;
    assert_string_equal(decode(&options, "??????????", falling()), "S0,1,2,3,4,5,6,7,8,9 ");
}

/* Ten steps for ten masks: the first share is .0999 of 10, so nothing, and its pass is left out. */
static void steps_that_reveal_nothing_cost_nothing(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    assert_string_equal(decode(&options, "??????????", falling()), "S0 S1 S2 S3 S4 S5 S6 S7 S8,9 ");
}

static void the_schedule_runs_inside_each_block_when_blocks_are_asked_for(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    options.n_steps = 4;
    options.block_tokens = 5; /* two steps each: .4995 of 5, then the rest */
    assert_string_equal(decode(&options, "??????????", falling()), "S0,1 S2,3,4 S5,6 S7,8,9 ");
}

/* Position 0 has the largest p1, 1 the largest p1 - p2, 2 the least entropy (its tail is short),
 * 3 the largest ratio of p1 to p2. */
static void each_kind_has_its_own_idea_of_certainty(void **state)
{
    (void)state;
    const edgeai_prediction predictions[] = {
        {0, 0.60, 0.40, 0.43078, 0.95}, /* p2 0.39 */
        {1, 0.50, 0.50, 2.30259, 1.90}, /* p2 0.05 */
        {2, 0.55, 0.45, 0.20067, 0.69}, /* p2 0.45 */
        {3, 0.10, 0.90, 4.60517, 3.00}, /* p2 0.001 */
    };
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    options.n_steps = 2; /* int(.4995 * 4) = 1, then the rest */
    assert_string_equal(decode(&options, "????", predictions), "S0 S1,2,3 ");
    options.decoder = EDGEAI_DECODER_TOPK_MARGIN;
    assert_string_equal(decode(&options, "????", predictions), "S1 S0,2,3 ");
    options.decoder = EDGEAI_DECODER_ENTROPY;
    assert_string_equal(decode(&options, "????", predictions), "S2 S0,1,3 ");
}

static void origin_reveals_by_lot(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_ORIGIN);
    options.n_steps = 2;
    double n_first = 0;
    int counts[10] = {0};
    for (options.seed = 0; options.seed < 1000; options.seed++) {
        decode(&options, "??????????", falling());
        if (record.n_events == 1) continue; /* nobody was drawn in the first step: left out */
        const char *p = record.passes + 1;
        for (; *p != ' '; p++)
            if (*p != ',') {
                counts[*p - '0']++;
                n_first++;
            }
    }
    assert_close(n_first / 1000, 4.995, 0.25, 0);
    for (int i = 0; i < 10; i++) /* the least confident as often as the most */
        assert_in_range(counts[i], 430, 570);
}

static void a_row_of_logits(float *row, const double *probabilities, int n)
{
    for (int i = 0; i < HARNESS_VOCAB; i++)
        row[i] = i < n ? (float)log(probabilities[i]) : -60;
}

/* By the best token's probability position 0 leads with 0.5. Among the two most likely tokens only,
 * position 1 does: 0.4 / 0.6 against 0.5 / 0.9 and 0.3 / 0.55. */
static void cuts_change_the_confidence_even_without_temperature(void **state)
{
    (void)state;
    const double rows[4][4] = {{0.5, 0.4, 0.1, 1e-9},
                               {0.4, 0.2, 0.2, 0.2},
                               {0.3, 0.25, 0.25, 0.2},
                               {0.3, 0.25, 0.25, 0.2}};
    float logits[4 * HARNESS_VOCAB];
    for (int i = 0; i < 4; i++)
        a_row_of_logits(logits + i * HARNESS_VOCAB, rows[i], 4);
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_logits_predict);
    script.user = logits;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_MASKGIT_PLUS);
    options.n_steps = 2; /* int(.4995 * 4) = 1, then the rest */
    harness_run(&record, &script, &options, "????");
    assert_string_equal(record.passes, "S0 S1,2,3 ");
    assert_close(record.confidences[0], 0.5, 1e-6, 0);
    options.top_k = 2;
    harness_run(&record, &script, &options, "????");
    assert_string_equal(record.passes, "S1 S0,2,3 ");
    assert_close(record.confidences[1], 0.4 / 0.6, 1e-6, 0);
    options.top_k = 0;
    options.top_p = 0.45; /* 0: {0.5}; 1, 2, 3: two or more */
    options.decoder = EDGEAI_DECODER_TOPK_MARGIN;
    harness_run(&record, &script, &options, "????");
    assert_string_equal(record.passes, "S0 S1,2,3 ");
    assert_close(record.confidences[0], 1, 0, 0);
    assert_string_equal(harness_text(&record), "aaaa");
}

static void temperature_draws_tokens_by_their_softmax(void **state)
{
    (void)state;
    const double probabilities[] = {0.75, 0.25};
    float logits[HARNESS_VOCAB];
    a_row_of_logits(logits, probabilities, 2);
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_logits_predict);
    script.user = logits;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_ENTROPY);
    options.temperature = 0.5; /* 9/10 and 1/10 */
    int n_second = 0;
    for (options.seed = 0; options.seed < 2000; options.seed++) {
        harness_run(&record, &script, &options, "?");
        assert_ok(record.status);
        n_second += record.row[0] == 1;
        assert_close(record.confidences[0], record.row[0] == 1 ? 0.1 : 0.9, 1e-6, 0);
    }
    assert_in_range(n_second, 146, 254); /* four standard deviations around 200 */
}

static void drawing_positions_depends_on_the_seed_alone(void **state)
{
    (void)state;
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_ENTROPY);
    options.alg_temperature = 5;
    char first[128];
    strcpy(first, decode(&options, "??????????", falling()));
    assert_string_equal(decode(&options, "??????????", falling()), first);
    bool differs = false;
    for (options.seed = 1; options.seed < 5; options.seed++)
        differs = differs || strcmp(decode(&options, "??????????", falling()), first) != 0;
    assert_true(differs);
    options.alg_temperature = 1e-12; /* almost no noise: by score */
    assert_string_equal(decode(&options, "??????????", falling()), "S0 S1 S2 S3 S4 S5 S6 S7 S8,9 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_schedule_reveals_its_share_of_what_is_left),
        cmocka_unit_test(eps_is_where_the_schedule_ends),
        cmocka_unit_test(steps_that_reveal_nothing_cost_nothing),
        cmocka_unit_test(the_schedule_runs_inside_each_block_when_blocks_are_asked_for),
        cmocka_unit_test(each_kind_has_its_own_idea_of_certainty),
        cmocka_unit_test(origin_reveals_by_lot),
        cmocka_unit_test(cuts_change_the_confidence_even_without_temperature),
        cmocka_unit_test(temperature_draws_tokens_by_their_softmax),
        cmocka_unit_test(drawing_positions_depends_on_the_seed_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
