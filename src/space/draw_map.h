/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_DRAW_MAP_H
#define EAI_SPACE_DRAW_MAP_H

/* A picture with where its tags went. */

#include <edgeai/image.h>
#include <edgeai/spatial_prompt.h>
#include <edgeai/status.h>

#include "space/relevance.h"
#include "space/tags.h"

typedef struct eai_picture {
    const edgeai_allocator *allocator;
    edgeai_image *image;
    eai_tag *tags; /* [n_tags], of capacity */
    size_t n_tags, capacity;
    eai_rect inside; /* of the picture: none leaves it */
} eai_picture;

edgeai_status eai_picture_draw(eai_picture *picture, const edgeai_map *map,
                               const edgeai_map_draw_options *options);
void eai_picture_free(eai_picture *picture); /* a zero one is fine */

/* Defaults set, ranges checked, the question taken apart (to be freed) and objects ranked. */
typedef struct eai_draw_setup {
    edgeai_map_draw_options options;
    edgeai_question *question; /* NULL: none */
    eai_ranking ranking;       /* cut to objects_max */
} eai_draw_setup;

edgeai_status eai_draw_setup_make(eai_draw_setup *setup, const edgeai_map *map,
                                  const edgeai_map_draw_options *options, const char *caller);
void eai_draw_setup_free(eai_draw_setup *setup);

#endif
