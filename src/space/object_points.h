/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OBJECT_POINTS_H
#define EAI_SPACE_OBJECT_POINTS_H

/* An object's points from all its detections, less those that only look as if they were its own. */

#include "space/kept_frame.h"
#include "space/object_merge.h"

enum { EAI_OBJECT_POINTS = 4096 };

/*
 * Writes at most EAI_OBJECT_POINTS points in the frame of placed->poses and returns how many.
 *
 * A box shows an object's outline, so its points are inside the boxes of its other detections too:
 * each such view that has a point in its image and unhidden votes whether it is; with more than a
 * quarter of votes against it a point goes. What is behind or beside the object in one view is seen
 * past it in another. If hardly any point passes, all stay.
 */
int eai_object_points(float (*points)[3], const eai_placed_frames *placed,
                      const eai_member *members, size_t n_members);

#endif
