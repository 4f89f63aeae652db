/* SPDX-License-Identifier: MIT */
#include "space/occupancy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Log-odds in twentieths. */
enum { FREE = 8, HIT = 17, LOWEST = -40, HIGHEST = 70, OCCUPIED_FROM = 13, FREE_TO = -29 };
enum { FREE_MOST = 4, HIT_MOST = 2, STRIDE = 2 };

#define MARGIN_M 0.3

/* One frame's marks: free rays in the lower half of a byte, hits in the upper. */
typedef struct marking {
    eai_map_grid *grid;
    signed char *odds;
    uint8_t *marks;
    int left, right, bottom, top; /* cells that were marked */
    const eai_occupancy_rules *rules;
} marking;

static void mark(marking *self, int column, int row, int n_free, int n_hits)
{
    const eai_map_grid *grid = self->grid;
    if (column < 0 || row < 0 || column >= grid->width || row >= grid->height) return;
    uint8_t *cell = &self->marks[(size_t)row * (size_t)grid->width + (size_t)column];
    const int free = (*cell & 15) + n_free, hits = (*cell >> 4) + n_hits;
    *cell =
        (uint8_t)((free < FREE_MOST ? free : FREE_MOST) | (hits < HIT_MOST ? hits : HIT_MOST) << 4);
    if (column < self->left) self->left = column;
    if (column > self->right) self->right = column;
    if (row < self->bottom) self->bottom = row;
    if (row > self->top) self->top = row;
}

/* Cells from one to another, the last left out (Bresenham). */
static void mark_line(marking *self, int x, int y, int x_end, int y_end)
{
    const int dx = abs(x_end - x), dy = abs(y_end - y);
    const int step_x = x < x_end ? 1 : -1, step_y = y < y_end ? 1 : -1;
    int error = dx - dy;
    while (x != x_end || y != y_end) {
        mark(self, x, y, 1, 0);
        const int twice = 2 * error;
        if (twice > -dy) {
            error -= dy;
            x += step_x;
        }
        if (twice < dx) {
            error += dx;
            y += step_y;
        }
    }
}

static int cell_of(double at, double origin, double cell_m)
{
    return (int)floor((at - origin) / cell_m);
}

static void mark_ray(marking *self, const double from[3], const double to[3])
{
    const eai_map_grid *grid = self->grid;
    const int x0 = cell_of(from[0], grid->x0, grid->cell_m);
    const int y0 = cell_of(from[1], grid->y0, grid->cell_m);
    const int x1 = cell_of(to[0], grid->x0, grid->cell_m);
    const int y1 = cell_of(to[1], grid->y0, grid->cell_m);
    mark_line(self, x0, y0, x1, y1);
    if (to[2] < self->rules->low_m)
        mark(self, x1, y1, FREE_MOST, 0);
    else if (to[2] <= self->rules->high_m)
        mark(self, x1, y1, 0, 1);
}

/* Something in a cell hides what is behind it, so a hit outweighs rays over it. */
static void apply_marks(marking *self)
{
    for (int row = self->bottom; row <= self->top; row++)
        for (int column = self->left; column <= self->right; column++) {
            const size_t i = (size_t)row * (size_t)self->grid->width + (size_t)column;
            const int hits = self->marks[i] >> 4, free = self->marks[i] & 15;
            const int odds = self->odds[i] + (hits ? HIT * hits : -FREE * free);
            self->odds[i] = (signed char)(odds < LOWEST ? LOWEST : odds > HIGHEST ? HIGHEST : odds);
            self->marks[i] = 0;
        }
    self->left = self->bottom = INT32_MAX;
    self->right = self->top = -1;
}

static void mark_frame(marking *self, const eai_kept_frame *frame, const edgeai_pose *pose)
{
    const eai_depth *depth = &frame->depth;
    for (int row = 0; row < depth->height; row += STRIDE)
        for (int column = 0; column < depth->width; column += STRIDE) {
            double p[3];
            const double z = eai_depth_at(depth, column, row);
            if (z == 0) continue;
            eai_depth_lift(depth, column, row, z, p);
            eai_pose_apply(pose, p, p);
            mark_ray(self, pose->translation, p);
        }
    apply_marks(self);
}

/* What was seen, and the cameras: low[2], high[2]. False without any. */
static bool bounds(const eai_placed_frames *placed, double low[2], double high[2], double middle[2])
{
    size_t n = 0;
    low[0] = low[1] = INFINITY;
    high[0] = high[1] = -INFINITY;
    middle[0] = middle[1] = 0;
    for (size_t f = 0; f < placed->n; f++) {
        const eai_depth *depth = &placed->frames[f].depth;
        if (!placed->fused[f] || !depth->values) continue;
        for (int axis = 0; axis < 2; axis++)
            middle[axis] += placed->poses[f].translation[axis];
        n++;
        for (int row = 0; row < depth->height; row += 2 * STRIDE)
            for (int column = 0; column < depth->width; column += 2 * STRIDE) {
                double p[3] = {0};
                const double z = eai_depth_at(depth, column, row);
                if (z > 0) eai_depth_lift(depth, column, row, z, p);
                eai_pose_apply(&placed->poses[f], p, p);
                for (int axis = 0; axis < 2; axis++) {
                    low[axis] = fmin(low[axis], p[axis]);
                    high[axis] = fmax(high[axis], p[axis]);
                }
            }
    }
    for (int axis = 0; axis < 2 && n > 0; axis++)
        middle[axis] /= (double)n;
    return n > 0;
}

/* Cells along one axis, and where they begin: at a multiple of the cell's side. */
static int lay_out(double low, double high, double middle, double cell_m, double *origin)
{
    const double reach = EAI_GRID_SIDE_MAX / 2 * cell_m;
    low = fmax(low - MARGIN_M, middle - reach + cell_m);
    high = fmin(high + MARGIN_M, middle + reach - cell_m);
    *origin = floor(low / cell_m) * cell_m;
    const int n = (int)ceil((high - *origin) / cell_m);
    return n < 1 ? 1 : n > EAI_GRID_SIDE_MAX ? EAI_GRID_SIDE_MAX : n;
}

edgeai_status eai_occupancy(eai_map_grid *grid, const eai_placed_frames *placed,
                            const eai_occupancy_rules *rules, const edgeai_allocator *allocator)
{
    double low[2], high[2], middle[2];
    *grid = (eai_map_grid){.cell_m = rules->cell_m};
    if (!bounds(placed, low, high, middle)) return EDGEAI_OK;
    grid->width = lay_out(low[0], high[0], middle[0], rules->cell_m, &grid->x0);
    grid->height = lay_out(low[1], high[1], middle[1], rules->cell_m, &grid->y0);
    const size_t n = (size_t)grid->width * (size_t)grid->height;
    grid->cells = eai_allocate(allocator, n, "the occupancy grid");
    char *work = eai_allocate(allocator, 2 * n, "the occupancy grid");
    if (!grid->cells || !work) {
        eai_release(allocator, grid->cells, n);
        eai_release(allocator, work, 2 * n);
        *grid = (eai_map_grid){0};
        return EDGEAI_E_MEMORY;
    }
    marking self = {grid, (signed char *)work, (uint8_t *)work + n, INT32_MAX, -1, INT32_MAX, -1,
                    rules};
    for (size_t f = 0; f < placed->n; f++)
        if (placed->fused[f] && placed->frames[f].depth.values)
            mark_frame(&self, &placed->frames[f], &placed->poses[f]);
    for (size_t i = 0; i < n; i++)
        grid->cells[i] = self.odds[i] >= OCCUPIED_FROM ? EAI_CELL_OCCUPIED
                         : self.odds[i] < FREE_TO      ? EAI_CELL_FREE
                                                       : EAI_CELL_UNKNOWN;
    eai_release(allocator, work, 2 * n);
    return EDGEAI_OK;
}
