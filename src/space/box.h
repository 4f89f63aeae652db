/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_BOX_H
#define EAI_SPACE_BOX_H

/* Upright boxes that are turned about Z. */

#include <stdbool.h>

#include "space/map_content.h"

/* Corners of the box seen from above, counter-clockwise, from (-x, -y) of the box's own axes. */
void eai_box_footprint(const eai_map_object *box, double corners[4][2]);

/* All eight: the footprint at the lower end, then at the upper one. */
void eai_box_corners(const eai_map_object *box, double corners[8][3]);

/* The eight corners' quadrangles, seen from outside counter-clockwise. */
extern const unsigned char eai_box_faces[6][4];

/* The twelve edges as pairs of corners. */
extern const unsigned char eai_box_edges[12][2];

/* The least distance of two points, one of each box: 0 where they touch or overlap. Exact: the
 * boxes are prisms that stand upright, so that it is the distance of the footprints and that of the
 * heights, joined by Pythagoras. */
double eai_box_distance(const eai_map_object *a, const eai_map_object *b);

/* The least distance in the plane of a point from the footprint. */
double eai_box_distance_xy(const eai_map_object *box, const double point[2]);

#endif
