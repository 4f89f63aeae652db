/* SPDX-License-Identifier: MIT */
#include "decode/ranking.h"

#include <math.h>

#include "base/rng.h"
#include "support/check.h"

static void largest_first_and_lowest_index_on_ties(void **state)
{
    (void)state;
    const double keys[] = {0.5, 0.9, 0.5, -INFINITY, 0.9, 0.7};
    const uint32_t expected[] = {1, 4, 5, 0, 2, 3};
    uint32_t heap[6];
    eai_ranking ranking = eai_ranking_of_all(keys, heap, 6);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(eai_ranking_pop(&ranking), expected[i]);
    assert_int_equal(ranking.n, 0);
}

static void a_subset_is_ranked_by_its_own_indices(void **state)
{
    (void)state;
    const double keys[] = {9, 1, 8, 2, 7};
    uint32_t heap[] = {3, 1, 4};
    eai_ranking ranking = eai_ranking_of(keys, heap, 3);
    assert_int_equal(eai_ranking_pop(&ranking), 4);
    assert_int_equal(eai_ranking_pop(&ranking), 3);
    assert_int_equal(eai_ranking_pop(&ranking), 1);
}

static void any_number_of_keys_comes_out_in_order(void **state)
{
    (void)state;
    enum { MOST = 100 };
    double keys[MOST];
    uint32_t heap[MOST];
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (size_t n = 1; n <= MOST; n++) {
        for (size_t i = 0; i < n; i++)
            keys[i] = (double)eai_rng_below(&rng, 20); /* many ties */
        eai_ranking ranking = eai_ranking_of_all(keys, heap, n);
        uint32_t before = eai_ranking_pop(&ranking);
        bool seen[MOST] = {false};
        seen[before] = true;
        for (size_t i = 1; i < n; i++) {
            uint32_t next = eai_ranking_pop(&ranking);
            assert_true(keys[next] < keys[before] || (keys[next] == keys[before] && next > before));
            assert_false(seen[next]);
            seen[next] = true;
            before = next;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(largest_first_and_lowest_index_on_ties),
        cmocka_unit_test(a_subset_is_ranked_by_its_own_indices),
        cmocka_unit_test(any_number_of_keys_comes_out_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
