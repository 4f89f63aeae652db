/* SPDX-License-Identifier: MIT */
#include "base/rng.h"
#include "support/check.h"

/* First outputs of xoshiro256** for the state that splitmix64 makes of seed 0, computed once with
 * Python integers from the published definitions. */
static void first_numbers_are_the_published_generator(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 0);
    assert_true(rng.state[0] == UINT64_C(0xe220a8397b1dcdaf));
    assert_true(rng.state[1] == UINT64_C(0x6e789e6aa1b965f4));
    assert_true(eai_rng_next(&rng) == UINT64_C(0x99ec5f36cb75f2b4));
}

static void uniform_stays_in_range_and_covers_it(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    double least = 1, most = 0, sum = 0;
    for (int i = 0; i < 10000; i++) {
        double u = eai_rng_uniform(&rng);
        assert_true(u >= 0 && u < 1);
        least = u < least ? u : least;
        most = u > most ? u : most;
        sum += u;
    }
    assert_true(least < 0.001 && most > 0.999);
    assert_close(sum / 10000, 0.5, 0.02, 0);
}

static void below_reaches_every_value(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    int seen[7] = {0};
    for (int i = 0; i < 1000; i++)
        seen[eai_rng_below(&rng, 7)]++;
    for (int i = 0; i < 7; i++)
        assert_true(seen[i] > 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_numbers_are_the_published_generator),
        cmocka_unit_test(uniform_stays_in_range_and_covers_it),
        cmocka_unit_test(below_reaches_every_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
