/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_RANSAC_MOTION_H
#define EAI_SPACE_RANSAC_MOTION_H

#include <stddef.h>
#include <stdint.h>

#include "space/rigid_fit.h"

/*
 * The motion p -> q that most pairs agree with (Fischler and Bolles, 1981): fits of three pairs,
 * those with unequal sides or too little area left out, then two fits of all that agree, weighted
 * by the distances' noise. Pairs that agree are moved to the front, their order kept; how many
 * these are is returned, 0 when fewer than `least` agree.
 */
size_t eai_ransac_motion(eai_point_pair *pairs, size_t n, size_t least, uint64_t seed,
                         edgeai_pose *motion);

#endif
