/* SPDX-License-Identifier: MIT */
#include "io/image_resize.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/image_fixture.h"

static uint8_t pixels[FIXTURE_WIDTH * FIXTURE_HEIGHT * 3];
static const edgeai_image picture = {pixels, FIXTURE_WIDTH, FIXTURE_HEIGHT, 3, FIXTURE_WIDTH * 3};

static int start(void **state)
{
    (void)state;
    image_fixture_fill(pixels, 3);
    return 0;
}

/* All rows of the window into `out`. */
static void resize(const edgeai_image *image, const eai_resize *wanted, uint8_t *out)
{
    const edgeai_allocator allocator = eai_default_allocator();
    eai_resampler resampler;
    assert_ok(eai_resampler_create(&resampler, &allocator, image, wanted));
    for (int y = 0; y < wanted->height; y++)
        eai_resampler_row(&resampler, y, out + (size_t)y * resampler.row_bytes);
    eai_resampler_free(&resampler, &allocator);
}

static eai_resize whole(int width, int height, edgeai_image_filter filter)
{
    return (eai_resize){.new_width = width,
                        .new_height = height,
                        .width = width,
                        .height = height,
                        .filter = filter};
}

/* Image.resize(size, BILINEAR) of Pillow 11.3 and 13.0 on the same picture. */
static void equals_pillow(void **state)
{
    (void)state;
    static const uint8_t smaller[5 * 3 * 3] = {
        20, 34,  25, 69, 34,  54,  125, 34,  88,  181, 34,  122, 230, 34,  151,
        20, 120, 57, 69, 120, 86,  125, 120, 120, 181, 120, 154, 230, 120, 183,
        20, 206, 89, 69, 206, 118, 125, 206, 152, 181, 206, 186, 230, 206, 215};
    static const uint8_t narrower[4 * 9 * 3] = {
        29,  0,   17,  91,  0,   55,  159, 0,   95,  221, 0,   133, 29,  27,  27,  91,  27,  65,
        159, 27,  105, 221, 27,  143, 29,  58,  39,  91,  58,  77,  159, 58,  117, 221, 58,  155,
        29,  89,  50,  91,  89,  88,  159, 89,  128, 221, 89,  166, 29,  120, 62,  91,  120, 100,
        159, 120, 140, 221, 120, 178, 29,  151, 74,  91,  151, 112, 159, 151, 152, 221, 151, 190,
        29,  182, 85,  91,  182, 123, 159, 182, 163, 221, 182, 201, 29,  213, 97,  91,  213, 135,
        159, 213, 175, 221, 213, 213, 29,  240, 107, 91,  240, 145, 159, 240, 185, 221, 240, 223};
    uint8_t out[sizeof narrower];
    eai_resize wanted = whole(5, 3, EDGEAI_IMAGE_BILINEAR);
    resize(&picture, &wanted, out);
    assert_memory_equal(out, smaller, sizeof smaller);
    wanted = whole(4, 9, EDGEAI_IMAGE_BILINEAR);
    resize(&picture, &wanted, out);
    assert_memory_equal(out, narrower, sizeof narrower);
}

/* By hand: 4 pixels to 2 have weights 3 3 1 and 1 3 3, by 7 where the edge cuts the triangle off.
 */
static void by_hand(void **state)
{
    (void)state;
    uint8_t row[4] = {0, 70, 140, 210}, out[4];
    const edgeai_image image = {row, 4, 1, 1, 4};
    eai_resize wanted = whole(2, 1, EDGEAI_IMAGE_BILINEAR);
    resize(&image, &wanted, out);
    assert_int_equal(out[0], 50);  /* (3 * 0 + 3 * 70 + 140) / 7 */
    assert_int_equal(out[1], 160); /* (70 + 3 * 140 + 3 * 210) / 7 */
    const edgeai_image two = {row + 1, 2, 1, 1, 2};
    wanted = whole(4, 1, EDGEAI_IMAGE_BILINEAR);
    resize(&two, &wanted, out);
    assert_memory_equal(out, ((uint8_t[]){70, 88, 123, 140}), 4); /* at -1/4, 1/4, 3/4, 5/4 */
    wanted = whole(2, 1, EDGEAI_IMAGE_NEAREST);
    resize(&image, &wanted, out);
    assert_memory_equal(out, ((uint8_t[]){70, 210}), 2);
}

static void own_size_changes_nothing(void **state)
{
    (void)state;
    uint8_t out[sizeof pixels];
    for (int filter = 0; filter < 2; filter++) {
        eai_resize wanted = whole(FIXTURE_WIDTH, FIXTURE_HEIGHT, (edgeai_image_filter)filter);
        resize(&picture, &wanted, out);
        assert_memory_equal(out, pixels, sizeof pixels);
    }
}

/* A picture of one colour stays so, at any size and however many pixels are joined. */
static void constant_stays_constant(void **state)
{
    (void)state;
    static uint8_t flat[300 * 40];
    static uint8_t out[500 * 50];
    static const int sizes[][2] = {{1, 1}, {7, 3}, {299, 41}, {500, 50}};
    const edgeai_image image = {flat, 300, 40, 1, 300};
    for (int value = 0; value < 256; value += 51) {
        memset(flat, value, sizeof flat);
        for (int i = 0; i < 4; i++) {
            const int n = sizes[i][0] * sizes[i][1];
            eai_resize wanted = whole(sizes[i][0], sizes[i][1], EDGEAI_IMAGE_BILINEAR);
            resize(&image, &wanted, out);
            for (int k = 0; k < n; k++)
                assert_int_equal(out[k], value);
        }
    }
}

/* Halving keeps the mean: every pixel inside counts the same. */
static void mean_is_kept(void **state)
{
    (void)state;
    enum { SIDE = 64 };
    static uint8_t from[SIDE * SIDE], out[SIDE * SIDE / 4];
    double before = 0, after = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        before += from[i] = (uint8_t)(i * 2654435761u >> 20);
    const edgeai_image image = {from, SIDE, SIDE, 1, SIDE};
    eai_resize wanted = whole(SIDE / 2, SIDE / 2, EDGEAI_IMAGE_BILINEAR);
    resize(&image, &wanted, out);
    for (int i = 0; i < SIDE * SIDE / 4; i++)
        after += out[i];
    assert_close(after * 4 / before, 1, 0.02, 0);
}

/* A window is the same part of the whole, and a view's spare bytes are not read. */
static void windows_are_parts(void **state)
{
    (void)state;
    uint8_t all[17 * 13 * 3], part[6 * 4 * 3];
    for (int filter = 0; filter < 2; filter++) {
        eai_resize wanted = whole(17, 13, (edgeai_image_filter)filter);
        resize(&picture, &wanted, all);
        wanted.left = 5;
        wanted.top = 9;
        wanted.width = 6;
        wanted.height = 4;
        resize(&picture, &wanted, part);
        for (int y = 0; y < 4; y++)
            assert_memory_equal(part + y * 18, all + ((y + 9) * 17 + 5) * 3, 18);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equals_pillow),
        cmocka_unit_test(by_hand),
        cmocka_unit_test(own_size_changes_nothing),
        cmocka_unit_test(constant_stays_constant),
        cmocka_unit_test(mean_is_kept),
        cmocka_unit_test(windows_are_parts),
    };
    return cmocka_run_group_tests(tests, start, NULL);
}
