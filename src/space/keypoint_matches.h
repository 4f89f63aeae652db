/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_KEYPOINT_MATCHES_H
#define EAI_SPACE_KEYPOINT_MATCHES_H

#include <stddef.h>

#include "space/patch_code.h"

typedef struct eai_code_match {
    int a, b;     /* indices of the two codes */
    int distance; /* bits that differ */
} eai_code_match;

/* What matching n_b codes works in. */
typedef struct eai_match_scratch {
    int *best;     /* [n_b] */
    int *distance; /* [n_b] */
} eai_match_scratch;

int eai_code_distance(const eai_code *a, const eai_code *b);

/*
 * Pairs that are each other's nearest, at most 64 bits apart, and nearer than 0.8 of the second
 * nearest of b for the same a (Lowe 2004). matches[n_a]; returns how many, in the order of a.
 */
size_t eai_match_codes(const eai_code *a, size_t n_a, const eai_code *b, size_t n_b,
                       eai_match_scratch scratch, eai_code_match *matches);

#endif
