/* SPDX-License-Identifier: MIT */

/* Boxes and their tags. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "space/box.h"
#include "space/draw_parts.h"
#include "space/stroke_font.h"

enum { ALPHA = 77, ALPHA_WANTED = 100 };  /* 30 and 40 % */
enum { LABEL_CHARACTERS = 20, DOTS = 2 }; /* of a label in a tag */

static const eai_rgb white = {255, 255, 255}, ink = {25, 25, 25};

static void footprint_places(const eai_drawing *drawing, const eai_map_object *object,
                             eai_place2 places[4])
{
    double corners[4][2];
    eai_box_footprint(object, corners);
    for (int i = 0; i < 4; i++)
        places[i] = eai_view_place(&drawing->view, corners[i][0], corners[i][1]);
}

void eai_draw_box(const eai_drawing *drawing, const eai_map_object *object, bool is_wanted)
{
    eai_place2 places[4];
    const eai_rgb color = eai_object_color(object->id);
    footprint_places(drawing, object, places);
    eai_canvas_polygon(drawing->canvas, places, 4, color, is_wanted ? ALPHA_WANTED : ALPHA);
    eai_canvas_outline(drawing->canvas, places, 4, eai_drawing_px(drawing, is_wanted ? 4.5 : 2),
                       color);
}

static int floor_px(int sixteenths)
{
    return (int)floor((double)sixteenths / EAI_PX);
}

eai_rect eai_drawn_rect(const eai_drawing *drawing, const eai_map_object *object)
{
    eai_place2 places[4];
    footprint_places(drawing, object, places);
    eai_rect rect = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN};
    for (int i = 0; i < 4; i++) {
        const int x = floor_px(places[i].x), y = floor_px(places[i].y);
        if (x < rect.left) rect.left = x;
        if (y < rect.top) rect.top = y;
        if (x + 1 > rect.right) rect.right = x + 1;
        if (y + 1 > rect.bottom) rect.bottom = y + 1;
    }
    return rect;
}

void eai_tag_texts(eai_tag *tag, const eai_map_object *object)
{
    char label[LABEL_CHARACTERS * 4 + DOTS + 1];
    size_t at = 0;
    int n = 0;
    const char *from = object->label;
    for (; *from && n < LABEL_CHARACTERS; n++) {
        uint32_t code_point;
        const int length = eai_utf8_decode((const unsigned char *)from, strlen(from), &code_point);
        const size_t bytes = length > 0 ? (size_t)length : 1;
        if ((unsigned char)*from < ' ')
            label[at++] = ' ';
        else
            for (size_t i = 0; i < bytes; i++)
                label[at++] = from[i];
        from += bytes;
    }
    for (int i = 0; *from && i < DOTS; i++)
        label[at++] = '.';
    label[at] = '\0';
    snprintf(tag->text, sizeof tag->text, "%d:%s", object->id, label);
    snprintf(tag->short_text, sizeof tag->short_text, "%d", object->id);
}

static int nearest(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void eai_draw_tag_line(const eai_drawing *drawing, const eai_tag *tag, eai_rgb color)
{
    const int gap = 5;
    const eai_rect near = {tag->about.left - gap, tag->about.top - gap, tag->about.right + gap,
                           tag->about.bottom + gap};
    if (!tag->is_placed || eai_rects_overlap(near, tag->rect)) return;
    const int x = (tag->about.left + tag->about.right) * EAI_PX / 2;
    const int y = (tag->about.top + tag->about.bottom) * EAI_PX / 2;
    const eai_rect r = tag->rect;
    const eai_place2 end = {x, y}, begin = {nearest(x, r.left * EAI_PX, r.right * EAI_PX),
                                            nearest(y, r.top * EAI_PX, r.bottom * EAI_PX)};
    eai_canvas_line(drawing->canvas, begin, end, eai_drawing_px(drawing, 1.2), color, EAI_OPAQUE);
    eai_canvas_line(drawing->canvas, end, end, eai_drawing_px(drawing, 5), color, EAI_OPAQUE);
}

void eai_draw_tag(eai_canvas *canvas, const eai_tag *tag, eai_rgb color, bool is_wanted,
                  double scale)
{
    if (!tag->is_placed) return;
    const eai_pen pen = {tag->height, tag->is_bare ? color : ink};
    const char *text = tag->is_short ? tag->short_text : tag->text;
    if (tag->is_bare) {
        eai_text_draw_rimmed(canvas, text, eai_tag_text_at(tag), pen, white);
        return;
    }
    /* The frame lies inside the rectangle that was kept free. */
    const int width = (int)lround((is_wanted ? 2.5 : 1.3) * scale * EAI_PX);
    const eai_rect r = tag->rect;
    const int in = (width + 1) / 2;
    const eai_place2 corners[4] = {{r.left * EAI_PX + in, r.top * EAI_PX + in},
                                   {r.right * EAI_PX - in, r.top * EAI_PX + in},
                                   {r.right * EAI_PX - in, r.bottom * EAI_PX - in},
                                   {r.left * EAI_PX + in, r.bottom * EAI_PX - in}};
    eai_canvas_rect(canvas, r, white, 235);
    eai_canvas_outline(canvas, corners, 4, width, color);
    eai_text_draw(canvas, text, eai_tag_text_at(tag), pen);
}
