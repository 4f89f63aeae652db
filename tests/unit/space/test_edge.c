/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "space/edge.h"
#include "space/pose.h"
#include "support/check.h"

static void every_frame_finds_its_edges(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    const eai_edge edges[] = {{.from = 1, .to = 0}, {.from = 3, .to = 1}, {.from = 3, .to = 0}};
    eai_edge_index index;
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 3, 4));
    const size_t offsets[] = {0, 2, 4, 4, 6}, items[] = {0, 2, 0, 1, 1, 2};
    assert_memory_equal(index.offsets, offsets, sizeof offsets);
    assert_memory_equal(index.items, items, sizeof items);
    assert_int_equal(eai_edge_other(&edges[1], 3), 1);
    assert_int_equal(eai_edge_other(&edges[1], 1), 3);
    eai_edge_index_free(&index, &allocator);
}

static void an_edge_places_both_of_its_ends(void **state)
{
    (void)state;
    const double a_twist[6] = {0.1, 0.2, -0.4, 1, 2, 3}, b_twist[6] = {-0.5, 0.3, 0.2, 0, 1, -1};
    edgeai_pose a = eai_pose_exp(a_twist), b = eai_pose_exp(b_twist);
    edgeai_pose back = eai_pose_inverse(&b);
    eai_edge edge = {.from = 7, .to = 2, .motion = eai_pose_compose(&back, &a)};
    edgeai_pose from = eai_edge_place(&edge, 7, &b), to = eai_edge_place(&edge, 2, &a);
    for (int i = 0; i < 9; i++) {
        assert_close(from.rotation[i], a.rotation[i], 1e-14, 0);
        assert_close(to.rotation[i], b.rotation[i], 1e-14, 0);
    }
    for (int i = 0; i < 3; i++) {
        assert_close(from.translation[i], a.translation[i], 1e-14, 0);
        assert_close(to.translation[i], b.translation[i], 1e-14, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_finds_its_edges),
        cmocka_unit_test(an_edge_places_both_of_its_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
