/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_GRAVITY_H
#define EAI_SPACE_GRAVITY_H

/* Which way is up, as the cameras were held. */

#include "space/kept_frame.h"

/*
 * Opposite to the mean of the cameras' down axes, length 1; cameras that move in a plane add its
 * normal. (0, 0, 1) without frames, or when the axes cancel out.
 */
void eai_gravity_up(double up[3], const eai_placed_frames *placed);

/* The least rotation that takes the direction `up`, length 1, to (0, 0, 1); no translation. */
edgeai_pose eai_gravity_level(const double up[3]);

#endif
