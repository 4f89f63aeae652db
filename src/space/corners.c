/* SPDX-License-Identifier: MIT */
#include "space/corners.h"

#include <stdbool.h>
#include <string.h>

#define RING 16

static const int8_t ring[RING][2] = {{0, -3}, {1, -3},  {2, -2},  {3, -1}, {3, 0},  {3, 1},
                                     {2, 2},  {1, 3},   {0, 3},   {-1, 3}, {-2, 2}, {-3, 1},
                                     {-3, 0}, {-3, -1}, {-2, -2}, {-1, -3}};

/* Whether nine neighbouring bits of a ring of 16 are set. */
static bool has_arc(unsigned bits)
{
    unsigned m = bits | bits << RING;
    unsigned two = m & m >> 1, four = two & two >> 2, eight = four & four >> 4;
    return (eight & m >> 8) != 0;
}

/* 0: no corner. An arc of nine holds two of any four pixels a quarter apart, next to each other. */
static int corner_score(const uint8_t *p, const int offsets[RING], int threshold)
{
    const int high = *p + threshold, low = *p - threshold;
    const int up = p[offsets[0]], right = p[offsets[4]], down = p[offsets[8]],
              left = p[offsets[12]];
    int n_bright = (up > high) + (right > high) + (down > high) + (left > high);
    int n_dark = (up < low) + (right < low) + (down < low) + (left < low);
    if (n_bright < 2 && n_dark < 2) return 0;
    unsigned bright = 0, dark = 0;
    int bright_sum = 0, dark_sum = 0;
    for (int i = 0; i < RING; i++) {
        int above = p[offsets[i]] - high, below = low - p[offsets[i]];
        bright |= (unsigned)(above > 0) << i;
        dark |= (unsigned)(below > 0) << i;
        bright_sum += above > 0 ? above : 0;
        dark_sum += below > 0 ? below : 0;
    }
    if (has_arc(bright)) return bright_sum;
    return has_arc(dark) ? dark_sum : 0;
}

static void score_row(const eai_grey_level *level, int y, const int offsets[RING], int threshold,
                      int16_t *scores)
{
    memset(scores, 0, (size_t)level->width * sizeof *scores);
    if (y >= level->height - EAI_CORNER_BORDER) return;
    const uint8_t *row = level->pixels + (size_t)y * (size_t)level->width;
    for (int x = EAI_CORNER_BORDER; x < level->width - EAI_CORNER_BORDER; x++) {
        /* most pixels are like those above and below, or left and right, of them */
        int up = row[x + offsets[0]] - row[x], down = row[x + offsets[8]] - row[x];
        int left = row[x + offsets[12]] - row[x], right = row[x + offsets[4]] - row[x];
        bool flat_y =
            up <= threshold && -up <= threshold && down <= threshold && -down <= threshold;
        bool flat_x =
            left <= threshold && -left <= threshold && right <= threshold && -right <= threshold;
        if (flat_y || flat_x) continue;
        scores[x] = (int16_t)corner_score(row + x, offsets, threshold);
    }
}

/* Whether no neighbour is stronger; of equal ones the first in reading order stays. */
static bool is_peak(const int16_t *above, const int16_t *row, const int16_t *below, int x)
{
    int s = row[x];
    return s > above[x - 1] && s > above[x] && s > above[x + 1] && s > row[x - 1] &&
           s >= row[x + 1] && s >= below[x - 1] && s >= below[x] && s >= below[x + 1];
}

/* Puts a corner among the strongest of its cell, which start at corners[0]; how many there are. */
static int insert(eai_corner *corners, int n, int per_cell, eai_corner corner)
{
    int at = n;
    while (at > 0 && corners[at - 1].score < corner.score)
        at--;
    if (at >= per_cell) return n;
    int last = n < per_cell ? n : per_cell - 1;
    for (int i = last; i > at; i--) {
        corners[i] = corners[i - 1];
        corners[i].rank = (int16_t)i;
    }
    corner.rank = (int16_t)at;
    corners[at] = corner;
    return last + 1;
}

/* One row of cells after the other: slots for each cell, closed up when the row is done. */
typedef struct cell_row {
    eai_corner *slots; /* [n_cells][per_cell] */
    int n_cells, per_cell;
    uint8_t counts[512];
} cell_row;

static size_t close_up(cell_row *cells)
{
    size_t n = 0;
    for (int i = 0; i < cells->n_cells; i++)
        for (int k = 0; k < cells->counts[i]; k++)
            cells->slots[n++] = cells->slots[i * cells->per_cell + k];
    memset(cells->counts, 0, sizeof cells->counts);
    return n;
}

size_t eai_find_corners(const eai_grey_level *level, int level_index, int threshold, int cell,
                        int per_cell, eai_score_rows *rows, eai_corner *corners, size_t n_max)
{
    const int width = level->width, first = EAI_CORNER_BORDER;
    int offsets[RING];
    for (int i = 0; i < RING; i++)
        offsets[i] = ring[i][1] * width + ring[i][0];
    cell_row cells = {
        .slots = corners, .n_cells = (width - 2 * first + cell - 1) / cell, .per_cell = per_cell};
    size_t n = 0, row_slots = (size_t)cells.n_cells * (size_t)per_cell;
    if (cells.n_cells > (int)sizeof cells.counts || row_slots > n_max) return 0;
    int16_t *above = rows, *row = rows + width, *below = rows + 2 * (size_t)width;
    memset(above, 0, (size_t)width * sizeof *above);
    score_row(level, first, offsets, threshold, row);
    for (int y = first; y < level->height - first; y++) {
        score_row(level, y + 1, offsets, threshold, below);
        for (int x = first; x < width - first; x++) {
            if (row[x] == 0 || !is_peak(above, row, below, x)) continue;
            int i = (x - first) / cell;
            eai_corner corner = {(int16_t)x, (int16_t)y, (int16_t)level_index, 0, row[x]};
            cells.counts[i] =
                (uint8_t)insert(cells.slots + i * per_cell, cells.counts[i], per_cell, corner);
        }
        int16_t *free_row = above;
        above = row;
        row = below;
        below = free_row;
        if ((y - first) % cell == cell - 1 || y == level->height - first - 1) {
            n += close_up(&cells);
            cells.slots = corners + n;
            if (n + row_slots > n_max) return n;
        }
    }
    return n;
}
