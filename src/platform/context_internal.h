/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_CONTEXT_INTERNAL_H
#define EAI_PLATFORM_CONTEXT_INTERNAL_H

#include <pthreadpool.h>

#include <edgeai/context.h>

#include "base/log.h"

struct edgeai_context {
    edgeai_allocator allocator;
    eai_log log;
    pthreadpool_t pool; /* NULL with one thread */
    int n_threads;
    unsigned cpu; /* EAI_CPU_ sum that kernels may use */
};

#endif
