/* SPDX-License-Identifier: MIT */
#include "base/rng.h"
#include "space/pose.h"
#include "space/rigid_fit.h"
#include "support/check.h"

enum { N = 20 };

static const double twist[6] = {0.9, -1.2, 0.4, 1.5, -2, 0.3};

/* Random points, moved by the twist and scaled before that; flat: in a plane. */
static edgeai_pose make_pairs(eai_point_pair pairs[N], double scale, bool flat)
{
    eai_rng rng;
    eai_rng_seed(&rng, 11);
    edgeai_pose motion = eai_pose_exp(twist);
    for (int i = 0; i < N; i++) {
        double turned[3];
        for (int k = 0; k < 3; k++)
            pairs[i].p[k] = flat && k == 1 ? 0.7 : 4 * eai_rng_uniform(&rng) - 2;
        eai_pose_rotate(&motion, pairs[i].p, turned);
        for (int k = 0; k < 3; k++)
            pairs[i].q[k] = scale * turned[k] + motion.translation[k];
        pairs[i].weight = 0.5 + eai_rng_uniform(&rng);
    }
    return motion;
}

static void assert_same(const edgeai_pose *a, const edgeai_pose *b, double atol)
{
    for (int i = 0; i < 9; i++)
        assert_close(a->rotation[i], b->rotation[i], atol, 0);
    for (int i = 0; i < 3; i++)
        assert_close(a->translation[i], b->translation[i], atol, 0);
}

static void motions_are_found_again(void **state)
{
    (void)state;
    for (int flat = 0; flat < 2; flat++) {
        eai_point_pair pairs[N];
        edgeai_pose truth = make_pairs(pairs, 1, flat), found;
        assert_true(eai_rigid_fit(pairs, N, &found, NULL));
        assert_same(&found, &truth, 1e-12);
        assert_true(eai_rigid_fit(pairs, 3, &found, NULL)); /* three points are a plane */
        assert_same(&found, &truth, 1e-10);
    }
}

static void scale_is_found_where_asked_for(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    double scale = 0;
    edgeai_pose truth = make_pairs(pairs, 1.7, false), found;
    assert_true(eai_rigid_fit(pairs, N, &found, &scale));
    assert_close(scale, 1.7, 1e-12, 0);
    assert_same(&found, &truth, 1e-11);
}

static void weights_of_zero_leave_points_out(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    edgeai_pose truth = make_pairs(pairs, 1, false), found;
    pairs[4].q[0] += 100;
    pairs[4].weight = 0;
    assert_true(eai_rigid_fit(pairs, N, &found, NULL));
    assert_same(&found, &truth, 1e-12);
}

/* Mirrored points have no rotation: the best one is still a rotation. */
static void mirrors_do_not_come_out(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    make_pairs(pairs, 1, false);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < 3; k++)
            pairs[i].q[k] = k == 2 ? -pairs[i].p[k] : pairs[i].p[k];
    edgeai_pose found;
    assert_true(eai_rigid_fit(pairs, N, &found, NULL));
    assert_true(eai_pose_orthonormalize(&found));
}

static void lines_and_nothing_are_refused(void **state)
{
    (void)state;
    eai_point_pair pairs[N];
    edgeai_pose found;
    make_pairs(pairs, 1, false);
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < 3; k++)
            pairs[i].p[k] = pairs[i].q[k] = (k + 1.0) * i;
        pairs[i].weight = 1;
    }
    assert_false(eai_rigid_fit(pairs, N, &found, NULL));
    assert_false(eai_rigid_fit(pairs, 0, &found, NULL));
    assert_false(eai_rigid_fit(pairs, 1, &found, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(motions_are_found_again),
        cmocka_unit_test(scale_is_found_where_asked_for),
        cmocka_unit_test(weights_of_zero_leave_points_out),
        cmocka_unit_test(mirrors_do_not_come_out),
        cmocka_unit_test(lines_and_nothing_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
