/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "space/small_depth.h"
#include "support/check.h"

static eai_depth make(const uint16_t *values, int width, int height)
{
    return (eai_depth){values, width, height, 300, 310, 100.5, 80.25, 0.001, 0.2, 5};
}

static void only_what_was_measured_counts(void **state)
{
    (void)state;
    const uint16_t values[6] = {0, 65535, 199, 200, 5000, 5001};
    const eai_depth depth = make(values, 6, 1);
    const double expected[6] = {0, 0, 0, 0.2, 5, 0};
    for (int i = 0; i < 6; i++)
        assert_close(eai_depth_at(&depth, i, 0), expected[i], 1e-12, 0);
    assert_true(eai_depth_at(&depth, -1, 0) == 0 && eai_depth_at(&depth, 6, 0) == 0);
    assert_true(eai_depth_at(&depth, 0, 1) == 0 && eai_depth_at(&depth, 0, -1) == 0);
}

static void lifting_and_projecting_undo_each_other(void **state)
{
    (void)state;
    const uint16_t value = 0;
    const eai_depth depth = make(&value, 200, 160);
    for (int row = 0; row < 160; row += 53)
        for (int column = 0; column < 200; column += 199) {
            double p[3];
            int u, v;
            eai_depth_lift(&depth, column, row, 2.5, p);
            assert_true(eai_depth_project(&depth, p, &u, &v));
            assert_int_equal(u, column);
            assert_int_equal(v, row);
        }
    const double behind[3] = {0, 0, -1}, beside[3] = {2, 0, 1}, nan[3] = {0, 0, NAN};
    int u, v;
    assert_false(eai_depth_project(&depth, behind, &u, &v));
    assert_false(eai_depth_project(&depth, beside, &u, &v));
    assert_false(eai_depth_project(&depth, nan, &u, &v));
}

/* 480 x 6 pixels become 160 x 2. Half a pixel shifts: the middle of a small pixel is the middle of
 * the nine it stands for. */
static void shrinking_keeps_places_and_mixes_nothing(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    uint16_t *values = calloc(480 * 6, sizeof *values);
    for (int i = 0; i < 480 * 6; i++) /* half of each 3 x 3 near, half far, one hole */
        values[i] = (uint16_t)(i % 480 == 1 ? 0 : i % 3 == 2 ? 4000 : 1000);
    const eai_depth depth = make(values, 480, 6);
    eai_depth small;
    assert_int_equal(eai_depth_shrink_factor(&depth), 3);
    assert_ok(eai_depth_shrink(&small, &depth, &allocator));
    assert_int_equal(small.width, 160);
    assert_int_equal(small.height, 2);
    assert_int_equal(eai_depth_bytes(&small), 640);
    for (int i = 0; i < 320; i++)
        assert_int_equal(small.values[i], 1000);
    double large_point[3], small_point[3];
    eai_depth_lift(&depth, 31, 4, 2, large_point);
    eai_depth_lift(&small, 10, 1, 2, small_point);
    for (int i = 0; i < 3; i++)
        assert_close(small_point[i], large_point[i], 1e-12, 0);
    eai_depth_release(&small, &allocator);
    assert_null(small.values);
    free(values);
}

static void nothing_measured_is_not_kept(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    const uint16_t values[4] = {0, 65535, 10, 60000};
    const eai_depth depth = make(values, 2, 2), none = {0};
    eai_depth small;
    assert_ok(eai_depth_shrink(&small, &depth, &allocator));
    assert_null(small.values);
    assert_ok(eai_depth_shrink(&small, &none, &allocator));
    assert_null(small.values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_was_measured_counts),
        cmocka_unit_test(lifting_and_projecting_undo_each_other),
        cmocka_unit_test(shrinking_keeps_places_and_mixes_nothing),
        cmocka_unit_test(nothing_measured_is_not_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
