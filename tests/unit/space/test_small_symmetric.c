/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/rng.h"
#include "space/small_symmetric.h"
#include "support/check.h"

/* a = sum of `rank` outer products. */
static void make_matrix(eai_rng *rng, int rank, double a[36])
{
    for (int i = 0; i < 36; i++)
        a[i] = 0;
    for (int r = 0; r < rank; r++) {
        double v[6];
        for (int i = 0; i < 6; i++)
            v[i] = 2 * eai_rng_uniform(rng) - 1;
        for (int i = 0; i < 36; i++)
            a[i] += v[i / 6] * v[i % 6];
    }
}

static void solving_undoes_multiplying(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    for (int round = 0; round < 50; round++) {
        double a[36], x[6], b[6] = {0};
        make_matrix(&rng, 9, a);
        for (int i = 0; i < 6; i++)
            x[i] = eai_rng_uniform(&rng);
        for (int i = 0; i < 36; i++)
            b[i / 6] += a[i] * x[i % 6];
        assert_true(eai_solve6(a, b, b));
        for (int i = 0; i < 6; i++)
            assert_close(b[i], x[i], 1e-8, 0);
    }
}

static void singular_matrices_are_refused(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    double a[36], b[6] = {1}, x[6];
    make_matrix(&rng, 4, a);
    assert_false(eai_solve6(a, b, x));
    a[0] = NAN;
    assert_false(eai_solve6(a, b, x));
}

/* Trace, sum of squares, and the number of zeros are those of the matrix. */
static void eigenvalues_rise_and_add_up(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    for (int rank = 1; rank <= 8; rank++) {
        double a[36], values[6], trace = 0, squares = 0, sum = 0, sum2 = 0;
        make_matrix(&rng, rank, a);
        eai_eigenvalues6(a, values);
        for (int i = 0; i < 6; i++) {
            trace += a[7 * i];
            sum += values[i];
            sum2 += values[i] * values[i];
            assert_true(i == 0 || values[i] >= values[i - 1]);
            if (i < 6 - rank) assert_close(values[i], 0, 1e-12, 0);
        }
        for (int i = 0; i < 36; i++)
            squares += a[i] * a[i];
        assert_close(sum, trace, 1e-12, 1e-12);
        assert_close(sum2, squares, 1e-12, 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(solving_undoes_multiplying),
        cmocka_unit_test(singular_matrices_are_refused),
        cmocka_unit_test(eigenvalues_rise_and_add_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
