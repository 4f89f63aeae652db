/* SPDX-License-Identifier: MIT */
#include "space/surface.h"

#include <math.h>

#include "base/fail.h"
#include "base/memory.h"
#include "space/surface_normals.h"

#define BLOCK_SPREAD 0.03 /* of a distance: beyond it is another surface */

static void make_camera(eai_surface *surface, const edgeai_camera *camera, int step)
{
    surface->width = camera->width / step;
    surface->height = camera->height / step;
    surface->fx = (float)(camera->fx / step);
    surface->fy = (float)(camera->fy / step);
    surface->cx = (float)((camera->cx + 0.5) / step - 0.5);
    surface->cy = (float)((camera->cy + 0.5) / step - 0.5);
}

/* The measured distance nearest to the middle of a block, in the image's units; 0: none. */
static int middle_value(const uint16_t *block, int width, int step, int least, int most)
{
    int best = 0, best_away = 2 * step * step + 1;
    for (int y = 0; y < step; y++)
        for (int x = 0; x < step; x++) {
            int value = block[y * width + x], dx = 2 * x + 1 - step, dy = 2 * y + 1 - step;
            if (value < least || value > most || dx * dx + dy * dy >= best_away) continue;
            best = value;
            best_away = dx * dx + dy * dy;
        }
    return best;
}

/* The mean of those values of a block that are of the same surface as its middle; 0: too few. */
static double block_mean(const uint16_t *block, int width, int step, int least, int most)
{
    int middle = middle_value(block, width, step, least, most);
    if (middle == 0) return 0;
    int gate = (int)(BLOCK_SPREAD * middle) + 1, n = 0;
    long sum = 0;
    for (int y = 0; y < step; y++)
        for (int x = 0; x < step; x++) {
            int value = block[y * width + x];
            if (value < middle - gate || value > middle + gate || value > most) continue;
            sum += value;
            n++;
        }
    return 2 * n < step * step ? 0 : (double)sum / n;
}

static void fill_distances(eai_surface *surface, const uint16_t *depth, int width, int step,
                           double units_per_m)
{
    int least = (int)ceil(EAI_SURFACE_NEAR_M * units_per_m);
    double far = floor(EAI_SURFACE_FAR_M * units_per_m);
    int most = far < 65534 ? (int)far : 65534; /* 65535: not measured */
    if (least < 1) least = 1;
    for (int y = 0; y < surface->height; y++)
        for (int x = 0; x < surface->width; x++) {
            const uint16_t *block = depth + (size_t)y * step * width + (size_t)x * step;
            double mean = block_mean(block, width, step, least, most);
            double z = mean / units_per_m * EAI_SURFACE_UNITS_PER_M;
            surface->cells[y * surface->width + x].z = (uint16_t)(z + 0.5);
            surface->n_measured += z >= 0.5;
        }
}

edgeai_status eai_surface_create(eai_surface *surface, const edgeai_allocator *allocator,
                                 const uint16_t *depth, const edgeai_camera *camera,
                                 double units_per_m)
{
    *surface = (eai_surface){0};
    int side = camera->width > camera->height ? camera->width : camera->height;
    int step = (side + EAI_SURFACE_SIDE / 2) / EAI_SURFACE_SIDE;
    if (step > camera->width) step = camera->width; /* a strip */
    if (step > camera->height) step = camera->height;
    if (step < 1) step = 1;
    make_camera(surface, camera, step);
    size_t n = (size_t)surface->width * (size_t)surface->height;
    surface->cells = eai_allocate_array(allocator, n, sizeof *surface->cells, "surface");
    if (!surface->cells) return EDGEAI_E_MEMORY;
    fill_distances(surface, depth, camera->width, step, units_per_m);
    eai_surface_find_normals(surface);
    return EDGEAI_OK;
}

size_t eai_surface_bytes(const eai_surface *surface)
{
    size_t n = (size_t)surface->width * (size_t)surface->height;
    return surface->cells ? n * sizeof *surface->cells : 0;
}

void eai_surface_free(eai_surface *surface, const edgeai_allocator *allocator)
{
    eai_release(allocator, surface->cells, eai_surface_bytes(surface));
    *surface = (eai_surface){0};
}

void eai_surface_position(const eai_surface *surface, int column, int row, float p[3])
{
    const eai_surface_cell *cell = &surface->cells[row * surface->width + column];
    float z = (float)cell->z * (float)(1 / EAI_SURFACE_UNITS_PER_M);
    p[0] = ((float)column - surface->cx) / surface->fx * z;
    p[1] = ((float)row - surface->cy) / surface->fy * z;
    p[2] = z;
}

/* Adds the points of every `step`-th column and row, but for those of every `coarser`-th
 * (0: none). */
static size_t add_points(const eai_surface *surface, int step, int coarser,
                         eai_surface_point *points, size_t n)
{
    for (int y = 0; y < surface->height; y += step)
        for (int x = 0; x < surface->width; x += step) {
            const int16_t *normal = surface->cells[y * surface->width + x].normal;
            if (coarser && x % coarser == 0 && y % coarser == 0) continue;
            if (!normal[0] && !normal[1] && !normal[2]) continue;
            eai_surface_position(surface, x, y, points[n].p);
            for (int k = 0; k < 3; k++)
                points[n].normal[k] = (float)normal[k] / EAI_NORMAL_UNITS;
            n++;
        }
    return n;
}

void eai_surface_points(const eai_surface *surface, eai_surface_point *points, size_t counts[3])
{
    counts[0] = add_points(surface, 4, 0, points, 0);
    counts[1] = add_points(surface, 2, 4, points, counts[0]);
    counts[2] = add_points(surface, 1, 2, points, counts[1]);
}
