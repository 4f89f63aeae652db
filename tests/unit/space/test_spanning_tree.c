/* SPDX-License-Identifier: MIT */
#include "base/memory.h"
#include "space/pose.h"
#include "space/spanning_tree.h"
#include "support/check.h"

static edgeai_allocator allocator;

static eai_edge edge(int from, int to, double weight)
{
    eai_edge e = {.from = from, .to = to, .weight = weight, .motion = eai_pose_identity()};
    e.motion.translation[0] = from - to; /* frame i stands at x = i */
    return e;
}

static void the_strongest_edges_that_close_no_ring(void **state)
{
    (void)state;
    const eai_edge edges[] = {edge(1, 0, 0.9), edge(2, 1, 0.2), edge(2, 0, 0.5),
                              edge(3, 2, 0.7), edge(3, 0, 0.6), edge(4, 3, 0.1)};
    eai_edge_index index;
    eai_spanning_tree tree;
    edgeai_pose places[5];
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 6, 5));
    assert_ok(eai_spanning_tree_create(&tree, &allocator, &index));
    assert_int_equal(tree.n_components, 1);
    assert_int_equal(tree.order[0], 0); /* 0.9 + 0.5 + 0.6 is most */
    assert_true(tree.parent_edge[0] == EAI_NO_EDGE);
    assert_int_equal(tree.parent_edge[1], 0);
    assert_int_equal(tree.parent_edge[3], 4);
    assert_int_equal(tree.parent_edge[2], 3);
    assert_int_equal(tree.parent_edge[4], 5);
    eai_spanning_tree_place(&tree, &index, places);
    for (int i = 0; i < 5; i++)
        assert_close(places[i].translation[0], i, 1e-12, 0);
    eai_spanning_tree_free(&tree, &allocator);
    eai_edge_index_free(&index, &allocator);
}

static void components_fall_in_size_and_keep_their_order(void **state)
{
    (void)state;
    const eai_edge edges[] = {edge(2, 1, 0.5), edge(6, 5, 0.5), edge(6, 4, 0.5)};
    eai_edge_index index;
    eai_spanning_tree tree;
    edgeai_pose places[8];
    const int expected[8] = {2, 1, 1, 3, 0, 0, 0, 4};
    assert_ok(eai_edge_index_create(&index, &allocator, edges, 3, 8));
    assert_ok(eai_spanning_tree_create(&tree, &allocator, &index));
    assert_int_equal(tree.n_components, 5);
    for (int i = 0; i < 8; i++)
        assert_int_equal(tree.component[i], expected[i]);
    assert_int_equal(tree.order[0], 6);
    eai_spanning_tree_place(&tree, &index, places);
    assert_close(places[5].translation[0], -1, 0, 0);
    assert_close(places[1].translation[0] + places[2].translation[0], 1, 0, 0); /* 1 is the root */
    eai_spanning_tree_free(&tree, &allocator);
    eai_edge_index_free(&index, &allocator);
}

static void frames_without_edges_are_roots(void **state)
{
    (void)state;
    eai_edge_index index;
    eai_spanning_tree tree;
    assert_ok(eai_edge_index_create(&index, &allocator, NULL, 0, 3));
    assert_ok(eai_spanning_tree_create(&tree, &allocator, &index));
    assert_int_equal(tree.n_components, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(tree.component[i], i);
    eai_spanning_tree_free(&tree, &allocator);
    eai_edge_index_free(&index, &allocator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_strongest_edges_that_close_no_ring),
        cmocka_unit_test(components_fall_in_size_and_keep_their_order),
        cmocka_unit_test(frames_without_edges_are_roots),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
