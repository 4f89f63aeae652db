/* SPDX-License-Identifier: MIT */
/* A camera carried through the labelled house, with the noise of sensors and detectors: how good
 * the map must be at least. Measured values are in docs/map-making.md. */
#include <math.h>

#include <edgeai/space.h>

#include "platform/context_internal.h"
#include "space/map_internal.h"
#include "support/check.h"
#include "support/house_score.h"

static house_world world;
static house_walk walk;

static edgeai_map *make_map(edgeai_context *context, const house_walk_options *how)
{
    edgeai_map *map = NULL;
    assert_true(house_walk_begin(&walk, &world, how));
    assert_ok(edgeai_map_create(&map, context, NULL));
    while (house_walk_next(&walk))
        assert_ok(edgeai_map_add(map, &walk.frame));
    assert_ok(edgeai_map_update(map));
    house_walk_free(&walk);
    return map;
}

static void the_whole_house_is_mapped(void **state)
{
    (void)state;
    if (!house_world_read(&world)) skip();
    edgeai_context *context = NULL;
    edgeai_map_summary summary;
    house_score score;
    const house_walk_options how = house_walk_defaults();
    assert_ok(edgeai_context_create(&context, NULL));
    edgeai_map *map = make_map(context, &how);
    edgeai_map_summarize(map, &summary);
    assert_true(house_score_map(&score, &map->content, &walk, &context->allocator, false));
    print_message("precision %.3f recall %.3f centres %.3f m counts off by %.3f area by %+.3f\n",
                  score.precision, score.recall, score.centroid_median_m, score.count_error,
                  score.area_error);
    assert_int_equal(summary.n_frames, 600);
    assert_true(summary.floor_found);
    assert_true(score.n_true >= 30);
    assert_true(score.precision >= 0.9);
    assert_true(score.recall >= 0.9);
    assert_true(score.joint_f1 >= 0.9);
    assert_true(score.centroid_median_m <= 0.10);
    assert_true(score.count_error <= 0.05);
    assert_true(fabs(score.area_error) <= 0.1);
    assert_true(edgeai_map_memory(map) / 600 < 60 << 10); /* bytes for each frame */
    edgeai_map_free(map);
    edgeai_context_free(context);
}

/* What the walk says is there, is: the yardstick is checked against itself. */
static void the_true_map_scores_fully(void **state)
{
    (void)state;
    if (!house_world_read(&world)) skip();
    assert_true(world.n_objects > 100 && world.n_regions == 10);
    edgeai_context *context = NULL;
    eai_map_content truth;
    house_score score;
    house_walk_options how = house_walk_defaults();
    for (int r = 0; r < HOUSE_REGIONS; r++)
        how.rooms[r] = r == 3 || r == 9;
    assert_ok(edgeai_context_create(&context, NULL));
    assert_true(house_walk_begin(&walk, &world, &how));
    while (house_walk_next(&walk))
        continue;
    assert_true(house_walk_truth(&walk, &truth, &context->allocator));
    assert_true(house_score_map(&score, &truth, &walk, &context->allocator, false));
    assert_true(score.n_true >= 8);
    assert_true(score.precision == 1 && score.recall == 1 && score.joint_f1 == 1);
    assert_true(score.centroid_p90_m < 1e-9 && score.iou50 == 1);
    assert_true(score.count_error == 0 && score.class_count_error == 0);
    assert_close(score.area_error, 0, 1e-9, 0);
    house_walk_free(&walk);
    eai_map_content_free(&truth);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_whole_house_is_mapped),
        cmocka_unit_test(the_true_map_scores_fully),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
