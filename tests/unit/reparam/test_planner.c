/* SPDX-License-Identifier: MIT */
#include "reparam/planner.h"

#include <math.h>

#include "base/memory.h"
#include "base/rng.h"
#include "support/check.h"

enum { N = 7 };

static eai_rng rng;
static double table_ms[N * N];
static const eai_plan_table table = {N, table_ms};

/* Times in eighths of a millisecond, so that sums are exact; a third cannot be merged. */
static void draw_table(void)
{
    for (int i = 0; i < N; i++)
        for (int j = i + 1; j < N; j++)
            table_ms[i * N + j] = j > i + 1 && eai_rng_below(&rng, 3) == 0
                                      ? INFINITY
                                      : (double)(1 + eai_rng_below(&rng, 60)) / 8;
}

/* The time of the way through (i, j] that stops at the places in `set`. */
static double way(unsigned set, int i, int j)
{
    double sum = 0;
    int from = i;
    for (int k = i + 1; k <= j; k++)
        if (k == j || (set >> k & 1)) {
            sum += table_ms[from * N + k];
            from = k;
        }
    return sum;
}

static double least_way(unsigned must, int i, int j)
{
    double least = INFINITY;
    for (unsigned set = 0; set < 1u << N; set++)
        if ((set & must) == must && way(set, i, j) < least) least = way(set, i, j);
    return least;
}

static void segments_are_the_best_of_all_ways(void **state)
{
    (void)state;
    double best[N * N];
    int32_t split[N * N], breaks[N];
    for (int round = 0; round < 50; round++) {
        draw_table();
        assert_ok(eai_plan_segments(&table, best, split));
        for (int i = 0; i < N; i++)
            for (int j = i + 1; j < N; j++) {
                assert_true(best[i * N + j] == least_way(0, i, j));
                const size_t n = eai_plan_breaks(split, N, (size_t)i, (size_t)j, breaks);
                unsigned set = 0;
                assert_true(n >= 2 && breaks[0] == i && breaks[n - 1] == j);
                for (size_t k = 0; k < n; k++) {
                    assert_true(k == 0 || breaks[k] > breaks[k - 1]);
                    set |= 1u << breaks[k];
                }
                assert_true(way(set, i, j) == best[i * N + j]);
            }
    }
}

static void kept_activations_are_on_the_way(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    for (int round = 0; round < 200; round++) {
        draw_table();
        const unsigned must = (unsigned)eai_rng_below(&rng, 1u << N);
        bool kept[N];
        for (int k = 0; k < N; k++)
            kept[k] = must >> k & 1;
        double ms;
        int32_t breaks[N];
        size_t n;
        assert_ok(eai_plan_kept(&table, kept, &allocator, &ms, breaks, &n));
        unsigned set = 0;
        for (size_t k = 0; k < n; k++)
            set |= 1u << breaks[k];
        assert_true((set | must) == (set | (must & 1) | (must & 1u << (N - 1))));
        assert_true(ms == least_way(must, 0, N - 1) && ms == way(set, 0, N - 1));
    }
}

static double gains[N * N * 2 * 2];

/* Each place in one of three states, as digits of `code`; false when it takes too long. */
static bool gain_of(unsigned code, const double *best, double budget, double *gain)
{
    int from = 0, a = 1;
    double ms = 0;
    *gain = 0;
    for (int k = 1; k < N; k++, code /= 3) {
        const int digit = k == N - 1 ? 2 : (int)(code % 3);
        if (digit == 0) continue;
        const int b = digit == 2;
        *gain += gains[((from * N + k) * 2 + a) * 2 + b];
        ms += best[from * N + k];
        from = k;
        a = b;
    }
    return ms <= budget;
}

static double gain_of_places(const eai_plan_place *places, const double *best)
{
    unsigned code = 0;
    for (int k = N - 2; k > 0; k--)
        code = code * 3 + (unsigned)places[k];
    double gain;
    assert_true(gain_of(code, best, INFINITY, &gain));
    return gain;
}

static void budgets_buy_the_most_gain(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    const eai_plan_gains all = {gains};
    double best[N * N];
    int32_t split[N * N];
    int found = 0;
    for (int round = 0; round < 100; round++) {
        draw_table();
        for (int k = 0; k < N * N * 4; k++)
            gains[k] = eai_rng_below(&rng, 5) == 0 ? -INFINITY : -(double)eai_rng_below(&rng, 50);
        assert_ok(eai_plan_segments(&table, best, split));
        const double budget = best[N - 1] + (double)eai_rng_below(&rng, 80) / 8;
        double most = -INFINITY;
        for (unsigned code = 0; code < 243; code++) { /* 3^(N-2) */
            double gain;
            if (gain_of(code, best, budget, &gain) && gain > most) most = gain;
        }
        eai_plan_place places[N];
        double ms = 0, gain = 0;
        const edgeai_status status =
            eai_plan_budget(N, best, &all, budget, 8, &allocator, places, &ms, &gain);
        assert_int_equal(status, most > -INFINITY ? EDGEAI_OK : EDGEAI_E_NOT_FOUND);
        if (status != EDGEAI_OK) continue;
        found++;
        assert_true(gain == most && ms <= budget && gain_of_places(places, best) == gain);
        assert_int_equal(places[0], EAI_PLAN_ACTIVE);
        assert_int_equal(places[N - 1], EAI_PLAN_ACTIVE);
    }
    assert_true(found > 50);
}

static void odd_ticks_round_up(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    const double ms[4] = {0, 1.04, 0, 0}, gain_table[16] = {0};
    const eai_plan_gains all = {gain_table};
    eai_plan_place places[2];
    double total, gain;
    assert_fails(eai_plan_budget(2, ms, &all, 1.03, 10, &allocator, places, &total, &gain),
                 EDGEAI_E_NOT_FOUND);
    assert_ok(eai_plan_budget(2, ms, &all, 1.1, 10, &allocator, places, &total, &gain));
    assert_true(total == 1.04);
}

static void bad_tables_are_refused(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    double best[4];
    int32_t split[4];
    double ms[4] = {0, NAN, 0, 0};
    eai_plan_table bad = {2, ms};
    assert_fails(eai_plan_segments(&bad, best, split), EDGEAI_E_INVALID);
    ms[1] = -1;
    assert_fails(eai_plan_segments(&bad, best, split), EDGEAI_E_INVALID);
    bad.n_places = 1;
    assert_fails(eai_plan_segments(&bad, best, split), EDGEAI_E_INVALID);
    ms[1] = INFINITY;
    bad.n_places = 2;
    const bool kept[2] = {false, false};
    int32_t breaks[2];
    size_t n;
    double total, gain;
    assert_fails(eai_plan_kept(&bad, kept, &allocator, &total, breaks, &n), EDGEAI_E_NOT_FOUND);
    const eai_plan_gains all = {gains};
    eai_plan_place places[2];
    assert_fails(eai_plan_budget(2, ms, &all, 1e9, 10, &allocator, places, &total, &gain),
                 EDGEAI_E_LIMIT);
    assert_fails(eai_plan_budget(2, ms, &all, NAN, 10, &allocator, places, &total, &gain),
                 EDGEAI_E_INVALID);
}

int main(void)
{
    eai_rng_seed(&rng, 5);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(segments_are_the_best_of_all_ways),
        cmocka_unit_test(kept_activations_are_on_the_way),
        cmocka_unit_test(budgets_buy_the_most_gain),
        cmocka_unit_test(odd_ticks_round_up),
        cmocka_unit_test(bad_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
