/* SPDX-License-Identifier: MIT */
#include "space/scene_points.h"

#include <math.h>

enum { REACH = 3 };

/* Mean depth around a pixel; 0 when too little of it is of one surface. */
static double mean_depth(const eai_depth *depth, int column, int row, double like)
{
    double sum = 0;
    int n = 0;
    for (int y = row - 1; y <= row + 1; y++)
        for (int x = column - 1; x <= column + 1; x++) {
            const double z = eai_depth_at(depth, x, y);
            if (z == 0 || fabs(z - like) > 0.1 * like) continue;
            sum += z;
            n++;
        }
    return n >= 5 ? sum / n : 0;
}

static bool lift_mean(const eai_depth *depth, int column, int row, double like, double out[3])
{
    const double z = mean_depth(depth, column, row, like);
    if (z == 0) return false;
    eai_depth_lift(depth, column, row, z, out);
    return true;
}

static bool point_at(eai_scene_point *out, const eai_depth *depth, const edgeai_pose *pose,
                     int column, int row)
{
    double p[3], left[3], right[3], above[3], below[3], n[3];
    const double z = eai_depth_at(depth, column, row);
    if (z == 0 || !lift_mean(depth, column, row, z, p)) return false;
    if (!lift_mean(depth, column - REACH, row, z, left) ||
        !lift_mean(depth, column + REACH, row, z, right) ||
        !lift_mean(depth, column, row - REACH, z, above) ||
        !lift_mean(depth, column, row + REACH, z, below))
        return false;
    double a[3], b[3];
    for (int i = 0; i < 3; i++) {
        a[i] = right[i] - left[i];
        b[i] = below[i] - above[i];
    }
    for (int i = 0; i < 3; i++) /* b x a: towards the camera, for y points down */
        n[i] = b[(i + 1) % 3] * a[(i + 2) % 3] - b[(i + 2) % 3] * a[(i + 1) % 3];
    const double length = sqrt(n[0] * n[0] + n[1] * n[1] + n[2] * n[2]);
    if (!(length > 0)) return false;
    eai_pose_rotate(pose, n, n);
    eai_pose_apply(pose, p, p);
    for (int i = 0; i < 3; i++) {
        out->at[i] = (float)p[i];
        out->normal[i] = (float)(n[i] / length);
    }
    return true;
}

int eai_scene_points(eai_scene_point *points, const eai_placed_frames *placed)
{
    size_t pixels = 0;
    for (size_t f = 0; f < placed->n; f++)
        if (placed->fused[f]) pixels += eai_depth_bytes(&placed->frames[f].depth) / 2;
    const size_t step = (pixels / EAI_SCENE_POINTS + 1) | 1; /* odd: not always the same columns */
    size_t at = 0; /* runs on through all frames, so that few pixels of each are enough */
    int n = 0;
    for (size_t f = 0; f < placed->n; f++) {
        const eai_depth *depth = &placed->frames[f].depth;
        if (!placed->fused[f] || !depth->values) continue;
        const size_t end = (size_t)depth->width * (size_t)depth->height;
        for (; at < end && n < EAI_SCENE_POINTS; at += step)
            n += point_at(&points[n], depth, &placed->poses[f], (int)(at % (size_t)depth->width),
                          (int)(at / (size_t)depth->width));
        at = at >= end ? at - end : 0;
    }
    return n;
}
