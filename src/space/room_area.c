/* SPDX-License-Identifier: MIT */
#include "space/room_area.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define REGION_LEAST_M2 1.0

/* Cells with a border of `pad` around, so that closing does not stop at the grid's edge. */
typedef struct raster {
    int width, height, pad;
    uint8_t *cells, *work;
    int *stack; /* [width * height] */
} raster;

enum { EMPTY = 0, FILLED = 1, OUTSIDE = 2, TAKEN = 3 };

/* Along rows (step 1) or columns (step width): a cell becomes `value` when one within r has it. */
static void spread(const raster *self, uint8_t value, int r, bool along_rows)
{
    const int lines = along_rows ? self->height : self->width;
    const int length = along_rows ? self->width : self->height;
    const size_t step = along_rows ? 1 : (size_t)self->width;
    const size_t next = along_rows ? (size_t)self->width : 1;
    memcpy(self->work, self->cells, (size_t)self->width * (size_t)self->height);
    for (int line = 0; line < lines; line++) {
        const uint8_t *from = self->work + (size_t)line * next;
        uint8_t *to = self->cells + (size_t)line * next;
        int last = -r - 1; /* the nearest one behind */
        for (int i = 0; i < length; i++) {
            if (from[(size_t)i * step] == value) last = i;
            if (i - last <= r) to[(size_t)i * step] = value;
        }
        last = length + r;
        for (int i = length - 1; i >= 0; i--) {
            if (from[(size_t)i * step] == value) last = i;
            if (last - i <= r) to[(size_t)i * step] = value;
        }
    }
}

/* Turns the region of `from` that holds cell `at` into `to`; returns its cells. */
static int flood(const raster *self, size_t at, uint8_t from, uint8_t to)
{
    const int width = self->width;
    int n = 0, n_stack = 0;
    if (self->cells[at] != from) return 0;
    self->cells[at] = to;
    self->stack[n_stack++] = (int)at;
    while (n_stack > 0) {
        const int i = self->stack[--n_stack], column = i % width, row = i / width;
        const int near[4] = {column > 0 ? i - 1 : -1, column + 1 < width ? i + 1 : -1,
                             row > 0 ? i - width : -1, row + 1 < self->height ? i + width : -1};
        n++;
        for (int k = 0; k < 4; k++) {
            if (near[k] < 0 || self->cells[near[k]] != from) continue;
            self->cells[near[k]] = to;
            self->stack[n_stack++] = near[k];
        }
    }
    return n;
}

static double turn_of(const int a[2], const int b[2], const int c[2])
{
    return (double)(b[0] - a[0]) * (c[1] - a[1]) - (double)(b[1] - a[1]) * (c[0] - a[0]);
}

/* Adds a corner to one side of the hull, taking back those that it makes inner ones. */
static int add_corner(int (*hull)[2], int n, int x, int y, double sign)
{
    const int corner[2] = {x, y};
    while (n >= 2 && sign * turn_of(hull[n - 2], hull[n - 1], corner) <= 0)
        n--;
    hull[n][0] = x;
    hull[n][1] = y;
    return n + 1;
}

/* Area in cells of the convex hull of the cells with a value (Andrew's chains, row by row). The
 * stack has room for both chains: two corners of two numbers for each row. */
static double hull_area(const raster *self, uint8_t value)
{
    int(*right)[2] = (int(*)[2])self->stack, n_right = 0, n_left = 0;
    int(*left)[2] = right + 2 * self->height;
    for (int row = 0; row < self->height; row++) {
        const uint8_t *cells = self->cells + (size_t)row * (size_t)self->width;
        int first = -1, last = -1;
        for (int column = 0; column < self->width; column++) {
            if (cells[column] != value) continue;
            if (first < 0) first = column;
            last = column;
        }
        if (first < 0) continue;
        for (int edge = 0; edge < 2; edge++) {
            n_right = add_corner(right, n_right, last + 1, row + edge, 1);
            n_left = add_corner(left, n_left, first, row + edge, -1);
        }
    }
    double twice = 0; /* trapezoids between the chains and the y axis */
    for (int i = 1; i < n_right; i++)
        twice += (double)(right[i][0] + right[i - 1][0]) * (right[i][1] - right[i - 1][1]);
    for (int i = 1; i < n_left; i++)
        twice -= (double)(left[i][0] + left[i - 1][0]) * (left[i][1] - left[i - 1][1]);
    return twice / 2;
}

static bool is_seen(const eai_map_grid *grid, const raster *self, size_t at)
{
    const int column = (int)(at % (size_t)self->width) - self->pad;
    const int row = (int)(at / (size_t)self->width) - self->pad;
    if (column < 0 || row < 0 || column >= grid->width || row >= grid->height) return false;
    return grid->cells[(size_t)row * (size_t)grid->width + (size_t)column] != EAI_CELL_UNKNOWN;
}

static void close_and_fill(const raster *self, int r)
{
    spread(self, FILLED, r, true);
    spread(self, FILLED, r, false);
    spread(self, EMPTY, r, true);
    spread(self, EMPTY, r, false);
    flood(self, 0, EMPTY, OUTSIDE); /* the border is wide enough to stay empty */
    for (size_t i = 0; i < (size_t)self->width * (size_t)self->height; i++)
        self->cells[i] = self->cells[i] == OUTSIDE ? EMPTY : FILLED;
}

/* One region more: its cells, those of them seen, and of its hull. Leaves it as OUTSIDE. */
static void take_region(const raster *self, const eai_map_grid *grid, double least, size_t at,
                        double sums[3])
{
    const int n = flood(self, at, FILLED, TAKEN);
    if (n > 0 && n >= least) {
        sums[0] += n;
        sums[2] += hull_area(self, TAKEN);
        for (size_t i = 0; i < (size_t)self->width * (size_t)self->height; i++)
            sums[1] += self->cells[i] == TAKEN && is_seen(grid, self, i);
    }
    flood(self, at, TAKEN, OUTSIDE);
}

static size_t largest_region(const raster *self)
{
    size_t best = 0;
    int most = 0;
    for (size_t i = 0; i < (size_t)self->width * (size_t)self->height; i++) {
        const int n = flood(self, i, FILLED, TAKEN);
        if (n <= most) continue;
        most = n;
        best = i;
    }
    for (size_t i = 0; i < (size_t)self->width * (size_t)self->height; i++)
        if (self->cells[i] == TAKEN) self->cells[i] = FILLED;
    return best;
}

static void measure(const raster *self, const eai_map_grid *grid, const double (*cameras)[2],
                    size_t n_cameras, double *area_m2, double *observed)
{
    const double cell = grid->cell_m * grid->cell_m;
    double sums[3] = {0};
    for (size_t i = 0; i < n_cameras; i++) {
        const double column = floor((cameras[i][0] - grid->x0) / grid->cell_m) + self->pad;
        const double row = floor((cameras[i][1] - grid->y0) / grid->cell_m) + self->pad;
        if (!(column >= 0 && row >= 0 && column < self->width && row < self->height)) continue;
        take_region(self, grid, REGION_LEAST_M2 / cell,
                    (size_t)row * (size_t)self->width + (size_t)column, sums);
    }
    if (sums[0] == 0) take_region(self, grid, 0, largest_region(self), sums);
    *area_m2 = sums[0] * cell;
    *observed = sums[2] > 0 ? fmin(sums[1] / sums[2], 1) : 0;
}

edgeai_status eai_room_area(const eai_map_grid *grid, const double (*cameras)[2], size_t n_cameras,
                            double close_m, const edgeai_allocator *allocator, double *area_m2,
                            double *observed)
{
    *area_m2 = *observed = 0;
    if (grid->width == 0) return EDGEAI_OK;
    const int r = (int)floor(fmin(close_m / grid->cell_m, 200) / 2 + 0.5);
    raster self = {grid->width + 2 * (r + 1), grid->height + 2 * (r + 1), r + 1, NULL, NULL, NULL};
    const size_t n = (size_t)self.width * (size_t)self.height;
    /* Small grids: the hull's chains, eight numbers for each row, are larger than the stack. */
    const size_t n_stack = n + 8 * (size_t)self.height;
    const size_t bytes = n_stack * sizeof(int) + 2 * n;
    char *block = eai_allocate(allocator, bytes, "the room's outline");
    if (!block) return EDGEAI_E_MEMORY;
    self.stack = (int *)block;
    self.cells = (uint8_t *)(self.stack + n_stack);
    self.work = self.cells + n;
    for (int row = 0; row < grid->height; row++)
        for (int column = 0; column < grid->width; column++)
            self.cells[(size_t)(row + self.pad) * (size_t)self.width +
                       (size_t)(column + self.pad)] =
                grid->cells[(size_t)row * (size_t)grid->width + (size_t)column] != EAI_CELL_UNKNOWN
                    ? FILLED
                    : EMPTY;
    close_and_fill(&self, r);
    measure(&self, grid, cameras, n_cameras, area_m2, observed);
    eai_release(allocator, block, bytes);
    return EDGEAI_OK;
}
