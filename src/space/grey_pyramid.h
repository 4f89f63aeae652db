/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_GREY_PYRAMID_H
#define EAI_SPACE_GREY_PYRAMID_H

/* A picture's brightness in ever smaller sizes: where keypoints are looked for. */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

#define EAI_PYRAMID_LEVELS 8
#define EAI_PYRAMID_FACTOR 1.2 /* from one level to the next, as in ORB (Rublee et al., 2011) */
#define EAI_PYRAMID_SIDE   800 /* the first level's longer side is at most this */

typedef struct eai_grey_level {
    int width, height;
    double scale_x, scale_y; /* pixels of the picture for one of this level */
    uint8_t *pixels;         /* [height][width] */
} eai_grey_level;

typedef struct eai_grey_pyramid {
    int n_levels;
    eai_grey_level levels[EAI_PYRAMID_LEVELS];
    uint8_t *block; /* the pixels of all */
    size_t capacity;
} eai_grey_pyramid;

/* Fills the pyramid; its block is kept between calls and grows when it has to. */
edgeai_status eai_grey_pyramid_fill(eai_grey_pyramid *pyramid, const edgeai_allocator *allocator,
                                    const edgeai_image *image);
void eai_grey_pyramid_free(eai_grey_pyramid *pyramid, const edgeai_allocator *allocator);

#endif
