/* SPDX-License-Identifier: MIT */

/* The lower layers of a map's picture: cells, grid, axes. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/draw_parts.h"
#include "space/stroke_font.h"

static const eai_rgb white = {255, 255, 255}, unknown = {238, 238, 238}, wall = {105, 105, 105};
static const eai_rgb dots = {170, 170, 170}, ink = {40, 40, 40}, faint = {200, 200, 200};

int eai_drawing_px(const eai_drawing *drawing, double px)
{
    const int sixteenths = (int)lround(px * drawing->scale * EAI_PX);
    return sixteenths > 1 ? sixteenths : 1;
}

static const eai_rgb *color_of(const eai_map_grid *grid, const double point[2])
{
    const double column = floor((point[0] - grid->x0) / grid->cell_m);
    const double row = floor((point[1] - grid->y0) / grid->cell_m);
    if (!(column >= 0 && column < grid->width && row >= 0 && row < grid->height)) return &white;
    switch (grid->cells[(size_t)row * (size_t)grid->width + (size_t)column]) {
    case EAI_CELL_FREE:
        return &white;
    case EAI_CELL_OCCUPIED:
        return &wall;
    default:
        return &unknown;
    }
}

void eai_draw_cells(const eai_drawing *drawing)
{
    const eai_rect plot = drawing->view.plot;
    const edgeai_image *image = drawing->canvas->image;
    if (drawing->content->grid.width < 1 || drawing->content->grid.height < 1) return;
    for (int y = plot.top; y < plot.bottom; y++)
        for (int x = plot.left; x < plot.right; x++) {
            double point[2];
            eai_view_unproject(&drawing->view, x + 0.5, y + 0.5, point);
            const eai_rgb *color = color_of(&drawing->content->grid, point);
            memcpy(image->pixels + (size_t)y * image->row_bytes + 3 * (size_t)x, color, 3);
        }
}

/* A dot every six pixels or so, a whole number of them between two crossings. */
static void draw_dotted(const eai_drawing *drawing, double fixed, int axis, double low, double high)
{
    const double step =
        drawing->view.grid_m /
        fmax(1, round(drawing->view.grid_m * drawing->view.px_per_m / (6 * drawing->scale)));
    for (double at = low; at <= high + step / 2; at += step) {
        const eai_place2 place = axis == 0 ? eai_view_place(&drawing->view, fixed, at)
                                           : eai_view_place(&drawing->view, at, fixed);
        eai_canvas_line(drawing->canvas, place, place, eai_drawing_px(drawing, 1.6), dots,
                        EAI_OPAQUE);
    }
}

/* What the plot shows of each axis, whole grid lines. */
static eai_bounds shown(const eai_map_view *view)
{
    eai_bounds bounds = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (int i = 0; i < 4; i++) {
        double point[2];
        eai_view_unproject(view, i & 1 ? view->plot.right : view->plot.left,
                           i & 2 ? view->plot.bottom : view->plot.top, point);
        for (int k = 0; k < 2; k++) {
            bounds.low[k] = fmin(bounds.low[k], ceil(point[k] / view->grid_m) * view->grid_m);
            bounds.high[k] = fmax(bounds.high[k], floor(point[k] / view->grid_m) * view->grid_m);
        }
    }
    if (view->sine != 0) /* corners lie outside of what is between them */
        for (int k = 0; k < 2; k++) {
            bounds.low[k] -= view->grid_m;
            bounds.high[k] += view->grid_m;
        }
    return bounds;
}

void eai_draw_grid(const eai_drawing *drawing)
{
    const eai_map_view *view = &drawing->view;
    const eai_bounds bounds = shown(view);
    eai_canvas_clip(drawing->canvas, view->plot);
    for (int axis = 0; axis < 2; axis++) {
        const double low = bounds.low[1 - axis] - view->grid_m;
        const double high = bounds.high[1 - axis] + view->grid_m;
        const int n = (int)round((bounds.high[axis] - bounds.low[axis]) / view->grid_m);
        for (int i = 0; i <= n; i++)
            draw_dotted(drawing, bounds.low[axis] + i * view->grid_m, axis, low, high);
    }
    eai_canvas_clip(drawing->canvas, (eai_rect){0, 0, INT32_MAX, INT32_MAX});
}

/* "-2", "1.5": whole numbers, or halves. */
static void format_number(double value, char text[24])
{
    if (fabs(value - round(value)) < 1e-6)
        snprintf(text, 24, "%.0f", round(value) + 0.0);
    else
        snprintf(text, 24, "%s%d.5", value < 0 ? "-" : "", (int)fabs(value));
}

static void draw_numbers(const eai_drawing *drawing)
{
    const eai_map_view *view = &drawing->view;
    const eai_bounds bounds = shown(view);
    const eai_pen pen = {eai_drawing_px(drawing, 10), ink};
    const int gap = eai_drawing_px(drawing, 7);
    for (int axis = 0; axis < 2; axis++) {
        const int n = (int)round((bounds.high[axis] - bounds.low[axis]) / view->grid_m);
        for (int i = 0; i <= n; i++) {
            const double value = bounds.low[axis] + i * view->grid_m;
            char text[24];
            format_number(value, text);
            const int width = eai_text_width(text, pen.height);
            const eai_place2 on = axis == 0 ? eai_view_place(view, value, view->center[1])
                                            : eai_view_place(view, view->center[0], value);
            /* The arrow's name is in this corner. */
            if (axis == 1 && on.y > view->plot.bottom * EAI_PX - eai_drawing_px(drawing, 14))
                continue;
            const eai_place2 at =
                axis == 0
                    ? (eai_place2){on.x - width / 2, view->plot.bottom * EAI_PX + gap + pen.height}
                    : (eai_place2){view->plot.left * EAI_PX - gap - width, on.y + pen.height / 2};
            eai_text_draw(drawing->canvas, text, at, pen);
        }
    }
}

/* An arrow of so many pixels in a direction of the map, its name at the tip. */
static void draw_arrow(const eai_drawing *drawing, double x, double y, double dx, double dy,
                       const char *name)
{
    const eai_map_view *view = &drawing->view;
    const double s = drawing->scale, length = (drawing->is_turned ? 20 : 34) * s;
    const double ux = view->cosine * dx - view->sine * dy;
    const double uy = -(view->sine * dx + view->cosine * dy);
    const double tip_x = x + ux * length, tip_y = y + uy * length;
    const eai_place2 head[3] = {
        eai_place_at(tip_x, tip_y),
        eai_place_at(tip_x - ux * 10 * s - uy * 5 * s, tip_y - uy * 10 * s + ux * 5 * s),
        eai_place_at(tip_x - ux * 10 * s + uy * 5 * s, tip_y - uy * 10 * s - ux * 5 * s)};
    eai_canvas_line(drawing->canvas, eai_place_at(x, y),
                    eai_place_at(tip_x - ux * 8 * s, tip_y - uy * 8 * s),
                    eai_drawing_px(drawing, 2), ink, EAI_OPAQUE);
    eai_canvas_polygon(drawing->canvas, head, 3, ink, EAI_OPAQUE);
    const eai_pen pen = {eai_drawing_px(drawing, 11), ink};
    const int width = eai_text_width(name, pen.height);
    const eai_place2 middle = eai_place_at(tip_x + ux * 16 * s, tip_y + uy * 10 * s);
    eai_text_draw(drawing->canvas, name,
                  (eai_place2){middle.x - width / 2, middle.y + pen.height / 2}, pen);
}

static void draw_scale_bar(const eai_drawing *drawing)
{
    const eai_map_view *view = &drawing->view;
    const double s = drawing->scale, length = view->grid_m * view->px_per_m;
    const double right = view->plot.right - 4 * s, left = right - length;
    const double y = view->plot.bottom + 46 * s, tick = 5 * s;
    const int width = eai_drawing_px(drawing, 2);
    char number[24], text[32];
    format_number(view->grid_m, number);
    snprintf(text, sizeof text, "%s m", number);
    eai_canvas_line(drawing->canvas, eai_place_at(left, y), eai_place_at(right, y), width, ink,
                    EAI_OPAQUE);
    for (int end = 0; end < 2; end++)
        eai_canvas_line(drawing->canvas, eai_place_at(end ? right : left, y - tick),
                        eai_place_at(end ? right : left, y + tick), width, ink, EAI_OPAQUE);
    const eai_pen pen = {eai_drawing_px(drawing, 11), ink};
    const eai_place2 at = eai_place_at(left - 10 * s, y);
    eai_text_draw(drawing->canvas, text,
                  (eai_place2){at.x - eai_text_width(text, pen.height), at.y + pen.height / 2},
                  pen);
}

void eai_draw_axes(const eai_drawing *drawing)
{
    const eai_rect plot = drawing->view.plot;
    const double s = drawing->scale;
    const eai_place2 corners[4] = {{plot.left * EAI_PX, plot.top * EAI_PX},
                                   {plot.right * EAI_PX, plot.top * EAI_PX},
                                   {plot.right * EAI_PX, plot.bottom * EAI_PX},
                                   {plot.left * EAI_PX, plot.bottom * EAI_PX}};
    eai_canvas_outline(drawing->canvas, corners, 4, eai_drawing_px(drawing, 1), faint);
    if (!drawing->is_turned) draw_numbers(drawing);
    const double x = (drawing->is_turned ? 80 : 20) * s, y = plot.bottom + 46 * s;
    const double middle = drawing->is_turned ? plot.bottom + 25 * s : y;
    draw_arrow(drawing, x, middle, 1, 0, "+X");
    draw_arrow(drawing, x, middle, 0, 1, "+Y");
    draw_scale_bar(drawing);
}
