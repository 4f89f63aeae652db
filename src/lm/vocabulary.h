/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_VOCABULARY_H
#define EAI_LM_VOCABULARY_H

/* The tokens: stored texts, types, and the bytes that each gives when decoded. */

#include <edgeai/tokenizer.h>

#include "lm/symbols.h"

typedef struct eai_vocabulary {
    const edgeai_allocator *allocator;
    eai_symbols symbols; /* string i < n_tokens is token i; the merges add further ones */
    int32_t n_tokens;
    unsigned char *types;    /* [n_tokens], edgeai_token_type */
    eai_text decoded;        /* decoded bytes of the tokens, one after another */
    uint32_t *begin;         /* [n_tokens + 1], offsets in decoded */
    int32_t byte_token[256]; /* the token to use for a byte alone; -1: none */
} eai_vocabulary;

/*
 * From the stored texts and types of n tokens (types NULL: all normal). `unknown` (-1: none) stands
 * for bytes that have no token. EDGEAI_E_FORMAT names tokens or types and the element.
 */
edgeai_status eai_vocabulary_create(eai_vocabulary *vocabulary, const edgeai_allocator *allocator,
                                    const edgeai_string *texts, const int64_t *types, size_t n,
                                    int32_t unknown);

/* A zero struct is fine. */
void eai_vocabulary_free(eai_vocabulary *vocabulary);

/* The token with this stored text, or -1. */
int32_t eai_vocabulary_find(const eai_vocabulary *vocabulary, const char *text, size_t n_bytes);

/* Decoded bytes of any id; none for ids out of range, and for control tokens unless `special`. */
edgeai_string eai_vocabulary_decode(const eai_vocabulary *vocabulary, int32_t token, bool special);

/* Where tokens go: the first `capacity` are stored, all are counted. */
typedef struct eai_token_list {
    int32_t *tokens;
    size_t capacity;
    size_t n;
} eai_token_list;

static inline void eai_token_list_push(eai_token_list *list, int32_t token)
{
    if (list->n < list->capacity) list->tokens[list->n] = token;
    list->n++;
}

#endif
