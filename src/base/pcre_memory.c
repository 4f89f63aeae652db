/* SPDX-License-Identifier: MIT */
#include "base/pcre_memory.h"

#include <stdint.h>
#include <string.h>

#include "base/memory.h"

/* PCRE2 gives blocks back without their size, so it stands in front of each. */
#define PREFIX EAI_ALIGNMENT

static void *pcre_allocate(size_t bytes, void *user)
{
    eai_pcre_memory *memory = user;
    char *block = NULL;
    if (bytes <= SIZE_MAX - PREFIX)
        block = eai_allocate(memory->allocator, bytes + PREFIX, "regular expression");
    if (!block) {
        atomic_store(&memory->failed, true);
        return NULL;
    }
    memcpy(block, &bytes, sizeof(bytes));
    return block + PREFIX;
}

static void pcre_release(void *pointer, void *user)
{
    const eai_pcre_memory *memory = user;
    if (!pointer) return;
    char *block = (char *)pointer - PREFIX;
    size_t bytes;
    memcpy(&bytes, block, sizeof(bytes));
    eai_release(memory->allocator, block, bytes + PREFIX);
}

pcre2_general_context *eai_pcre_general_context(eai_pcre_memory *memory)
{
    return pcre2_general_context_create(pcre_allocate, pcre_release, memory);
}
