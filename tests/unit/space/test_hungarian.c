/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "space/hungarian.h"
#include "support/check.h"

static edgeai_allocator allocator;

/* The best sum by trying everything; rows from `row` on. */
static double best_sum(const double *scores, int n_rows, int n_columns, int row, unsigned used)
{
    if (row == n_rows) return 0;
    double best = best_sum(scores, n_rows, n_columns, row + 1, used);
    for (int column = 0; column < n_columns; column++) {
        const double score = scores[row * n_columns + column];
        if (used >> column & 1 || score <= 0) continue;
        const double sum =
            score + best_sum(scores, n_rows, n_columns, row + 1, used | 1u << column);
        best = sum > best ? sum : best;
    }
    return best;
}

static void sums_are_the_largest(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 7);
    for (int trial = 0; trial < 300; trial++) {
        const int n_rows = 1 + (int)eai_rng_below(&rng, 5);
        const int n_columns = (int)eai_rng_below(&rng, 6);
        double scores[30], sum = 0;
        int found[5];
        unsigned used = 0;
        for (int i = 0; i < n_rows * n_columns; i++)
            scores[i] = eai_rng_uniform(&rng) < 0.4 ? 0 : eai_rng_uniform(&rng);
        assert_ok(eai_assign(scores, n_rows, n_columns, found, &allocator));
        for (int row = 0; row < n_rows; row++) {
            if (found[row] < 0) continue;
            assert_true(found[row] < n_columns && !(used >> found[row] & 1));
            assert_true(scores[row * n_columns + found[row]] > 0);
            used |= 1u << found[row];
            sum += scores[row * n_columns + found[row]];
        }
        assert_close(sum, best_sum(scores, n_rows, n_columns, 0, 0), 1e-9, 0);
    }
}

/* The greedy choice, 0.9 first, would leave the second row with nothing. */
static void the_second_best_can_be_right(void **state)
{
    (void)state;
    const double scores[4] = {0.9, 0.8, 0.7, 0};
    int found[2];
    assert_ok(eai_assign(scores, 2, 2, found, &allocator));
    assert_int_equal(found[0], 1);
    assert_int_equal(found[1], 0);
}

static void nobody_is_forced(void **state)
{
    (void)state;
    const double scores[6] = {0, 0, 0, 0, 0.5, 0};
    int found[2];
    assert_ok(eai_assign(scores, 2, 3, found, &allocator));
    assert_int_equal(found[0], -1);
    assert_int_equal(found[1], 1);
    assert_ok(eai_assign(NULL, 0, 3, found, &allocator));
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
        cmocka_unit_test(sums_are_the_largest),
        cmocka_unit_test(the_second_best_can_be_right),
        cmocka_unit_test(nobody_is_forced),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
