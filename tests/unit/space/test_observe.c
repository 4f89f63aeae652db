/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "space/observe.h"
#include "support/check.h"

enum { WIDTH = 120, HEIGHT = 90 };

static uint16_t values[WIDTH * HEIGHT];
static const edgeai_camera camera = {WIDTH, HEIGHT, 100, 100, 59.5, 44.5};
static eai_observe_scratch scratch;
static float points[EDGEAI_MAP_POINTS_MAX * 3];
static eai_observation seen;

/* A wall at 3 m, and a thing 40 x 30 pixels large at 1.5 m in front of it. */
static eai_depth scene(void)
{
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            values[y * WIDTH + x] = x >= 40 && x < 80 && y >= 30 && y < 60 ? 1500 : 3000;
    return (eai_depth){values, WIDTH, HEIGHT, 100, 100, 59.5, 44.5, 0.001, 0.2, 5};
}

static int observe(const eai_depth *depth, edgeai_detection detection)
{
    return eai_observe(&seen, points, &detection, &camera, depth, 16, &scratch);
}

static edgeai_detection box(float left, float top, float width, float height)
{
    return (edgeai_detection){.label = "x", .score = 0.7f, .box = {left, top, width, height}};
}

static void the_nearest_thing_in_the_box_is_meant(void **state)
{
    (void)state;
    const eai_depth depth = scene();
    const int n = observe(&depth, box(34, 26, 52, 38)); /* with a good deal of wall */
    assert_int_equal(n, EDGEAI_MAP_POINTS_MAX);
    assert_int_equal(seen.n_points, n);
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < n; i++) {
        assert_close((double)points[3 * i + 2], 1.5, 1e-6, 0);
        low = fmin(low, (double)points[3 * i]);
        high = fmax(high, (double)points[3 * i]);
    }
    assert_close(low, (41 - 59.5) * 0.015, 0.02, 0);
    assert_close(high, (78 - 59.5) * 0.015, 0.02, 0);
    assert_close((double)seen.center[0], 0, 0.03, 0);
    assert_close((double)seen.center[2], 1.5, 1e-6, 0);
    assert_false(seen.truncated || seen.masked);
}

/* A thin thing: less than a fifth of the middle is no reason to choose it. */
static void a_speck_in_front_is_not_meant(void **state)
{
    (void)state;
    const eai_depth depth = scene();
    for (int y = 40; y < 44; y++)
        for (int x = 55; x < 63; x++)
            values[y * WIDTH + x] = 700;
    assert_true(observe(&depth, box(40, 30, 40, 30)) > 100);
    assert_close((double)seen.center[2], 1.5, 1e-6, 0);
}

/* A plane turned far away from the camera is one surface all the same. */
static void slanted_surfaces_hang_together(void **state)
{
    (void)state;
    const eai_depth depth = scene();
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) /* 1/z falls evenly from 1.2 m to 3 m */
            values[y * WIDTH + x] = (uint16_t)(1000 / (1 / 1.2 - (1 / 1.2 - 1 / 3.0) * x / WIDTH));
    assert_int_equal(observe(&depth, box(10, 20, 100, 50)), EDGEAI_MAP_POINTS_MAX);
    double low = INFINITY, high = 0;
    for (int i = 0; i < seen.n_points; i++) {
        low = fmin(low, (double)points[3 * i + 2]);
        high = fmax(high, (double)points[3 * i + 2]);
    }
    assert_true(low < 1.35 && high > 2.4);
}

/* Column by column: the thing, and one more column of wall on its right. */
static void a_mask_is_followed_less_its_border(void **state)
{
    (void)state;
    const eai_depth depth = scene();
    uint32_t runs[2 * 41 + 1];
    runs[0] = 40 * HEIGHT + 30;
    for (int i = 0; i < 41; i++) {
        runs[2 * i + 1] = 30;
        runs[2 * i + 2] = i < 40 ? HEIGHT - 30 : (WIDTH - 80) * HEIGHT - 60;
    }
    edgeai_detection detection = box(38, 28, 45, 34);
    detection.mask_runs = runs;
    detection.n_mask_runs = sizeof runs / sizeof *runs;
    assert_true(observe(&depth, detection) > 0);
    assert_true(seen.masked);
    for (int i = 0; i < seen.n_points; i++) {
        assert_close((double)points[3 * i + 2], 1.5, 1e-6, 0);
        assert_true((double)points[3 * i + 1] >= (31 - 44.5) * 0.015 - 1e-6);
    }
}

static void too_little_is_nothing(void **state)
{
    (void)state;
    const eai_depth depth = scene(), none = {0};
    assert_int_equal(observe(&depth, box(50, 40, 3, 3)), 0);
    assert_int_equal(observe(&depth, box(500, 40, 30, 30)), 0);
    assert_int_equal(observe(&depth, box(-3e38f, -3e38f, 1, 1)), 0);
    assert_int_equal(observe(&depth, box(50, 40, 0, 0)), 0);
    assert_int_equal(observe(&none, box(40, 30, 40, 30)), 0);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        values[i] = 0;
    assert_int_equal(observe(&depth, box(40, 30, 40, 30)), 0);
}

static void what_touches_the_border_is_truncated(void **state)
{
    (void)state;
    const eai_depth depth = scene();
    assert_true(observe(&depth, box(-5, 10, 50, 50)) > 0);
    assert_true(seen.truncated);
    assert_true(observe(&depth, box(-3e38f, -3e38f, 3.4e38f, 3.4e38f)) > 0); /* all of it */
    assert_true(seen.truncated);
    assert_true(observe(&depth, box(70, 50, 49, 30)) > 0);
    assert_true(seen.truncated);
}

static void boxes_overlap_by_their_union(void **state)
{
    (void)state;
    const float a[4] = {0, 0, 10, 10}, b[4] = {5, 0, 10, 10}, c[4] = {20, 0, 1, 1};
    assert_close(eai_box_overlap(a, b), 1.0 / 3, 1e-12, 0);
    assert_true(eai_box_overlap(a, c) == 0 && eai_box_overlap(a, a) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_thing_in_the_box_is_meant),
        cmocka_unit_test(a_speck_in_front_is_not_meant),
        cmocka_unit_test(slanted_surfaces_hang_together),
        cmocka_unit_test(a_mask_is_followed_less_its_border),
        cmocka_unit_test(too_little_is_nothing),
        cmocka_unit_test(what_touches_the_border_is_truncated),
        cmocka_unit_test(boxes_overlap_by_their_union),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
