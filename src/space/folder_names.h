/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_FOLDER_NAMES_H
#define EAI_SPACE_FOLDER_NAMES_H

/* What is in a folder, in the order of counting: "9.png" before "10.png". */

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

typedef struct eai_folder_names {
    eai_text bytes; /* every name with a NUL */
    size_t *starts; /* [capacity] in `bytes`, in order */
    size_t n, capacity;
} eai_folder_names;

/* Reads the names; hidden ones are left out. EDGEAI_E_NOT_FOUND, EDGEAI_E_IO, EDGEAI_E_LIMIT (more
 * than n_max) or EDGEAI_E_MEMORY; free it in each case. */
edgeai_status eai_folder_names_read(eai_folder_names *names, const edgeai_allocator *allocator,
                                    const char *path, size_t n_max);

/* Name number i, NUL-terminated. */
const char *eai_folder_names_get(const eai_folder_names *names, size_t i);

void eai_folder_names_free(eai_folder_names *names); /* zero afterwards; zero is fine */

/* Whether a name comes before another one: digits that stand together count as a number. */
bool eai_name_before(const char *a, const char *b);

/*
 * The name of a frame, from a file's path: no folders, nothing behind the last point, and no
 * ".color", "-color", ".rgb", "-rgb", ".depth" or "-depth" at the end. False when it is empty or
 * does not fit into `capacity`.
 */
bool eai_frame_name(const char *path, char *name, size_t capacity);

#endif
