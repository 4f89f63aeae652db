/* SPDX-License-Identifier: MIT */
#include "space/map_view.h"

#include <math.h>

#include "space/box.h"

#define EMPTY_M 2.0  /* side of what is shown of nothing */
#define LEAST_M 1.0  /* side of what is shown of little */
#define AROUND  0.04 /* of the longer side, left free on each side */
#define LINE_PX 40   /* least between grid lines, of a picture of 768 */
#define FINE_PX 420  /* a metre this wide is divided */

static void include(eai_bounds *bounds, double x, double y)
{
    const double point[2] = {x, y};
    if (!isfinite(x) || !isfinite(y)) return;
    for (int k = 0; k < 2; k++) {
        bounds->low[k] = fmin(bounds->low[k], point[k]);
        bounds->high[k] = fmax(bounds->high[k], point[k]);
    }
}

static void include_cells(eai_bounds *bounds, const eai_map_grid *grid)
{
    int left = grid->width, right = -1, bottom = grid->height, top = -1;
    for (int row = 0; row < grid->height; row++)
        for (int column = 0; column < grid->width; column++) {
            if (grid->cells[(size_t)row * (size_t)grid->width + (size_t)column] == EAI_CELL_UNKNOWN)
                continue;
            if (column < left) left = column;
            if (column > right) right = column;
            if (row < bottom) bottom = row;
            top = row;
        }
    if (right < 0) return;
    include(bounds, grid->x0 + left * grid->cell_m, grid->y0 + bottom * grid->cell_m);
    include(bounds, grid->x0 + (right + 1) * grid->cell_m, grid->y0 + (top + 1) * grid->cell_m);
}

eai_bounds eai_map_bounds(const eai_map_content *content)
{
    eai_bounds bounds = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    for (size_t i = 0; i < content->n_objects; i++) {
        double corners[4][2];
        eai_box_footprint(&content->objects[i], corners);
        for (int k = 0; k < 4; k++)
            include(&bounds, corners[k][0], corners[k][1]);
    }
    for (size_t i = 0; i < content->n_frames; i++)
        if (content->frames[i].component == 0)
            include(&bounds, content->frames[i].pose.translation[0],
                    content->frames[i].pose.translation[1]);
    include_cells(&bounds, &content->grid);
    if (bounds.low[0] > bounds.high[0])
        return (eai_bounds){{-EMPTY_M / 2, -EMPTY_M / 2}, {EMPTY_M / 2, EMPTY_M / 2}};
    return bounds;
}

/* 1, 2, 5, 10 ... metres, or a half where a metre is wide. */
static double choose_grid(double px_per_m, int side_px)
{
    static const double factors[3] = {2, 2.5, 2};
    const double least = LINE_PX * side_px / 768.0, fine = FINE_PX * side_px / 768.0;
    double step = px_per_m > fine ? 0.5 : 1;
    for (int i = 0; step * px_per_m < least && i < 64; i++)
        step *= factors[i % 3];
    return step;
}

static void turn_point(const eai_map_view *view, double x, double y, double out[2])
{
    out[0] = view->cosine * x - view->sine * y;
    out[1] = view->sine * x + view->cosine * y;
}

eai_map_view eai_view_make(const eai_map_content *content, int side_px, double turn)
{
    const double scale = side_px / 768.0;
    const eai_bounds bounds = eai_map_bounds(content);
    eai_map_view view = {.cosine = cos(turn), .sine = sin(turn)};
    eai_bounds turned = {{INFINITY, INFINITY}, {-INFINITY, -INFINITY}};
    view.plot = (eai_rect){(int)(52 * scale), (int)(16 * scale), side_px - (int)(16 * scale),
                           side_px - (int)(62 * scale)};
    for (int i = 0; i < 4; i++) {
        double corner[2];
        turn_point(&view, i & 1 ? bounds.high[0] : bounds.low[0],
                   i & 2 ? bounds.high[1] : bounds.low[1], corner);
        include(&turned, corner[0], corner[1]);
    }
    const double width = fmax(turned.high[0] - turned.low[0], LEAST_M);
    const double height = fmax(turned.high[1] - turned.low[1], LEAST_M);
    const double around = 1 + 2 * AROUND;
    view.px_per_m = fmin((view.plot.right - view.plot.left) / (width * around),
                         (view.plot.bottom - view.plot.top) / (height * around));
    const double middle[2] = {(turned.low[0] + turned.high[0]) / 2,
                              (turned.low[1] + turned.high[1]) / 2};
    view.center[0] = view.cosine * middle[0] + view.sine * middle[1];
    view.center[1] = -view.sine * middle[0] + view.cosine * middle[1];
    view.grid_m = choose_grid(view.px_per_m, side_px);
    return view;
}

void eai_view_project(const eai_map_view *view, double x, double y, double px[2])
{
    double turned[2];
    turn_point(view, x - view->center[0], y - view->center[1], turned);
    px[0] = (view->plot.left + view->plot.right) / 2.0 + turned[0] * view->px_per_m;
    px[1] = (view->plot.top + view->plot.bottom) / 2.0 - turned[1] * view->px_per_m;
}

void eai_view_unproject(const eai_map_view *view, double px_x, double px_y, double point[2])
{
    const double x = (px_x - (view->plot.left + view->plot.right) / 2.0) / view->px_per_m;
    const double y = ((view->plot.top + view->plot.bottom) / 2.0 - px_y) / view->px_per_m;
    point[0] = view->center[0] + view->cosine * x + view->sine * y;
    point[1] = view->center[1] - view->sine * x + view->cosine * y;
}

eai_place2 eai_view_place(const eai_map_view *view, double x, double y)
{
    double px[2];
    eai_view_project(view, x, y, px);
    return eai_place_at(px[0], px[1]);
}
