/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_BPE_H
#define EAI_LM_BPE_H

/*
 * Byte pair encoding of one piece: of all neighbours that have a merge, the pair whose merge comes
 * first in the list is joined, the leftmost on ties, until none is left.
 * Source: Sennrich et al., "Neural machine translation of rare words with subword units", 2016;
 * on bytes as in GPT-2.
 */

#include "lm/heap.h"
#include "lm/vocabulary.h"

typedef struct eai_merge {
    int32_t left, right; /* symbols; left -1: a free slot */
    int32_t result;      /* symbol of both together */
    uint32_t rank;       /* place in the list */
} eai_merge;

typedef struct eai_bpe {
    const edgeai_allocator *allocator;
    eai_merge *merges; /* [n_slots] hash table by (left, right) */
    size_t n_slots;    /* a power of two */
    int32_t byte_symbol[256];
} eai_bpe;

/*
 * From the stored merges, "left right" each. Parts and results that are no tokens become further
 * symbols of the vocabulary. EDGEAI_E_FORMAT names the merge.
 */
edgeai_status eai_bpe_create(eai_bpe *bpe, eai_vocabulary *vocabulary, const edgeai_string *merges,
                             size_t n_merges);

/* A zero struct is fine. */
void eai_bpe_free(eai_bpe *bpe);

/* Working space, grown to the longest piece. Zero with `allocator` set is empty. */
typedef struct eai_bpe_work {
    const edgeai_allocator *allocator;
    struct eai_bpe_node *nodes; /* [capacity] */
    eai_heap_entry *heap;       /* [2 * capacity] */
    size_t capacity;            /* bytes of piece */
} eai_bpe_work;

void eai_bpe_work_free(eai_bpe_work *work);

/* Tokens of piece[0..n), n < 2^31. Only normal tokens come out; other results fall apart. */
edgeai_status eai_bpe_encode(const eai_bpe *bpe, const eai_vocabulary *vocabulary,
                             eai_bpe_work *work, const char *piece, size_t n,
                             eai_token_list *tokens);

#endif
