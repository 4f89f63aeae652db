/* SPDX-License-Identifier: MIT */
#include "support/failing_allocator.h"

#include <stdlib.h>

static void *allocate(void *user, size_t bytes, size_t alignment)
{
    failing_allocator *state = user;
    if (state->n_allocations++ == state->fail_at) return NULL;
    void *memory = NULL;
    if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
    state->n_live++;
    state->live_bytes += bytes;
    return memory;
}

static void release(void *user, void *memory, size_t bytes)
{
    failing_allocator *state = user;
    state->n_live--;
    state->live_bytes -= bytes;
    free(memory);
}

edgeai_allocator failing_allocator_make(failing_allocator *state)
{
    return (edgeai_allocator){state, allocate, release};
}
