/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "space/icp.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/ray_scene.h"

typedef struct pair {
    eai_surface from, to;
    eai_surface_point points[160 * 120];
    size_t counts[3];
    eai_icp_input input;
    edgeai_pose truth; /* from -> to */
} pair;

static edgeai_allocator allocator;
static pair shared;

static void see(eai_surface *surface, const ray_scene *scene, const edgeai_pose *pose)
{
    ray_frame made;
    ray_frame_make(&made, scene, pose, 1);
    assert_ok(eai_surface_create(surface, &allocator, made.depth, &made.frame.depth_camera, 1000));
    ray_frame_free(&made);
}

static pair *make(const ray_scene *scene, edgeai_pose from, edgeai_pose to)
{
    pair *p = &shared;
    see(&p->from, scene, &from);
    see(&p->to, scene, &to);
    eai_surface_points(&p->from, p->points, p->counts);
    edgeai_pose back = eai_pose_inverse(&to);
    p->truth = eai_pose_compose(&back, &from);
    p->input = (eai_icp_input){.points = p->points, .counts = p->counts, .target = &p->to};
    return p;
}

static void drop(pair *p)
{
    eai_surface_free(&p->from, &allocator);
    eai_surface_free(&p->to, &allocator);
}

static void off(const edgeai_pose *found, const edgeai_pose *truth, double *metres, double *radians)
{
    edgeai_pose back = eai_pose_inverse(truth), between = eai_pose_compose(&back, found);
    const double *t = between.translation;
    *metres = sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]);
    *radians = eai_pose_angle(&between);
}

static void surfaces_slide_into_place(void **state)
{
    (void)state;
    const ray_scene scene = ray_room();
    pair *p = make(&scene, ray_walk(1), ray_walk(0));
    edgeai_pose start = eai_pose_identity(); /* 8 cm and 4 degrees off */
    eai_icp_fit fit;
    double metres, radians;
    assert_true(eai_icp_run(&p->input, &start, EAI_ICP_FAR, &fit));
    off(&fit.motion, &p->truth, &metres, &radians);
    assert_close(metres, 0, 0.006, 0);
    assert_close(radians, 0, 0.003, 0);
    assert_true(fit.overlap > 0.7 && fit.rmse < 0.006 && fit.conflict < 0.03);
    assert_true(fit.steadiness > 0.02);
    drop(p);
}

static void a_wrong_motion_measures_badly(void **state)
{
    (void)state;
    const ray_scene scene = ray_room();
    pair *p = make(&scene, ray_walk(1), ray_walk(0));
    eai_icp_fit good, bad;
    edgeai_pose wrong = p->truth;
    wrong.translation[2] -= 0.3; /* surfaces where the other frame saw through */
    assert_true(eai_icp_measure(&p->input, &p->truth, &good));
    assert_true(eai_icp_measure(&p->input, &wrong, &bad));
    assert_true(bad.overlap < 0.5 * good.overlap);
    assert_true(bad.conflict > 0.5);
    wrong.translation[0] += 100;
    assert_false(eai_icp_measure(&p->input, &wrong, &bad));
    assert_false(eai_icp_run(&p->input, &wrong, EAI_ICP_NEAR, &bad));
    drop(p);
}

/* A wall leaves three directions open, and the corner of two walls one. */
static void walls_are_not_steady(void **state)
{
    (void)state;
    const ray_scene wall = {.room = {{-20, -20, -20}, {20, 20, 2}}, .noise_m = 0.002};
    const ray_scene corner = {.room = {{-20, -20, -20}, {1, 20, 2}}, .noise_m = 0.002};
    const ray_scene *scenes[] = {&wall, &corner};
    for (int i = 0; i < 2; i++) {
        pair *p = make(scenes[i], ray_pose(0, 0, 0, 0.3, 0), ray_pose(0.05, 0, 0, 0.32, 0));
        eai_icp_fit fit;
        assert_true(eai_icp_measure(&p->input, &p->truth, &fit));
        assert_true(fit.overlap > 0.5 && fit.rmse < 0.015);
        assert_true(fit.steadiness < 0.012);
        drop(p);
    }
}

static void keypoints_hold_a_wall(void **state)
{
    (void)state;
    const ray_scene wall = {.room = {{-20, -20, -20}, {20, 20, 2}}};
    pair *p = make(&wall, ray_pose(0, 0, 0, 0.1, 0), ray_pose(0.06, 0.03, 0, 0.12, 0));
    eai_point_pair pairs[60];
    for (int i = 0; i < 60; i++) {
        float at[3];
        eai_surface_position(&p->from, 15 + 2 * i, 20 + 7 * (i % 11), at);
        for (int k = 0; k < 3; k++)
            pairs[i].p[k] = (double)at[k];
        eai_pose_apply(&p->truth, pairs[i].p, pairs[i].q);
        pairs[i].weight = 1;
    }
    p->input.pairs = pairs;
    p->input.n_pairs = 60;
    edgeai_pose start = eai_pose_identity();
    eai_icp_fit fit;
    double metres, radians;
    assert_true(eai_icp_run(&p->input, &start, EAI_ICP_NEAR, &fit));
    off(&fit.motion, &p->truth, &metres, &radians);
    assert_close(metres, 0, 0.006, 0);
    assert_true(fit.steadiness > 0.015);
    drop(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(surfaces_slide_into_place),
        cmocka_unit_test(a_wrong_motion_measures_badly),
        cmocka_unit_test(walls_are_not_steady),
        cmocka_unit_test(keypoints_hold_a_wall),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
