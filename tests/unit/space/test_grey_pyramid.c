/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "space/grey_pyramid.h"
#include "support/check.h"

static void levels_shrink_by_the_factor(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_grey_pyramid pyramid = {0};
    uint8_t *pixels = malloc(640 * 480 * 3);
    for (int i = 0; i < 640 * 480; i++) {
        pixels[3 * i] = 200;
        pixels[3 * i + 1] = 100;
        pixels[3 * i + 2] = 50;
    }
    edgeai_image image = {pixels, 640, 480, 3, 640 * 3};
    assert_ok(eai_grey_pyramid_fill(&pyramid, &allocator, &image));
    assert_int_equal(pyramid.n_levels, 8);
    assert_int_equal(pyramid.levels[1].width, 533);
    assert_int_equal(pyramid.levels[7].height, 134);
    for (int i = 0; i < 8; i++) {
        const eai_grey_level *level = &pyramid.levels[i];
        for (int k = 0; k < level->width * level->height; k++)
            assert_int_equal(level->pixels[k], 124); /* 0.299 R + 0.587 G + 0.114 B */
        assert_close(level->scale_x * level->width, 640, 1e-9, 0);
    }
    free(pixels);
    eai_grey_pyramid_free(&pyramid, &allocator);
}

/* A ramp stays one: the same place has the same brightness on every level. */
static void places_stay_where_they_are(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_grey_pyramid pyramid = {0};
    uint8_t pixels[200 * 100];
    for (int i = 0; i < 200 * 100; i++)
        pixels[i] = (uint8_t)(i % 200);
    edgeai_image image = {pixels, 200, 100, 1, 200};
    assert_ok(eai_grey_pyramid_fill(&pyramid, &allocator, &image));
    assert_true(pyramid.n_levels >= 4);
    for (int i = 0; i < pyramid.n_levels; i++) {
        const eai_grey_level *level = &pyramid.levels[i];
        for (int x = 3; x < level->width - 3; x++)
            assert_close(level->pixels[x], (x + 0.5) * level->scale_x - 0.5, 1.3, 0);
    }
    eai_grey_pyramid_free(&pyramid, &allocator);
}

static void large_pictures_are_averaged_and_tiny_ones_have_no_level(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_grey_pyramid pyramid = {0};
    uint8_t *pixels = calloc(1602, 102);
    for (int i = 0; i < 1602 * 102; i++)
        pixels[i] = i % 3 == 1 ? 90 : 0; /* means of 30 */
    edgeai_image image = {pixels, 1602, 102, 1, 1602};
    assert_ok(eai_grey_pyramid_fill(&pyramid, &allocator, &image));
    assert_int_equal(pyramid.n_levels, 0); /* 34 rows are left */
    image.height = 48 * 3;
    image.width = 534;
    image.row_bytes = 534;
    assert_ok(eai_grey_pyramid_fill(&pyramid, &allocator, &image));
    assert_int_equal(pyramid.levels[0].width, 534);
    image = (edgeai_image){pixels, 10, 10, 1, 10};
    assert_ok(eai_grey_pyramid_fill(&pyramid, &allocator, &image));
    assert_int_equal(pyramid.n_levels, 0);
    free(pixels);
    eai_grey_pyramid_free(&pyramid, &allocator);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_shrink_by_the_factor),
        cmocka_unit_test(places_stay_where_they_are),
        cmocka_unit_test(large_pictures_are_averaged_and_tiny_ones_have_no_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
