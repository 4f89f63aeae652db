/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TAGS_H
#define EAI_SPACE_TAGS_H

/* Where tags go, so that none overlaps another or the border. */

#include <stdbool.h>
#include <stddef.h>

#include "space/canvas.h"

enum { EAI_TAG_TEXT_BYTES = 96 };

typedef struct eai_tag {
    char text[EAI_TAG_TEXT_BYTES];
    char short_text[EAI_TAG_TEXT_BYTES]; /* where the text finds no room; empty: none */
    eai_rect about; /* what it belongs to, in pixels: it is placed on or near that */
    int height;     /* of capitals in sixteenths; smaller where it finds no room */
    bool is_bare;   /* without a frame around it: numbers of key frames */
    bool is_placed;
    bool is_short;
    eai_rect rect; /* where it went; meaningful when placed */
} eai_tag;

typedef struct eai_tag_board {
    eai_rect inside;           /* no tag leaves it */
    const eai_rect *keep_free; /* [n_keep_free] never covered */
    size_t n_keep_free;
    const eai_rect *avoid; /* [n_avoid] not covered where there is another place near */
    size_t n_avoid;
    int reach_px; /* farthest from what a tag belongs to */
} eai_tag_board;

/* Places the tags in their order; the first ones have the choice. */
void eai_place_tags(const eai_tag_board *board, eai_tag *tags, size_t n);

bool eai_rects_overlap(eai_rect a, eai_rect b);

/* Left end of the text's first stroke, and its line, in a tag that is placed. */
eai_place2 eai_tag_text_at(const eai_tag *tag);

#endif
