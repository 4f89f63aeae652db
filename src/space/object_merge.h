/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_OBJECT_MERGE_H
#define EAI_SPACE_OBJECT_MERGE_H

/* Candidates that turn out to be one object, and whose detections are whose. */

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "space/associate.h"

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

void eai_groups_free(eai_groups *groups);

#endif
