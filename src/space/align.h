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

#endif
