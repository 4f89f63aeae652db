/* SPDX-License-Identifier: MIT */
#include "space/matrix_pose.h"

#include <math.h>

#include "space/pose.h"

bool eai_are_finite(const double *values, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(values[i])) return false;
    return true;
}

bool eai_matrix_pose(const double m[16], bool is_column_major, edgeai_pose *pose, const char **why)
{
    const int row = is_column_major ? 1 : 4, column = is_column_major ? 4 : 1;
    if (!eai_are_finite(m, 16)) {
        *why = "a pose that is not finite";
        return false;
    }
    for (int i = 0; i < 4; i++)
        if (fabs(m[3 * row + i * column] - (i == 3)) > 1e-6) {
            *why = "expected a matrix whose last row is 0 0 0 1";
            return false;
        }
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 3; k++)
            pose->rotation[3 * i + k] = m[i * row + k * column];
        pose->translation[i] = m[i * row + 3 * column];
    }
    *why = "expected a rotation, found a matrix that is none (mirrored, scaled or transposed?)";
    return eai_pose_orthonormalize(pose);
}

bool eai_quaternion_pose(const double t[3], const double q[4], edgeai_pose *pose, const char **why)
{
    *why = "a pose that is not finite";
    if (!eai_are_finite(t, 3) || !eai_are_finite(q, 4)) return false;
    *why = "expected a quaternion of length 1";
    const double n = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    if (!(n > 0.95 && n < 1.05)) return false;
    eai_pose_set_quaternion(pose, q);
    for (int i = 0; i < 3; i++)
        pose->translation[i] = t[i];
    return true;
}

edgeai_pose eai_pose_to_world(const edgeai_pose *pose, edgeai_pose_convention convention)
{
    return convention == EDGEAI_POSE_WORLD_TO_CAMERA ? eai_pose_inverse(pose) : *pose;
}
