/* SPDX-License-Identifier: MIT */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/fail.h"

/* Blocks of several huge pages ask for them: weights are read from end to end, and larger pages
 * mean fewer addresses to look up. */
#define HUGE_PAGE  ((size_t)2 << 20)
#define HUGE_BLOCK (4 * HUGE_PAGE)

static void *default_allocate(void *user, size_t bytes, size_t alignment)
{
    (void)user;
    void *memory = NULL;
    if (alignment < sizeof(void *)) alignment = sizeof(void *);
    if (bytes >= HUGE_BLOCK) alignment = HUGE_PAGE;
    if (posix_memalign(&memory, alignment, bytes) != 0) return NULL;
    /* Advice: where the system has no huge pages it stays as it is. */
    if (bytes >= HUGE_BLOCK) (void)madvise(memory, bytes & ~(HUGE_PAGE - 1), MADV_HUGEPAGE);
    return memory;
}

static void default_release(void *user, void *memory, size_t bytes)
{
    (void)user;
    (void)bytes;
    free(memory);
}

edgeai_allocator eai_default_allocator(void)
{
    return (edgeai_allocator){NULL, default_allocate, default_release};
}

void *eai_allocate_unset(const edgeai_allocator *allocator, size_t bytes, const char *what)
{
    void *memory = NULL;
    if (bytes > 0 && bytes <= PTRDIFF_MAX)
        memory = allocator->allocate(allocator->user, bytes, EAI_ALIGNMENT);
    if (!memory) eai_fail_memory(what, bytes);
    return memory;
}

void *eai_allocate(const edgeai_allocator *allocator, size_t bytes, const char *what)
{
    void *memory = eai_allocate_unset(allocator, bytes, what);
    if (memory) memset(memory, 0, bytes);
    return memory;
}

void *eai_allocate_array(const edgeai_allocator *allocator, size_t n, size_t element_bytes,
                         const char *what)
{
    size_t bytes = SIZE_MAX;
    eai_size_multiply(n, element_bytes, &bytes);
    return eai_allocate(allocator, bytes, what);
}

void *eai_reallocate(const edgeai_allocator *allocator, void *memory, size_t old_bytes,
                     size_t new_bytes, const char *what)
{
    void *bigger = eai_allocate(allocator, new_bytes, what);
    if (!bigger) return NULL;
    if (memory) {
        memcpy(bigger, memory, old_bytes < new_bytes ? old_bytes : new_bytes);
        eai_release(allocator, memory, old_bytes);
    }
    return bigger;
}

void eai_release(const edgeai_allocator *allocator, void *memory, size_t bytes)
{
    if (memory) allocator->release(allocator->user, memory, bytes);
}

bool eai_size_multiply(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out) || (*out = SIZE_MAX, false);
}

bool eai_size_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out) || (*out = SIZE_MAX, false);
}

size_t eai_align_up(size_t n)
{
    return (n + EAI_ALIGNMENT - 1) & ~(size_t)(EAI_ALIGNMENT - 1);
}
