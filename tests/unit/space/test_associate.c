/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "space/associate.h"
#include "space/object_merge.h"
#include "support/check.h"

enum { FRAMES = 8, SEEN_MOST = 4, POINTS = 60 };

/* Frames whose observations are clouds in the world, all cameras being at its origin. */
static edgeai_allocator allocator;
static eai_kept_frame frames[FRAMES];
static eai_observation observations[FRAMES][SEEN_MOST];
static float points[FRAMES][SEEN_MOST * POINTS * 3];
static edgeai_pose poses[FRAMES];
static bool fused[FRAMES];
static eai_rng rng;

static int begin(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    memset(frames, 0, sizeof frames);
    eai_rng_seed(&rng, 11);
    for (int f = 0; f < FRAMES; f++) {
        frames[f].observations = observations[f];
        frames[f].points = points[f];
        poses[f] = eai_pose_identity();
        fused[f] = true;
    }
    return 0;
}

/* A cloud of points in a box of that width, depth 2 m. */
static void show(int f, int label, double x, double width)
{
    eai_kept_frame *frame = &frames[f];
    eai_observation *o = &frame->observations[frame->n_observations++];
    *o = (eai_observation){.label = label,
                           .score = 0.8f,
                           .center = {(float)x, 0, 2},
                           .first_point = frame->n_points,
                           .n_points = POINTS};
    for (int i = 0; i < POINTS; i++) {
        float *p = frame->points + 3 * (frame->n_points + i);
        p[0] = (float)(x + width * (eai_rng_uniform(&rng) - 0.5));
        p[1] = (float)(0.4 * (eai_rng_uniform(&rng) - 0.5));
        p[2] = 2;
    }
    frame->n_points += POINTS;
}

static eai_tracks tracks;

static void associate(size_t n)
{
    const eai_placed_frames placed = {frames, poses, fused, n};
    const eai_associate_rules rules = {0.35, 0.5, 0.5};
    tracks.allocator = &allocator;
    assert_ok(eai_associate(&tracks, &placed, &rules));
}

static void the_same_thing_is_one(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++) {
        show(f, 0, 0.02 * f, 0.4);
        show(f, 0, 1, 0.4);
        show(f, 1, 3, 0.4);
    }
    fused[5] = false;
    associate(FRAMES);
    assert_int_equal(tracks.n, 3);
    for (int i = 0; i < 3 * FRAMES; i++)
        assert_int_equal(tracks.track_of[i], i / 3 == 5 ? -1 : i % 3);
    assert_int_equal(tracks.tracks[0].n_views, FRAMES - 1);
    assert_int_equal(eai_track_label(&tracks.tracks[2], NULL), 1);
    eai_tracks_free(&tracks);
}

static void two_of_one_frame_are_two(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++) {
        show(f, 0, 0, 0.4);
        show(f, 0, 0.02, 0.4);
    }
    associate(FRAMES);
    assert_int_equal(tracks.n, 2);
    for (int f = 0; f < FRAMES; f++)
        assert_int_not_equal(tracks.track_of[2 * f], tracks.track_of[2 * f + 1]);
    eai_tracks_free(&tracks);
}

/* Another label once is outvoted; another thing of another label nearby stays another. */
static void labels_are_voted_on(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++) {
        show(f, f == 3 ? 2 : 0, 0, 0.4);
        show(f, 1, 0.35, 0.4);
    }
    associate(FRAMES);
    assert_int_equal(tracks.n, 2);
    assert_int_equal(tracks.track_of[2 * 3], 0);
    assert_int_equal(eai_track_label(&tracks.tracks[0], NULL), 0);
    assert_int_equal(eai_track_label(&tracks.tracks[1], NULL), 1);
    eai_tracks_free(&tracks);
}

static void going_on_is_as_doing_it_at_once(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++) {
        show(f, 0, 0.1 * f, 0.5);
        show(f, 0, 2 - 0.1 * f, 0.5);
    }
    associate(3);
    const size_t n = tracks.n;
    associate(FRAMES);
    assert_true(tracks.n >= n);
    const eai_tracks parts = tracks;
    tracks = (eai_tracks){0};
    associate(FRAMES);
    assert_int_equal(tracks.n, parts.n);
    assert_memory_equal(tracks.track_of, parts.track_of, 2 * FRAMES * sizeof(int));
    assert_memory_equal(tracks.tracks, parts.tracks, tracks.n * sizeof *tracks.tracks);
    eai_tracks_free(&tracks);
    tracks = parts;
    eai_tracks_free(&tracks);
}

/* Its ends in two frames, then the whole: two tracks, which are one thing. */
static void parts_are_merged_unless_seen_together(void **state)
{
    (void)state;
    for (int together = 0; together < 2; together++) {
        begin(state);
        show(0, 0, -0.7, 0.5);
        show(1, 0, 0.7, 0.5);
        show(2, 0, 0, 2);
        if (together)
            for (int f = 3; f < 6; f++) {
                show(f, 0, -0.7, 0.5);
                show(f, 0, 0.7, 0.5);
            }
        const size_t n = together ? 6 : 3;
        associate(n);
        assert_int_equal(tracks.n, 2);
        const eai_placed_frames placed = {frames, poses, fused, n};
        eai_groups groups;
        assert_ok(eai_merge_objects(&groups, &tracks, &placed, 0.5));
        assert_int_equal(groups.group_of[0], 0);
        assert_int_equal(groups.group_of[1], together ? 1 : 0);
        if (!together) {
            assert_int_equal(groups.start[1] - groups.start[0], 3);
            for (int i = 0; i < 3; i++) /* in the order of frames */
                assert_int_equal(groups.members[i].frame, i);
        }
        eai_groups_free(&groups);
        eai_tracks_free(&tracks);
    }
}

static void boxes_inside_each_other_are_merged(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++)
        show(f, 0, f < 4 ? 0 : 0.9, 0.4); /* two tracks by distance */
    associate(FRAMES);
    assert_int_equal(tracks.n, 2);
    const eai_placed_frames placed = {frames, poses, fused, FRAMES};
    const float in[2][3] = {{0, 0, 2}, {0.1f, 0, 2}}, out[2][3] = {{5, 0, 2}, {6, 0, 2}};
    eai_boxed_group boxed[2] = {
        {0, 0, {{0, 0, 2}, {3, 1, 1}, 0}, (const float(*)[3])out, 2, false},
        {1, 0, {{0.9, 0, 2}, {0.5, 1, 1}, 0}, (const float(*)[3])out, 2, false}};
    eai_groups groups;
    assert_ok(eai_merge_objects(&groups, &tracks, &placed, 0.9));
    assert_int_equal(groups.group_of[1], 1);
    assert_int_equal(eai_merge_boxes(&groups, boxed, 2, &tracks, &placed), 0); /* apart */
    boxed[1].points = in;
    boxed[1].label = 1;
    assert_int_equal(eai_merge_boxes(&groups, boxed, 2, &tracks, &placed), 0); /* of two kinds */
    boxed[1].label = 0;
    assert_int_equal(eai_merge_boxes(&groups, boxed, 2, &tracks, &placed), 1);
    assert_int_equal(groups.group_of[1], 0);
    assert_int_equal(groups.start[1], FRAMES);
    assert_int_equal(groups.start[2], FRAMES);
    for (int f = 0; f < FRAMES; f++)
        assert_int_equal(groups.members[f].frame, f);
    eai_groups_free(&groups);
    eai_tracks_free(&tracks);
}

/* Seen side by side in every frame they are two, however their boxes lie. */
static void neighbours_stay_two(void **state)
{
    (void)state;
    for (int f = 0; f < FRAMES; f++) {
        show(f, 0, 0, 0.4);
        show(f, 0, 0.9, 0.4);
    }
    associate(FRAMES);
    assert_int_equal(tracks.n, 2);
    const eai_placed_frames placed = {frames, poses, fused, FRAMES};
    const float partly[4][3] = {{0, 0, 2}, {5, 0, 2}, {6, 0, 2}, {7, 0, 2}};
    const eai_object_box box = {{0, 0, 2}, {1, 1, 1}, 0}, far = {{9, 9, 9}, {0.1, 0.1, 0.1}, 0};
    eai_boxed_group boxed[2] = {{0, 0, box, partly, 4, false}, {1, 0, far, partly, 4, false}};
    eai_groups groups;
    assert_ok(eai_merge_objects(&groups, &tracks, &placed, 0.9));
    assert_int_equal(eai_merge_boxes(&groups, boxed, 2, &tracks, &placed), 0); /* in part */
    boxed[1].n_points = 1;
    assert_int_equal(eai_merge_boxes(&groups, boxed, 2, &tracks, &placed), 0); /* and wholly */
    eai_groups_free(&groups);
    eai_tracks_free(&tracks);
}

static void overlap_is_the_share_with_a_neighbour(void **state)
{
    (void)state;
    const float a[4][3] = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {3, 0, 0}}, b[1][3] = {{1, 0.05f, 0}};
    assert_close(eai_points_overlap(a, 4, b, 1, 0.1), 0.25, 1e-12, 0);
    assert_close(eai_points_overlap(b, 1, a, 4, 0.1), 1, 1e-12, 0);
    assert_true(eai_points_overlap(a, 0, b, 1, 0.1) == 0);
    assert_true(eai_points_overlap(a, 4, b, 0, 0.1) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_same_thing_is_one, begin),
        cmocka_unit_test_setup(two_of_one_frame_are_two, begin),
        cmocka_unit_test_setup(labels_are_voted_on, begin),
        cmocka_unit_test_setup(going_on_is_as_doing_it_at_once, begin),
        cmocka_unit_test(parts_are_merged_unless_seen_together),
        cmocka_unit_test_setup(boxes_inside_each_other_are_merged, begin),
        cmocka_unit_test_setup(neighbours_stay_two, begin),
        cmocka_unit_test(overlap_is_the_share_with_a_neighbour),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
