/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_POSE_H
#define EAI_SPACE_POSE_H

/* Rigid motions. A pose M takes points of its own frame to the outer one: p_outer = R p + t. */

#include <stdbool.h>

#include <edgeai/space.h>

edgeai_pose eai_pose_identity(void);

/* First b, then a: the motion p -> a(b(p)). */
edgeai_pose eai_pose_compose(const edgeai_pose *a, const edgeai_pose *b);

edgeai_pose eai_pose_inverse(const edgeai_pose *pose);

/* out = R p + t; out may be p. */
void eai_pose_apply(const edgeai_pose *pose, const double p[3], double out[3]);

/* out = R v; out may be v. */
void eai_pose_rotate(const edgeai_pose *pose, const double v[3], double out[3]);

/* Angle of the rotation, 0 to pi. */
double eai_pose_angle(const edgeai_pose *pose);

/* The nearest rotation in place of one that is off by rounding; false, and unchanged, when a value
 * is not finite, the determinant is not positive, or it is off by more than 0.05 in any entry. */
bool eai_pose_orthonormalize(edgeai_pose *pose);

/* Unit quaternion x, y, z, w (Hamilton, scalar last, w >= 0) and back. */
void eai_pose_to_quaternion(const edgeai_pose *pose, double q[4]);
void eai_pose_set_quaternion(edgeai_pose *pose, const double q[4]);

/* Exponential map of a twist: rotation vector w (radians), then translation v. R = exp(w), t = V v.
 */
edgeai_pose eai_pose_exp(const double twist[6]);
void eai_pose_log(const edgeai_pose *pose, double twist[6]);

#endif
