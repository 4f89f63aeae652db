/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "space/pose.h"
#include "space/pose_average.h"
#include "support/check.h"

static edgeai_allocator allocator;

static eai_edge edge(int from, int to, double x, double weight)
{
    eai_edge e = {.from = from, .to = to, .weight = weight, .motion = eai_pose_identity()};
    e.motion.translation[0] = x;
    return e;
}

static void a_frame_moves_to_the_weighted_mean(void **state)
{
    (void)state;
    const eai_edge edges[] = {edge(1, 0, 0.002, 0.75), edge(2, 1, -0.002, 0.25)};
    edgeai_pose places[3] = {eai_pose_identity(), eai_pose_identity(), eai_pose_identity()};
    places[2].translation[0] = 0.004; /* says 0.006 for frame 1 */
    eai_edge_index index;
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 2, 3));
    for (int i = 0; i < 20; i++)
        eai_pose_average(&index, 1, NULL, places);
    assert_close(places[1].translation[0], 0.003, 2e-5, 0);
    assert_true(eai_pose_average(&index, 1, NULL, places) < 1e-4);
    const bool use[3] = {true, false, false};
    eai_pose_average(&index, 1, use, places);
    assert_close(places[1].translation[0], 0.002, 1e-12, 0);
    eai_edge_index_free(&index, &allocator);
}

static void far_edges_count_little(void **state)
{
    (void)state;
    const eai_edge edges[] = {edge(1, 0, 0, 0.5), edge(1, 0, 0, 0.5), edge(1, 0, 1, 0.9)};
    edgeai_pose places[2] = {eai_pose_identity(), eai_pose_identity()};
    eai_edge_index index;
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 3, 2));
    for (int i = 0; i < 50; i++)
        eai_pose_average(&index, 1, NULL, places);
    assert_close(places[1].translation[0], 0, 1e-4, 0);
    eai_edge_index_free(&index, &allocator);
}

static void fixed_frames_stay_and_lonely_ones_too(void **state)
{
    (void)state;
    const eai_edge edges[] = {edge(1, 0, 0.01, 1), edge(2, 1, 0.01, 1)};
    edgeai_pose places[4];
    const bool fixed[4] = {true, false, false, false};
    for (int i = 0; i < 4; i++)
        places[i] = eai_pose_identity();
    places[3].translation[1] = 5;
    eai_edge_index index;
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 2, 4));
    eai_pose_average_all(&index, fixed, 500, places);
    assert_close(places[0].translation[0], 0, 0, 0);
    assert_close(places[1].translation[0], 0.01, 1e-4, 0);
    assert_close(places[2].translation[0], 0.02, 1e-4, 0);
    assert_close(places[3].translation[1], 5, 0, 0);
    eai_edge_index_free(&index, &allocator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_frame_moves_to_the_weighted_mean),
        cmocka_unit_test(far_edges_count_little),
        cmocka_unit_test(fixed_frames_stay_and_lonely_ones_too),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
