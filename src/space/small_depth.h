/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SMALL_DEPTH_H
#define EAI_SPACE_SMALL_DEPTH_H

/* The depth that is kept of a frame: 16 bits, at most EDGEAI_MAP_DEPTH_SIDE pixels long. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>

#include "space/depth_noise.h"
#include <edgeai/status.h>

/* Depth pixels and what they mean; does not own them. */
typedef struct eai_depth {
    const uint16_t *values; /* [height][width]; NULL: none */
    int width, height;
    double fx, fy, cx, cy; /* of these pixels */
    double unit_m;
    double min_m, max_m; /* valid range */
} eai_depth;

/* The frame's depth; values NULL when it has none. */
eai_depth eai_depth_of_frame(const edgeai_frame *frame, double min_m, double max_m);

/* Metres, or 0 where nothing valid was measured. */
double eai_depth_at(const eai_depth *depth, int column, int row);

/* The point in camera coordinates behind a pixel at distance z. */
void eai_depth_lift(const eai_depth *depth, int column, int row, double z, double out[3]);

/* The pixel that a point of camera coordinates falls on; false behind the camera or outside. */
bool eai_depth_project(const eai_depth *depth, const double p[3], int *column, int *row);

/* Pixels in one, along a side. */
int eai_depth_shrink_factor(const eai_depth *depth);

/*
 * `depth` shrunk by that factor: each pixel is the middle one of the valid pixels it stands for, so
 * that no two surfaces are mixed. *small has values of its own, to be released with
 * eai_depth_release(); without any valid pixel, none. EDGEAI_E_MEMORY.
 */
edgeai_status eai_depth_shrink(eai_depth *small, const eai_depth *depth,
                               const edgeai_allocator *allocator);

size_t eai_depth_bytes(const eai_depth *depth);
void eai_depth_release(eai_depth *small, const edgeai_allocator *allocator);

#endif
