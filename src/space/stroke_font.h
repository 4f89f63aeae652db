/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_STROKE_FONT_H
#define EAI_SPACE_STROKE_FONT_H

/*
 * Letters of strokes, drawn for this library: stb_easy_font's rectangles are seven pixels high and
 * hard to read for people and models alike once they are enlarged. ASCII; any other character, and
 * each byte that is no UTF-8, is an open box.
 */

#include "space/canvas.h"

/* A text's looks. */
typedef struct eai_pen {
    int height; /* of capitals, in sixteenths of a pixel */
    eai_rgb color;
} eai_pen;

/* From the left end of the first stroke to the right end of the last, in sixteenths. */
int eai_text_width(const char *text, int height);

/* How far letters reach below the line that capitals stand on. */
int eai_text_depth(int height);

/* `at`: where the first stroke begins, on the line that capitals stand on. */
void eai_text_draw(eai_canvas *canvas, const char *text, eai_place2 at, eai_pen pen);

/* The same with a rim of the second colour, that it can be read on anything. */
void eai_text_draw_rimmed(eai_canvas *canvas, const char *text, eai_place2 at, eai_pen pen,
                          eai_rgb rim);

#endif
