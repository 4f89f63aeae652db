/* SPDX-License-Identifier: MIT */

/* Where the camera was, and where it looked. */

#include <math.h>

#include "space/draw_parts.h"
#include "space/pose.h"

enum { TRIANGLES_MAX = 40 };

#define STEEP 0.15 /* of a direction's length in the plane: less says nothing about a heading */

static const eai_rgb ink = {30, 30, 30}, red = {225, 0, 0}, white = {255, 255, 255};

const eai_map_frame *eai_last_frame(const eai_map_content *content)
{
    for (size_t i = content->n_frames; i-- > 0;)
        if (content->frames[i].component == 0) return &content->frames[i];
    return NULL;
}

static bool flat_direction(const eai_map_frame *frame, const double axis[3], double heading[2])
{
    double v[3];
    eai_pose_rotate(&frame->pose, axis, v);
    const double length = hypot(v[0], v[1]);
    if (!(length > STEEP)) return false;
    heading[0] = v[0] / length;
    heading[1] = v[1] / length;
    return true;
}

bool eai_frame_heading(const eai_map_frame *frame, double heading[2])
{
    static const double forward[3] = {0, 0, 1}, up[3] = {0, -1, 0}, down[3] = {0, 1, 0};
    double z[3];
    if (flat_direction(frame, forward, heading)) return true;
    eai_pose_rotate(&frame->pose, forward, z);
    /* Looking down, the picture's upper side is ahead; looking up, its lower side. */
    return flat_direction(frame, z[2] < 0 ? up : down, heading);
}

static eai_place2 camera_place(const eai_drawing *drawing, const eai_map_frame *frame)
{
    const double *t = frame->pose.translation;
    return eai_view_place(&drawing->view, t[0], t[1]);
}

void eai_draw_path(const eai_drawing *drawing)
{
    const eai_map_frame *before = NULL;
    const eai_map_content *content = drawing->content;
    for (size_t i = 0; i < content->n_frames; i++) {
        const eai_map_frame *frame = &content->frames[i];
        if (frame->component != 0) continue;
        if (before)
            eai_canvas_line(drawing->canvas, camera_place(drawing, before),
                            camera_place(drawing, frame), eai_drawing_px(drawing, 1.4), ink,
                            EAI_OPAQUE);
        before = frame;
    }
}

int eai_key_step(const eai_map_content *content)
{
    int n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        n += content->frames[i].component == 0 && content->frames[i].key;
    return n / TRIANGLES_MAX + (n % TRIANGLES_MAX > 0);
}

eai_rect eai_camera_rect(const eai_drawing *drawing, const eai_map_frame *frame)
{
    double px[2];
    const double *t = frame->pose.translation, half = 8 * drawing->scale;
    eai_view_project(&drawing->view, t[0], t[1], px);
    return (eai_rect){(int)floor(px[0] - half), (int)floor(px[1] - half), (int)ceil(px[0] + half),
                      (int)ceil(px[1] + half)};
}

/* The tip points along the heading; a dot where there is none. */
static void draw_triangle(const eai_drawing *drawing, const eai_map_frame *frame)
{
    double heading[2], px[2];
    const double s = drawing->scale, *t = frame->pose.translation;
    eai_view_project(&drawing->view, t[0], t[1], px);
    if (!eai_frame_heading(frame, heading)) {
        const eai_place2 at = eai_place_at(px[0], px[1]);
        eai_canvas_line(drawing->canvas, at, at, eai_drawing_px(drawing, 8), ink, EAI_OPAQUE);
        return;
    }
    const double ux = drawing->view.cosine * heading[0] - drawing->view.sine * heading[1];
    const double uy = -(drawing->view.sine * heading[0] + drawing->view.cosine * heading[1]);
    const eai_place2 corners[3] = {
        eai_place_at(px[0] + 10 * s * ux, px[1] + 10 * s * uy),
        eai_place_at(px[0] - 5 * s * ux - 6 * s * uy, px[1] - 5 * s * uy + 6 * s * ux),
        eai_place_at(px[0] - 5 * s * ux + 6 * s * uy, px[1] - 5 * s * uy - 6 * s * ux)};
    eai_canvas_outline(drawing->canvas, corners, 3, eai_drawing_px(drawing, 3), white);
    eai_canvas_polygon(drawing->canvas, corners, 3, ink, EAI_OPAQUE);
}

static void draw_star(const eai_drawing *drawing, const eai_map_frame *frame)
{
    enum { CORNERS = 10 };
    double px[2];
    eai_place2 corners[CORNERS];
    eai_view_project(&drawing->view, frame->pose.translation[0], frame->pose.translation[1], px);
    for (int i = 0; i < CORNERS; i++) {
        const double angle = i * acos(-1.0) / 5, radius = (i % 2 ? 5.2 : 12.5) * drawing->scale;
        corners[i] = eai_place_at(px[0] + radius * sin(angle), px[1] - radius * cos(angle));
    }
    eai_canvas_outline(drawing->canvas, corners, CORNERS, eai_drawing_px(drawing, 3), white);
    eai_canvas_polygon(drawing->canvas, corners, CORNERS, red, EAI_OPAQUE);
}

void eai_draw_cameras(const eai_drawing *drawing)
{
    const eai_map_content *content = drawing->content;
    const int step = eai_key_step(content);
    int n = 0;
    for (size_t i = 0; i < content->n_frames; i++)
        if (content->frames[i].component == 0 && content->frames[i].key && n++ % step == 0)
            draw_triangle(drawing, &content->frames[i]);
    const eai_map_frame *last = eai_last_frame(content);
    if (last) draw_star(drawing, last);
}
