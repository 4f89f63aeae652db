/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_RIGID_FIT_H
#define EAI_SPACE_RIGID_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/space.h>

/* The same place seen in two frames, each in its camera's coordinates. */
typedef struct eai_point_pair {
    double p[3], q[3];
    double weight; /* 0 or more */
} eai_point_pair;

/*
 * The motion that takes points p nearest to points q: least sum of w |q - (s R p + t)|^2 (Kabsch
 * 1976; with scale Umeyama, "Least-squares estimation of transformation parameters between two
 * point patterns", 1991). `scale` NULL: s is 1. False when the points lie on one line, so that the
 * rotation about it is not determined: one of the best is written. False, and nothing written, when
 * the weights add up to nothing.
 */
bool eai_rigid_fit(const eai_point_pair *pairs, size_t n, edgeai_pose *motion, double *scale);

#endif
