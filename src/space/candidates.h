/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_CANDIDATES_H
#define EAI_SPACE_CANDIDATES_H

/* Objects before it is decided which of them there are. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/kept_frame.h"
#include "space/object_box.h"
#include "space/object_merge.h"

enum { EAI_CANDIDATE_POINTS = 48 };

typedef struct eai_candidate {
    int id, label;
    double label_share; /* mean score of the label's detections times their share of all */
    eai_object_box box;
    float points[EAI_CANDIDATE_POINTS][3]; /* evenly of its points, in the map */
    int n_points;
    size_t first_member; /* its detections: members[first_member ..] of the groups */
    int n_members, n_views, n_misses;
    int n_label_views; /* detections that its label is from */
    bool truncated;    /* in all views */
} eai_candidate;

typedef struct eai_candidates {
    const edgeai_allocator *allocator;
    eai_candidate *items;
    size_t n, capacity;
} eai_candidates;

/*
 * One for each group, with boxes in the frame of placed->poses. Those with fewer views than
 * views_min, or fewer detections of the label that wins, are left out, unless their label is
 * wanted[label].
 */
edgeai_status eai_make_candidates(eai_candidates *candidates, const eai_groups *groups,
                                  const eai_placed_frames *placed, int n_labels, const bool *wanted,
                                  int views_min, bool has_floor, const edgeai_allocator *allocator);

void eai_candidates_free(eai_candidates *candidates);

#endif
