/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_PALETTE_H
#define EAI_SPACE_PALETTE_H

/* The colour of an object, the same in all that is made of a map. */

#include <stdint.h>

typedef struct eai_rgb {
    uint8_t r, g, b;
} eai_rgb;

/* Twenty that can be told apart on white, and that white text can be read on. */
enum { EAI_PALETTE_SIZE = 20 };

extern const eai_rgb eai_palette[EAI_PALETTE_SIZE];

/* By id, so that neighbours in the order of ids differ and all pictures of a map agree. */
eai_rgb eai_object_color(int id);

#endif
