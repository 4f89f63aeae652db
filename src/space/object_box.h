/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OBJECT_BOX_H
#define EAI_SPACE_OBJECT_BOX_H

/* The upright box around an object's points. */

#include <stdbool.h>
#include <stdint.h>

typedef struct eai_object_box {
    double center[3], size[3]; /* size along the box's own axes, at least 0.01 */
    double yaw;                /* -pi/2 to pi/2 */
} eai_object_box;

enum { EAI_BOX_POINTS = 4096 };

/* Working memory, of any content. */
typedef struct eai_box_scratch {
    float cubes[EAI_BOX_POINTS][3];
    float sorted[EAI_BOX_POINTS];
    uint64_t keys[EAI_BOX_POINTS];
} eai_box_scratch;

/*
 * The box of 1 to EAI_BOX_POINTS points, Z up. Points are thinned to one for each small cube first,
 * so that near views do not outweigh far ones. Then the rectangle of least area around them, turned
 * with the walls (the map's axes) unless another one is smaller by a tenth; sides without their
 * outermost hundredths. With has_floor points on the floor are left out of what stands up from it,
 * and what almost reaches it stands on it.
 */
eai_object_box eai_object_box_of(const float (*points)[3], int n, bool has_floor,
                                 eai_box_scratch *scratch);

#endif
