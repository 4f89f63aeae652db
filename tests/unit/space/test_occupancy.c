/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/memory.h"
#include "space/occupancy.h"
#include "support/check.h"

enum { SIDE = 64 };

static edgeai_allocator allocator;
static uint16_t values[SIDE * SIDE];
static const eai_occupancy_rules rules = {0.05, 0.1, 1.8};
/* Looks along the map's x, 1 m above the floor, from the origin. */
static const edgeai_pose pose = {{0, 0, 1, -1, 0, 0, 0, -1, 0}, {0, 0, 1}};

/* A wall at x = 2.52, floor in front of it, and a post at x = 1.52 in the middle columns. */
static eai_kept_frame make_frame(void)
{
    eai_kept_frame frame = {0};
    frame.depth = (eai_depth){values, SIDE, SIDE, 32, 32, 31.5, 31.5, 0.001, 0.2, 5};
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            const double down = (row - 31.5) / 32;
            double z = column >= 28 && column < 36 ? 1.52 : 2.52;
            if (down > 0) z = fmin(z, 1 / down);
            values[row * SIDE + column] = (uint16_t)(1000 * z);
        }
    return frame;
}

static eai_cell cell_at(const eai_map_grid *grid, double x, double y)
{
    const int column = (int)floor((x - grid->x0) / grid->cell_m);
    const int row = (int)floor((y - grid->y0) / grid->cell_m);
    if (column < 0 || row < 0 || column >= grid->width || row >= grid->height)
        return EAI_CELL_UNKNOWN;
    return (eai_cell)grid->cells[row * grid->width + column];
}

static void release(eai_map_grid *grid)
{
    eai_release(&allocator, grid->cells, (size_t)grid->width * (size_t)grid->height);
}

static void walls_floor_and_shadows_are_told_apart(void **state)
{
    (void)state;
    const eai_kept_frame frames[3] = {make_frame(), make_frame(), make_frame()};
    const edgeai_pose poses[3] = {pose, pose, pose};
    const bool fused[3] = {true, true, true};
    const eai_placed_frames placed = {frames, poses, fused, 3};
    eai_map_grid grid;
    assert_ok(eai_occupancy(&grid, &placed, &rules, &allocator));
    assert_int_equal(cell_at(&grid, 1.52, -0.023), EAI_CELL_OCCUPIED);
    assert_int_equal(cell_at(&grid, 2.52, 1.063), EAI_CELL_OCCUPIED);
    assert_int_equal(cell_at(&grid, 1, -0.016), EAI_CELL_FREE);
    assert_int_equal(cell_at(&grid, 2.2, 0.928), EAI_CELL_FREE);
    assert_int_equal(cell_at(&grid, 2.2, 0.02), EAI_CELL_UNKNOWN); /* behind the post */
    assert_int_equal(cell_at(&grid, 1, 1.5), EAI_CELL_UNKNOWN);    /* beside the view */
    assert_close(grid.x0 / 0.05, floor(grid.x0 / 0.05 + 0.5), 1e-9, 0);
    release(&grid);
}

/* Above the head nothing is in the way. */
static void what_hangs_high_is_no_obstacle(void **state)
{
    (void)state;
    const eai_kept_frame frame = make_frame();
    edgeai_pose high = pose;
    const bool fused = true;
    const eai_placed_frames placed = {&frame, &high, &fused, 1};
    eai_map_grid grid;
    high.translation[2] = 5;
    assert_ok(eai_occupancy(&grid, &placed, &rules, &allocator));
    for (int i = 0; i < grid.width * grid.height; i++)
        assert_int_not_equal(grid.cells[i], EAI_CELL_OCCUPIED);
    release(&grid);
}

static void far_apart_cameras_do_not_blow_it_up(void **state)
{
    (void)state;
    const eai_kept_frame frames[3] = {make_frame(), make_frame(), make_frame()};
    edgeai_pose poses[3] = {pose, pose, pose};
    const bool fused[3] = {true, true, true};
    const eai_placed_frames placed = {frames, poses, fused, 3};
    eai_map_grid grid;
    poses[1].translation[0] = 1e6;
    poses[2].translation[1] = -1e6;
    assert_ok(eai_occupancy(&grid, &placed, &rules, &allocator));
    assert_true(grid.width <= EAI_GRID_SIDE_MAX && grid.height <= EAI_GRID_SIDE_MAX);
    release(&grid);
}

static void nothing_seen_is_no_grid(void **state)
{
    (void)state;
    eai_kept_frame frame = make_frame();
    const bool fused = true, not_fused = false;
    const eai_placed_frames apart = {&frame, &pose, &not_fused, 1};
    eai_map_grid grid;
    assert_ok(eai_occupancy(&grid, &apart, &rules, &allocator));
    assert_true(grid.width == 0 && !grid.cells);
    frame.depth.values = NULL;
    const eai_placed_frames blind = {&frame, &pose, &fused, 1};
    assert_ok(eai_occupancy(&grid, &blind, &rules, &allocator));
    assert_true(grid.width == 0 && !grid.cells);
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
        cmocka_unit_test(walls_floor_and_shadows_are_told_apart),
        cmocka_unit_test(what_hangs_high_is_no_obstacle),
        cmocka_unit_test(far_apart_cameras_do_not_blow_it_up),
        cmocka_unit_test(nothing_seen_is_no_grid),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
