/* SPDX-License-Identifier: MIT */
#include "decode/dico_clusters.h"

#include <math.h>

#include "support/check.h"

#define assert_cluster(cluster, first, last)                                                       \
    do {                                                                                           \
        assert_int_equal((cluster).begin, first);                                                  \
        assert_int_equal((cluster).end, last);                                                     \
    } while (0)

static void growth_crosses_no_more_than_the_tolerance(void **state)
{
    (void)state;
    const double c[] = {0.4, 0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.9};
    eai_cluster cluster = {3, 4};
    eai_cluster_grow(&cluster, c, 8, 0.3, 2);
    assert_cluster(cluster, 0, 4); /* two weak ones on the left, three on the right */
    cluster = (eai_cluster){3, 4};
    eai_cluster_grow(&cluster, c, 8, 0.3, 3);
    assert_cluster(cluster, 0, 8);
    cluster = (eai_cluster){3, 4};
    eai_cluster_grow(&cluster, c, 8, 0.3, 0);
    assert_cluster(cluster, 3, 4);
}

static void growth_ends_at_the_last_good_position_and_counts_misses_in_a_row(void **state)
{
    (void)state;
    const double c[] = {-INFINITY, 0.3, 0.1, 0.3, 0.1, 0.1, 0.3, 0.1};
    eai_cluster cluster = {3, 4};
    eai_cluster_grow(&cluster, c, 8, 0.3, 2);
    assert_cluster(cluster, 1, 7); /* exactly the threshold is good */
}

static void extension_is_strict_and_never_takes_the_last_on_the_right(void **state)
{
    (void)state;
    const double c[] = {0.7, 0.6, 0.7, 0.9, 0.7, 0.7, 0.7};
    eai_cluster cluster = {3, 4};
    eai_cluster_extend(&cluster, c, 0, 7, 0.6, 2);
    assert_cluster(cluster, 0, 6);
    cluster = (eai_cluster){3, 4};
    eai_cluster_extend(&cluster, c, 0, 7, 0.6, 0);
    assert_cluster(cluster, 2, 6); /* 0.6 is a miss */
    cluster = (eai_cluster){3, 4};
    eai_cluster_extend(&cluster, c, 3, 5, 0.6, 2);
    assert_cluster(cluster, 3, 4); /* neighbours on both sides */
    cluster = (eai_cluster){0, 7};
    eai_cluster_extend(&cluster, c, 0, 7, 0.6, 2);
    assert_cluster(cluster, 0, 7);
}

static void shrinking_stops_at_masks(void **state)
{
    (void)state;
    const bool masked[] = {true, false, false, true, false, true, false};
    eai_cluster cluster = {1, 7};
    assert_true(eai_cluster_shrink(&cluster, masked));
    assert_cluster(cluster, 3, 6);
    cluster = (eai_cluster){1, 3};
    assert_false(eai_cluster_shrink(&cluster, masked));
}

static void touching_and_overlapping_clusters_become_one(void **state)
{
    (void)state;
    eai_cluster clusters[] = {{12, 14}, {5, 7}, {0, 2}, {2, 3}, {8, 9}, {10, 20}};
    assert_int_equal(eai_clusters_merge(clusters, 6), 4);
    assert_cluster(clusters[0], 0, 3); /* [0, 2) and [2, 3) touch */
    assert_cluster(clusters[1], 5, 7); /* position 7 lies between */
    assert_cluster(clusters[2], 8, 9);
    assert_cluster(clusters[3], 10, 20); /* holds [12, 14) */
    assert_int_equal(eai_clusters_merge(clusters, 0), 0);
}

static void an_offset_is_found_in_its_cluster(void **state)
{
    (void)state;
    const eai_cluster clusters[] = {{1, 3}, {5, 6}};
    assert_int_equal(eai_clusters_find(clusters, 2, 2), 0);
    assert_int_equal(eai_clusters_find(clusters, 2, 5), 1);
    assert_int_equal(eai_clusters_find(clusters, 2, 3), 2);
    assert_int_equal(eai_clusters_find(clusters, 2, 0), 2);
}

static void density_is_the_mean_over_masks_inside(void **state)
{
    (void)state;
    const double c[] = {0.9, 0.5, -INFINITY, 0.1, 0.7};
    const bool masked[] = {false, true, false, true, true};
    const eai_cluster clusters[] = {{0, 3}, {4, 5}};
    assert_close(eai_clusters_density(clusters, 2, c, masked), 0.6, 1e-15, 0);
    assert_close(eai_clusters_density(clusters, 0, c, masked), 0, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth_crosses_no_more_than_the_tolerance),
        cmocka_unit_test(growth_ends_at_the_last_good_position_and_counts_misses_in_a_row),
        cmocka_unit_test(extension_is_strict_and_never_takes_the_last_on_the_right),
        cmocka_unit_test(shrinking_stops_at_masks),
        cmocka_unit_test(touching_and_overlapping_clusters_become_one),
        cmocka_unit_test(an_offset_is_found_in_its_cluster),
        cmocka_unit_test(density_is_the_mean_over_masks_inside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
