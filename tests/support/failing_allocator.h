/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_FAILING_ALLOCATOR_H
#define TESTS_SUPPORT_FAILING_ALLOCATOR_H

/* An allocator for contexts that counts, and fails at a chosen allocation. */

#include <stddef.h>

#include <edgeai/context.h>

typedef struct failing_allocator {
    size_t n_allocations; /* asked for so far */
    size_t fail_at;       /* this one (counted from 0) fails; SIZE_MAX: none */
    size_t n_live;        /* blocks not given back yet */
    size_t live_bytes;
} failing_allocator;

/* For edgeai_context_options.allocator; `state` must outlive the context. One thread at a time. */
edgeai_allocator failing_allocator_make(failing_allocator *state);

#endif
