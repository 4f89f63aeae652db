/* SPDX-License-Identifier: MIT */
#include "base/arena.h"

#include <stdint.h>

#include "base/memory.h"

bool eai_arena_init(eai_arena *arena, const edgeai_allocator *allocator, size_t bytes,
                    const char *what)
{
    *arena = (eai_arena){0};
    arena->base = eai_allocate(allocator, bytes, what);
    arena->capacity = arena->base ? bytes : 0;
    return arena->base != NULL;
}

void eai_arena_free(eai_arena *arena, const edgeai_allocator *allocator)
{
    eai_release(allocator, arena->base, arena->capacity);
    *arena = (eai_arena){0};
}

void *eai_arena_take(eai_arena *arena, size_t n, size_t element_bytes)
{
    size_t bytes, end;
    if (!eai_size_multiply(n, element_bytes, &bytes) ||
        !eai_size_add(bytes, EAI_ALIGNMENT - 1, &bytes)) {
        arena->used = SIZE_MAX;
        return NULL;
    }
    bytes &= ~(size_t)(EAI_ALIGNMENT - 1);
    size_t begin = arena->used;
    if (!eai_size_add(begin, bytes, &end)) {
        arena->used = SIZE_MAX;
        return NULL;
    }
    if (arena->base && end > arena->capacity) return NULL;
    arena->used = end;
    return arena->base ? arena->base + begin : NULL;
}
