/* SPDX-License-Identifier: MIT */
#include "space/draw_map.h"

#include <edgeai/spatial_prompt.h>

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "space/map_internal.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/flat_map.h"

static edgeai_context *context;
static failing_allocator memory = {.fail_at = SIZE_MAX};

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return memory.n_live != 0;
}

static void check_tags(const eai_picture *picture)
{
    const edgeai_image *image = picture->image;
    for (size_t i = 0; i < picture->n_tags; i++) {
        const eai_rect a = picture->tags[i].rect;
        if (!picture->tags[i].is_placed) continue;
        assert_true(a.left >= 0 && a.top >= 0 && a.right <= image->width &&
                    a.bottom <= image->height);
        for (size_t k = 0; k < i; k++)
            if (picture->tags[k].is_placed)
                assert_false(eai_rects_overlap(a, picture->tags[k].rect));
    }
}

/* The pictures as they were looked at. One that is meant to change is looked at again. */
static void golden_pictures(void **state)
{
    (void)state;
    static const struct {
        int side_px;
        const char *question;
        bool facing_up;
        uint64_t checksum;
    } golden[] = {{0, NULL, false, 0xe8802025413e304b},
                  {512, "How many chair(s) are in this room?", false, 0x825550ae73a3ab77},
                  {0,
                   "If I am standing by the bed and facing the tv, is the dining table to my "
                   "left, right, or back?",
                   true, 0xaff00705938006d2}};
    edgeai_map *map = flat_map_open(context);
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        edgeai_image *image;
        edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT;
        options.side_px = golden[i].side_px;
        options.question = golden[i].question;
        options.facing_up = golden[i].facing_up;
        assert_ok(edgeai_map_draw(&image, map, &options));
        const uint64_t found = flat_map_checksum(image);
        if (found != golden[i].checksum)
            fail_msg("picture %zu: expected %" PRIx64 ", found %" PRIx64, i, golden[i].checksum,
                     found);
        edgeai_image_free(image);
    }
    edgeai_map_free(map);
}

static void all_tags_of_forty_objects(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_crowd(context, 40);
    eai_picture picture;
    assert_ok(eai_picture_draw(&picture, map, NULL));
    assert_int_equal(picture.n_tags, 40);
    for (size_t i = 0; i < picture.n_tags; i++) {
        assert_true(picture.tags[i].is_placed);
        assert_false(picture.tags[i].is_short);
    }
    check_tags(&picture);
    eai_picture_free(&picture);
    edgeai_map_free(map);
}

static void crowds(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 100, 1000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        edgeai_map *map = flat_map_crowd(context, sizes[i]);
        edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT;
        eai_picture picture;
        options.side_px = i % 2 ? 300 : 0;
        options.objects_max = 300;
        options.question = "How many lamp(s) are in this room?";
        assert_ok(eai_picture_draw(&picture, map, &options));
        assert_int_equal(picture.n_tags, sizes[i] < 300 ? sizes[i] : 300);
        check_tags(&picture);
        eai_picture_free(&picture);
        edgeai_map_free(map);
    }
}

static uint64_t draw_sum(const edgeai_map *map, const edgeai_map_draw_options *options)
{
    edgeai_image *image;
    assert_ok(edgeai_map_draw(&image, map, options));
    const uint64_t sum = flat_map_checksum(image);
    edgeai_image_free(image);
    return sum;
}

static void options_change_what_they_name(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT, plain = options;
    static const char *const labels[] = {"sofa"};
    const uint64_t all = draw_sum(map, &plain);
    assert_true(all == draw_sum(map, NULL));
    options.without_cells = true;
    const uint64_t no_cells = draw_sum(map, &options);
    options = plain;
    options.without_path = true;
    const uint64_t no_path = draw_sum(map, &options);
    options = plain;
    options.without_labels = true;
    const uint64_t no_labels = draw_sum(map, &options);
    options = plain;
    options.labels = labels;
    options.n_labels = 1;
    const uint64_t wanted = draw_sum(map, &options);
    options.only_labels = true;
    const uint64_t alone = draw_sum(map, &options);
    const uint64_t sums[] = {all, no_cells, no_path, no_labels, wanted, alone};
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < i; k++)
            assert_true(sums[i] != sums[k]);
    edgeai_map_free(map);
}

static void empty_and_strange_maps(void **state)
{
    (void)state;
    edgeai_map *map =
        flat_map_parse(context, "{\"format\":\"edgeai-map\",\"version\":1,\"objects\":[]}");
    draw_sum(map, NULL);
    edgeai_map_free(map);
    map = flat_map_crowd(context, 3);
    map->content.objects[0].center[0] = NAN;
    map->content.objects[1].size[1] = INFINITY;
    memcpy(map->content.objects[2].label, "\xff\xc3\x28\n\x01", 6);
    draw_sum(map, NULL);
    edgeai_map_free(map);
}

static void arguments(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_image *image;
    edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT;
    assert_fails(edgeai_map_draw(NULL, map, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_draw(&image, NULL, NULL), EDGEAI_E_INVALID);
    options.side_px = 100;
    assert_fails(edgeai_map_draw(&image, map, &options), EDGEAI_E_INVALID);
    assert_error_says("side_px: expected 256 to 4096, found 100");
    options.side_px = 0;
    options.objects_max = 1001;
    assert_fails(edgeai_map_draw(&image, map, &options), EDGEAI_E_INVALID);
    options.objects_max = 0;
    options.n_labels = 1;
    assert_fails(edgeai_map_draw(&image, map, &options), EDGEAI_E_INVALID);
    options.n_labels = 0;
    options.facing_up = true;
    assert_fails(edgeai_map_draw(&image, map, &options), EDGEAI_E_NOT_FOUND);
    options.question = "If I am standing by the cat and facing the tv, is the bed to my left, "
                       "right, or back?";
    assert_fails(edgeai_map_draw(&image, map, &options), EDGEAI_E_NOT_FOUND);
    assert_error_says("the map has no cat");
    assert_null(image);
    edgeai_map_free(map);
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT;
    options.side_px = 256;
    options.question = "How many chair(s) are in this room?";
    for (size_t n = 0;; n++) {
        edgeai_image *image;
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status = edgeai_map_draw(&image, map, &options);
        memory.fail_at = SIZE_MAX;
        edgeai_image_free(image);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 30);
    }
    edgeai_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(golden_pictures),
                                       cmocka_unit_test(all_tags_of_forty_objects),
                                       cmocka_unit_test(crowds),
                                       cmocka_unit_test(options_change_what_they_name),
                                       cmocka_unit_test(empty_and_strange_maps),
                                       cmocka_unit_test(arguments),
                                       cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
