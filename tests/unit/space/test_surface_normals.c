/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "base/memory.h"
#include "space/surface_normals.h"
#include "support/check.h"

enum { W = 40, H = 30 };

static eai_surface_cell cells[W * H];
static eai_surface surface = {W, H, 36, 36, 19.5f, 14.5f, cells, W *H};

/* Distances to the plane n . p = d, to the left of column `until`; 5 m elsewhere. */
static void put_plane(const double n[3], double d, int until)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double along = n[0] * (x - 19.5) / 36 + n[1] * (y - 14.5) / 36 + n[2];
            double z = x < until ? d / along : 5;
            cells[y * W + x] = (eai_surface_cell){.z = (uint16_t)lrint(z * 4096)};
        }
}

static void planes_have_their_direction(void **state)
{
    (void)state;
    const double planes[][4] = {{0, 0, 1, 2}, {0.5, 0.1, 0.86, 1.5}, {-0.3, -0.6, 0.742, 2}};
    for (int i = 0; i < 3; i++) {
        put_plane(planes[i], planes[i][3], W);
        eai_surface_find_normals(&surface);
        for (int y = 2; y < H - 2; y++)
            for (int x = 2; x < W - 2; x++)
                for (int k = 0; k < 3; k++) /* towards the camera */
                    assert_close(cells[y * W + x].normal[k] / 32767.0, -planes[i][k], 0.02, 0);
    }
}

static void the_other_side_of_an_edge_does_not_count(void **state)
{
    (void)state;
    const double plane[3] = {0, 0, 1};
    put_plane(plane, 2, 20);
    eai_surface_find_normals(&surface);
    for (int y = 2; y < H - 2; y++)
        for (int x = 2; x < W - 2; x++)
            assert_close(cells[y * W + x].normal[2] / 32767.0, -1, 0.01, 0);
}

static void the_border_and_lonely_cells_have_none(void **state)
{
    (void)state;
    const double plane[3] = {0, 0, 1};
    put_plane(plane, 2, W);
    for (int i = 0; i < W * H; i++)
        if (i % 3 || i / W % 3) cells[i].z = 0;
    eai_surface_find_normals(&surface);
    for (int i = 0; i < W * H; i++)
        assert_int_equal(cells[i].normal[2], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_have_their_direction),
        cmocka_unit_test(the_other_side_of_an_edge_does_not_count),
        cmocka_unit_test(the_border_and_lonely_cells_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
