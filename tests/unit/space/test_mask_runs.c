/* SPDX-License-Identifier: MIT */
#include "space/mask_runs.h"

#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"

enum { WIDTH = 13, HEIGHT = 9 };

static failing_allocator memory;
static edgeai_allocator allocator;
static eai_runs runs;

static int start(void **state)
{
    (void)state;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&memory);
    runs = (eai_runs){.allocator = &allocator};
    return 0;
}

static int stop(void **state)
{
    (void)state;
    eai_runs_free(&runs);
    assert_int_equal(memory.n_live, 0);
    return 0;
}

static void expect_runs(const uint32_t *expected, size_t n)
{
    assert_int_equal(runs.n, n);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(runs.lengths[i], expected[i]);
}

/* Worked out by hand from the published rule: 5 is '5'; 40 is 8 with more to come, 'X', then '1';
 * the fourth run is stored less the second: 7 - 40 = -33 is 31 with more, 'o', then -2, 'N'. */
static void compressed_text(void **state)
{
    (void)state;
    const char *why;
    assert_ok(eai_runs_push_text(&runs, "5X13oN", 6, &why));
    expect_runs((const uint32_t[]){5, 40, 3, 7}, 4);
    runs.n = 0;
    assert_ok(eai_runs_push_text(&runs, "0Xo0d0kPO\\dQ30", 14, &why));
    expect_runs((const uint32_t[]){0, 1000, 20, 3, 100000, 3}, 6);
    /* what stands in front of a mask is another one's */
    assert_ok(eai_runs_push_text(&runs, "`0?`0`0`0", 9, &why));
    assert_int_equal(runs.n, 11);
    assert_int_equal(runs.lengths[9], 31);
}

static void wrong_text_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {"X", "/", "5\x7f", "oooooooooo1", "O"};
    const char *why;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        runs.n = 0;
        assert_int_equal(eai_runs_push_text(&runs, cases[i], strlen(cases[i]), &why),
                         EDGEAI_E_FORMAT);
    }
}

static void runs_fill_the_image(void **state)
{
    (void)state;
    const char *why;
    assert_ok(eai_runs_push(&runs, 99));
    assert_ok(eai_runs_push(&runs, 10));
    assert_ok(eai_runs_push(&runs, 2));
    assert_ok(eai_runs_check(&runs, 1, 3, 4, &why));
    assert_int_equal(eai_runs_check(&runs, 1, 3, 5, &why), EDGEAI_E_FORMAT);
    assert_int_equal(eai_runs_check(&runs, 0, 3, 4, &why), EDGEAI_E_FORMAT);
    runs.lengths[1] = UINT32_MAX;
    runs.lengths[2] = 13; /* 12 in 32 bits */
    assert_int_equal(eai_runs_check(&runs, 1, 3, 4, &why), EDGEAI_E_FORMAT);
}

/* Whether a point is inside, by counting edges to the right of it. */
static bool is_inside(const double (*corners)[2], size_t n, double x, double y)
{
    bool inside = false;
    for (size_t i = 0; i < n; i++) {
        const double *a = corners[i], *b = corners[(i + 1) % n];
        if ((a[1] > y) != (b[1] > y) && x < (b[0] - a[0]) * (y - a[1]) / (b[1] - a[1]) + a[0])
            inside = !inside;
    }
    return inside;
}

static void polygons_are_filled(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int round = 0; round < 400; round++) {
        double corners[8][2], crossings[8];
        const size_t n = 3 + (size_t)eai_rng_below(&rng, 6);
        for (size_t i = 0; i < n; i++) {
            corners[i][0] = (WIDTH + 6) * eai_rng_uniform(&rng) - 3;
            corners[i][1] = (HEIGHT + 6) * eai_rng_uniform(&rng) - 3;
        }
        const char *why;
        runs.n = 0;
        assert_ok(
            eai_runs_push_polygon(&runs, (const double(*)[2])corners, n, WIDTH, HEIGHT, crossings));
        assert_ok(eai_runs_check(&runs, 0, WIDTH, HEIGHT, &why));
        size_t run = 0, end = runs.lengths[0];
        for (size_t i = 0; i < WIDTH * HEIGHT; i++) {
            while (i == end)
                end += runs.lengths[++run];
            const double x = (double)(i / HEIGHT) + 0.5, y = (double)(i % HEIGHT) + 0.5;
            assert_int_equal(run % 2, is_inside((const double(*)[2])corners, n, x, y));
        }
        for (size_t i = 1; i + 1 < runs.n; i++)
            assert_true(runs.lengths[i] > 0); /* no needless runs between */
    }
}

static void boxes_hold_the_ones(void **state)
{
    (void)state;
    float box[4];
    /* 4 rows: pixels 5, 6 (column 1), and 11..12 (columns 2 and 3) */
    const uint32_t lengths[] = {5, 2, 4, 2, 3};
    assert_true(eai_runs_box(lengths, 5, 4, box));
    assert_true(box[0] == 1 && box[1] == 0 && box[2] == 3 && box[3] == 4);
    assert_true(eai_runs_box(lengths, 2, 4, box));
    assert_true(box[0] == 1 && box[1] == 1 && box[2] == 1 && box[3] == 2);
    assert_false(eai_runs_box(lengths, 1, 4, box));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compressed_text, start, stop),
        cmocka_unit_test_setup_teardown(wrong_text_is_refused, start, stop),
        cmocka_unit_test_setup_teardown(runs_fill_the_image, start, stop),
        cmocka_unit_test_setup_teardown(polygons_are_filled, start, stop),
        cmocka_unit_test_setup_teardown(boxes_hold_the_ones, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
