/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_TEMPORARY_FILE_H
#define EAI_IO_TEMPORARY_FILE_H

/* A file that appears under its name when it is complete, or not at all. */

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

typedef struct eai_temporary_file {
    const edgeai_allocator *allocator;
    char *path;      /* the name it will have */
    char *temporary; /* the name it has, in the same folder */
    size_t path_bytes, temporary_bytes;
    int descriptor; /* -1 when closed */
} eai_temporary_file;

/* Creates it; on failure nothing is left. */
edgeai_status eai_temporary_file_create(eai_temporary_file *file, const edgeai_allocator *allocator,
                                        const char *path);

edgeai_status eai_temporary_file_write(eai_temporary_file *file, const void *bytes, size_t n);

/* Brings it to the disk and gives it its name; an older file of that name is replaced. */
edgeai_status eai_temporary_file_commit(eai_temporary_file *file);

/* Removes it unless committed, and frees the names; a zero struct with descriptor -1 is fine. */
void eai_temporary_file_close(eai_temporary_file *file);

#endif
