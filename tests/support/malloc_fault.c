/* SPDX-License-Identifier: MIT */
#include "support/malloc_fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/*
 * A definition in the program itself comes before those of every shared library. The real ones
 * are the next in line: the C library's, or a sanitizer's.
 */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    void *(*memalign)(size_t, size_t);
} real;

/* dlsym() itself may allocate while the real functions are being looked up. */
static _Alignas(64) char early[16384];
static size_t n_early_bytes;

static atomic_bool is_ready, is_looking_up;
static atomic_size_t n_calls, fail_number;
static atomic_bool is_armed, has_happened;
static atomic_long n_live;

static void find_real(void)
{
    if (atomic_exchange(&is_looking_up, true)) return;
#define FIND(name) *(void **)&real.name = dlsym(RTLD_NEXT, #name)
    FIND(malloc);
    FIND(calloc);
    FIND(realloc);
    FIND(free);
    FIND(posix_memalign);
    FIND(aligned_alloc);
    FIND(memalign);
#undef FIND
    atomic_store(&is_ready, true);
}

/* True once the real functions can be called. */
static bool ready(void)
{
    if (!atomic_load(&is_ready)) find_real();
    return atomic_load(&is_ready);
}

static void *allocate_early(size_t bytes)
{
    size_t begin = (n_early_bytes + 63) & ~(size_t)63;
    if (bytes > sizeof early - begin) return NULL;
    n_early_bytes = begin + bytes;
    return early + begin;
}

static bool is_early(const void *memory)
{
    uintptr_t at = (uintptr_t)memory;
    return at >= (uintptr_t)early && at < (uintptr_t)early + sizeof early;
}

/* Counts an allocating call; true when it is the one to fail. */
static bool fails(void)
{
    if (!atomic_load(&is_armed)) return false;
    if (atomic_fetch_add(&n_calls, 1) != atomic_load(&fail_number)) return false;
    atomic_store(&has_happened, true);
    errno = ENOMEM;
    return true;
}

static void *counted(void *memory)
{
    if (memory) atomic_fetch_add(&n_live, 1);
    return memory;
}

void *malloc(size_t bytes)
{
    if (!ready()) return allocate_early(bytes);
    return fails() ? NULL : counted(real.malloc(bytes));
}

void *calloc(size_t n, size_t bytes)
{
    if (!ready()) return allocate_early(n * bytes); /* static memory is zero */
    return fails() ? NULL : counted(real.calloc(n, bytes));
}

void *realloc(void *memory, size_t bytes)
{
    if (!ready() || is_early(memory)) {
        void *bigger = malloc(bytes);
        if (bigger && memory) memmove(bigger, memory, bytes);
        return bigger;
    }
    if (fails()) return NULL;
    bool was_block = memory != NULL;
    void *moved = real.realloc(memory, bytes);
    if (moved && !was_block) atomic_fetch_add(&n_live, 1);
    if (!moved && was_block && bytes == 0) atomic_fetch_sub(&n_live, 1);
    return moved;
}

void free(void *memory)
{
    if (!memory || is_early(memory)) return;
    atomic_fetch_sub(&n_live, 1);
    real.free(memory);
}

int posix_memalign(void **out, size_t alignment, size_t bytes)
{
    if (!ready()) return ENOMEM;
    if (fails()) return ENOMEM;
    int error = real.posix_memalign(out, alignment, bytes);
    if (error == 0) counted(*out);
    return error;
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    if (!ready() || fails()) return NULL;
    return counted(real.aligned_alloc(alignment, bytes));
}

void *memalign(size_t alignment, size_t bytes)
{
    if (!ready() || fails()) return NULL;
    return counted(real.memalign(alignment, bytes));
}

void malloc_fault_arm(size_t fail_at)
{
    atomic_store(&n_calls, 0);
    atomic_store(&fail_number, fail_at);
    atomic_store(&has_happened, false);
    atomic_store(&is_armed, true);
}

void malloc_fault_disarm(void)
{
    atomic_store(&is_armed, false);
}

size_t malloc_fault_n_calls(void)
{
    return atomic_load(&n_calls);
}

bool malloc_fault_happened(void)
{
    return atomic_load(&has_happened);
}

long malloc_fault_n_live(void)
{
    return atomic_load(&n_live);
}
