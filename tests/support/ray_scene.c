/* SPDX-License-Identifier: MIT */
#include "support/ray_scene.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "space/pose.h"
#include "support/check.h"

#define FAR_M 6.0

static const ray_box furniture[] = {
    {{-2.5, 0.5, 1.9}, {-1.4, 1.3, 2.5}},   {{-0.6, 0.6, 1.2}, {0.5, 0.7, 1.9}},
    {{-0.3, 0.3, 1.4}, {-0.1, 0.6, 1.6}},   {{0.1, 0.45, 1.5}, {0.3, 0.6, 1.7}},
    {{0.9, -0.4, 2.0}, {1.7, 1.3, 2.5}},    {{1.6, 0.8, 0.4}, {2.1, 1.3, 0.9}},
    {{-1.9, 0.2, 2.1}, {-1.6, 0.5, 2.3}},   {{-2.5, -0.8, -0.5}, {-2.2, 0.1, 0.6}},
    {{-0.9, -0.9, 2.35}, {0.2, -0.3, 2.5}}, {{2.2, -0.6, 1.0}, {2.5, 0.2, 1.6}},
    {{-1.2, 0.9, 0.3}, {-0.8, 1.3, 0.7}},   {{0.6, 1.0, 1.2}, {0.9, 1.3, 1.5}},
};

edgeai_camera ray_camera(void)
{
    return (edgeai_camera){320, 240, 260, 260, 159.5, 119.5};
}

ray_scene ray_room(void)
{
    return (ray_scene){.room = {{-2.5, -1.3, -2.5}, {2.5, 1.3, 2.5}},
                       .boxes = furniture,
                       .n_boxes = sizeof furniture / sizeof *furniture,
                       .texture_m = 0.07};
}

/* Where a ray enters a box, or leaves the one that it starts in; INFINITY: it does not. */
static double meet(const ray_box *box, const double origin[3], const double way[3], bool inside)
{
    double enter = -INFINITY, leave = INFINITY;
    for (int k = 0; k < 3; k++) {
        double step = fabs(way[k]) < 1e-12 ? 1e-12 : way[k];
        double a = (box->low[k] - origin[k]) / step, b = (box->high[k] - origin[k]) / step;
        enter = fmax(enter, fmin(a, b));
        leave = fmin(leave, fmax(a, b));
    }
    if (inside) return leave;
    return enter <= leave && enter > 0 ? enter : INFINITY;
}

/* The brightness of the square that a point of a surface lies in. */
static uint8_t paint(const ray_scene *scene, const double p[3])
{
    if (!(scene->texture_m > 0)) return 128;
    uint64_t key = 7;
    for (int k = 0; k < 3; k++) {
        double x = p[k] + 0.0123; /* no square's edge lies in a surface */
        if (scene->period_m > 0) x -= scene->period_m * floor(x / scene->period_m);
        key = key * UINT64_C(1000003) + (uint64_t)(int64_t)floor(x / scene->texture_m);
    }
    eai_rng rng;
    eai_rng_seed(&rng, key);
    return (uint8_t)(20 + eai_rng_below(&rng, 216));
}

static double normal(eai_rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += eai_rng_uniform(rng);
    return sum;
}

void ray_frame_make(ray_frame *out, const ray_scene *scene, const edgeai_pose *pose, uint64_t seed)
{
    const edgeai_camera camera = ray_camera();
    const size_t n = (size_t)camera.width * (size_t)camera.height;
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    uint8_t *pixels = malloc(n);
    uint16_t *depth = malloc(n * sizeof *depth);
    assert_true(pixels && depth);
    for (int v = 0; v < camera.height; v++)
        for (int u = 0; u < camera.width; u++) {
            double ray[3] = {(u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, 1}, way[3];
            eai_pose_rotate(pose, ray, way);
            double z = meet(&scene->room, pose->translation, way, true), p[3];
            for (size_t b = 0; b < scene->n_boxes; b++)
                z = fmin(z, meet(&scene->boxes[b], pose->translation, way, false));
            for (int k = 0; k < 3; k++)
                p[k] = pose->translation[k] + z * way[k];
            size_t at = (size_t)v * (size_t)camera.width + (size_t)u;
            pixels[at] = paint(scene, p);
            if (scene->noise_m > 0) z += scene->noise_m * z * z * normal(&rng);
            depth[at] = z < FAR_M ? (uint16_t)lrint(1000 * z) : 0;
        }
    out->color = (edgeai_image){pixels, camera.width, camera.height, 1, (size_t)camera.width};
    out->depth = depth;
    out->frame = (edgeai_frame)EDGEAI_FRAME_INIT;
    out->frame.camera = out->frame.depth_camera = camera;
    out->frame.color = &out->color;
    out->frame.depth = depth;
}

void ray_frame_free(ray_frame *frame)
{
    free(frame->color.pixels);
    free(frame->depth);
    memset(frame, 0, sizeof *frame);
}

edgeai_pose ray_pose(double x, double y, double z, double yaw, double pitch)
{
    const double c = cos(yaw), s = sin(yaw), cp = cos(pitch), sp = sin(pitch);
    return (edgeai_pose){.rotation = {c, s * sp, s * cp, 0, cp, -sp, -s, c * sp, c * cp},
                         .translation = {x, y, z}};
}

edgeai_pose ray_walk(int i)
{
    const double t = 0.08 * i;
    return ray_pose(-0.8 + t, -0.2 + 0.05 * sin(3 * t), -1.2 + 0.3 * t, -0.3 + 0.07 * i, 0.1);
}
