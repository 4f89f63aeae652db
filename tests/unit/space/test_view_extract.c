/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "space/pose.h"
#include "space/view_extract.h"
#include "support/check.h"
#include "support/ray_scene.h"

static edgeai_allocator allocator;
static eai_keypoint_finder *finder;

static void make(ray_frame *made)
{
    const ray_scene scene = ray_room();
    const edgeai_pose pose = ray_walk(0);
    ray_frame_make(made, &scene, &pose, 1);
}

/* Whether a place lies on the surface that the depth image shows there. */
static void assert_on_surface(const float p[3], const ray_frame *made)
{
    const edgeai_camera *camera = &made->frame.depth_camera;
    int u = (int)lrint(camera->fx * (double)(p[0] / p[2]) + camera->cx);
    int v = (int)lrint(camera->fy * (double)(p[1] / p[2]) + camera->cy);
    assert_true(u >= 0 && v >= 0 && u < camera->width && v < camera->height);
    assert_close((double)p[2], made->depth[v * camera->width + u] / 1000.0, 0.05, 0);
}

static void keypoints_are_lifted_onto_the_surface(void **state)
{
    (void)state;
    ray_frame made;
    eai_view view;
    make(&made);
    assert_ok(eai_view_create(&view, &allocator, finder, &made.frame));
    assert_true(view.n_keypoints > 200 && view.n_keypoints <= EAI_KEYPOINTS_MAX);
    for (size_t i = 0; i < view.n_keypoints; i++)
        assert_on_surface(view.places[i], &made);
    assert_int_equal(eai_view_bytes(&view), 160 * 120 * 8 + view.n_keypoints * (32 + 12));
    eai_view_free(&view, &allocator);
    ray_frame_free(&made);
}

/* A depth image of half the size, with its own camera, puts keypoints where they were. */
static void colour_and_depth_may_differ_in_size(void **state)
{
    (void)state;
    ray_frame made;
    eai_view whole, half;
    make(&made);
    assert_ok(eai_view_create(&whole, &allocator, finder, &made.frame));
    static uint16_t small[160 * 120];
    for (int i = 0; i < 160 * 120; i++)
        small[i] = made.depth[i / 160 * 2 * 320 + i % 160 * 2];
    edgeai_frame frame = made.frame;
    frame.depth = small;
    frame.depth_camera = (edgeai_camera){160, 120, 130, 130, 79.75, 59.75};
    assert_ok(eai_view_create(&half, &allocator, finder, &frame));
    size_t n_same = 0;
    for (size_t i = 0; i < half.n_keypoints; i++)
        for (size_t k = 0; k < whole.n_keypoints; k++) {
            double sum = 0;
            for (int c = 0; c < 3; c++)
                sum += fabs((double)half.places[i][c] - (double)whole.places[k][c]);
            if (sum < 0.03) {
                n_same++;
                break;
            }
        }
    assert_true(half.n_keypoints > 100 && n_same > half.n_keypoints * 9 / 10);
    eai_view_free(&whole, &allocator);
    eai_view_free(&half, &allocator);
    ray_frame_free(&made);
}

static void missing_parts_leave_missing_parts(void **state)
{
    (void)state;
    ray_frame made;
    eai_view view;
    make(&made);
    made.frame.color = NULL;
    assert_ok(eai_view_create(&view, &allocator, finder, &made.frame));
    assert_true(view.n_keypoints == 0 && view.surface.n_measured > 0);
    eai_view_free(&view, &allocator);
    made.frame.color = &made.color;
    made.frame.depth = NULL;
    assert_ok(eai_view_create(&view, &allocator, finder, &made.frame));
    assert_true(view.n_keypoints == 0 && view.surface.cells == NULL);
    eai_view_free(&view, &allocator);
    memset(made.depth, 0, 320 * 240 * sizeof *made.depth);
    made.frame.depth = made.depth;
    assert_ok(eai_view_create(&view, &allocator, finder, &made.frame));
    assert_true(view.n_keypoints == 0 && view.surface.n_measured == 0);
    eai_view_free(&view, &allocator);
    ray_frame_free(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keypoints_are_lifted_onto_the_surface),
        cmocka_unit_test(colour_and_depth_may_differ_in_size),
        cmocka_unit_test(missing_parts_leave_missing_parts),
    };
    allocator = eai_default_allocator();
    if (eai_keypoint_finder_create(&finder, &allocator)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    eai_keypoint_finder_free(finder);
    return failed;
}
