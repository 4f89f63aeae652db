/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_KEPT_FRAME_H
#define EAI_SPACE_KEPT_FRAME_H

/* What is kept of a frame, and where it stands. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/space.h>

#include "space/observe.h"
#include "space/pose.h"
#include "space/small_depth.h"

typedef struct eai_kept_frame {
    edgeai_mapped_frame place; /* pose: as given; identity when none was */
    eai_depth depth;           /* shrunk; values NULL: none */
    eai_observation *observations;
    int n_observations;
    float *points; /* [n_points][3] of all observations, camera coordinates */
    int n_points;
    bool detector_ran;
} eai_kept_frame;

/* Zero afterwards. */
void eai_kept_frame_free(eai_kept_frame *frame, const edgeai_allocator *allocator);

size_t eai_kept_frame_bytes(const eai_kept_frame *frame);

/* Frames with the poses that they are fused at. */
typedef struct eai_placed_frames {
    const eai_kept_frame *frames;
    const edgeai_pose *poses; /* camera to the frame at hand */
    const bool *fused;        /* connected, and reliably enough */
    size_t n;
} eai_placed_frames;

#endif
