/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_ARENA_H
#define EAI_BASE_ARENA_H

/*
 * One block of memory handed out front to back: plans size it first, then carve it.
 * With base NULL an arena only counts, so the same code measures and lays out:
 *
 *     eai_arena arena = {0};           layout(&arena, &buffers);   arena.used is the size
 *     eai_arena_init(&arena, ...);     layout(&arena, &buffers);   buffers are real
 */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>

typedef struct eai_arena {
    char *base;      /* NULL: counting only */
    size_t capacity; /* bytes at base */
    size_t used;     /* SIZE_MAX once a sum overflowed */
} eai_arena;

/* Allocates `bytes` (> 0) zeroed bytes; false with the error text set. */
bool eai_arena_init(eai_arena *arena, const edgeai_allocator *allocator, size_t bytes,
                    const char *what);

/* Gives the block back; a zero arena is fine. */
void eai_arena_free(eai_arena *arena, const edgeai_allocator *allocator);

/* Room for n elements, aligned to EAI_ALIGNMENT. NULL when counting, or when it does not fit. */
void *eai_arena_take(eai_arena *arena, size_t n, size_t element_bytes);

#endif
