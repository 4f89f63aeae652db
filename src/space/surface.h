/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SURFACE_H
#define EAI_SPACE_SURFACE_H

/*
 * What is kept of a depth image to register others against it: about 160 x 120 distances, each the
 * mean of a block, with the surface's direction. 8 bytes a cell.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>

#include "space/depth_noise.h"
#include <edgeai/status.h>

#define EAI_SURFACE_SIDE        160    /* cells of the longer side that are aimed at */
#define EAI_SURFACE_UNITS_PER_M 4096.0 /* of eai_surface_cell.z */
#define EAI_NORMAL_UNITS        32767.0f
#define EAI_SURFACE_NEAR_M      0.2
#define EAI_SURFACE_FAR_M       8.0

typedef struct eai_surface_cell {
    uint16_t z;        /* 0: nothing measured */
    int16_t normal[3]; /* unit length, towards the camera; all 0: not known */
} eai_surface_cell;

typedef struct eai_surface {
    int width, height;
    float fx, fy, cx, cy;    /* of the cells: their centres are at whole numbers */
    eai_surface_cell *cells; /* [height][width]; NULL: no depth */
    int n_measured;          /* cells with a distance */
} eai_surface;

/* A point with its direction, in the camera's frame. */
typedef struct eai_surface_point {
    float p[3], normal[3];
} eai_surface_point;

/* Blocks and directions of a depth image. Free with eai_surface_free(). Without any valid distance
 * n_measured is 0. */
edgeai_status eai_surface_create(eai_surface *surface, const edgeai_allocator *allocator,
                                 const uint16_t *depth, const edgeai_camera *camera,
                                 double units_per_m);
void eai_surface_free(eai_surface *surface, const edgeai_allocator *allocator);

size_t eai_surface_bytes(const eai_surface *surface);

/* The point of a cell. */
void eai_surface_position(const eai_surface *surface, int column, int row, float p[3]);

/*
 * Points whose direction is known, in an order in which the first counts[0] lie on every fourth
 * column and row, the first counts[1] on every second, and counts[2] are all.
 * points[width * height].
 */
void eai_surface_points(const eai_surface *surface, eai_surface_point *points, size_t counts[3]);

#endif
