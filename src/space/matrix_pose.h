/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MATRIX_POSE_H
#define EAI_SPACE_MATRIX_POSE_H

/* Poses as files have them, checked. */

#include <stdbool.h>

#include <edgeai/recording.h>

/* A 4 x 4 matrix whose last row (or column) is 0 0 0 1. False, with *why a text, when a value is
 * not finite, the last row another or the rest no rotation; published rotations are off by 1e-4,
 * which is mended. */
bool eai_matrix_pose(const double m[16], bool is_column_major, edgeai_pose *pose, const char **why);

/* Translation and quaternion x, y, z, w, whose length may be off by 5 %. */
bool eai_quaternion_pose(const double t[3], const double q[4], edgeai_pose *pose, const char **why);

/* Whether all are finite: lost frames of ScanNet are not. */
bool eai_are_finite(const double *values, size_t n);

/* Camera to world of what was read. BY_KIND is not allowed here. */
edgeai_pose eai_pose_to_world(const edgeai_pose *pose, edgeai_pose_convention convention);

#endif
