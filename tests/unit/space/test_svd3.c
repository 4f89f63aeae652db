/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/rng.h"
#include "space/svd3.h"
#include "support/check.h"

static void assert_product(const double a[9], const double u[9], const double s[3],
                           const double v[9])
{
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            double sum = 0, uu = 0, vv = 0;
            for (int k = 0; k < 3; k++) {
                sum += u[3 * i + k] * s[k] * v[3 * j + k];
                uu += u[3 * k + i] * u[3 * k + j];
                vv += v[3 * k + i] * v[3 * k + j];
            }
            assert_close(sum, a[3 * i + j], 1e-12, 0);
            assert_close(uu, i == j, 1e-12, 0);
            assert_close(vv, i == j, 1e-12, 0);
        }
    assert_true(s[0] >= s[1] && s[1] >= s[2] && s[2] >= 0);
}

static void factors_multiply_to_the_matrix(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int round = 0; round < 200; round++) {
        double a[9], u[9], s[3], v[9];
        for (int i = 0; i < 9; i++)
            a[i] = 2 * eai_rng_uniform(&rng) - 1;
        eai_svd3(a, u, s, v);
        assert_product(a, u, s, v);
    }
}

static void singular_matrices_get_whole_frames(void **state)
{
    (void)state;
    const double cases[4][9] = {{0},
                                {1, 2, 3, 2, 4, 6, -1, -2, -3},
                                {1, 0, 0, 0, 2, 0, 0, 0, 0},
                                {0, 0, 0, 0, 0, 0, 0, 0, 5}};
    for (int c = 0; c < 4; c++) {
        double u[9], s[3], v[9];
        eai_svd3(cases[c], u, s, v);
        assert_product(cases[c], u, s, v);
    }
}

static void known_values(void **state)
{
    (void)state;
    const double a[9] = {0, -3, 0, 1, 0, 0, 0, 0, 2};
    double u[9], s[3], v[9];
    eai_svd3(a, u, s, v);
    assert_close(s[0], 3, 1e-14, 0);
    assert_close(s[1], 2, 1e-14, 0);
    assert_close(s[2], 1, 1e-14, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(factors_multiply_to_the_matrix),
        cmocka_unit_test(singular_matrices_get_whole_frames),
        cmocka_unit_test(known_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
