/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "space/pose.h"
#include "space/pose_readings.h"
#include "support/check.h"

/* The first reading changes nothing; every other one gives another motion, and still a motion. */
static void readings_are_motions_and_differ(void **state)
{
    (void)state;
    const double twist[6] = {0.4, -0.7, 0.3, 1, 2, -1};
    const edgeai_pose given = eai_pose_exp(twist);
    edgeai_pose read[EAI_POSE_READINGS];
    for (int i = 0; i < EAI_POSE_READINGS; i++) {
        read[i] = eai_pose_readings[i].read(&given);
        edgeai_pose checked = read[i];
        assert_true(eai_pose_orthonormalize(&checked));
        for (int k = 0; k < i; k++)
            assert_true(memcmp(&read[i], &read[k], sizeof given) != 0);
    }
    assert_memory_equal(&read[0], &given, sizeof given);
    assert_int_equal(eai_pose_readings[0].verdict, EDGEAI_POSES_FIT);
}

static void reading_twice_is_as_written(void **state)
{
    (void)state;
    const double twist[6] = {0.4, -0.7, 0.3, 1, 2, -1};
    const edgeai_pose given = eai_pose_exp(twist);
    for (int i = 1; i < 5; i++) { /* inverted, y up, both, transposed: their own opposites */
        edgeai_pose once = eai_pose_readings[i].read(&given);
        edgeai_pose back = i == 3 ? eai_pose_readings[2].read(&once) : once;
        back = i == 3 ? eai_pose_readings[1].read(&back) : eai_pose_readings[i].read(&once);
        for (int k = 0; k < 9; k++)
            assert_close(back.rotation[k], given.rotation[k], 1e-14, 0);
        for (int k = 0; k < 3; k++)
            assert_close(back.translation[k], given.translation[k], 1e-14, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings_are_motions_and_differ),
        cmocka_unit_test(reading_twice_is_as_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
