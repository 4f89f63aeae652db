/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OBJECT_MERGE_H
#define EAI_SPACE_OBJECT_MERGE_H

/* Candidates that turn out to be one object, and whose detections are whose. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/associate.h"
#include "space/object_box.h"

/* A detection of an object. */
typedef struct eai_member {
    int frame, observation; /* index within the frame */
} eai_member;

/* Objects by the smallest index of their tracks; the others' groups are empty. */
typedef struct eai_groups {
    const edgeai_allocator *allocator;
    int *group_of;       /* [n] of tracks */
    size_t *start;       /* [n + 1] into members */
    eai_member *members; /* by groups, then in the order of frames */
    size_t n, n_members;
} eai_groups;

/*
 * Tracks of one label whose points overlap by merge_min become one, unless they were seen in the
 * same frame in more than a tenth of the frames of the one with fewer. The best overlap first.
 * EDGEAI_E_MEMORY; *groups is zero then.
 */
edgeai_status eai_merge_objects(eai_groups *groups, const eai_tracks *tracks,
                                const eai_placed_frames *placed, double merge_min);

/* A group's box and some of its points, in one frame. */
typedef struct eai_boxed_group {
    int group, label;
    eai_object_box box;
    const float (*points)[3];
    int n_points;
    bool truncated; /* in all views */
} eai_boxed_group;

/*
 * Joins groups of one label: where most of one's points are inside the other's box, which a third
 * of the fewer frames may contradict by showing both; and where a part of them is, for a large
 * thing is seen in parts, unless more than a tenth of the fewer frames shows both. Returns how many
 * went into others; boxes are to be made anew then.
 */
int eai_merge_boxes(eai_groups *groups, const eai_boxed_group *boxed, int n,
                    const eai_tracks *tracks, const eai_placed_frames *placed);

void eai_groups_free(eai_groups *groups);

#endif
