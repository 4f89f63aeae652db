/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_SELECT_OBJECTS_H
#define EAI_SPACE_SELECT_OBJECTS_H

/* Which candidates are objects, and where to look for them again. */

#include "space/candidates.h"
#include "space/map_content.h"
#include "space/visibility.h"

typedef struct eai_select_rules {
    eai_visibility_rules visibility;
    int misses_max;
} eai_select_rules;

/*
 * Fills in the content's objects and requests; its allocator is set. A candidate of one view that
 * at least misses_max other frames should have shown is a ghost, and so is one that was found in
 * less than a quarter of the frames it should have been in. Only frames in which a detector ran
 * count. After an error both arrays are empty.
 */
edgeai_status eai_select_objects(eai_map_content *content, eai_candidates *candidates,
                                 const eai_groups *groups, const eai_placed_frames *placed,
                                 const char (*labels)[EDGEAI_LABEL_BYTES],
                                 const eai_select_rules *rules, size_t *n_ghosts);

#endif
