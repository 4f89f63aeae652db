/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_FUSING_H
#define EAI_SPACE_FUSING_H

/* From frames to a map: what is kept of frames, and the map as a function of that alone. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/space.h>

#include "space/align.h"
#include "space/associate.h"
#include "space/kept_frame.h"
#include "space/map_content.h"
#include "space/map_internal.h"

/* What became of detections so far. */
typedef struct eai_admission {
    size_t n_detections, n_below_score, n_beyond_limit, n_duplicates, n_without_depth;
} eai_admission;

/* What an update leaves beside the content. */
typedef struct eai_fusing_result {
    size_t n_connected, n_candidates, n_ghosts, n_beyond_capacity;
    bool floor_found;
} eai_fusing_result;

struct eai_fusing {
    edgeai_context *context;
    const edgeai_allocator *allocator;
    edgeai_map_options rules; /* defaults filled in; task_labels are its own copies */
    char (*task_labels)[EDGEAI_LABEL_BYTES];
    eai_kept_frame *frames;
    size_t n_frames, frames_capacity;
    char (*labels)[EDGEAI_LABEL_BYTES];
    int n_labels, labels_capacity;
    bool poses_given; /* meaningful once there are frames */
    eai_align *align; /* NULL: poses are given */
    eai_admission admission;
    eai_fusing_result result;
    /* Association as far as it has come, and the poses it was done at: goes on from there when they
     * are still the same, else begins again. */
    eai_tracks tracks;
    edgeai_pose *track_poses;
    bool *track_fused;
    size_t track_poses_capacity;
};

/* options: not NULL, all fields set and checked. */
edgeai_status eai_fusing_create(eai_fusing **out, edgeai_context *context,
                                const edgeai_map_options *options);
void eai_fusing_free(eai_fusing *fusing); /* NULL is fine */
size_t eai_fusing_bytes(const eai_fusing *fusing);

/* After an error nothing is changed. fusing_add.c */
edgeai_status eai_fusing_add(eai_fusing *fusing, const edgeai_frame *frame);
edgeai_status eai_fusing_add_detections(eai_fusing *fusing, size_t frame,
                                        const edgeai_detection *detections, size_t n);

/* Replaces *content, which may be zero, when all went well. */
edgeai_status eai_fusing_update(eai_fusing *fusing, eai_map_content *content);

#endif
