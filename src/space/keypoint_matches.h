/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_KEYPOINT_MATCHES_H
#define EAI_SPACE_KEYPOINT_MATCHES_H

#include <stddef.h>

#include "space/patch_code.h"

typedef struct eai_code_match {
    int a, b;     /* indices of the two codes */
    int distance; /* bits that differ */
} eai_code_match;

/* Codes word by word, so that many are compared at a time: word w of code i is words[w * stride +
 * i].
 */
typedef struct eai_code_table {
    const uint64_t *words;
    size_t stride, n;
} eai_code_table;

/* What matching n_b codes works in. */
typedef struct eai_match_scratch {
    uint64_t *row; /* [n_b] */
    int *best;     /* [n_b] */
    int *distance; /* [n_b] */
} eai_match_scratch;

/*
 * Pairs that are each other's nearest, at most 64 bits apart, and nearer than 0.8 of the second
 * nearest of b for the same a (Lowe 2004). matches[a.n]; returns how many, in the order of a.
 */
size_t eai_match_codes(eai_code_table a, eai_code_table b, eai_match_scratch scratch,
                       eai_code_match *matches);

#endif
