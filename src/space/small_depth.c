/* SPDX-License-Identifier: MIT */
#include "space/small_depth.h"

#include <math.h>

#include "base/memory.h"

enum { BLOCK_MAX = 256 }; /* pixels looked at for one: all up to a factor of 16 */

eai_depth eai_depth_of_frame(const edgeai_frame *frame, double min_m, double max_m)
{
    const edgeai_camera *camera = &frame->depth_camera;
    if (!frame->depth) return (eai_depth){0};
    return (eai_depth){
        frame->depth,   camera->width,
        camera->height, camera->fx,
        camera->fy,     camera->cx,
        camera->cy,     1 / (frame->depth_units_per_m > 0 ? frame->depth_units_per_m : 1000),
        min_m,          max_m};
}

static double metres(const eai_depth *depth, uint16_t value)
{
    if (value == 0 || value == UINT16_MAX) return 0;
    const double z = value * depth->unit_m;
    return z >= depth->min_m && z <= depth->max_m ? z : 0;
}

double eai_depth_at(const eai_depth *depth, int column, int row)
{
    if (column < 0 || row < 0 || column >= depth->width || row >= depth->height) return 0;
    return metres(depth, depth->values[(size_t)row * (size_t)depth->width + (size_t)column]);
}

void eai_depth_lift(const eai_depth *depth, int column, int row, double z, double out[3])
{
    out[0] = (column - depth->cx) * z / depth->fx;
    out[1] = (row - depth->cy) * z / depth->fy;
    out[2] = z;
}

bool eai_depth_project(const eai_depth *depth, const double p[3], int *column, int *row)
{
    if (!(p[2] > 0.05)) return false;
    const double u = depth->fx * p[0] / p[2] + depth->cx, v = depth->fy * p[1] / p[2] + depth->cy;
    if (!(u > -0.5 && v > -0.5 && u < depth->width - 0.5 && v < depth->height - 0.5)) return false;
    *column = (int)floor(u + 0.5);
    *row = (int)floor(v + 0.5);
    return *column < depth->width && *row < depth->height;
}

int eai_depth_shrink_factor(const eai_depth *depth)
{
    const int longest = depth->width > depth->height ? depth->width : depth->height;
    const int factor = (longest + EDGEAI_MAP_DEPTH_SIDE - 1) / EDGEAI_MAP_DEPTH_SIDE;
    return factor > 1 ? factor : 1;
}

/* The lower median of a block's valid values, 0 without any: insertion sort of a few. */
static uint16_t middle(const eai_depth *depth, int column, int row, int factor)
{
    uint16_t sorted[BLOCK_MAX];
    const int step = factor > 16 ? factor / 16 + 1 : 1;
    int n = 0;
    for (int y = row; y < row + factor && y < depth->height; y += step)
        for (int x = column; x < column + factor && x < depth->width; x += step) {
            const uint16_t value = depth->values[(size_t)y * (size_t)depth->width + (size_t)x];
            if (metres(depth, value) == 0) continue;
            int i = n++;
            for (; i > 0 && sorted[i - 1] > value; i--)
                sorted[i] = sorted[i - 1];
            sorted[i] = value;
        }
    return n ? sorted[(n - 1) / 2] : 0;
}

edgeai_status eai_depth_shrink(eai_depth *small, const eai_depth *depth,
                               const edgeai_allocator *allocator)
{
    *small = (eai_depth){0};
    if (!depth->values) return EDGEAI_OK;
    const int factor = eai_depth_shrink_factor(depth);
    const int width = (depth->width + factor - 1) / factor;
    const int height = (depth->height + factor - 1) / factor;
    const size_t n = (size_t)width * (size_t)height;
    uint16_t *values = eai_allocate_unset(allocator, n * sizeof *values, "a frame's depth");
    if (!values) return EDGEAI_E_MEMORY;
    bool any = false;
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++) {
            const uint16_t value = middle(depth, column * factor, row * factor, factor);
            values[(size_t)row * (size_t)width + (size_t)column] = value;
            any = any || value != 0;
        }
    if (!any) {
        eai_release(allocator, values, n * sizeof *values);
        return EDGEAI_OK;
    }
    *small = *depth;
    small->values = values;
    small->width = width;
    small->height = height;
    small->fx /= factor; /* pixel centres are at whole numbers, so half a pixel shifts */
    small->fy /= factor;
    small->cx = (depth->cx + 0.5) / factor - 0.5;
    small->cy = (depth->cy + 0.5) / factor - 0.5;
    return EDGEAI_OK;
}

size_t eai_depth_bytes(const eai_depth *depth)
{
    return depth->values ? (size_t)depth->width * (size_t)depth->height * sizeof(uint16_t) : 0;
}

void eai_depth_release(eai_depth *small, const edgeai_allocator *allocator)
{
    eai_release(allocator, (uint16_t *)(uintptr_t)small->values, eai_depth_bytes(small));
    *small = (eai_depth){0};
}
