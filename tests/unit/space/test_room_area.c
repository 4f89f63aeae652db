/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "space/occupancy.h"
#include "space/room_area.h"
#include "support/check.h"

enum { WIDTH = 100, HEIGHT = 80 };

static edgeai_allocator allocator;
static uint8_t cells[WIDTH * HEIGHT];
static const eai_map_grid grid = {WIDTH, HEIGHT, 0.1, -2, -1, cells};

static void fill(int x0, int y0, int x1, int y1, uint8_t cell)
{
    for (int y = y0; y < y1; y++)
        memset(cells + y * WIDTH + x0, cell, (size_t)(x1 - x0));
}

static double area_of(const double (*cameras)[2], size_t n, double *observed)
{
    double area;
    assert_ok(eai_room_area(&grid, cameras, n, 0.4, &allocator, &area, observed));
    return area;
}

static void gaps_are_closed_and_holes_filled(void **state)
{
    (void)state;
    const double camera[1][2] = {{0, 1}};
    double observed;
    memset(cells, 0, sizeof cells);
    fill(10, 10, 60, 50, EAI_CELL_FREE);
    assert_close(area_of(camera, 1, &observed), 20, 1e-9, 0);
    assert_close(observed, 1, 1e-9, 0);
    fill(58, 10, 60, 50, EAI_CELL_OCCUPIED);
    fill(30, 10, 33, 50, EAI_CELL_UNKNOWN); /* a gap of 0.3 m */
    fill(15, 20, 25, 30, EAI_CELL_UNKNOWN); /* a hole of 1 m2 */
    assert_close(area_of(camera, 1, &observed), 20, 1e-9, 0);
    assert_close(observed, (20 - 1.2 - 1) / 20, 1e-9, 0);
    fill(30, 10, 36, 50, EAI_CELL_UNKNOWN); /* 0.6 m: two rooms now, and this is the left */
    assert_close(area_of(camera, 1, &observed), 8, 1e-9, 0);
}

static void an_l_covers_less_than_its_hull(void **state)
{
    (void)state;
    double observed;
    memset(cells, 0, sizeof cells);
    fill(0, 0, 40, 40, EAI_CELL_FREE); /* up to the grid's edge */
    fill(20, 20, 40, 40, EAI_CELL_UNKNOWN);
    assert_close(area_of(NULL, 0, &observed), 12, 1e-9, 0);
    assert_close(observed, 12.0 / 14, 1e-9, 0);
}

static void rooms_with_a_camera_count_or_the_largest(void **state)
{
    (void)state;
    const double both[3][2] = {{-1.5, -0.5}, {4, 4}, {NAN, 1e9}}, nowhere[1][2] = {{100, 100}};
    double observed;
    memset(cells, 0, sizeof cells);
    fill(0, 0, 20, 20, EAI_CELL_FREE);
    fill(50, 40, 90, 70, EAI_CELL_FREE);
    fill(95, 0, 99, 4, EAI_CELL_FREE); /* too small for a room */
    assert_close(area_of(both, 3, &observed), 4 + 12, 1e-9, 0);
    assert_close(area_of(both, 1, &observed), 4, 1e-9, 0);
    assert_close(area_of(nowhere, 1, &observed), 12, 1e-9, 0);
    memset(cells, 0, sizeof cells);
    assert_true(area_of(both, 3, &observed) == 0 && observed == 0);
}

static void no_grid_no_area(void **state)
{
    (void)state;
    const eai_map_grid none = {0};
    double area = 1, observed = 1;
    assert_ok(eai_room_area(&none, NULL, 0, 0.3, &allocator, &area, &observed));
    assert_true(area == 0 && observed == 0);
}

static int set_up(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gaps_are_closed_and_holes_filled),
        cmocka_unit_test(an_l_covers_less_than_its_hull),
        cmocka_unit_test(rooms_with_a_camera_count_or_the_largest),
        cmocka_unit_test(no_grid_no_area),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
