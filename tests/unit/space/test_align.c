/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "space/align.h"
#include "space/pose.h"
#include "support/check.h"
#include "support/ray_scene.h"

enum { MOST = 12 };

typedef struct walk {
    edgeai_context *context;
    eai_align *align;
    edgeai_pose truth[MOST];
    eai_place places[MOST];
    int n, root, n_components;
} walk;

static void start_threads(walk *w, int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = n_threads;
    memset(w, 0, sizeof *w);
    assert_ok(edgeai_context_create(&w->context, &options));
    assert_ok(eai_align_create(&w->align, w->context, NULL));
}

static void start(walk *w)
{
    start_threads(w, 1);
}

enum { COLOR = 1, DEPTH = 2, POSE = 4 };

static void add(walk *w, const ray_scene *scene, edgeai_pose pose, int what)
{
    ray_frame made;
    ray_frame_make(&made, scene, &pose, (uint64_t)w->n + 1);
    if (!(what & COLOR)) made.frame.color = NULL;
    if (!(what & DEPTH)) made.frame.depth = NULL;
    if (what & POSE) made.frame.pose = &pose;
    assert_ok(eai_align_add(w->align, &made.frame));
    ray_frame_free(&made);
    w->truth[w->n++] = pose;
}

static void solve(walk *w)
{
    assert_ok(eai_align_solve(w->align, w->places, &w->root, &w->n_components));
}

static void end(walk *w)
{
    eai_align_free(w->align);
    edgeai_context_free(w->context);
}

/* How far frame i is from where it should be, as seen from frame `from`, in metres and radians. */
static void off(const walk *w, int from, int i, double *metres, double *radians)
{
    edgeai_pose inverse = eai_pose_inverse(&w->truth[from]);
    edgeai_pose truth = eai_pose_compose(&inverse, &w->truth[i]);
    inverse = eai_pose_inverse(&w->places[from].pose);
    edgeai_pose found = eai_pose_compose(&inverse, &w->places[i].pose);
    inverse = eai_pose_inverse(&truth);
    edgeai_pose between = eai_pose_compose(&inverse, &found);
    const double *t = between.translation;
    *metres = sqrt(t[0] * t[0] + t[1] * t[1] + t[2] * t[2]);
    *radians = eai_pose_angle(&between);
}

static void assert_found(const walk *w, int n, double metres_most, double radians_most)
{
    for (int i = 0; i < n; i++) {
        double metres, radians;
        off(w, 0, i, &metres, &radians);
        assert_int_equal(w->places[i].component, w->places[0].component);
        assert_close(metres, 0, metres_most, 0);
        assert_close(radians, 0, radians_most, 0);
    }
}

static void a_walk_with_colour_and_noise_is_found(void **state)
{
    (void)state;
    walk w;
    ray_scene scene = ray_room();
    scene.noise_m = 0.002;
    start(&w);
    for (int i = 0; i < 10; i += 2)
        add(&w, &scene, ray_walk(i), COLOR | DEPTH);
    solve(&w);
    assert_int_equal(w.n_components, 1);
    assert_found(&w, 5, 0.015, 0.008);
    assert_true(w.places[4].reliability > 0.5 && w.places[w.root].reliability == 1);
    end(&w);
}

static void a_walk_with_depth_alone_is_found(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room();
    start(&w);
    for (int i = 0; i < 5; i++)
        add(&w, &scene, ray_walk(i), DEPTH);
    solve(&w);
    assert_int_equal(w.n_components, 1);
    assert_found(&w, 5, 0.015, 0.008);
    end(&w);
}

static void turning_on_the_spot_is_found(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room();
    start(&w);
    for (int i = 0; i < 4; i++)
        add(&w, &scene, ray_pose(0, -0.2, -1.5, -0.4 + 0.25 * i, 0.1), COLOR | DEPTH);
    solve(&w);
    assert_int_equal(w.n_components, 1);
    assert_found(&w, 4, 0.015, 0.008);
    end(&w);
}

/* Nothing tells how far a camera moved along a bare wall; with pictures on it, they do. */
static void a_wall_holds_only_what_is_painted(void **state)
{
    (void)state;
    for (int painted = 0; painted < 2; painted++) {
        walk w;
        ray_scene scene = {.room = {{-20, -20, -20}, {20, 20, 2}}, .texture_m = painted * 0.07};
        scene.noise_m = 0.001;
        start(&w);
        add(&w, &scene, ray_pose(0, 0, 0, 0.2, 0.1), COLOR | DEPTH);
        add(&w, &scene, ray_pose(0.1, 0.05, 0, 0.2, 0.1), COLOR | DEPTH);
        solve(&w);
        assert_int_equal(w.n_components, painted ? 1 : 2);
        if (painted) assert_found(&w, 2, 0.02, 0.01);
        end(&w);
    }
}

static void repeated_paint_misleads_nobody(void **state)
{
    (void)state;
    walk w;
    ray_scene scene = ray_room();
    scene.period_m = 0.42;
    start(&w);
    for (int i = 0; i < 6; i += 2)
        add(&w, &scene, ray_walk(i), COLOR | DEPTH);
    solve(&w);
    for (int i = 1; i < 3; i++) {
        double metres, radians;
        if (w.places[i].component != w.places[0].component) continue;
        off(&w, 0, i, &metres, &radians);
        assert_close(metres, 0, 0.03, 0);
        assert_close(radians, 0, 0.01, 0);
    }
    end(&w);
}

static void strangers_stay_components_of_their_own(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room(), empty = {.room = {{-20, -20, -20}, {20, 20, 20}}};
    start(&w);
    add(&w, &empty, ray_walk(0), COLOR | DEPTH); /* all too far */
    add(&w, &scene, ray_walk(0), COLOR | DEPTH);
    add(&w, &scene, ray_walk(1), COLOR | DEPTH);
    add(&w, &scene, ray_walk(2), COLOR); /* without depth */
    solve(&w);
    assert_int_equal(w.n_components, 3);
    assert_true(w.root == 1 || w.root == 2);
    assert_int_equal(w.places[1].component, 0);
    assert_int_equal(w.places[2].component, 0);
    assert_int_equal(w.places[0].component, 1); /* as large as the other, and earlier */
    assert_int_equal(w.places[3].component, 2);
    end(&w);
}

static void no_frames_and_one_frame_are_fine(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room();
    start(&w);
    solve(&w);
    assert_int_equal(w.root, -1);
    assert_int_equal(w.n_components, 0);
    add(&w, &scene, ray_walk(0), DEPTH);
    solve(&w);
    assert_int_equal(w.root, 0);
    assert_int_equal(w.n_components, 1);
    assert_true(w.places[0].pose.rotation[0] == 1 && w.places[0].reliability == 1);
    end(&w);
}

static void given_poses_are_kept(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room();
    start(&w);
    for (int i = 0; i < 3; i++)
        add(&w, &scene, ray_walk(2 * i), COLOR | DEPTH | POSE);
    add(&w, &scene, ray_walk(5), COLOR | DEPTH); /* found among them */
    solve(&w);
    assert_int_equal(w.n_components, 1);
    assert_found(&w, 3, 1e-6, 1e-6);
    assert_found(&w, 4, 0.015, 0.008);
    end(&w);
}

/* Same bytes whatever the number of threads, and whenever solving was asked for. */
static void results_depend_on_the_frames_alone(void **state)
{
    (void)state;
    walk a, b;
    const ray_scene scene = ray_room();
    start_threads(&a, 1);
    start_threads(&b, 3);
    for (int i = 0; i < 4; i++) {
        add(&a, &scene, ray_walk(2 * i), COLOR | DEPTH);
        add(&b, &scene, ray_walk(2 * i), COLOR | DEPTH);
        solve(&b);
    }
    solve(&a);
    assert_int_equal(a.root, b.root);
    assert_memory_equal(a.places, b.places, 4 * sizeof *a.places);
    end(&a);
    end(&b);
}

static void bytes_grow_with_frames_and_stay_small(void **state)
{
    (void)state;
    walk w;
    const ray_scene scene = ray_room();
    start(&w);
    add(&w, &scene, ray_walk(0), COLOR | DEPTH);
    size_t one = eai_align_bytes(w.align);
    add(&w, &scene, ray_walk(1), COLOR | DEPTH);
    size_t two = eai_align_bytes(w.align);
    assert_true(two > one && two - one < 250000);
    size_t n_edges;
    const eai_edge *edges = eai_align_edges(w.align, &n_edges);
    assert_int_equal(n_edges, 1);
    assert_int_equal(edges[0].from, 1);
    assert_int_equal(edges[0].kind, EAI_EDGE_KEYPOINTS);
    assert_int_equal(eai_align_count(w.align), 2);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_walk_with_colour_and_noise_is_found),
        cmocka_unit_test(a_walk_with_depth_alone_is_found),
        cmocka_unit_test(turning_on_the_spot_is_found),
        cmocka_unit_test(a_wall_holds_only_what_is_painted),
        cmocka_unit_test(repeated_paint_misleads_nobody),
        cmocka_unit_test(strangers_stay_components_of_their_own),
        cmocka_unit_test(no_frames_and_one_frame_are_fine),
        cmocka_unit_test(given_poses_are_kept),
        cmocka_unit_test(results_depend_on_the_frames_alone),
        cmocka_unit_test(bytes_grow_with_frames_and_stay_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
