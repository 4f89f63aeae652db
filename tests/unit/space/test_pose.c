/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <string.h>

#include "base/rng.h"
#include "space/pose.h"
#include "support/check.h"

static double between(eai_rng *rng, double low, double high)
{
    return low + (high - low) * eai_rng_uniform(rng);
}

/* Largest difference of two poses' entries. */
static double apart(const edgeai_pose *a, const edgeai_pose *b)
{
    double most = 0;
    for (int i = 0; i < 9; i++)
        most = fmax(most, fabs(a->rotation[i] - b->rotation[i]));
    for (int i = 0; i < 3; i++)
        most = fmax(most, fabs(a->translation[i] - b->translation[i]));
    return most;
}

static edgeai_pose random_pose(eai_rng *rng, double angle)
{
    double twist[6], n = 0;
    for (int i = 0; i < 6; i++)
        twist[i] = between(rng, -1, 1);
    for (int i = 0; i < 3; i++)
        n += twist[i] * twist[i];
    for (int i = 0; i < 3; i++)
        twist[i] *= angle / sqrt(n);
    return eai_pose_exp(twist);
}

static void inverse_undoes(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    edgeai_pose a = random_pose(&rng, 2), b = eai_pose_inverse(&a), one = eai_pose_identity();
    edgeai_pose c = eai_pose_compose(&a, &b);
    assert_true(apart(&c, &one) < 1e-14);
}

/* A quarter turn about z takes x to y: right-handed, not left-handed. */
static void turns_are_right_handed(void **state)
{
    (void)state;
    const double twist[6] = {0, 0, acos(-1) / 2, 0, 0, 0}, x[3] = {1, 0, 0};
    edgeai_pose pose = eai_pose_exp(twist);
    double y[3];
    eai_pose_apply(&pose, x, y);
    assert_true(fabs(y[0]) < 1e-15 && fabs(y[1] - 1) < 1e-15 && fabs(y[2]) < 1e-15);
}

static void twists_come_back(void **state)
{
    (void)state;
    const double angles[] = {0, 1e-9, 1e-5, 9e-4, 1.1e-3, 0.5, 2, 3.1, 3.14159};
    eai_rng rng;
    eai_rng_seed(&rng, 2);
    for (size_t i = 0; i < sizeof angles / sizeof *angles; i++) {
        edgeai_pose pose = random_pose(&rng, angles[i]), again;
        double twist[6], q[4];
        eai_pose_log(&pose, twist);
        again = eai_pose_exp(twist);
        assert_true(apart(&pose, &again) < 1e-9);
        assert_true(fabs(eai_pose_angle(&pose) - angles[i]) < 1e-9);
        eai_pose_to_quaternion(&pose, q);
        assert_true(q[3] >= 0);
        memcpy(again.translation, pose.translation, sizeof again.translation);
        eai_pose_set_quaternion(&again, q);
        assert_true(apart(&pose, &again) < 1e-12);
    }
}

/* Half turns: w is 0 and any of x, y, z may be the largest. */
static void half_turns_have_quaternions(void **state)
{
    (void)state;
    for (int axis = 0; axis < 3; axis++) {
        double q[4] = {0}, found[4];
        edgeai_pose pose = eai_pose_identity();
        q[axis] = 1;
        eai_pose_set_quaternion(&pose, q);
        eai_pose_to_quaternion(&pose, found);
        for (int i = 0; i < 4; i++)
            assert_true(fabs(fabs(found[i]) - q[i]) < 1e-15);
    }
}

static void rounding_is_mended(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    edgeai_pose pose = random_pose(&rng, 1.5), off = pose;
    for (int i = 0; i < 9; i++)
        off.rotation[i] += between(&rng, -1e-4, 1e-4);
    assert_true(eai_pose_orthonormalize(&off));
    assert_true(apart(&pose, &off) < 3e-4);
    edgeai_pose inverse = eai_pose_inverse(&off), one = eai_pose_identity();
    edgeai_pose product = eai_pose_compose(&off, &inverse);
    assert_true(apart(&product, &one) < 1e-14);
}

static void no_rotation_is_refused(void **state)
{
    (void)state;
    edgeai_pose mirror = eai_pose_identity(), nan = mirror, zero = {0}, scaled = mirror;
    mirror.rotation[0] = -1;
    nan.translation[1] = NAN;
    for (int i = 0; i < 9; i++)
        scaled.rotation[i] *= 1.1;
    assert_false(eai_pose_orthonormalize(&mirror));
    assert_false(eai_pose_orthonormalize(&nan));
    assert_false(eai_pose_orthonormalize(&zero));
    assert_false(eai_pose_orthonormalize(&scaled));
    nan = eai_pose_identity();
    nan.rotation[4] = -INFINITY;
    assert_false(eai_pose_orthonormalize(&nan));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverse_undoes),     cmocka_unit_test(turns_are_right_handed),
        cmocka_unit_test(twists_come_back),   cmocka_unit_test(half_turns_have_quaternions),
        cmocka_unit_test(rounding_is_mended), cmocka_unit_test(no_rotation_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
