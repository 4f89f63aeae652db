/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_MEMORY_PLAN_H
#define EAI_GRAPH_MEMORY_PLAN_H

/*
 * Where buffers that live for a while lie in one block of memory, so that those that live at the
 * same time do not overlap and the block is small. Finding the smallest is NP-hard; see
 * memory_plan.c for what is tried.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>

/* More are refused (EDGEAI_E_LIMIT): placing takes time in proportion to the square. */
#define EAI_BUFFERS_MAX ((size_t)1 << 16)

typedef struct eai_buffer {
    size_t bytes;        /* a multiple of EAI_ALIGNMENT, or 0 */
    int32_t first, last; /* steps in which it lives, both included */
    size_t offset;       /* the result */
} eai_buffer;

/* Sets all offsets; *peak is the block's size. EDGEAI_E_MEMORY, EDGEAI_E_LIMIT. */
edgeai_status eai_memory_plan(eai_buffer *buffers, size_t n, const edgeai_allocator *allocator,
                              size_t *peak);

#endif
