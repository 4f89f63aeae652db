/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/memory.h"
#include "space/edge_search.h"
#include "space/pose.h"
#include "space/view_extract.h"
#include "support/check.h"
#include "support/ray_scene.h"

static edgeai_allocator allocator;
static eai_keypoint_finder *finder;
static eai_search_scratch scratch;
static eai_surface_point points[160 * 120];

static void see(eai_view *view, const ray_scene *scene, edgeai_pose pose)
{
    ray_frame made;
    ray_frame_make(&made, scene, &pose, 1);
    assert_ok(eai_view_create(view, &allocator, finder, &made.frame));
    ray_frame_free(&made);
}

static bool search(const eai_view *from, const eai_view *to, bool use_keypoints,
                   const edgeai_pose *start, eai_edge *edge)
{
    size_t counts[3];
    eai_surface_points(&from->surface, points, counts);
    eai_search s = {.from = from,
                    .to = to,
                    .points = points,
                    .counts = counts,
                    .use_keypoints = use_keypoints,
                    .start = start,
                    .seed = 1};
    return eai_edge_search(&s, &scratch, edge);
}

static void assert_right(const eai_edge *edge, edgeai_pose from, edgeai_pose to)
{
    edgeai_pose back = eai_pose_inverse(&to), truth = eai_pose_compose(&back, &from);
    back = eai_pose_inverse(&truth);
    edgeai_pose between = eai_pose_compose(&back, &edge->motion);
    for (int k = 0; k < 3; k++)
        assert_close(between.translation[k], 0, 0.01, 0);
    assert_close(eai_pose_angle(&between), 0, 0.005, 0);
}

static void keypoints_find_what_surfaces_alone_need_a_start_for(void **state)
{
    (void)state;
    const ray_scene scene = ray_room();
    eai_view a, b;
    eai_edge edge;
    see(&a, &scene, ray_walk(5));
    see(&b, &scene, ray_walk(0)); /* 40 cm and 20 degrees away */
    assert_true(search(&a, &b, true, NULL, &edge));
    assert_int_equal(edge.kind, EAI_EDGE_KEYPOINTS);
    assert_true(edge.n_keypoints >= 12 && edge.overlap > 0.2 && edge.weight > 0);
    assert_right(&edge, ray_walk(5), ray_walk(0));
    assert_false(search(&a, &b, false, NULL, &edge));
    edgeai_pose start = edge.motion;
    start.translation[0] += 0.05;
    assert_true(search(&a, &b, false, &start, &edge));
    assert_int_equal(edge.kind, EAI_EDGE_SURFACES);
    assert_int_equal(edge.n_keypoints, 0);
    assert_right(&edge, ray_walk(5), ray_walk(0));
    eai_view_free(&a, &allocator);
    eai_view_free(&b, &allocator);
}

static void frames_that_share_nothing_have_no_edge(void **state)
{
    (void)state;
    const ray_scene scene = ray_room();
    eai_view a, b, none = {0};
    eai_edge edge;
    const edgeai_pose start = eai_pose_identity();
    see(&a, &scene, ray_walk(0));
    see(&b, &scene, ray_pose(0, 0, 0, 3, 0.1)); /* looks the other way */
    assert_false(search(&a, &b, true, &start, &edge));
    assert_false(search(&a, &none, true, &start, &edge));
    assert_true(eai_view_similarity(&a, &b, &scratch) < 20);
    assert_true(eai_view_similarity(&a, &a, &scratch) > 150);
    assert_int_equal(eai_view_similarity(&a, &none, &scratch), 0);
    eai_view_free(&a, &allocator);
    eai_view_free(&b, &allocator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keypoints_find_what_surfaces_alone_need_a_start_for),
        cmocka_unit_test(frames_that_share_nothing_have_no_edge),
    };
    allocator = eai_default_allocator();
    if (eai_keypoint_finder_create(&finder, &allocator)) return 1;
    if (eai_search_scratch_reserve(&scratch, &allocator, 160 * 120)) return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    eai_keypoint_finder_free(finder);
    eai_search_scratch_free(&scratch, &allocator);
    return failed;
}
