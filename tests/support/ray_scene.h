/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_RAY_SCENE_H
#define TESTS_SUPPORT_RAY_SCENE_H

/* Boxes in a room, seen by a camera with colour and depth: frames whose poses are known exactly. */

#include <edgeai/space.h>

typedef struct ray_box {
    double low[3], high[3]; /* y is down, as in a camera's frame */
} ray_box;

typedef struct ray_scene {
    ray_box room; /* seen from inside */
    const ray_box *boxes;
    size_t n_boxes;
    double texture_m; /* side of the squares that everything is painted with; 0: plain */
    double period_m;  /* the painting repeats after this; 0: never */
    double noise_m;   /* standard deviation of a distance of 1 m; grows with its square */
} ray_scene;

/* A frame that owns its pixels. */
typedef struct ray_frame {
    edgeai_image color;
    uint16_t *depth; /* millimetres; 0 beyond 6 m */
    edgeai_frame frame;
} ray_frame;

/* 320 x 240, 63 degrees wide. */
edgeai_camera ray_camera(void);

/* A room of 5 m by 2.6 m by 5 m with a dozen boxes in it, painted in squares of 7 cm. */
ray_scene ray_room(void);

/* What the camera sees from `pose`, camera to world; the noise is drawn from `seed`. */
void ray_frame_make(ray_frame *out, const ray_scene *scene, const edgeai_pose *pose, uint64_t seed);
void ray_frame_free(ray_frame *frame);

/* A pose at x, y, z, turned by yaw to the right and then by pitch downward. */
edgeai_pose ray_pose(double x, double y, double z, double yaw, double pitch);

/* Frame i of a walk through ray_room(): 8 cm and 4 degrees a step. */
edgeai_pose ray_walk(int i);

#endif
