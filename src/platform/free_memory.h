/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_FREE_MEMORY_H
#define EAI_PLATFORM_FREE_MEMORY_H

#include <stddef.h>

/* Bytes that can be taken without swapping: the kernel's estimate. 0: unknown. */
size_t eai_free_memory(void);

#endif
