/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_ALIGN_INTERNAL_H
#define EAI_SPACE_ALIGN_INTERNAL_H

#include "space/align.h"
#include "space/edge_search.h"
#include "space/keypoints.h"

/* One frame, as long as aligning lives. */
typedef struct eai_align_frame {
    eai_view view; /* what edges are found from */
    bool has_given;
    edgeai_pose given; /* camera to world */
    /* Where it was found to be when it came, from its edges to earlier frames alone: good enough to
     * tell which others see the same. In the frame of its group's first. */
    edgeai_pose place;
    int group;
} eai_align_frame;

/* What one new frame is tried against. */
typedef struct eai_candidate {
    int frame;
    bool has_start;
    edgeai_pose start; /* where it is expected, new frame to that one */
    bool found;
    eai_edge edge;
} eai_candidate;

#define EAI_CANDIDATES_MAX 64

struct eai_align {
    edgeai_context *context;
    eai_align_options options;
    eai_align_frame *frames;
    size_t n, capacity;
    eai_edge *edges;
    size_t n_edges, edge_capacity;
    eai_keypoint_finder *finder; /* NULL until a frame has colour */
    eai_search_scratch *scratch; /* [threads] */
    eai_surface_point *points;   /* of the new frame */
    size_t points_capacity;
    size_t counts[3];
    uint16_t *votes; /* keypoints that the new frame has in common with each */
    size_t votes_capacity;
    eai_candidate candidates[EAI_CANDIDATES_MAX];
    size_t n_candidates, first_candidate; /* that are searched now: from the first on */
};

/* The new frame is frames[n], not yet counted. */

/* Frames that look like it, and those just before it. */
void eai_align_choose_similar(eai_align *align);
/* Frames that should see the same as it, where it is now, and were not chosen before. */
void eai_align_choose_near(eai_align *align);

#endif
