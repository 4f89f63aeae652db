/* SPDX-License-Identifier: MIT */
#include "space/trajectory.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/pose.h"
#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

enum { N = 20 };

static failing_allocator memory;
static edgeai_allocator allocator;
static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    return edgeai_context_create(&context, &options) != EDGEAI_OK;
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    assert_int_equal(memory.n_live, 0);
    return 0;
}

/* A walk along a screw; each pose differs from all others in all numbers. */
static edgeai_pose pose_of(int i)
{
    const double s = 0.1 * i, twist[6] = {0.3 * s, 0.5 * s, 0.2 - s, sin(s), 2 * s, cos(2 * s)};
    return eai_pose_exp(twist);
}

static edgeai_trajectory *make(const edgeai_pose *change, double scale, double delay, int n)
{
    double times[N];
    edgeai_pose poses[N];
    edgeai_trajectory *made;
    for (int i = 0; i < n; i++) {
        edgeai_pose pose = pose_of(i);
        for (int k = 0; k < 3; k++)
            pose.translation[k] *= scale;
        poses[i] = eai_pose_compose(change, &pose);
        times[i] = i + delay;
    }
    assert_ok(edgeai_trajectory_create(&made, context, times, poses, (size_t)n));
    return made;
}

static void files_come_back(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    const edgeai_pose identity = eai_pose_identity();
    edgeai_trajectory *made = make(&identity, 1, 0.25, N), *read;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/t.txt", folder);
    assert_ok(edgeai_trajectory_save(made, path));
    assert_ok(edgeai_trajectory_open(&read, context, path));
    assert_int_equal(edgeai_trajectory_size(read), N);
    for (size_t i = 0; i < N; i++) {
        double time_s;
        edgeai_pose a, b;
        assert_ok(edgeai_trajectory_pose(read, i, &time_s, &a));
        assert_ok(edgeai_trajectory_pose(made, i, NULL, &b));
        assert_true(time_s == (double)i + 0.25);
        for (int k = 0; k < 9; k++)
            assert_close(a.rotation[k], b.rotation[k], 1e-8, 0);
        for (int k = 0; k < 3; k++)
            assert_close(a.translation[k], b.translation[k], 1e-8, 0);
    }
    assert_fails(edgeai_trajectory_pose(read, N, NULL, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_trajectory_save(read, "/nowhere/t.txt"), EDGEAI_E_IO);
    edgeai_trajectory_free(read);
    edgeai_trajectory_free(made);
    folder_remove(folder);
    assert_fails(edgeai_trajectory_open(&read, context, path), EDGEAI_E_NOT_FOUND);
}

/* A turned, moved and delayed copy has no error; a scaled one has none after Sim(3) alone. */
static void the_fit_is_found(void **state)
{
    (void)state;
    const double twist[6] = {0.5, -1, 2, 3, -4, 5};
    const edgeai_pose identity = eai_pose_identity(), change = eai_pose_exp(twist);
    edgeai_trajectory *truth = make(&identity, 1, 0, N), *moved = make(&change, 1, 0.01, N),
                      *scaled = make(&change, 0.5, 0, N);
    edgeai_trajectory_errors errors;
    edgeai_trajectory_options options = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    assert_ok(edgeai_trajectory_compare(moved, truth, NULL, &errors));
    assert_int_equal(errors.n_pairs, N);
    assert_int_equal(errors.n_steps, N - 1);
    assert_true(errors.ate_max_m < 1e-12 && errors.rpe_rmse_m < 1e-12 &&
                errors.rpe_rmse_rad < 1e-7);
    const edgeai_pose back = eai_pose_inverse(&change);
    for (int k = 0; k < 9; k++)
        assert_close(errors.fit.rotation[k], back.rotation[k], 1e-12, 0);
    assert_ok(edgeai_trajectory_compare(scaled, truth, NULL, &errors));
    assert_true(errors.ate_rmse_m > 0.1 && errors.scale == 1);
    options.fit = EDGEAI_FIT_SIMILAR;
    assert_ok(edgeai_trajectory_compare(scaled, truth, &options, &errors));
    assert_close(errors.scale, 2, 1e-12, 0);
    assert_true(errors.ate_max_m < 1e-12 && errors.rpe_rmse_m < 1e-12);
    options.fit = EDGEAI_FIT_NONE;
    assert_ok(edgeai_trajectory_compare(moved, truth, &options, &errors));
    assert_true(errors.ate_rmse_m > 1);
    edgeai_trajectory_free(truth);
    edgeai_trajectory_free(moved);
    edgeai_trajectory_free(scaled);
}

/* One pose of ten is 0.1 m off: the numbers by hand. */
static void errors_are_those_by_hand(void **state)
{
    (void)state;
    edgeai_pose poses[4];
    double times[4] = {0, 1, 2, 3};
    edgeai_trajectory *a, *b;
    edgeai_trajectory_errors errors;
    edgeai_trajectory_options options = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    for (int i = 0; i < 4; i++)
        poses[i] = pose_of(i);
    assert_ok(edgeai_trajectory_create(&a, context, times, poses, 4));
    poses[3].translation[1] += 0.1;
    assert_ok(edgeai_trajectory_create(&b, context, times, poses, 4));
    options.fit = EDGEAI_FIT_NONE;
    assert_ok(edgeai_trajectory_compare(a, b, &options, &errors));
    assert_close(errors.ate_rmse_m, 0.05, 1e-12, 0);
    assert_close(errors.ate_max_m, 0.1, 1e-12, 0);
    assert_close(errors.ate_median_m, 0, 1e-12, 0);
    assert_close(errors.rpe_rmse_m, 0.1 / sqrt(3), 1e-12, 0);
    assert_close(errors.rpe_rmse_rad, 0, 1e-7, 0);
    options.delta = 3;
    assert_ok(edgeai_trajectory_compare(a, b, &options, &errors));
    assert_int_equal(errors.n_steps, 1);
    assert_close(errors.rpe_median_m, 0.1, 1e-12, 0);
    options.delta = 4;
    assert_ok(edgeai_trajectory_compare(a, b, &options, &errors));
    assert_int_equal(errors.n_steps, 0);
    edgeai_trajectory_free(a);
    edgeai_trajectory_free(b);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    const edgeai_pose identity = eai_pose_identity();
    edgeai_trajectory *a = make(&identity, 1, 0, N), *late = make(&identity, 1, 0.5, N),
                      *few = make(&identity, 1, 0, 5), *none;
    edgeai_trajectory_errors errors;
    edgeai_trajectory_options options = EDGEAI_TRAJECTORY_OPTIONS_INIT;
    assert_fails(edgeai_trajectory_compare(a, late, NULL, &errors), EDGEAI_E_SHAPE);
    assert_error_says("at least 3 poses of the same time (within 0.02 s), found 0 of 20 estimated "
                      "and 20 true ones");
    options.by_index = true;
    assert_ok(edgeai_trajectory_compare(a, late, &options, &errors));
    assert_fails(edgeai_trajectory_compare(a, few, &options, &errors), EDGEAI_E_SHAPE);
    options.pair_s = -1;
    assert_fails(edgeai_trajectory_compare(a, a, &options, &errors), EDGEAI_E_INVALID);
    edgeai_pose poses[2] = {identity, identity};
    double times[2] = {1, 0};
    assert_fails(edgeai_trajectory_create(&none, context, times, poses, 2), EDGEAI_E_INVALID);
    times[1] = 2;
    poses[1].translation[2] = NAN;
    assert_fails(edgeai_trajectory_create(&none, context, times, poses, 2), EDGEAI_E_INVALID);
    assert_null(none);
    edgeai_trajectory_free(a);
    edgeai_trajectory_free(late);
    edgeai_trajectory_free(few);
}

static edgeai_status read(const char *text, edgeai_pose_convention convention, size_t *n,
                          edgeai_pose *first)
{
    edgeai_trajectory trajectory = {.allocator = &allocator};
    eai_trajectory_format format;
    const edgeai_status status =
        eai_trajectory_read(&trajectory, text, strlen(text), "t", convention, &format);
    *n = trajectory.n;
    if (trajectory.n) *first = trajectory.items[0].pose;
    eai_trajectory_clear(&trajectory);
    return status;
}

/* A quarter turn about z and a step along x, in every format: camera to world is what they all
 * become. */
static void formats_agree(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "# t x y z\n0.5 1 0 0 0 0 0.70710678118654752 0.70710678118654752\n",
        "0 0 1\n0 -1 0 1\n1 0 0 0\n0 0 1 0\n0 0 0 1\n",
        /* world to camera, column by column: R' = R^T, t' = -R^T t */
        "{\"parameters\": [{\"intrinsic\": {}, \"extrinsic\": [0,-1,0,0, 1,0,0,0, 0,0,1,0, "
        "0,1,0,1]}]}",
        "{\"extrinsic\": [[0,-1,0,0, 1,0,0,0, 0,0,1,0, 0,1,0,1]]}",
    };
    const double r[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1}, t[3] = {1, 0, 0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        size_t n;
        edgeai_pose pose;
        assert_ok(read(texts[i], EDGEAI_POSE_BY_KIND, &n, &pose));
        assert_int_equal(n, 1);
        for (int k = 0; k < 9; k++)
            assert_close(pose.rotation[k], r[k], 1e-12, 0);
        for (int k = 0; k < 3; k++)
            assert_close(pose.translation[k], t[k], 1e-12, 0);
        /* the convention is what the caller says, if he does */
        assert_ok(read(texts[i], i < 2 ? EDGEAI_POSE_WORLD_TO_CAMERA : EDGEAI_POSE_CAMERA_TO_WORLD,
                       &n, &pose));
        assert_close(pose.rotation[1], 1, 1e-12, 0);
    }
}

static void damaged_files_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"\n# nothing\n", "t: expected a trajectory, found no pose"},
        {"1 2 3 4\n", "t, line 1: expected time tx ty tz qx qy qz qw"},
        {"0 0 0 0 0 0 0 1\n1 0 0 0 0 0 1\n", "t, line 2: expected 8 numbers, found 7"},
        {"0 0 0 0 0 0 0 1\n1 0 0 0 0 0 0 1 9\n", "t, line 2: expected at most 8 numbers"},
        {"2 0 0 0 0 0 0 1\n1 0 0 0 0 0 0 1\n", "t, line 2: expected a time of at least 2.0"},
        {"0 nan 0 0 0 0 0 1\n", "t, line 1: a pose that is not finite"},
        {"inf 0 0 0 0 0 0 1\n", "t, line 1: expected a time"},
        {"0 0 0 0 0 0 0 0\n", "t, line 1: expected a quaternion of length 1"},
        {"0 0 1\n1 0 0 0\n0 1 0 0\n", "t, line 3: expected four rows of a pose, found 2"},
        {"0 0 1\n1 0 0 0\n0 1 0 0\n0 0 -1 0\n0 0 0 1\n", "t, line 5: expected a rotation"},
        {"0 0 1\n1 0 0 0\n0 1 0 0\n0 0 1 0\n1 2 3 1\n", "last row is 0 0 0 1"},
        {"{\"parameters\": []}", "expected a PinholeCameraTrajectory, found no pose"},
        {"{\"parameters\": [{}]}", "expected an extrinsic"},
        {"{\"parameters\": [{\"extrinsic\": [1]}]}", "expected 16 numbers, found 1"},
        {"{\"parameters\": ", "t, byte"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        edgeai_pose pose;
        assert_fails(read(cases[i].text, EDGEAI_POSE_BY_KIND, &n, &pose), EDGEAI_E_FORMAT);
        assert_error_says(cases[i].says);
    }
}

static void memory_runs_out(void **state)
{
    (void)state;
    const edgeai_pose identity = eai_pose_identity();
    edgeai_trajectory *a = make(&identity, 1, 0, N);
    edgeai_trajectory_errors errors;
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t n_failed = 0;
    const size_t live = memory.n_live;
    for (; status != EDGEAI_OK; n_failed++) {
        memory.n_allocations = 0;
        memory.fail_at = n_failed;
        status = edgeai_trajectory_compare(a, a, NULL, &errors);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, live);
    }
    assert_true(n_failed > 3);
    edgeai_trajectory_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files_come_back, start, stop),
        cmocka_unit_test_setup_teardown(the_fit_is_found, start, stop),
        cmocka_unit_test_setup_teardown(errors_are_those_by_hand, start, stop),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(formats_agree, start, stop),
        cmocka_unit_test_setup_teardown(damaged_files_are_refused, start, stop),
        cmocka_unit_test_setup_teardown(memory_runs_out, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
