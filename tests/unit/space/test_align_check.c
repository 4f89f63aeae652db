/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "space/align.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/ray_scene.h"

enum { N = 6 };

typedef edgeai_pose writer(const edgeai_pose *truth);

static edgeai_pose as_it_is(const edgeai_pose *truth)
{
    return *truth;
}

static edgeai_pose to_camera(const edgeai_pose *truth)
{
    return eai_pose_inverse(truth);
}

static edgeai_pose to_y_up(const edgeai_pose *truth)
{
    const edgeai_pose flip = {.rotation = {1, 0, 0, 0, -1, 0, 0, 0, -1}};
    return eai_pose_compose(truth, &flip);
}

static edgeai_pose to_y_up_camera(const edgeai_pose *truth)
{
    edgeai_pose flipped = to_y_up(truth);
    return eai_pose_inverse(&flipped);
}

static edgeai_pose to_millimetres(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    for (int k = 0; k < 3; k++)
        pose.translation[k] *= 1000;
    return pose;
}

static edgeai_pose to_transposed(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    for (int i = 0; i < 9; i++)
        pose.rotation[i] = truth->rotation[i % 3 * 3 + i / 3];
    return pose;
}

static edgeai_pose to_other_quaternion(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    double q[4];
    eai_pose_to_quaternion(truth, q);
    const double read[4] = {q[3], q[0], q[1], q[2]}; /* a file's w x y z, read as x y z w */
    eai_pose_set_quaternion(&pose, read);
    return pose;
}

/* Looks the right way, from a place that is up to a metre off. */
static edgeai_pose to_nonsense(const edgeai_pose *truth)
{
    edgeai_pose pose = *truth;
    pose.translation[0] += 0.7 * sin(50 * truth->translation[0]);
    pose.translation[1] += 0.6 * cos(40 * truth->translation[2]);
    pose.translation[2] += 0.7 * sin(30 * truth->translation[0] + 1);
    return pose;
}

static void check(writer *write, eai_pose_report *report)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    eai_align *align;
    ray_scene scene = ray_room();
    scene.noise_m = 0.002;
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&context, &options));
    assert_ok(eai_align_create(&align, context, NULL));
    for (int i = 0; i < N; i++) {
        ray_frame made;
        /* around another origin, so that rotations are far from the identity */
        const edgeai_pose around = ray_pose(1, 0.5, -2, 0.8, 0.4);
        edgeai_pose truth = ray_walk(2 * i);
        ray_frame_make(&made, &scene, &truth, (uint64_t)i + 1);
        truth = eai_pose_compose(&around, &truth);
        edgeai_pose written = write(&truth);
        made.frame.color = NULL;
        made.frame.pose = &written;
        assert_ok(eai_align_add(align, &made.frame));
        ray_frame_free(&made);
    }
    assert_ok(eai_align_check_poses(align, report));
    eai_align_free(align);
    edgeai_context_free(context);
}

static void right_poses_fit(void **state)
{
    (void)state;
    eai_pose_report report;
    check(as_it_is, &report);
    assert_int_equal(report.verdict, EAI_POSES_FIT);
    assert_int_equal(report.n_pairs, N - 1);
    assert_true(report.median_m < 0.012 && report.agreement > 0.9 && report.overlap > 0.5);
    assert_true(strstr(report.text, "median depth difference") != NULL);
}

static void wrong_conventions_are_named(void **state)
{
    (void)state;
    const struct {
        writer *write;
        eai_pose_verdict verdict;
        const char *text;
    } cases[] = {
        {to_camera, EAI_POSES_WORLD_TO_CAMERA, "world to camera instead of camera to world"},
        {to_y_up, EAI_POSES_Y_UP, "OpenGL"},
        {to_y_up_camera, EAI_POSES_WORLD_TO_Y_UP, "world to camera, with y up"},
        {to_millimetres, EAI_POSES_MILLIMETRES, "millimetres"},
        {to_transposed, EAI_POSES_TRANSPOSED, "transposed"},
        {to_other_quaternion, EAI_POSES_QUATERNION_ORDER, "quaternions written w x y z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eai_pose_report report;
        check(cases[i].write, &report);
        assert_int_equal(report.verdict, cases[i].verdict);
        assert_true(strstr(report.text, cases[i].text) != NULL);
        assert_true(report.best_m < 0.012);
    }
}

static void poses_that_fit_in_no_way_are_told(void **state)
{
    (void)state;
    eai_pose_report report;
    check(to_nonsense, &report);
    assert_int_equal(report.verdict, EAI_POSES_DO_NOT_FIT);
}

static void without_poses_there_is_nothing_to_say(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    eai_align *align;
    eai_pose_report report;
    options.n_threads = 1;
    assert_ok(edgeai_context_create(&context, &options));
    assert_ok(eai_align_create(&align, context, NULL));
    assert_ok(eai_align_check_poses(align, &report));
    assert_int_equal(report.verdict, EAI_POSES_NONE);
    assert_int_equal(report.text[0], 0);
    eai_align_free(align);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(right_poses_fit),
        cmocka_unit_test(wrong_conventions_are_named),
        cmocka_unit_test(poses_that_fit_in_no_way_are_told),
        cmocka_unit_test(without_poses_there_is_nothing_to_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
