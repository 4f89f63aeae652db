/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_CORNERS_H
#define EAI_SPACE_CORNERS_H

#include <stddef.h>
#include <stdint.h>

#include "space/grey_pyramid.h"

/* Pixels of a level's edge where no corner is looked for: a patch around it must lie inside. */
#define EAI_CORNER_BORDER 17

typedef struct eai_corner {
    int16_t x, y; /* pixels of its level */
    int16_t level;
    int16_t rank; /* among the corners of its part of the picture, 0: strongest */
    int score;    /* how much the ring differs from the middle, beyond the threshold */
} eai_corner;

/* Rows of scores, for eai_find_corners() to work in. [3][width of the level] */
typedef int16_t eai_score_rows;

/*
 * Corners after Rosten and Drummond, "Machine learning for high-speed corner detection", 2006: nine
 * neighbouring pixels of the ring of 16 are all brighter, or all darker, than the middle by more
 * than `threshold`; of adjacent ones the strongest. The level is cut into squares of `cell` pixels,
 * and the `per_cell` (at most 8) strongest of each are kept. corners[n_max]; returns how many.
 */
size_t eai_find_corners(const eai_grey_level *level, int level_index, int threshold, int cell,
                        int per_cell, eai_score_rows *rows, eai_corner *corners, size_t n_max);

#endif
