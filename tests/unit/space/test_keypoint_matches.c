/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/rng.h"
#include "space/keypoint_matches.h"
#include "support/check.h"

enum { N = 50 };

static uint64_t a[4 * N], b[4 * N], row[N];
static int best[N], distances[N];
static eai_code_match matches[N];
static const eai_match_scratch scratch = {row, best, distances};

static void fill(uint64_t seed)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (int i = 0; i < 4 * N; i++) {
        a[i] = eai_rng_next(&rng);
        b[i] = eai_rng_next(&rng);
    }
}

/* Code `to` of b becomes code `from` of a with its first n bits turned. */
static void copy(int from, int to, int n)
{
    for (int w = 0; w < 4; w++) {
        int here = n - 64 * w;
        uint64_t turn = here <= 0 ? 0 : here >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << here) - 1;
        b[w * N + to] = a[w * N + from] ^ turn;
    }
}

static size_t match(size_t n_a, size_t n_b)
{
    return eai_match_codes((eai_code_table){a, N, n_a}, (eai_code_table){b, N, n_b}, scratch,
                           matches);
}

static void likes_find_each_other_and_others_nobody(void **state)
{
    (void)state;
    fill(1);
    copy(3, 40, 0);
    copy(7, 20, 64);
    copy(9, 11, 65); /* too far */
    assert_int_equal(match(N, N), 2);
    assert_int_equal(matches[0].a, 3);
    assert_int_equal(matches[0].b, 40);
    assert_int_equal(matches[0].distance, 0);
    assert_int_equal(matches[1].a, 7);
    assert_int_equal(matches[1].b, 20);
    assert_int_equal(matches[1].distance, 64);
}

static void a_second_one_nearly_as_near_is_doubt(void **state)
{
    (void)state;
    fill(2);
    copy(5, 1, 40);
    copy(5, 2, 50); /* 40 = 0.8 * 50 */
    assert_int_equal(match(N, N), 0);
    copy(5, 2, 51);
    assert_int_equal(match(N, N), 1);
    assert_int_equal(matches[0].b, 1);
}

static void both_must_choose_each_other(void **state)
{
    (void)state;
    fill(3);
    copy(5, 1, 10);
    for (int w = 0; w < 4; w++)
        a[w * N + 6] = a[w * N + 5];
    a[6] ^= 7; /* nearer to code 1 of b: three of its turned bits are turned here too */
    assert_int_equal(match(N, N), 1);
    assert_int_equal(matches[0].a, 6);
    assert_int_equal(matches[0].distance, 7);
}

static void only_the_first_ones_count(void **state)
{
    (void)state;
    fill(4);
    copy(30, 2, 0);
    copy(2, 30, 0);
    assert_int_equal(match(N, N), 2);
    assert_int_equal(match(20, N), 1);
    assert_int_equal(match(N, 20), 1);
    assert_int_equal(match(20, 20), 0);
    assert_int_equal(match(0, N), 0);
    assert_int_equal(match(N, 0), 0);
}

/* Every number of differing bits comes out, wherever they are. */
static void all_distances_are_counted(void **state)
{
    (void)state;
    for (int n = 0; n <= 64; n++) {
        fill(100 + (uint64_t)n);
        copy(0, 0, n);
        assert_int_equal(match(1, 1), 1);
        assert_int_equal(matches[0].distance, n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(likes_find_each_other_and_others_nobody),
        cmocka_unit_test(a_second_one_nearly_as_near_is_doubt),
        cmocka_unit_test(both_must_choose_each_other),
        cmocka_unit_test(only_the_first_ones_count),
        cmocka_unit_test(all_distances_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
