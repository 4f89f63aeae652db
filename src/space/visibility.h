/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_VISIBILITY_H
#define EAI_SPACE_VISIBILITY_H

/* Where an object should have been seen. */

#include <stdbool.h>

#include "space/kept_frame.h"

typedef struct eai_visibility_rules {
    double visible_min, hidden_m;
} eai_visibility_rules;

/*
 * Whether a frame shows an object: at least visible_min of its points are in the image with depth
 * measured there, not hidden by more than hidden_m, and together not too small to be detected. box:
 * left, top, width, height around those points in pixels of the colour camera.
 */
bool eai_visible(const float (*points)[3], int n, const eai_kept_frame *frame,
                 const edgeai_pose *pose, const eai_visibility_rules *rules, double box[4]);

#endif
