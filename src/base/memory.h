/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_MEMORY_H
#define EAI_BASE_MEMORY_H

/* Allocation through the context's allocator, and arithmetic on sizes that cannot overflow. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/context.h>

/* Every allocation is aligned to this: a cache line, and enough for any vector register. */
#define EAI_ALIGNMENT 64

/* The C library's allocator. */
edgeai_allocator eai_default_allocator(void);

/* `bytes` zeroed bytes, or NULL (also when bytes is 0) with the error text set, naming `what`. */
void *eai_allocate(const edgeai_allocator *allocator, size_t bytes, const char *what);

/* The same without zeroing: for large blocks that are filled piece by piece, so that pages come to
 * be as they are needed. */
void *eai_allocate_unset(const edgeai_allocator *allocator, size_t bytes, const char *what);

/* `n` zeroed elements of `element_bytes`; NULL on overflow too. */
void *eai_allocate_array(const edgeai_allocator *allocator, size_t n, size_t element_bytes,
                         const char *what);

/* Grows or shrinks; the old block stays valid when NULL comes back. New bytes are zero. */
void *eai_reallocate(const edgeai_allocator *allocator, void *memory, size_t old_bytes,
                     size_t new_bytes, const char *what);

/* `bytes` as it was allocated; NULL memory is fine. */
void eai_release(const edgeai_allocator *allocator, void *memory, size_t bytes);

/* *out = a * b or a + b; false, and *out = SIZE_MAX, when it does not fit. */
bool eai_size_multiply(size_t a, size_t b, size_t *out);
bool eai_size_add(size_t a, size_t b, size_t *out);

/* n rounded up to a multiple of EAI_ALIGNMENT; callers keep n below SIZE_MAX / 2. */
size_t eai_align_up(size_t n);

#endif
