/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_DRAW_PARTS_H
#define EAI_SPACE_DRAW_PARTS_H

/* The parts of a map's picture, from the lowest layer up. */

#include "space/canvas.h"
#include "space/map_content.h"
#include "space/map_view.h"
#include "space/relevance.h"
#include "space/tags.h"

typedef struct eai_drawing {
    const eai_map_content *content;
    eai_canvas *canvas;
    eai_map_view view;
    double scale; /* of lines and letters: 1 for 768 pixels */
    bool is_turned;
} eai_drawing;

/* Sixteenths of a pixel for so many pixels of a picture of 768. */
int eai_drawing_px(const eai_drawing *drawing, double px);

void eai_draw_cells(const eai_drawing *drawing);
void eai_draw_grid(const eai_drawing *drawing);
/* Frame, numbers of the axes (unless turned), arrows, scale bar. */
void eai_draw_axes(const eai_drawing *drawing);

void eai_draw_box(const eai_drawing *drawing, const eai_map_object *object, bool is_wanted);
/* The smallest rectangle of pixels around the box. */
eai_rect eai_drawn_rect(const eai_drawing *drawing, const eai_map_object *object);

void eai_draw_path(const eai_drawing *drawing);
/* Triangles of key frames, and the star; every n-th triangle where there are many. */
int eai_key_step(const eai_map_content *content);
void eai_draw_cameras(const eai_drawing *drawing);
/* Where a frame's camera is drawn. */
eai_rect eai_camera_rect(const eai_drawing *drawing, const eai_map_frame *frame);
/* The last connected frame; NULL: none. */
const eai_map_frame *eai_last_frame(const eai_map_content *content);
/* Direction that the camera looks in, seen from above; false when it looks straight up or down and
 * its upper side says nothing either. */
bool eai_frame_heading(const eai_map_frame *frame, double heading[2]);

/* A tag that is placed, with a line to what it belongs to where it lies apart. */
void eai_draw_tag_line(const eai_drawing *drawing, const eai_tag *tag, eai_rgb color);
void eai_draw_tag(eai_canvas *canvas, const eai_tag *tag, eai_rgb color, bool is_wanted,
                  double scale);

/* "3:chair" and "3" into a tag; long labels are cut, control characters become blanks. */
void eai_tag_texts(eai_tag *tag, const eai_map_object *object);

#endif
