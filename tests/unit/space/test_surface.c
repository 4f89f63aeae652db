/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "space/surface.h"
#include "support/check.h"

enum { W = 640, H = 480 };

static uint16_t depth[W * H];
static const edgeai_camera camera = {W, H, 585, 580, 320, 240};
static edgeai_allocator allocator;

static void fill(uint16_t value)
{
    for (int i = 0; i < W * H; i++)
        depth[i] = value;
}

static void cells_are_means_of_one_surface(void **state)
{
    (void)state;
    eai_surface s;
    fill(2000);
    for (int y = 0; y < 4; y++) { /* block (0, 0): three columns at 2 m, one at 3 m */
        depth[y * W + 1] = 2004;
        depth[y * W + 3] = 3000;
    }
    for (int x = 4; x < 8; x++) /* block (1, 0): one valid row of four is too little */
        for (int y = 0; y < 3; y++)
            depth[y * W + x] = y == 1 ? 65535 : 0;
    assert_ok(eai_surface_create(&s, &allocator, depth, &camera, 1000));
    assert_int_equal(s.width, 160);
    assert_int_equal(s.height, 120);
    assert_int_equal(s.n_measured, 160 * 120 - 1);
    assert_close(s.cells[0].z / EAI_SURFACE_UNITS_PER_M, (2.0 + 2.004 + 2.0) / 3, 2e-4, 0);
    assert_int_equal(s.cells[1].z, 0);
    assert_int_equal(s.cells[2].z, 2 * 4096);
    assert_int_equal(eai_surface_bytes(&s), 160 * 120 * 8);
    eai_surface_free(&s, &allocator);
    assert_true(s.cells == NULL);
}

/* A cell's middle is the middle of its pixels. */
static void positions_are_those_of_the_pixels(void **state)
{
    (void)state;
    eai_surface s;
    float p[3];
    fill(3000);
    assert_ok(eai_surface_create(&s, &allocator, depth, &camera, 1000));
    eai_surface_position(&s, 10, 100, p);
    assert_close((double)p[0], (41.5 - 320) / 585 * 3, 1e-5, 0);
    assert_close((double)p[1], (401.5 - 240) / 580 * 3, 1e-5, 0);
    assert_close((double)p[2], 3, 1e-6, 0);
    eai_surface_free(&s, &allocator);
}

static void values_out_of_range_do_not_count(void **state)
{
    (void)state;
    const uint16_t none[] = {0, 65535, 199, 8001};
    for (int i = 0; i < 4; i++) {
        eai_surface s;
        fill(none[i]);
        assert_ok(eai_surface_create(&s, &allocator, depth, &camera, 1000));
        assert_int_equal(s.n_measured, 0);
        eai_surface_free(&s, &allocator);
    }
}

static void small_and_narrow_images_are_fine(void **state)
{
    (void)state;
    const int sizes[][2] = {{1, 1}, {3, 480}, {640, 2}, {80, 60}, {239, 239}};
    fill(1000);
    for (int i = 0; i < 5; i++) {
        eai_surface s;
        edgeai_camera odd = {sizes[i][0], sizes[i][1], 100, 100, 1, 1};
        assert_ok(eai_surface_create(&s, &allocator, depth, &odd, 1000));
        assert_true(s.width >= 1 && s.height >= 1 && s.width * s.height < 240 * 240);
        assert_int_equal(s.n_measured, s.width * s.height);
        eai_surface_free(&s, &allocator);
    }
}

static void points_of_coarse_grids_come_first(void **state)
{
    (void)state;
    static eai_surface_point points[160 * 120];
    eai_surface s;
    size_t counts[3];
    fill(2000);
    assert_ok(eai_surface_create(&s, &allocator, depth, &camera, 1000));
    eai_surface_points(&s, points, counts);
    assert_int_equal(counts[2], 156 * 116); /* two cells of the border have no direction */
    assert_int_equal(counts[1], 78 * 58);
    assert_int_equal(counts[0], 39 * 29);
    for (size_t i = 0; i < counts[2]; i++) {
        double column = (double)(points[i].p[0] / points[i].p[2] * s.fx + s.cx);
        double row = (double)(points[i].p[1] / points[i].p[2] * s.fy + s.cy);
        int step = i < counts[0] ? 4 : i < counts[1] ? 2 : 1;
        assert_int_equal(lrint(column) % step, 0);
        assert_int_equal(lrint(row) % step, 0);
        assert_close((double)points[i].normal[2], -1, 1e-4, 0);
    }
    eai_surface_free(&s, &allocator);
}

static void noise_grows_with_distance(void **state)
{
    (void)state;
    assert_close(eai_depth_sigma(0.4), 0.0012, 1e-12, 0);
    assert_close(eai_depth_sigma(2.4), 0.0012 + 0.0019 * 4, 1e-12, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_means_of_one_surface),
        cmocka_unit_test(positions_are_those_of_the_pixels),
        cmocka_unit_test(values_out_of_range_do_not_count),
        cmocka_unit_test(small_and_narrow_images_are_fine),
        cmocka_unit_test(points_of_coarse_grids_come_first),
        cmocka_unit_test(noise_grows_with_distance),
    };
    allocator = eai_default_allocator();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
