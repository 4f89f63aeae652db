/* SPDX-License-Identifier: MIT */
#include "space/canvas.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"

enum { SIDE = 40 };

static uint8_t pixels[SIDE * SIDE * 3];
static edgeai_image image = {pixels, SIDE, SIDE, 3, SIDE * 3};
static edgeai_allocator allocator;
static eai_canvas canvas;
static const eai_rgb black = {0, 0, 0};

static int start(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    memset(pixels, 255, sizeof pixels);
    return eai_canvas_start(&canvas, &image, &allocator);
}

static int stop(void **state)
{
    (void)state;
    eai_canvas_end(&canvas);
    return 0;
}

/* How many pixels are covered, by their darkness. */
static double covered(void)
{
    double sum = 0;
    for (int i = 0; i < SIDE * SIDE; i++)
        sum += (255 - pixels[3 * i]) / 255.0;
    return sum;
}

static void rectangle(void **state)
{
    (void)state;
    eai_canvas_rect(&canvas, (eai_rect){-5, 3, 4, 6}, black, EAI_OPAQUE);
    assert_close(covered(), 4 * 3, 1e-9, 0);
    eai_canvas_rect(&canvas, (eai_rect){10, 10, 12, 12}, black, 51);
    assert_int_equal(pixels[3 * (10 * SIDE + 10)], 204);
    assert_close(covered(), 12 + 4 * 0.2, 1e-9, 0);
}

static void areas_of_shapes(void **state)
{
    (void)state;
    const eai_place2 triangle[3] = {eai_place_at(5, 5), eai_place_at(25, 5), eai_place_at(5, 35)};
    eai_canvas_polygon(&canvas, triangle, 3, black, EAI_OPAQUE);
    assert_close(covered(), 300, 2, 0);
    memset(pixels, 255, sizeof pixels);
    eai_canvas_line(&canvas, eai_place_at(20, 20), eai_place_at(20, 20), 20 * EAI_PX, black,
                    EAI_OPAQUE);
    assert_close(covered(), acos(-1.0) * 100, 2, 0);
    memset(pixels, 255, sizeof pixels);
    eai_canvas_line(&canvas, eai_place_at(8, 8), eai_place_at(28, 23), 4 * EAI_PX, black,
                    EAI_OPAQUE);
    assert_close(covered(), 25 * 4 + acos(-1.0) * 4, 1.5, 0);
}

/* Crossing itself, a star is filled in its middle too. */
static void winding(void **state)
{
    (void)state;
    eai_place2 star[5];
    for (int i = 0; i < 5; i++)
        star[i] =
            eai_place_at(20 + 15 * sin(i * 0.8 * acos(-1.0)), 20 - 15 * cos(i * 0.8 * acos(-1.0)));
    eai_canvas_polygon(&canvas, star, 5, black, EAI_OPAQUE);
    assert_int_equal(pixels[3 * (20 * SIDE + 20)], 0);
    assert_int_equal(pixels[3 * (34 * SIDE + 20)], 255);
}

static void clipping(void **state)
{
    (void)state;
    eai_canvas_clip(&canvas, (eai_rect){10, 10, 20, 20});
    const eai_place2 all[4] = {eai_place_at(-1e9, -1e9), eai_place_at(1e9, -1e9),
                               eai_place_at(1e9, 1e9), eai_place_at(-1e9, 1e9)};
    eai_canvas_polygon(&canvas, all, 4, black, EAI_OPAQUE);
    assert_close(covered(), 100, 1e-9, 0);
    eai_canvas_line(&canvas, all[0], all[2], 1000 * EAI_PX, black, EAI_OPAQUE);
    assert_close(covered(), 100, 1e-9, 0);
    eai_canvas_clip(&canvas, (eai_rect){-5, -5, 1000, 1000});
    eai_canvas_outline(&canvas, all, 4, EAI_PX, black);
    assert_close(covered(), 100, 1e-9, 0);
    eai_canvas_line(&canvas, eai_place_at(NAN, 0), eai_place_at(INFINITY, 3), 5, black, 255);
}

static void neighbours_leave_no_gap(void **state)
{
    (void)state;
    const eai_place2 left[3] = {eai_place_at(2, 2), eai_place_at(30, 2), eai_place_at(3, 35)};
    const eai_place2 right[3] = {eai_place_at(30, 2), eai_place_at(38, 38), eai_place_at(3, 35)};
    eai_canvas_polygon(&canvas, left, 3, black, EAI_OPAQUE);
    eai_canvas_polygon(&canvas, right, 3, black, EAI_OPAQUE);
    const int x = 16, y = 19; /* on the side that both share */
    assert_true(pixels[3 * (y * SIDE + x)] < 80);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rectangle, start, stop),
        cmocka_unit_test_setup_teardown(areas_of_shapes, start, stop),
        cmocka_unit_test_setup_teardown(winding, start, stop),
        cmocka_unit_test_setup_teardown(clipping, start, stop),
        cmocka_unit_test_setup_teardown(neighbours_leave_no_gap, start, stop)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
