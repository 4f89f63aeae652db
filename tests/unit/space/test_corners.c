/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "space/corners.h"
#include "support/check.h"

enum { W = 160, H = 120, MOST = 4096 };

static uint8_t pixels[W * H];
static int16_t rows[3 * W];
static eai_corner corners[MOST];
static const eai_grey_level level = {W, H, 1, 1, pixels};

static void put_square(int x0, int y0, int side, int value)
{
    for (int y = y0; y < y0 + side; y++)
        for (int x = x0; x < x0 + side; x++)
            pixels[y * W + x] = (uint8_t)value;
}

static size_t find(int threshold, int per_cell)
{
    return eai_find_corners(&level, 0, threshold, 30, per_cell, rows, corners, MOST);
}

static void a_square_has_four_corners(void **state)
{
    (void)state;
    const int expected[4][2] = {{60, 50}, {79, 50}, {60, 69}, {79, 69}};
    for (int bright = 0; bright < 2; bright++) {
        memset(pixels, 100, sizeof pixels);
        put_square(60, 50, 20, bright ? 180 : 20);
        size_t n = find(20, 4);
        assert_int_equal(n, 4);
        for (int e = 0; e < 4; e++) {
            bool found = false;
            for (size_t i = 0; i < n; i++)
                found |= abs(corners[i].x - expected[e][0]) <= 1 &&
                         abs(corners[i].y - expected[e][1]) <= 1;
            assert_true(found);
        }
        assert_int_equal(find(90, 4), 0); /* the square differs by 80 */
    }
}

static void plain_pictures_edges_and_borders_have_none(void **state)
{
    (void)state;
    memset(pixels, 100, sizeof pixels);
    assert_int_equal(find(10, 4), 0);
    for (int i = 0; i < W * H; i++)
        pixels[i] = i % W < 80 ? 50 : 200;
    assert_int_equal(find(10, 4), 0);
    memset(pixels, 100, sizeof pixels);
    put_square(2, 2, 10, 255); /* its patch would leave the picture */
    assert_int_equal(find(10, 4), 0);
}

static void the_strongest_of_each_square_stay(void **state)
{
    (void)state;
    memset(pixels, 100, sizeof pixels);
    for (int i = 0; i < 3; i++) { /* all in the cell from (17, 17) */
        put_square(20 + 8 * i, 22, 1, 150 + 40 * i);
        put_square(20 + 8 * i, 34, 1, 145 + 40 * i);
    }
    put_square(100, 80, 1, 140); /* weaker, but alone */
    size_t n = find(20, 2);
    assert_int_equal(n, 3);
    assert_int_equal(corners[0].x, 36);
    assert_int_equal(corners[0].y, 22);
    assert_int_equal(corners[1].y, 34);
    assert_int_equal(corners[0].rank, 0);
    assert_int_equal(corners[1].rank, 1);
    assert_int_equal(corners[2].x, 100);
}

/* Nine of sixteen pixels in a row make a corner, eight do not. */
static void the_arc_is_nine_long(void **state)
{
    (void)state;
    static const int ring[16][2] = {{0, -3}, {1, -3},  {2, -2},  {3, -1}, {3, 0},  {3, 1},
                                    {2, 2},  {1, 3},   {0, 3},   {-1, 3}, {-2, 2}, {-3, 1},
                                    {-3, 0}, {-3, -1}, {-2, -2}, {-1, -3}};
    for (int first = 0; first < 16; first++)
        for (int length = 8; length <= 9; length++) {
            memset(pixels, 100, sizeof pixels);
            for (int k = 0; k < length; k++) {
                const int *at = ring[(first + k) % 16];
                pixels[(60 + at[1]) * W + 80 + at[0]] = 200;
            }
            bool found = false;
            for (size_t i = 0, n = find(20, 8); i < n; i++)
                found |= corners[i].x == 80 && corners[i].y == 60;
            assert_int_equal(found, length == 9);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_square_has_four_corners),
        cmocka_unit_test(plain_pictures_edges_and_borders_have_none),
        cmocka_unit_test(the_strongest_of_each_square_stay),
        cmocka_unit_test(the_arc_is_nine_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
