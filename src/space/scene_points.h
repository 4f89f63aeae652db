/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SCENE_POINTS_H
#define EAI_SPACE_SCENE_POINTS_H

/* Points of everything that was seen, with the directions that surfaces face. */

#include "space/kept_frame.h"

enum { EAI_SCENE_POINTS = 24576 };

typedef struct eai_scene_point {
    float at[3], normal[3]; /* normal: length 1, towards the camera */
} eai_scene_point;

/*
 * At most EAI_SCENE_POINTS, evenly from all fused frames, in the frame of their poses; returns
 * how many. Only where a neighbourhood is smooth enough for a direction: depth is averaged over 3x3
 * pixels, slopes are taken over 6.
 */
int eai_scene_points(eai_scene_point *points, const eai_placed_frames *placed);

#endif
