/* SPDX-License-Identifier: MIT */
#ifndef EAI_LM_HEAP_H
#define EAI_LM_HEAP_H

/* A binary heap in the caller's array: the smallest key comes out first. */

#include <stddef.h>
#include <stdint.h>

typedef struct eai_heap_entry {
    uint64_t key;
    uint32_t value;
} eai_heap_entry;

/* entries[*n] must exist. */
void eai_heap_push(eai_heap_entry *entries, size_t *n, uint64_t key, uint32_t value);

/* *n > 0. */
eai_heap_entry eai_heap_pop(eai_heap_entry *entries, size_t *n);

#endif
