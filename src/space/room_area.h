/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ROOM_AREA_H
#define EAI_SPACE_ROOM_AREA_H

/* How large the room is that the cameras were in. */

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/map_content.h"

/*
 * Cells that are free or occupied, gaps up to close_m closed and holes filled; of these the regions
 * of at least 1 m2 that a camera was in, or the largest. *area_m2 is theirs together, *observed
 * what share of their convex hulls was seen. Both 0 without a grid. EDGEAI_E_MEMORY.
 */
edgeai_status eai_room_area(const eai_map_grid *grid, const double (*cameras)[2], size_t n_cameras,
                            double close_m, const edgeai_allocator *allocator, double *area_m2,
                            double *observed);

#endif
