/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "quantize/calibrate.h"

static eai_histogram a, b;

static void start(void)
{
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
}

static void values_are_counted(void **state)
{
    (void)state;
    const float values[] = {0, 1, -2, 0, 3, 5};
    start();
    assert_ok(eai_histogram_add(&a, values, 6));
    assert_int_equal(a.n, 6);
    assert_int_equal(a.n_zeros, 2);
    assert_true(a.low == -2 && a.high == 5 && a.sum == 11 && a.range == 8);
    assert_int_equal(a.bins[2048 + 256], 1);     /* 1: 256 bins of 1/256 each */
    assert_int_equal(a.bins[2048 - 1 - 512], 1); /* -2 */
    assert_close(eai_mean_magnitude(&a), 11.0 / 6, 0, 1e-12);
    assert_close(eai_mean_magnitude_above(&a, 2.5), 4, 0, 1e-3);
    assert_true(eai_mean_magnitude_above(&a, 6) == 0);
    const float wrong[] = {1, NAN};
    assert_fails(eai_histogram_add(&a, wrong, 2), EDGEAI_E_FORMAT);
    assert_error_says("element 1");
}

static void the_order_does_not_matter(void **state)
{
    (void)state;
    enum { N = 500 };
    float up[N], down[N];
    start();
    for (size_t i = 0; i < N; i++) {
        up[i] = (float)pow(-1.05, (double)i) * 1e-3f;
        down[N - 1 - i] = up[i];
    }
    assert_ok(eai_histogram_add(&a, up, N));
    assert_ok(eai_histogram_add(&b, down, N));
    assert_memory_equal(a.bins, b.bins, sizeof a.bins);
    assert_true(a.range == b.range && a.low == b.low && a.high == b.high);
    uint64_t n = 0;
    for (size_t i = 0; i < EAI_HISTOGRAM_BINS; i++)
        n += a.bins[i];
    assert_int_equal(n, N);
}

static void methods_cut_outliers(void **state)
{
    (void)state;
    enum { N = 100000 };
    static float values[N];
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    start();
    for (size_t i = 0; i < N; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++)
            sum += eai_rng_uniform(&rng);
        values[i] = (float)sum;
    }
    values[10] = 40; /* one far away */
    assert_ok(eai_histogram_add(&a, values, N));
    eai_range range = eai_calibrate(&a, EDGEAI_CALIBRATION_MINMAX, 0);
    assert_true(range.high == 40 && range.low < -3 && range.low > -6);
    range = eai_calibrate(&a, EDGEAI_CALIBRATION_PERCENTILE, 95);
    assert_close(range.high, 1.96, 0.06, 0);
    assert_close(range.low, -1.96, 0.06, 0);
    range = eai_calibrate(&a, EDGEAI_CALIBRATION_PERCENTILE, 100);
    assert_true(range.high == 40);
    range = eai_calibrate(&a, EDGEAI_CALIBRATION_KL, 0);
    assert_true(range.high > 2 && range.high < 6);
}

/* Everything on a grid of 255 steps is held exactly at its own range: nothing to gain by cutting.
 */
static void even_values_are_not_cut(void **state)
{
    (void)state;
    static float values[255 * 8];
    start();
    for (size_t i = 0; i < 255 * 8; i++)
        values[i] = ((float)i + 0.5f) / 128; /* below 16 */
    assert_ok(eai_histogram_add(&a, values, 255 * 8));
    const eai_range range = eai_calibrate(&a, EDGEAI_CALIBRATION_KL, 0);
    assert_true(range.low == 0);
    assert_true(range.high > 15.8);
}

/* One value in four lies far away: too many to let them go. */
static void many_are_no_outliers(void **state)
{
    (void)state;
    enum { N = 40000 };
    static float values[N];
    eai_rng rng;
    eai_rng_seed(&rng, 9);
    start();
    for (size_t i = 0; i < N; i++)
        values[i] = (float)(eai_rng_uniform(&rng) + (i % 4 == 0 ? 7 : 0));
    assert_ok(eai_histogram_add(&a, values, N));
    const eai_range range = eai_calibrate(&a, EDGEAI_CALIBRATION_KL, 0);
    assert_true(range.low == 0 && range.high > 7.5);
}

enum { MAGNITUDES = EAI_HISTOGRAM_BINS / 2 };

/* Both distributions written out, then compared. */
static double plain_divergence(const double *bins, size_t n, size_t n_levels)
{
    static double p[MAGNITUDES], q[MAGNITUDES];
    double beyond = 0, sum_p = 0, sum_q = 0, result = 0;
    for (size_t i = n; i < MAGNITUDES; i++)
        beyond += bins[i];
    for (size_t i = 0, level = 0; i < n; i++) {
        while ((level + 1) * n / n_levels <= i)
            level++;
        double sum = 0, n_filled = 0;
        for (size_t k = level * n / n_levels; k < (level + 1) * n / n_levels; k++) {
            sum += bins[k];
            n_filled += bins[k] > 0;
        }
        p[i] = bins[i] + (i + 1 == n ? beyond : 0);
        q[i] = bins[i] > 0 ? sum / n_filled : 0.5;
        sum_p += p[i];
        sum_q += bins[i];
    }
    for (size_t i = 0; i < n; i++)
        if (p[i] > 0) result += p[i] / sum_p * log(p[i] / sum_p / (q[i] / sum_q));
    return result;
}

static void kl_is_the_least_divergence(void **state)
{
    (void)state;
    enum { N = 6000 };
    static float values[N];
    double bins[MAGNITUDES], best = INFINITY, range = 0;
    eai_rng rng;
    eai_rng_seed(&rng, 13);
    start();
    for (size_t i = 0; i < N; i++)
        values[i] = (float)pow(-log(eai_rng_open(&rng)), 3); /* a long tail */
    assert_ok(eai_histogram_add(&a, values, N));
    for (size_t i = 0; i < MAGNITUDES; i++)
        bins[i] = (double)a.bins[MAGNITUDES + i];
    for (size_t n = MAGNITUDES; n >= 255; n--) {
        const double here = plain_divergence(bins, n, 255);
        if (here >= best) continue;
        best = here;
        range = (double)n * a.range / MAGNITUDES;
    }
    assert_true(range < 0.9 * a.high);
    assert_close(eai_calibrate(&a, EDGEAI_CALIBRATION_KL, 0).high, range, 1e-9, 0);
}

static void nothing_and_zeros_have_no_range(void **state)
{
    (void)state;
    static const edgeai_calibration methods[] = {
        EDGEAI_CALIBRATION_MINMAX, EDGEAI_CALIBRATION_PERCENTILE, EDGEAI_CALIBRATION_KL};
    const float zeros[4] = {0};
    start();
    for (int round = 0; round < 2; round++) {
        for (size_t k = 0; k < 3; k++) {
            const eai_range range = eai_calibrate(&a, methods[k], 99);
            assert_true(range.low == 0 && range.high == 0);
        }
        assert_true(eai_mean_magnitude(&a) == 0 && eai_mean_magnitude_above(&a, 0) == 0);
        assert_ok(eai_histogram_add(&a, zeros, 4));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_counted),
        cmocka_unit_test(the_order_does_not_matter),
        cmocka_unit_test(methods_cut_outliers),
        cmocka_unit_test(even_values_are_not_cut),
        cmocka_unit_test(many_are_no_outliers),
        cmocka_unit_test(kl_is_the_least_divergence),
        cmocka_unit_test(nothing_and_zeros_have_no_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
