/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/rng.h"
#include "space/pose.h"
#include "space/ransac_motion.h"
#include "support/check.h"

enum { N = 200 };

static const double twist[6] = {0.1, -0.3, 0.05, 0.4, -0.1, 0.2};

/* The first `n_good` pairs of each hundred follow the motion, to 5 mm; others are anywhere. */
static edgeai_pose make_pairs(eai_point_pair pairs[N], int n_good)
{
    eai_rng rng;
    eai_rng_seed(&rng, 21);
    edgeai_pose motion = eai_pose_exp(twist);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < 3; k++) {
            pairs[i].p[k] = 2 * eai_rng_uniform(&rng) - 1 + (k == 2 ? 2.2 : 0);
            pairs[i].q[k] = 2 * eai_rng_uniform(&rng) - 1 + (k == 2 ? 2.2 : 0);
        }
        if (i % 100 < n_good) eai_pose_apply(&motion, pairs[i].p, pairs[i].q);
        for (int k = 0; k < 3; k++)
            pairs[i].q[k] += 0.005 * (2 * eai_rng_uniform(&rng) - 1);
        pairs[i].weight = 1;
    }
    return motion;
}

static void good_pairs_are_told_from_bad(void **state)
{
    (void)state;
    for (int n_good = 20; n_good <= 100; n_good += 20) {
        eai_point_pair pairs[N], before[N];
        edgeai_pose truth = make_pairs(pairs, n_good), found;
        memcpy(before, pairs, sizeof pairs);
        size_t n = eai_ransac_motion(pairs, N, 12, 1, &found);
        assert_true(n >= (size_t)(2 * n_good) && n <= (size_t)(2 * n_good) + 4);
        for (int k = 0; k < 3; k++)
            assert_close(found.translation[k], truth.translation[k], 0.004, 0);
        for (int k = 0; k < 9; k++)
            assert_close(found.rotation[k], truth.rotation[k], 0.003, 0);
        for (size_t i = 0, at = 0; i < 2 * (size_t)n_good; i++, at++) { /* in their old order */
            while (memcmp(&pairs[i], &before[at], sizeof *pairs) != 0)
                at++;
            assert_true(at < N);
        }
    }
}

static void noise_agrees_on_nothing(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    edgeai_pose found;
    make_pairs(pairs, 0);
    assert_int_equal(eai_ransac_motion(pairs, N, 12, 1, &found), 0);
    make_pairs(pairs, 100);
    assert_int_equal(eai_ransac_motion(pairs, 11, 12, 1, &found), 0);
    assert_int_equal(eai_ransac_motion(pairs, 2, 0, 1, &found), 0);
    assert_true(eai_ransac_motion(pairs, 12, 12, 1, &found) == 12);
}

static void points_on_a_line_tell_nothing(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    edgeai_pose found;
    memset(pairs, 0, sizeof pairs);
    for (int i = 0; i < N; i++) {
        pairs[i].p[0] = pairs[i].q[0] = 0.02 * i;
        pairs[i].p[2] = pairs[i].q[2] = 2;
        pairs[i].weight = 1;
    }
    assert_int_equal(eai_ransac_motion(pairs, N, 12, 1, &found), 0);
}

static void same_seed_same_motion(void **state)
{
    (void)state;
    eai_point_pair a[N], b[N];
    edgeai_pose first, second;
    make_pairs(a, 30);
    make_pairs(b, 30);
    assert_true(eai_ransac_motion(a, N, 12, 9, &first) == eai_ransac_motion(b, N, 12, 9, &second));
    assert_memory_equal(&first, &second, sizeof first);
    assert_memory_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_pairs_are_told_from_bad),
        cmocka_unit_test(noise_agrees_on_nothing),
        cmocka_unit_test(points_on_a_line_tell_nothing),
        cmocka_unit_test(same_seed_same_motion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
