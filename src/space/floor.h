/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_FLOOR_H
#define EAI_SPACE_FLOOR_H

/* The map's frame: on the floor, along the walls. */

#include <stdbool.h>
#include <stdint.h>

#include "space/scene_points.h"

typedef struct eai_floor_rules {
    double tolerance_m;
    bool up_is_known; /* the given direction stays; only height and walls are looked for */
    uint64_t seed;
} eai_floor_rules;

/*
 * The motion from the points' frame to the map's: Z up, the floor at 0, the walls that most points
 * are on along X and Y, X as near as that allows to where it was. Without a floor, *found is false
 * and z = 0 is under all but a fiftieth of the points.
 */
edgeai_pose eai_find_floor(const double up[3], const eai_scene_point *points, int n,
                           const eai_floor_rules *rules, bool *found);

#endif
