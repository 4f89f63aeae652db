/* SPDX-License-Identifier: MIT */
#include "tensor/quantize_fit.h"

#include <math.h>

#include "base/rng.h"
#include "support/check.h"

static void nearest_rounds_ties_to_even(void **state)
{
    (void)state;
    assert_int_equal(eai_nearest(0.5f), 0);
    assert_int_equal(eai_nearest(1.5f), 2);
    assert_int_equal(eai_nearest(-0.5f), 0);
    assert_int_equal(eai_nearest(-1.5f), -2);
    assert_int_equal(eai_nearest(-2.51f), -3);
    assert_int_equal(eai_nearest(1000000.0f), 1000000);
    assert_int_equal(eai_nearest_within(1e30f, -8, 7), 7);
    assert_int_equal(eai_nearest_within(-INFINITY, -8, 7), -8);
}

static double squared_error(const float *x, int n, int low, int high, double d, double m)
{
    double error = 0;
    for (int i = 0; i < n; i++) {
        double q = d != 0 ? nearbyint(((double)x[i] - m) / d) : 0;
        q = q < low ? low : q > high ? high : q;
        error += (d * q + m - (double)x[i]) * (d * q + m - (double)x[i]);
    }
    return error;
}

/* Never worse than the width that just spans the values. */
static void fits_beat_the_spanning_width(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 2);
    for (int round = 0; round < 200; round++) {
        float x[32], d, m, low = INFINITY, high = -INFINITY;
        for (int i = 0; i < 32; i++) {
            x[i] = (float)(3 * eai_rng_uniform(&rng) - 1);
            low = fminf(low, x[i]);
            high = fmaxf(high, x[i]);
        }
        double naive = squared_error(x, 32, -8, 7, (double)eai_largest(x, 32) / -8, 0);
        assert_true(squared_error(x, 32, -8, 7, (double)eai_fit_scale(x, 32, 8), 0) <=
                    naive * 1.00001);
        naive = squared_error(x, 32, 0, 15, (double)(high - low) / 15, (double)low);
        eai_fit_affine(x, 32, 15, 0, &d, &m);
        assert_true(squared_error(x, 32, 0, 15, (double)d, (double)m) <= naive * 1.00001);
    }
}

static void offsets_can_be_kept_below_zero(void **state)
{
    (void)state;
    float x[16], d, m;
    for (int i = 0; i < 16; i++)
        x[i] = 5.0f + 0.01f * (float)i;
    eai_fit_affine(x, 16, 15, 1, &d, &m);
    assert_true(m <= 0.0f && d > 0.3f);
    eai_fit_affine(x, 16, 15, 0, &d, &m);
    assert_close(m, 5.0, 1e-3, 0);
    assert_close(d, 0.01, 1e-4, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nearest_rounds_ties_to_even),
        cmocka_unit_test(fits_beat_the_spanning_width),
        cmocka_unit_test(offsets_can_be_kept_below_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
