/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_SYMBOLS_H
#define EAI_LM_SYMBOLS_H

/* A set of different byte strings, numbered from 0 in the order of adding. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/model_file.h>
#include <edgeai/status.h>

#include "base/text.h"

typedef struct eai_symbols {
    const edgeai_allocator *allocator;
    eai_text pool;   /* the strings, one after another */
    uint32_t *begin; /* [capacity + 1]; string i is pool.bytes[begin[i] .. begin[i + 1]) */
    int32_t n;
    int32_t capacity;
    uint32_t *slots; /* [n_slots]; number + 1 of the string hashed there, 0: free */
    size_t n_slots;  /* a power of two, at least twice n */
} eai_symbols;

/* An empty set with room for `expected` strings; it grows beyond. */
edgeai_status eai_symbols_create(eai_symbols *symbols, const edgeai_allocator *allocator,
                                 size_t expected);

/* A zero struct is fine. */
void eai_symbols_free(eai_symbols *symbols);

/* The string's number, or -1. */
int32_t eai_symbols_find(const eai_symbols *symbols, const char *bytes, size_t n_bytes);

/*
 * Adds the string unless it is there; its number either way.
 * EDGEAI_E_LIMIT: too many strings or bytes, or strings made to collide in the hash table.
 */
edgeai_status eai_symbols_add(eai_symbols *symbols, const char *bytes, size_t n_bytes,
                              int32_t *number);

/* String `number` (0 .. n-1). Borrowed until the next addition. */
static inline edgeai_string eai_symbols_get(const eai_symbols *symbols, int32_t number)
{
    uint32_t begin = symbols->begin[number];
    return (edgeai_string){symbols->pool.bytes + begin, symbols->begin[number + 1] - begin};
}

#endif
