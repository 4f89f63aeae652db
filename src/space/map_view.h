/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MAP_VIEW_H
#define EAI_SPACE_MAP_VIEW_H

/* What part of a map a picture shows, and how large. */

#include <stdbool.h>

#include "space/canvas.h"
#include "space/map_content.h"

typedef struct eai_bounds {
    double low[2], high[2];
} eai_bounds;

/* Around all that is drawn: boxes, connected cameras, known cells. An empty map: 2 m by 2 m. */
eai_bounds eai_map_bounds(const eai_map_content *content);

typedef struct eai_map_view {
    eai_rect plot;       /* what the map is drawn into */
    double cosine, sine; /* of the turn from map to picture, counter-clockwise */
    double center[2];    /* of the map in the middle of the plot */
    double px_per_m;
    double grid_m; /* between grid lines */
} eai_map_view;

/* `turn` in radians; the whole map fits. */
eai_map_view eai_view_make(const eai_map_content *content, int side_px, double turn);

/* Pixels. */
void eai_view_project(const eai_map_view *view, double x, double y, double px[2]);
/* Metres. */
void eai_view_unproject(const eai_map_view *view, double px_x, double px_y, double point[2]);

eai_place2 eai_view_place(const eai_map_view *view, double x, double y);

#endif
