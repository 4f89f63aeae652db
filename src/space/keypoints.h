/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_KEYPOINTS_H
#define EAI_SPACE_KEYPOINTS_H

/* Places of a picture that other pictures show too, with what they look like and where they are. */

#include "space/corners.h"
#include "space/patch_code.h"

#define EAI_KEYPOINTS_MAX 1000 /* of one frame */

typedef struct eai_keypoint {
    double u, v; /* pixels of the picture */
    eai_code code;
} eai_keypoint;

/* What finding keypoints works with; one for all frames. */
typedef struct eai_keypoint_finder {
    const edgeai_allocator *allocator;
    eai_code_pattern pattern;
    eai_grey_pyramid pyramid;
    uint8_t *smooth;
    size_t smooth_bytes; /* of the largest level so far, and of rows of it behind that */
    eai_corner *corners;
    size_t *order; /* [CORNERS] */
    eai_keypoint keypoints[EAI_KEYPOINTS_MAX];
    size_t n;
} eai_keypoint_finder;

/* *out is freed with eai_keypoint_finder_free(). */
edgeai_status eai_keypoint_finder_create(eai_keypoint_finder **out,
                                         const edgeai_allocator *allocator);
void eai_keypoint_finder_free(eai_keypoint_finder *finder);
size_t eai_keypoint_finder_bytes(const eai_keypoint_finder *finder);

/* Fills finder->keypoints[n], the most distinct first. */
edgeai_status eai_keypoint_finder_run(eai_keypoint_finder *finder, const edgeai_image *image);

#endif
