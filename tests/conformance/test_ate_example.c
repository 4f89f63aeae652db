/* SPDX-License-Identifier: MIT */

/* A published pair of trajectories: errors as its book and other programs have them (to the six
 * digits that they print), by index since times differ by up to 0.03 s. */

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include <edgeai/recording.h>

#include "support/check.h"

#define FOLDER EDGEAI_TEST_DATA "/rgbd/ate_example/"

static void errors_are_those_published(void **state)
{
    (void)state;
    if (access(FOLDER, R_OK) != 0) skip();
    edgeai_context *context;
    edgeai_trajectory *estimate, *truth;
    edgeai_trajectory_errors errors;
    edgeai_trajectory_options options = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_ok(edgeai_trajectory_open(&estimate, context, FOLDER "estimated.txt"));
    assert_ok(edgeai_trajectory_open(&truth, context, FOLDER "groundtruth.txt"));
    options.by_index = true;
    assert_ok(edgeai_trajectory_compare(estimate, truth, &options, &errors));
    assert_int_equal(errors.n_pairs, 612);
    assert_close(errors.ate_rmse_m, 0.023090, 5e-7, 0);
    assert_true(errors.scale == 1);
    options.fit = EDGEAI_FIT_SIMILAR;
    assert_ok(edgeai_trajectory_compare(estimate, truth, &options, &errors));
    assert_close(errors.ate_rmse_m, 0.022619, 5e-7, 0);
    assert_close(errors.scale, 0.99524, 5e-6, 0);
    edgeai_trajectory_free(estimate);
    edgeai_trajectory_free(truth);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_are_those_published)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
