/* SPDX-License-Identifier: MIT */
#include "decode/logits_row.h"

#include <float.h>
#include <math.h>

#include "support/check.h"

/* Probabilities 1/2, 1/4, 1/8, 1/8: entropy 1.75 bits. */
static void numbers_of_a_row_worked_out_by_hand(void **state)
{
    (void)state;
    const float row[] = {0, (float)M_LN2, (float)(2 * M_LN2), 0};
    edgeai_prediction p = eai_row_prediction(row, 4, 3, -1);
    assert_int_equal(p.token, 2);
    assert_close(p.confidence, 0.5, 1e-7, 0);
    assert_close(p.doubt, 0.5, 1e-7, 0);
    assert_close(p.margin, M_LN2, 1e-7, 0);
    assert_close(p.entropy, 1.75 * M_LN2, 1e-7, 0);
    assert_close(eai_row_normalizer(row, 4), log(8), 1e-7, 0);
}

static void the_mask_takes_probability_but_is_never_the_token(void **state)
{
    (void)state;
    const float row[] = {0, 0, (float)M_LN2}; /* 1/4, 1/4, 1/2 */
    edgeai_prediction p = eai_row_prediction(row, 3, 2, -1);
    assert_int_equal(p.token, 0); /* the lowest on a tie */
    assert_close(p.confidence, 0.25, 1e-7, 0);
    assert_close(p.margin, 0, 0, 0);
    assert_int_equal(eai_row_prediction(row, 3, 0, -1).token, 2);
    const float far[] = {0, 0, 1000}; /* beyond the exponential's range */
    p = eai_row_prediction(far, 3, 2, -1);
    assert_true(p.token == 0 && p.confidence == 0 && p.doubt == 1 && p.entropy == 0);
}

static void a_given_token_has_its_own_confidence(void **state)
{
    (void)state;
    const float row[] = {0, (float)M_LN2, (float)(2 * M_LN2), 0};
    edgeai_prediction p = eai_row_prediction(row, 4, 3, 1);
    assert_int_equal(p.token, 1);
    assert_close(p.confidence, 0.25, 1e-7, 0);
    assert_close(p.doubt, 0.75, 1e-7, 0);
    assert_close(p.margin, M_LN2, 1e-7, 0); /* of the two best, whatever was drawn */
}

static void doubt_is_exact_where_one_minus_confidence_is_zero(void **state)
{
    (void)state;
    const float row[] = {60, 0, 0};
    edgeai_prediction p = eai_row_prediction(row, 3, 2, -1);
    assert_true(p.confidence == 1.0);
    assert_close(p.doubt, 2 * exp(-60), 0, 1e-12);
    assert_true(p.entropy > 0);
}

static void hostile_logits_give_numbers(void **state)
{
    (void)state;
    const float nothing[] = {NAN, -INFINITY, NAN};
    edgeai_prediction p = eai_row_prediction(nothing, 3, 0, -1);
    assert_int_equal(p.token, 1);
    assert_true(p.confidence == 0 && p.doubt == 1 && p.margin == 0);
    assert_close(p.entropy, log(3), 1e-12, 0);
    assert_true(eai_row_normalizer(nothing, 3) == -INFINITY);

    const float infinite[] = {0, NAN, INFINITY};
    p = eai_row_prediction(infinite, 3, 0, -1);
    assert_int_equal(p.token, 2);
    assert_true(p.confidence == 1 && p.doubt == 0 && p.entropy == 0);
    assert_true(eai_logit(INFINITY) == FLT_MAX && eai_logit(NAN) == -INFINITY);

    /* Only the mask is possible: confidence 0 for the lowest other token. */
    const float mask_only[] = {-INFINITY, 3, -INFINITY};
    p = eai_row_prediction(mask_only, 3, 1, -1);
    assert_true(p.token == 0 && p.confidence == 0 && p.doubt == 1);
}

static void guidance_moves_away_from_the_unguided(void **state)
{
    (void)state;
    float guided[] = {1, 2, -1};
    const float unguided[] = {0, 3, -1};
    eai_row_guide(guided, unguided, 3, 0.5); /* u + 1.5 (g - u) */
    assert_close(guided[0], 1.5, 1e-6, 0);
    assert_close(guided[1], 1.5, 1e-6, 0);
    assert_close(guided[2], -1, 1e-6, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_a_row_worked_out_by_hand),
        cmocka_unit_test(the_mask_takes_probability_but_is_never_the_token),
        cmocka_unit_test(a_given_token_has_its_own_confidence),
        cmocka_unit_test(doubt_is_exact_where_one_minus_confidence_is_zero),
        cmocka_unit_test(hostile_logits_give_numbers),
        cmocka_unit_test(guidance_moves_away_from_the_unguided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
