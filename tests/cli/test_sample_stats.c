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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_lie_between_order_statistics),
        cmocka_unit_test(samples_keep_their_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
