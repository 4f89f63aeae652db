/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_SPECIAL_TOKENS_H
#define EAI_LM_SPECIAL_TOKENS_H

/*
 * Tokens found in the raw text by their whole name, before it is cut into pieces. Longer names take
 * their places first, anywhere in the text; names of one length from left to right.
 */

#include "lm/vocabulary.h"

typedef struct eai_special_set {
    const edgeai_allocator *allocator;
    const eai_vocabulary *vocabulary;
    int32_t *tokens;  /* [n], in the order of their names' bytes */
    int32_t *shorter; /* [n]; index of the longest name that begins this one, or -1 */
    int32_t n;
    bool begins[256]; /* whether a name begins with this byte */
} eai_special_set;

/* The tokens whose type's bit (1 << type) is in `types`. The vocabulary must outlive the set. */
edgeai_status eai_special_set_create(eai_special_set *set, const eai_vocabulary *vocabulary,
                                     unsigned types);

/* A zero struct is fine. */
void eai_special_set_free(eai_special_set *set);

/* One place in the text where a name begins. */
typedef struct eai_special_place {
    uint32_t position;
    int32_t index; /* in the set, the longest name not refused yet; -1: none fits here */
} eai_special_place;

/*
 * All names in text[0..n), n < 2^31: *places (the caller's, released as n_places elements) in the
 * order of the text, those with index -1 to be skipped. NULL and 0 when there is none.
 */
edgeai_status eai_special_set_search(const eai_special_set *set, const char *text, size_t n,
                                     eai_special_place **places, size_t *n_places);

#endif
