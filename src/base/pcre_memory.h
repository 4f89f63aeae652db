/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_PCRE_MEMORY_H
#define EAI_BASE_PCRE_MEMORY_H

/* PCRE2's memory from the context's allocator. */

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdatomic.h>
#include <stdbool.h>

#include <edgeai/context.h>

/* At a fixed address as long as anything made of it lives. */
typedef struct eai_pcre_memory {
    const edgeai_allocator *allocator;
    atomic_bool failed; /* an allocation has failed since it was last cleared */
} eai_pcre_memory;

/* NULL with the error text set when memory is short; free with pcre2_general_context_free(). */
pcre2_general_context *eai_pcre_general_context(eai_pcre_memory *memory);

#endif
