/* SPDX-License-Identifier: MIT */
#include "space/time_pairs.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"

enum { N_MAX = 60 };

static failing_allocator memory;
static edgeai_allocator allocator;

static int start(void **state)
{
    (void)state;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&memory);
    return 0;
}

/* The closest pair of all that are left, again and again. */
static void by_hand(const double *a, size_t n_a, const double *b, size_t n_b, double max_s,
                    size_t *pair_of_a)
{
    bool taken[N_MAX] = {false};
    for (size_t i = 0; i < n_a; i++)
        pair_of_a[i] = EAI_UNPAIRED;
    for (;;) {
        double best = max_s;
        size_t best_i = n_a, best_k = 0;
        for (size_t i = 0; i < n_a; i++)
            for (size_t k = 0; k < n_b && pair_of_a[i] == EAI_UNPAIRED; k++)
                if (!taken[k] && fabs(a[i] - b[k]) < best) {
                    best = fabs(a[i] - b[k]);
                    best_i = i;
                    best_k = k;
                }
        if (best_i == n_a) return;
        pair_of_a[best_i] = best_k;
        taken[best_k] = true;
    }
}

static size_t rising(eai_rng *rng, double *times)
{
    const size_t n = (size_t)eai_rng_below(rng, N_MAX);
    double t = 0;
    for (size_t i = 0; i < n; i++)
        times[i] = t += 0.02 * eai_rng_uniform(rng);
    return n;
}

static void the_closest_come_first(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    for (int round = 0; round < 300; round++) {
        double a[N_MAX], b[N_MAX];
        size_t found[N_MAX], expected[N_MAX];
        const size_t n_a = rising(&rng, a), n_b = rising(&rng, b);
        const double max_s = 0.03 * eai_rng_uniform(&rng);
        assert_ok(eai_time_pairs(&allocator, a, n_a, b, n_b, max_s, found));
        by_hand(a, n_a, b, n_b, max_s, expected);
        for (size_t i = 0; i < n_a; i++)
            assert_int_equal(found[i], expected[i]);
    }
    assert_int_equal(memory.n_live, 0);
}

static void equal_times_pair_one_to_one(void **state)
{
    (void)state;
    const double a[] = {1, 1, 1, 1}, b[] = {1, 1, 1};
    size_t found[4];
    bool taken[3] = {false};
    int n = 0;
    assert_ok(eai_time_pairs(&allocator, a, 4, b, 3, 0.02, found));
    for (int i = 0; i < 4; i++) {
        if (found[i] == EAI_UNPAIRED) continue;
        assert_false(taken[found[i]]);
        taken[found[i]] = true;
        n++;
    }
    assert_int_equal(n, 3);
}

/* 100,000 equal times on either side have 10^10 pairs. */
static void many_equal_times_take_no_long(void **state)
{
    (void)state;
    enum { N = 100000 };
    static double a[N], b[N];
    static size_t found[N];
    assert_ok(eai_time_pairs(&allocator, a, N, b, N, 0.02, found));
    for (int i = 0; i < N; i++)
        assert_true(found[i] != EAI_UNPAIRED);
}

static void memory_runs_out(void **state)
{
    (void)state;
    const double a[] = {0, 1}, b[] = {0};
    size_t found[2];
    for (size_t i = 0; i < 2; i++) {
        memory = (failing_allocator){.fail_at = i};
        assert_fails(eai_time_pairs(&allocator, a, 2, b, 1, 1, found), EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_closest_come_first, start),
        cmocka_unit_test_setup(equal_times_pair_one_to_one, start),
        cmocka_unit_test_setup(many_equal_times_take_no_long, start),
        cmocka_unit_test_setup(memory_runs_out, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
