/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_PATCH_CODE_H
#define EAI_SPACE_PATCH_CODE_H

/*
 * What a keypoint looks like, in 256 bits: which of two places in its surroundings is brighter, for
 * 256 pairs of places that turn with it (BRIEF, Calonder et al., 2010; steered as in ORB, Rublee et
 * al., 2011). The pairs are our own, drawn once from a seeded generator.
 */

#include <stdint.h>

#include "space/grey_pyramid.h"

#define EAI_CODE_WORDS  4
#define EAI_CODE_ANGLES 32

typedef struct eai_code {
    uint64_t words[EAI_CODE_WORDS];
} eai_code;

/* Offsets x0, y0, x1, y1 of the pairs, for each direction. */
typedef struct eai_code_pattern {
    int8_t pairs[EAI_CODE_ANGLES][64 * EAI_CODE_WORDS][4];
} eai_code_pattern;

void eai_code_pattern_make(eai_code_pattern *pattern);

/* Direction, as one of EAI_CODE_ANGLES, from the middle of a disc of 15 pixels around a place to
 * its centre of brightness. */
int eai_patch_direction(const eai_grey_level *level, int x, int y);

/* `smooth` is the level blurred: single pixels are too noisy to compare. */
eai_code eai_patch_code(const eai_code_pattern *pattern, const eai_grey_level *smooth, int x, int y,
                        int direction);

/* Means of 5 x 5 pixels; the outer two rows and columns are copied. sums[width] is worked in. */
void eai_smooth_level(const eai_grey_level *level, uint8_t *smooth, uint16_t *sums);

#endif
