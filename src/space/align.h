/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ALIGN_H
#define EAI_SPACE_ALIGN_H

/*
 * Where every frame's camera was: keypoints and depth give edges between pairs of frames, a maximum
 * spanning tree and robust averaging give poses. Frames come one at a time; edges of a new frame go
 * to earlier ones only, so poses do not depend on when solving was asked for, nor on the number of
 * threads.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

#include "space/edge.h"

typedef struct eai_align eai_align;

typedef struct eai_align_options {
    uint64_t seed;
    int n_similar;  /* earlier frames tried by similarity of keypoints; 0: 8 */
    int n_previous; /* frames just before it that are tried; 0: 2 */
    int n_near;     /* earlier frames tried because they should see the same; 0: 6 */
} eai_align_options;

/* A frame's pose in the root's frame. */
typedef struct eai_place {
    edgeai_pose pose;   /* camera to root; identity for the root */
    int component;      /* 0: the root's; the others by falling size */
    double reliability; /* product of the edges' confidence on the path to its component's root */
} eai_place;

edgeai_status eai_align_create(eai_align **out, edgeai_context *context,
                               const eai_align_options *options);
void eai_align_free(eai_align *align);

/*
 * Extracts what is kept of the frame (at most 0.6 MB, 0.2 MB for 640 x 480) and finds edges to
 * earlier frames. A frame with neither colour nor depth, or a pose that is no rigid motion, is
 * EDGEAI_E_INVALID. A frame whose depth is NULL or holds nothing valid is kept on its own. After an
 * error nothing was added.
 */
edgeai_status eai_align_add(eai_align *align, const edgeai_frame *frame);

/* places[n frames so far]. *root is -1 without frames. */
edgeai_status eai_align_solve(eai_align *align, eai_place *places, int *root, int *n_components);

size_t eai_align_count(const eai_align *align);

/* Edges that were accepted, for reports; valid until the next call that adds. */
const eai_edge *eai_align_edges(const eai_align *align, size_t *n_edges);

/* Bytes held now. */
size_t eai_align_bytes(const eai_align *align);

/* What given poses turn out to be when depth is projected with them. */
typedef enum eai_pose_verdict {
    EAI_POSES_NONE,             /* no two given poses with depth */
    EAI_POSES_FIT,              /* as they should be */
    EAI_POSES_APART,            /* no two frames overlap, so that nothing can be said */
    EAI_POSES_WORLD_TO_CAMERA,  /* fit once inverted */
    EAI_POSES_Y_UP,             /* fit for cameras with y up and z backward (OpenGL, ARKit) */
    EAI_POSES_WORLD_TO_Y_UP,    /* both of these */
    EAI_POSES_TRANSPOSED,       /* fit with the rotation transposed, the translation as it is */
    EAI_POSES_QUATERNION_ORDER, /* fit with the quaternion's w first read as last, or the reverse */
    EAI_POSES_MILLIMETRES,      /* fit with translations divided by 1000 */
    EAI_POSES_DO_NOT_FIT        /* in no way that is known */
} eai_pose_verdict;

typedef struct eai_pose_report {
    eai_pose_verdict verdict;
    size_t n_pairs;   /* of frames that were compared */
    double median_m;  /* of |distance measured - distance expected| where frames that follow each
                        other overlap, as given; 0: they do not */
    double overlap;   /* mean share of a frame's points that the other one sees */
    double agreement; /* share of points seen that are where they should be */
    double best_m;    /* median_m for the verdict's reading of the poses */
    char text[256];   /* a sentence with these numbers; empty for NONE */
} eai_pose_report;

/* Compares the depth of frames with given poses. */
edgeai_status eai_align_check_poses(const eai_align *align, eai_pose_report *report);

#endif
