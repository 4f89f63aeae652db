/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "space/align.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/failing_allocator.h"
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

/* A quarter of the frame, so that trying every allocation takes no time. */
static void shrink(edgeai_frame *frame, edgeai_image *color)
{
    static uint16_t depth[80 * 60];
    static uint8_t pixels[80 * 60];
    for (int i = 0; i < 80 * 60; i++) {
        int at = i / 80 * 4 * 320 + i % 80 * 4;
        depth[i] = made.depth[at];
        pixels[i] = made.color.pixels[at];
    }
    *color = (edgeai_image){pixels, 80, 60, 1, 80};
    *frame = made.frame;
    frame->color = color;
    frame->depth = depth;
    frame->camera = frame->depth_camera = (edgeai_camera){80, 60, 65, 65, 39.5, 29.5};
}

/* Everything, with the given allocation failing. */
static edgeai_status try_all(failing_allocator *counter)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_allocator allocator = failing_allocator_make(counter);
    edgeai_context *own = NULL;
    eai_align *all = NULL;
    eai_place places[2];
    edgeai_frame frame;
    edgeai_image color;
    int root, n_components;
    options.n_threads = 1;
    options.allocator = allocator;
    shrink(&frame, &color);
    edgeai_status status = edgeai_context_create(&own, &options);
    if (!status) status = eai_align_create(&all, own, NULL);
    for (int i = 0; i < 2 && !status; i++)
        status = eai_align_add(all, &frame);
    if (!status) status = eai_align_solve(all, places, &root, &n_components);
    if (!status) assert_int_equal(n_components, 1);
    eai_align_free(all);
    edgeai_context_free(own);
    return status;
}

static void any_allocation_may_fail(void **state)
{
    (void)state;
    failing_allocator counter = {.fail_at = SIZE_MAX};
    assert_ok(try_all(&counter));
    size_t n = counter.n_allocations;
    assert_true(n > 20);
    for (size_t i = 0; i < n; i++) {
        counter = (failing_allocator){.fail_at = i};
        assert_fails(try_all(&counter), EDGEAI_E_MEMORY);
        assert_int_equal(counter.n_live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(frames_without_anything_are_refused, start, end),
        cmocka_unit_test_setup_teardown(cameras_are_checked, start, end),
        cmocka_unit_test_setup_teardown(poses_that_are_none_are_refused, start, end),
        cmocka_unit_test_setup_teardown(frames_of_other_sizes_mix, start, end),
        cmocka_unit_test_setup_teardown(any_allocation_may_fail, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
