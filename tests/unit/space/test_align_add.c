/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "space/align.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/ray_scene.h"

static edgeai_context *context;
static eai_align *align;
static ray_frame made;

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    const ray_scene scene = ray_room();
    const edgeai_pose pose = ray_walk(0);
    options.n_threads = 1;
    ray_frame_make(&made, &scene, &pose, 1);
    return edgeai_context_create(&context, &options) || eai_align_create(&align, context, NULL);
}

static int end(void **state)
{
    (void)state;
    eai_align_free(align);
    edgeai_context_free(context);
    ray_frame_free(&made);
    return 0;
}

static void frames_without_anything_are_refused(void **state)
{
    (void)state;
    edgeai_frame frame = made.frame;
    frame.color = NULL;
    frame.depth = NULL;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_error_says("expected colour or depth");
    assert_int_equal(eai_align_count(align), 0);
}

static void cameras_are_checked(void **state)
{
    (void)state;
    edgeai_frame frame = made.frame;
    frame.depth_camera.fx = 0;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_error_says("depth camera");
    frame = made.frame;
    frame.camera.cy = NAN;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_error_says("colour camera");
    frame = made.frame;
    frame.depth_camera.width = EDGEAI_DEPTH_SIDE_MAX + 1;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_LIMIT);
    frame = made.frame;
    frame.depth_units_per_m = -1;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_error_says("units");
    assert_int_equal(eai_align_count(align), 0);
}

static void poses_that_are_none_are_refused(void **state)
{
    (void)state;
    edgeai_pose pose = eai_pose_identity();
    edgeai_frame frame = made.frame;
    frame.pose = &pose;
    pose.translation[1] = NAN;
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_error_says("pose");
    pose = eai_pose_identity();
    pose.rotation[0] = -1; /* a mirror */
    assert_fails(eai_align_add(align, &frame), EDGEAI_E_INVALID);
    assert_int_equal(eai_align_count(align), 0);
    pose = eai_pose_identity();
    pose.rotation[1] = 1e-4; /* as 7-Scenes writes them */
    assert_ok(eai_align_add(align, &frame));
    assert_int_equal(eai_align_count(align), 1);
}

static void frames_of_other_sizes_mix(void **state)
{
    (void)state;
    edgeai_frame frame = made.frame;
    eai_place places[2];
    int root, n_components;
    assert_ok(eai_align_add(align, &frame));
    static uint16_t small[160 * 120];
    for (int i = 0; i < 160 * 120; i++)
        small[i] = made.depth[i / 160 * 2 * 320 + i % 160 * 2];
    frame.depth = small;
    frame.depth_camera = (edgeai_camera){160, 120, 130, 130, 79.75, 59.75};
    assert_ok(eai_align_add(align, &frame));
    assert_ok(eai_align_solve(align, places, &root, &n_components));
    assert_int_equal(n_components, 1);
    for (int k = 0; k < 3; k++)
        assert_close(places[0].pose.translation[k], places[1].pose.translation[k], 0.01, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_without_anything_are_refused, start, end),
        cmocka_unit_test_setup_teardown(cameras_are_checked, start, end),
        cmocka_unit_test_setup_teardown(poses_that_are_none_are_refused, start, end),
        cmocka_unit_test_setup_teardown(frames_of_other_sizes_mix, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
