/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_PRETOKENIZER_H
#define EAI_LM_PRETOKENIZER_H

/*
 * Cuts text into the pieces that BPE works on, by regular expressions: each one in turn cuts the
 * pieces that the ones before it left; what lies between two matches is a piece too.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "base/pcre_memory.h"

#define EAI_EXPRESSIONS_MAX 6

/* What a value of tokenizer.ggml.pre stands for. docs/formats/tokenizer.md has the sources. */
typedef struct eai_pretokenizer_kind {
    const char *name;
    const char *expressions[EAI_EXPRESSIONS_MAX + 1]; /* NULL ends them */
    bool ignore_merges; /* a piece that is a token is taken without looking at the merges */
    bool add_bos;       /* when tokenizer.ggml.add_bos_token is absent */
} eai_pretokenizer_kind;

/* The kind for a name (name[0..n)); NULL when unknown. */
const eai_pretokenizer_kind *eai_pretokenizer_find(const char *name, size_t n);

/* Kind number `index`, for walking over all; NULL at the end. The first is "default". */
const eai_pretokenizer_kind *eai_pretokenizer_at(size_t index);

typedef struct eai_pretokenizer {
    const eai_pretokenizer_kind *kind;
    eai_pcre_memory *memory;
    const edgeai_allocator *allocator;
    pcre2_general_context *general;
    pcre2_match_context *match;
    pcre2_code *codes[EAI_EXPRESSIONS_MAX];
    int n_codes;
    uint32_t options; /* of every match */
} eai_pretokenizer;

edgeai_status eai_pretokenizer_create(eai_pretokenizer *pretokenizer,
                                      const edgeai_allocator *allocator,
                                      const eai_pretokenizer_kind *kind);

/* A zero struct is fine. */
void eai_pretokenizer_free(eai_pretokenizer *pretokenizer);

/* Receives text[begin .. begin + n), n > 0; anything but EDGEAI_OK ends the splitting. */
typedef edgeai_status (*eai_piece_sink)(void *user, size_t begin, size_t n);

/* Hands out the pieces of any bytes, in order, without gap or overlap. Threads: safe. */
edgeai_status eai_pretokenizer_split(const eai_pretokenizer *pretokenizer, const char *text,
                                     size_t n, eai_piece_sink sink, void *user);

#endif
