/* SPDX-License-Identifier: MIT */
#include "decode/dico_seeds.h"

#include <math.h>

#include "support/check.h"

static const edgeai_dico_options PUBLISHED = {
    .guidance_alpha = 0.5, .guidance_beta = 0.05, .guidance_max = 1};

static void guidance_falls_from_the_first_mask_to_the_last_position(void **state)
{
    (void)state;
    double c[] = {1, 1, 1, 1, 1};
    eai_dico_guide(c, 2, 5, 0.5, &PUBLISHED); /* least 0.05 + 0.5 * 0.5 */
    assert_true(c[0] == 1 && c[1] == 1 && c[2] == 1);
    assert_close(c[3], sqrt(0.3), 1e-15, 0);
    assert_close(c[4], 0.3, 1e-15, 0);
}

static void guidance_by_a_straight_line(void **state)
{
    (void)state;
    double c[] = {1, 1, 1};
    edgeai_dico_options options = PUBLISHED;
    options.linear_guidance = 1;
    eai_dico_guide(c, 0, 3, 0, &options);
    assert_close(c[1], (1 + 0.05) / 2, 1e-15, 0);
    assert_close(c[2], 0.05, 1e-15, 0);
}

static void guidance_of_one_position_and_above_one(void **state)
{
    (void)state;
    double one[] = {0.5};
    eai_dico_guide(one, 0, 1, 0, &PUBLISHED);
    assert_true(one[0] == 0.5);
    double c[] = {1, 1, 1};
    edgeai_dico_options options = PUBLISHED;
    options.guidance_alpha = 10; /* the least weight is capped at 1: no weighting */
    eai_dico_guide(c, 0, 3, 1, &options);
    assert_true(c[1] == 1 && c[2] == 1);
    eai_dico_guide(c, 3, 3, 1, &options); /* nothing masked */
}

/* Nine offsets: sigma 3. After 4, the score of 5 is 0.8 (1 - exp(-1/9)) = 0.084, that of 0 is
 * 0.7 (1 - exp(-16/9)) = 0.582. After both, the best score is at 8, whose confidence is too low:
 * that ends the search although 5 would pass. */
static void seeds_keep_their_distance(void **state)
{
    (void)state;
    const double c[] = {0.7, 0.1, 0.1, 0.1, 0.9, 0.8, 0.1, 0.1, 0.1};
    double scores[9];
    size_t seeds[9];
    assert_int_equal(eai_dico_seeds_soft_nms(c, 9, 4, 0.3, scores, seeds), 2);
    assert_int_equal(seeds[0], 4);
    assert_int_equal(seeds[1], 0);
    assert_true(scores[4] == 0 && scores[0] == 0);
    assert_close(scores[5], 0.8 * (1 - exp(-1. / 9)) * (1 - exp(-25. / 9)), 1e-15, 0);
}

static void the_number_of_seeds_is_bounded_and_ties_go_to_the_lowest(void **state)
{
    (void)state;
    const double c[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
    double scores[6];
    size_t seeds[6];
    assert_int_equal(eai_dico_seeds_soft_nms(c, 6, 1, 0.3, scores, seeds), 1);
    assert_int_equal(seeds[0], 0);
    assert_int_equal(eai_dico_seeds_soft_nms(c, 6, 100, 0.3, scores, seeds), 6);
    const double low[] = {0.2, -INFINITY, 0.29};
    assert_int_equal(eai_dico_seeds_soft_nms(low, 3, 4, 0.3, scores, seeds), 0);
    const double none[] = {-INFINITY, -INFINITY, 0};
    assert_int_equal(eai_dico_seeds_soft_nms(none, 3, 4, 0, scores, seeds), 0);
}

static void regular_seeds_come_from_equal_segments(void **state)
{
    (void)state;
    const double c[] = {0.1, 0.5, 0.9, 0.8, 0.2, 0.3, 0.4};
    size_t seeds[7];
    /* [0, 2) [2, 4) [4, 7) */
    assert_int_equal(eai_dico_seeds_regular(c, 7, 3, 0.3, seeds), 3);
    assert_true(seeds[0] == 1 && seeds[1] == 2 && seeds[2] == 6);
    assert_int_equal(eai_dico_seeds_regular(c, 7, 3, 0.4, seeds), 2); /* above, not equal */
    assert_int_equal(eai_dico_seeds_regular(c, 2, 100, 0.3, seeds), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guidance_falls_from_the_first_mask_to_the_last_position),
        cmocka_unit_test(guidance_by_a_straight_line),
        cmocka_unit_test(guidance_of_one_position_and_above_one),
        cmocka_unit_test(seeds_keep_their_distance),
        cmocka_unit_test(the_number_of_seeds_is_bounded_and_ties_go_to_the_lowest),
        cmocka_unit_test(regular_seeds_come_from_equal_segments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
