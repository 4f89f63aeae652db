/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_EDGE_SEARCH_H
#define EAI_SPACE_EDGE_SEARCH_H

/* One pair of frames: whether, and how, one lies against the other. */

#include <stdbool.h>
#include <stdint.h>

#include "space/edge.h"
#include "space/icp.h"
#include "space/keypoint_matches.h"

/* What is kept of a frame. */
typedef struct eai_view {
    eai_surface surface;
    size_t n_keypoints;
    uint64_t *words;    /* [EAI_CODE_WORDS][n_keypoints] of their codes, the most distinct first */
    float (*places)[3]; /* [n_keypoints] in the camera's frame */
} eai_view;

/* What searching works in, for views up to a size. */
typedef struct eai_search_scratch {
    eai_surface_point *points; /* of the earlier frame */
    size_t points_capacity;
    eai_code_match *matches; /* [EAI_KEYPOINTS_MAX], and so the others */
    eai_point_pair *pairs;
    eai_match_scratch match;
} eai_search_scratch;

edgeai_status eai_search_scratch_reserve(eai_search_scratch *scratch,
                                         const edgeai_allocator *allocator, size_t n_points);
void eai_search_scratch_free(eai_search_scratch *scratch, const edgeai_allocator *allocator);
size_t eai_search_scratch_bytes(const eai_search_scratch *scratch);

typedef struct eai_search {
    const eai_view *from, *to;
    const eai_surface_point *points; /* of `from`, and counts[3] */
    const size_t *counts;
    bool use_keypoints;
    const edgeai_pose *start; /* where `from` is expected in `to`; NULL: keypoints must tell */
    bool start_is_near;       /* within 10 cm and some degrees */
    uint64_t seed;
} eai_search;

/* Whether an edge was found that passes all tests; then everything of it but from and to is set.
 * Otherwise n_keypoints alone, those that agreed, is. */
bool eai_edge_search(const eai_search *search, eai_search_scratch *scratch, eai_edge *edge);

/* How many keypoints of two views are each other's nearest, of some hundred most distinct ones. */
int eai_view_similarity(const eai_view *a, const eai_view *b, const eai_search_scratch *scratch);

#endif
