/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OBSERVE_H
#define EAI_SPACE_OBSERVE_H

/* From a detection and depth to the points of one object. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/space.h>

#include "space/small_depth.h"

/* An object as one frame shows it; its points are with the frame. */
typedef struct eai_observation {
    int label; /* index into the map's labels */
    float score;
    float box[4];    /* left, top, width, height in pixels of the colour camera */
    float center[3]; /* median of the points, camera coordinates */
    int first_point, n_points;
    bool truncated; /* the box touches the image's border */
    bool masked;
} eai_observation;

/* Cells along a side that a box is looked at in: larger boxes are sampled. */
enum { EAI_OBSERVE_SIDE = 96, EAI_OBSERVE_CELLS = EAI_OBSERVE_SIDE * EAI_OBSERVE_SIDE };

/* Working memory of eai_observe(), of any content. */
typedef struct eai_observe_scratch {
    float z[EAI_OBSERVE_CELLS];       /* 0: nothing measured there */
    uint8_t state[EAI_OBSERVE_CELLS]; /* belongs to the object */
    uint8_t eroded[EAI_OBSERVE_CELLS];
    int stack[EAI_OBSERVE_CELLS];
    float sorted[EAI_OBSERVE_CELLS];
} eai_observe_scratch;

/*
 * Writes the detection's points, at most EDGEAI_MAP_POINTS_MAX of [3], camera coordinates, and
 * fills in the observation, label and first_point apart. Returns how many; 0 when fewer than
 * points_min pixels belong to it. The detection is finite and its mask has the image's size.
 */
int eai_observe(eai_observation *out, float *points, const edgeai_detection *detection,
                const edgeai_camera *camera, const eai_depth *depth, int points_min,
                eai_observe_scratch *scratch);

/* Intersection over union of two boxes in one image. */
double eai_box_overlap(const float a[4], const float b[4]);

#endif
