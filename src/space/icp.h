/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ICP_H
#define EAI_SPACE_ICP_H

/*
 * Registers one frame's surface against another's: point to plane (Chen and Medioni, 1992),
 * partners found by projecting (Blais and Levine, 1995), Gauss-Newton with Huber's weights. Pairs
 * of keypoints pull along: a wall alone leaves its own plane open, the pictures on it do not.
 */

#include <stdbool.h>

#include "space/rigid_fit.h"
#include "space/surface.h"

typedef struct eai_icp_input {
    const eai_surface_point *points; /* of the source, from eai_surface_points() */
    const size_t *counts;            /* [3] of them */
    const eai_surface *target;
    const eai_point_pair *pairs; /* of keypoints that agree, source to target */
    size_t n_pairs;
} eai_icp_input;

/* How well two surfaces lie on each other. */
typedef struct eai_icp_fit {
    edgeai_pose motion;     /* source to target */
    double overlap;         /* points with a partner on the target, of all of the source */
    double conflict;        /* of those that the target should see, share in front of its surface */
    double rmse;            /* metres, of the distances from the partners' planes */
    double information[36]; /* J'J per point: squared metres by which a twist of 1, applied after
                               the motion, moves the surfaces apart */
    double steadiness; /* its smallest eigenvalue over its largest, for turns about the middle of
                          the points, by arcs at their mean distance from it: no matter how far they
                          are (Gelfand et al., "Geometrically stable sampling for the ICP
                          algorithm", 2003) */
} eai_icp_fit;

/* How far off the start may be. */
typedef enum eai_icp_reach {
    EAI_ICP_FAR, /* 30 cm */
    EAI_ICP_NEAR /* 10 cm: from keypoints */
} eai_icp_reach;

/* False when the surfaces do not meet, or leave a direction entirely open. */
bool eai_icp_run(const eai_icp_input *input, const edgeai_pose *start, eai_icp_reach reach,
                 eai_icp_fit *fit);

/* How well they lie on each other as they are. */
bool eai_icp_measure(const eai_icp_input *input, const edgeai_pose *motion, eai_icp_fit *fit);

#endif
