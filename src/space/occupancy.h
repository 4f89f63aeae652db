/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OCCUPANCY_H
#define EAI_SPACE_OCCUPANCY_H

/* Where there is something in the way, and where nothing is: log-odds of cells seen from above. */

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/kept_frame.h"
#include "space/map_content.h"

enum { EAI_GRID_SIDE_MAX = 2048 };

typedef struct eai_occupancy_rules {
    double cell_m, low_m, high_m;
} eai_occupancy_rules;

/*
 * The grid around what fused frames saw, poses being camera to map. Each depth ray frees the cells
 * it passes (-0.4, at most four of a frame) and fills the one it ends in (+0.85, at most two) when
 * that is between low_m and high_m; an end below is floor: free. Clamped to -2 .. 3.5; occupied
 * from a probability of 0.65, free below 0.196, as ROS' map_server has it.
 * Larger than EAI_GRID_SIDE_MAX cells, the grid keeps the part around the cameras. Zero when
 * nothing was seen. grid->cells is from `allocator`. EDGEAI_E_MEMORY.
 */
edgeai_status eai_occupancy(eai_map_grid *grid, const eai_placed_frames *placed,
                            const eai_occupancy_rules *rules, const edgeai_allocator *allocator);

#endif
