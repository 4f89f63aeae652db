/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/rng.h"
#include "space/plane_fit.h"
#include "support/check.h"

static void a_turned_cloud_gives_its_axes_back(void **state)
{
    (void)state;
    const double s = sqrt(0.5), axes[3][3] = {{s, 0, s}, {0, 1, 0}, {-s, 0, s}};
    const double sides[3] = {0.1, 1, 3};
    double mean[3], variances[3], found[3][3];
    eai_scatter scatter = {0};
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (int i = 0; i < 20000; i++) {
        double p[3] = {5, -2, 1};
        for (int k = 0; k < 3; k++) {
            const double t = sides[k] * (eai_rng_uniform(&rng) - 0.5);
            for (int axis = 0; axis < 3; axis++)
                p[axis] += t * axes[k][axis];
        }
        eai_scatter_add(&scatter, p);
    }
    eai_scatter_axes(&scatter, mean, variances, found);
    assert_close(mean[0], 5, 0.03, 0);
    for (int k = 0; k < 3; k++) {
        double cosine = 0;
        for (int axis = 0; axis < 3; axis++)
            cosine += found[k][axis] * axes[k][axis];
        assert_close(fabs(cosine), 1, 1e-3, 0);
        assert_close(variances[k], sides[k] * sides[k] / 12, 0, 0.03);
    }
}

static void points_on_a_line_or_one_are_no_error(void **state)
{
    (void)state;
    double mean[3], variances[3], axes[3][3];
    eai_scatter scatter = {0};
    const double p[3] = {1, 2, 3}, q[3] = {1, 2, 5};
    eai_scatter_add(&scatter, p);
    eai_scatter_axes(&scatter, mean, variances, axes);
    assert_true(variances[0] == 0 && variances[2] < 1e-9);
    eai_scatter_add(&scatter, q);
    eai_scatter_axes(&scatter, mean, variances, axes);
    assert_close(variances[2], 1, 1e-9, 0);
    assert_close(fabs(axes[2][2]), 1, 1e-9, 0);
    assert_close(variances[1], 0, 1e-9, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_turned_cloud_gives_its_axes_back),
        cmocka_unit_test(points_on_a_line_or_one_are_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
