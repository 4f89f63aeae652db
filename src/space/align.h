/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ALIGN_H
#define EAI_SPACE_ALIGN_H

/*
 * Where every frame's camera was: keypoints and depth give edges between pairs of frames, a maximum
 * spanning tree and robust averaging give poses. Frames come one at a time; edges of a new frame go
 * to earlier ones only, so poses do not depend on when solving was asked for.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/space.h>
#include <edgeai/status.h>

typedef struct eai_align eai_align;

typedef struct eai_align_options {
    uint64_t seed;
    int n_similar;  /* earlier frames tried by similarity; 0: 8 */
    int n_previous; /* frames just before it that are tried; 0: 2 */
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

/* Extracts what is kept of the frame (its bytes are bounded) and finds edges to earlier frames.
 * A frame with neither colour nor depth is EDGEAI_E_INVALID. After an error nothing was added. */
edgeai_status eai_align_add(eai_align *align, const edgeai_frame *frame);

/* places[n frames so far]. *root is -1 without frames. */
edgeai_status eai_align_solve(eai_align *align, eai_place *places, int *root, int *n_components);

#endif
