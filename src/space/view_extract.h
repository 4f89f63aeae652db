/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_VIEW_EXTRACT_H
#define EAI_SPACE_VIEW_EXTRACT_H

#include "space/edge_search.h"
#include "space/keypoints.h"

/*
 * Makes a view of a frame: its surface, and those keypoints whose distance is known, with depth and
 * colour. `finder` may be NULL for frames without colour. Free with eai_view_free().
 */
edgeai_status eai_view_create(eai_view *view, const edgeai_allocator *allocator,
                              eai_keypoint_finder *finder, const edgeai_frame *frame);
void eai_view_free(eai_view *view, const edgeai_allocator *allocator);

size_t eai_view_bytes(const eai_view *view);

#endif
