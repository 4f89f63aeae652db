/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "common/sample_stats.h"

static void quantiles_lie_between_order_statistics(void **state)
{
    (void)state;
    double odd[] = {5, 1, 3}, even[] = {4, 1, 3, 2}, one[] = {7};
    assert_close(sample_quantile(odd, 3, 0.5), 3, 0, 0);
    assert_close(sample_quantile(even, 4, 0.5), 2.5, 0, 0);
    assert_close(sample_quantile(even, 4, 0), 1, 0, 0);
    assert_close(sample_quantile(even, 4, 1), 4, 0, 0);
    assert_close(sample_quantile(even, 4, 0.25), 1.75, 1e-15, 0);
    assert_close(sample_quantile(one, 1, 0.9), 7, 0, 0);
}

static void samples_keep_their_order(void **state)
{
    (void)state;
    double samples[11], work[11];
    for (int i = 0; i < 11; i++)
        samples[i] = (i * 7) % 11;
    sample_stats stats = sample_stats_of(samples, 11, work);
    assert_close(stats.min, 0, 0, 0);
    assert_close(stats.median, 5, 0, 0);
    assert_close(stats.p90, 9, 1e-15, 0);
    for (int i = 0; i < 11; i++)
        assert_close(samples[i], (i * 7) % 11, 0, 0);
}

/* Rank floor(n / 2 - 0.98 sqrt n) from both ends: 40 of 100. */
static void medians_have_intervals(void **state)
{
    (void)state;
    double samples[100], interval[2], few[] = {3, 1, 2};
    for (int i = 0; i < 100; i++)
        samples[i] = (i * 37) % 100 + 1;
    sample_median_interval(samples, 100, interval);
    assert_close(interval[0], 40, 0, 0);
    assert_close(interval[1], 61, 0, 0);
    sample_median_interval(few, 3, interval);
    assert_close(interval[0], 1, 0, 0);
    assert_close(interval[1], 3, 0, 0);
    sample_median_interval(samples, 1, interval);
    assert_close(interval[1], interval[0], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_between_order_statistics),
        cmocka_unit_test(samples_keep_their_order),
        cmocka_unit_test(medians_have_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
