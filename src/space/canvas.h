/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_CANVAS_H
#define EAI_SPACE_CANVAS_H

/*
 * Drawing with smooth edges into an RGB image. Places are in sixteenths of a pixel, from the upper
 * left corner of the first one, so that what is covered is counted in whole numbers and a picture
 * has the same bytes on every run. Anything may lie outside: only what is inside is drawn.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

#include "space/palette.h"

enum { EAI_PX = 16 };             /* a pixel */
enum { EAI_POLYGON_MAX = 16 };    /* corners */
enum { EAI_PLACE_MAX = 1 << 24 }; /* farther places are taken for this */
enum { EAI_OPAQUE = 255 };

typedef struct eai_place2 {
    int x, y;
} eai_place2;

/* Whole pixels, right and bottom outside. */
typedef struct eai_rect {
    int left, top, right, bottom;
} eai_rect;

typedef struct eai_canvas {
    edgeai_image *image; /* RGB */
    const edgeai_allocator *allocator;
    eai_rect clip; /* inside the image */
    int *row;      /* [width + 1] how much of each pixel of a row is covered */
} eai_canvas;

/* The image outlives the canvas; the clip is all of it. EDGEAI_E_MEMORY. */
edgeai_status eai_canvas_start(eai_canvas *canvas, edgeai_image *image,
                               const edgeai_allocator *allocator);
void eai_canvas_end(eai_canvas *canvas); /* a zero canvas is fine */

void eai_canvas_clip(eai_canvas *canvas, eai_rect clip);

/* The nearest place for real numbers of pixels. */
eai_place2 eai_place_at(double x_px, double y_px);

/* `alpha` 0 to 255: how much of the colour. */
void eai_canvas_rect(eai_canvas *canvas, eai_rect rect, eai_rgb color, int alpha);

/* What lines around the corners go round at least once; n at most EAI_POLYGON_MAX. */
void eai_canvas_polygon(eai_canvas *canvas, const eai_place2 *corners, int n, eai_rgb color,
                        int alpha);

/* A line with round ends; a dot where both are the same. Width in sixteenths. */
void eai_canvas_line(eai_canvas *canvas, eai_place2 a, eai_place2 b, int width, eai_rgb color,
                     int alpha);

/* Lines around the corners. */
void eai_canvas_outline(eai_canvas *canvas, const eai_place2 *corners, int n, int width,
                        eai_rgb color);

#endif
