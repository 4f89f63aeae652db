/* SPDX-License-Identifier: MIT */
/* DiCo's control flow on rows small enough to follow by hand; the traces cover the rest. */
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/decode_harness.h"

/* Decodes `text` under confidences that do not change; returns the passes. */
static decode_record record;
static const char *decode(const edgeai_decode_options *options, const char *text,
                          const double *confidences, size_t n)
{
    edgeai_prediction predictions[64];
    scripted_denoiser script;
    assert_int_equal(strlen(text), n);
    harness_confidences(predictions, confidences, n);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

#define DECODE(options, text, confidences)                                                         \
    decode(options, text, confidences, sizeof(confidences) / sizeof *(confidences))

static edgeai_decode_options unguided(void)
{
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_DICO);
    options.dico.no_guidance = 1;
    return options;
}

/* Two groups of certain positions. Divide takes their far ends as seeds (sigma is 4), Conquer the
 * inner ones of both at once; the weak rest has no seed and goes one by one. */
static void divide_then_conquer_then_finalize(void **state)
{
    (void)state;
    const double c[] = {0.1, 0.95, 0.96, 0.95, 0.95, 0.1, 0.1, 0.1, 0.97, 0.96, 0.97, 0.1};
    edgeai_decode_options options = unguided();
    assert_string_equal(DECODE(&options, "????????????", c),
                        "D1,4,8,10 C2,3,9 D- F0 F5 F6 F7 F11 ");
    assert_int_equal(record.result.n_passes, 8);
    assert_int_equal(record.result.phase_passes[EDGEAI_PHASE_DIVIDE], 2);
    assert_int_equal(record.result.phase_passes[EDGEAI_PHASE_CONQUER], 1);
    assert_int_equal(record.result.phase_passes[EDGEAI_PHASE_FINALIZE], 5);
}

static const double TWO_CLUSTERS[] = {0.75, 0.75, 0.75, 0.75, 0.1,  0.1,
                                      0.1,  0.1,  0.75, 0.75, 0.75, 0.75};

/* At confidence 0.75 the factor rule allows two at a time: DiCo takes two in each cluster, the
 * same rule over the whole block only two altogether. */
static void every_cluster_has_its_own_adaptive_set(void **state)
{
    (void)state;
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 2;
    assert_string_equal(DECODE(&options, "????????????", TWO_CLUSTERS),
                        "D0,11 C1,2,8,9 C3,10 D- F4 F5 F6 F7 ");
    options.decoder = EDGEAI_DECODER_FACTOR;
    assert_string_equal(DECODE(&options, "????????????", TWO_CLUSTERS),
                        "S0,1 S2,3 S8,9 S10,11 S4 S5 S6 S7 ");
}

static void conquer_by_a_fixed_threshold(void **state)
{
    (void)state;
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 2;
    options.dico.conquer_fixed = 0.7;
    assert_string_equal(DECODE(&options, "????????????", TWO_CLUSTERS),
                        "D0,11 C1,2,3,8,9,10 D- F4 F5 F6 F7 ");
}

static void guidance_prefers_the_left(void **state)
{
    (void)state;
    const double c[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9};
    edgeai_decode_options options = harness_options(EDGEAI_DECODER_DICO);
    options.dico.n_seeds = 1;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0 ", 3), 0);
    options.dico.no_guidance = 1;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D7 ", 3), 0);
}

static void regular_seeds_replace_soft_nms(void **state)
{
    (void)state;
    const double c[] = {0.4, 0.5, 0.5, 0.4, 0.4, 0.5, 0.4, 0.4};
    edgeai_decode_options options = unguided();
    options.dico.regular_seeds = 1;
    options.dico.n_seeds = 2;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D1,5 ", 5), 0);
}

static void safe_divide_takes_what_is_certain_along(void **state)
{
    (void)state;
    const double c[] = {0.99, 0.99, 0.5, 0.99, 0.99, 0.99, 0.5, 0.99};
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 1;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0 ", 3), 0);
    options.dico.safe_divide = 1;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0,1,3,4,5,7 ", 13), 0);
    /* By the unweighted confidence: guidance makes the last position weak, not unsafe. */
    options.dico.no_guidance = 0;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0,1,3,4,5,7 ", 13), 0);
    /* Without any seed as well. */
    options.dico.seed_threshold = 1;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0,1,3,4,5,7 D- F", 17), 0);
}

/* Three of eleven masks are left after Conquer: above a fifth of the masks, so Divide is tried
 * again; of the 17 positions it would be below. */
static void ratios_count_masks_not_positions(void **state)
{
    (void)state;
    const double c[] = {0.75, 0.75, 0.75, 0.75, 0.1,  0.1,  0.1,  0.1, 0.1,
                        0.1,  0.1,  0.1,  0.1,  0.75, 0.75, 0.75, 0.75};
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 2;
    assert_string_equal(DECODE(&options, "????abcd???ab????", c),
                        "D0,16 C1,2,13,14 C3,15 D- F8 F9 F10 ");
    assert_string_equal(harness_text(&record), "abcdabcdijkabnopq");
    /* One of nine: straight to Finalize. */
    assert_string_equal(DECODE(&options, "????abcd?abab????", c), "D0,16 C1,2,13,14 C3,15 F8 ");
}

static void divide_stops_after_its_passes(void **state)
{
    (void)state;
    /* One seed a pass; the density 0.4 is never enough. */
    const double c[] = {0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4};
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 1;
    options.dico.n_idle_passes = 100;
    options.dico.n_divide_passes = 3;
    /* All is one cluster, and 0.4 is too little for Conquer. After eight passes, one for each mask
     * of the row, Divide is not tried again. */
    assert_string_equal(DECODE(&options, "????????", c), "D0 D1 D2 C- D3 D4 D5 C- F6 F7 ");
    /* By default it ends after two passes in which no cluster grew. */
    options.dico.n_divide_passes = 0;
    options.dico.n_idle_passes = 0;
    assert_int_equal(strncmp(DECODE(&options, "????????", c), "D0 D1 D2 C- ", 12), 0);
}

static void finalize_accepts_a_wide_margin(void **state)
{
    (void)state;
    edgeai_prediction predictions[6];
    const double c[] = {0.2, 0.2, 0.2, 0.2, 0.2, 0.2};
    harness_confidences(predictions, c, 6);
    predictions[1].margin = predictions[4].margin = 3.5;
    predictions[2].margin = 3; /* not above */
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    edgeai_decode_options options = unguided();
    options.dico.n_fallback = 3;
    harness_run(&record, &script, &options, "??????");
    assert_string_equal(record.passes, "D- F1,4 F0,2,3 F5 ");
}

/* Predictions that change with the pass: [n_tables][n_tokens]. */
typedef struct pass_tables {
    const edgeai_prediction *predictions;
    size_t n_tokens, n_tables;
} pass_tables;

static void predict_by_pass(const scripted_denoiser *script, const int32_t *row, size_t position,
                            edgeai_prediction *prediction, float *logits)
{
    (void)row;
    (void)logits;
    const pass_tables *tables = script->user;
    size_t pass = script->n_passes - 1;
    if (pass >= tables->n_tables) pass = tables->n_tables - 1;
    *prediction = tables->predictions[pass * tables->n_tokens + position];
}

/* The first pass sees confidences[0], all others confidences[1]. */
static const char *decode_two_tables(const edgeai_decode_options *options, const char *text,
                                     const double *confidences, size_t n)
{
    edgeai_prediction predictions[2 * 16];
    harness_confidences(predictions, confidences, n);
    harness_confidences(predictions + n, confidences + n, n);
    pass_tables tables = {predictions, n, 2};
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, predict_by_pass);
    script.user = &tables;
    harness_run(&record, &script, options, text);
    assert_ok(record.status);
    return record.passes;
}

/* A cluster's own positions all fail the rule (0.45 each), and the best of the block, 0.7, lies
 * outside: Conquer takes that one. With one of the cluster's own, it does not. */
static void conquer_falls_back_on_the_best_of_the_block(void **state)
{
    (void)state;
    double c[2][10] = {
        {0.9, 0.7, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
        {0.5, 0.45, 0.45, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.7},
    };
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 1;
    const char *passes = decode_two_tables(&options, "??????????", c[0], 10);
    assert_int_equal(strncmp(passes, "D0 C9 D1 ", 9), 0);
    c[1][1] = 0.55;
    passes = decode_two_tables(&options, "??????????", c[0], 10);
    assert_int_equal(strncmp(passes, "D0 C1 D9 ", 9), 0);
}

/* Two clusters with three positions between, of which one becomes good: it joins the cluster it
 * touches, and across the other two no cluster reaches into its neighbour. Joined, they would
 * commit two of 0.75, 0.75 and 0.7 and not three. */
static void borders_move_no_further_than_the_neighbours(void **state)
{
    (void)state;
    const double c[2][11] = {
        {0.75, 0.75, 0.75, 0.75, 0.1, 0.1, 0.1, 0.75, 0.75, 0.75, 0.75},
        {0.75, 0.75, 0.75, 0.75, 0.1, 0.1, 0.7, 0.75, 0.75, 0.75, 0.75},
    };
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 2;
    assert_string_equal(decode_two_tables(&options, "???????????", c[0], 11),
                        "D0,10 C1,2,7,8 C3,6,9 F4 F5 ");
}

static void one_mask_goes_straight_to_finalize(void **state)
{
    (void)state;
    const double c[] = {0.9};
    edgeai_decode_options options = unguided();
    assert_string_equal(DECODE(&options, "?", c), "F0 ");
}

/* Seven confidences just below 0.7 have a rounded mean of 0.7: the density alone would keep
 * Conquer going for ever. */
static void a_conquer_pass_without_commits_ends_it(void **state)
{
    (void)state;
    double c[8];
    for (int i = 0; i < 8; i++)
        c[i] = nextafter(0.7, 0);
    edgeai_prediction predictions[8];
    harness_confidences(predictions, c, 8);
    scripted_denoiser script;
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    script.fail_at = 100;
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 1;
    options.dico.low_threshold = 0.7;
    options.dico.conquer_fixed = 0.9;
    harness_run(&record, &script, &options, "????????");
    assert_ok(record.status);
    assert_int_equal(strncmp(record.passes, "D0 C- D1 ", 9), 0);
}

static void events_show_the_clusters(void **state)
{
    (void)state;
    edgeai_decode_options options = unguided();
    options.dico.n_seeds = 2;
    record.cancel_at = 1;
    edgeai_prediction predictions[12];
    scripted_denoiser script;
    harness_confidences(predictions, TWO_CLUSTERS, 12);
    scripted_denoiser_make(&script, HARNESS_VOCAB, HARNESS_MASK, scripted_table_predict);
    script.user = predictions;
    harness_run(&record, &script, &options, "????????????");
    record.cancel_at = 0;
    assert_int_equal(record.status, EDGEAI_E_CANCELLED);
    assert_int_equal(record.last.phase, EDGEAI_PHASE_DIVIDE);
    assert_int_equal(record.last.n_clusters, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(divide_then_conquer_then_finalize),
        cmocka_unit_test(every_cluster_has_its_own_adaptive_set),
        cmocka_unit_test(conquer_by_a_fixed_threshold),
        cmocka_unit_test(guidance_prefers_the_left),
        cmocka_unit_test(regular_seeds_replace_soft_nms),
        cmocka_unit_test(safe_divide_takes_what_is_certain_along),
        cmocka_unit_test(ratios_count_masks_not_positions),
        cmocka_unit_test(divide_stops_after_its_passes),
        cmocka_unit_test(finalize_accepts_a_wide_margin),
        cmocka_unit_test(conquer_falls_back_on_the_best_of_the_block),
        cmocka_unit_test(borders_move_no_further_than_the_neighbours),
        cmocka_unit_test(one_mask_goes_straight_to_finalize),
        cmocka_unit_test(a_conquer_pass_without_commits_ends_it),
        cmocka_unit_test(events_show_the_clusters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
