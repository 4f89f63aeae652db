/* SPDX-License-Identifier: MIT */
#ifndef EAI_PLATFORM_MAPPED_FILE_H
#define EAI_PLATFORM_MAPPED_FILE_H

/* A file's bytes without reading them: the kernel brings pages in as they are touched. */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include <edgeai/status.h>

typedef struct eai_mapped_file {
    const unsigned char *bytes; /* NULL when nothing is mapped */
    size_t n_bytes;
    dev_t device; /* with inode: which file this is, under whatever name */
    ino_t inode;
} eai_mapped_file;

/*
 * Maps a regular file read-only. EDGEAI_E_NOT_FOUND or EDGEAI_E_IO name the path and the system's
 * reason; an empty file is EDGEAI_E_FORMAT. The file may be renamed or unlinked afterwards.
 */
edgeai_status eai_mapped_file_open(eai_mapped_file *file, const char *path);

/* Whether `path` is the file that is mapped, by this name, another one or a link. */
bool eai_mapped_file_is_at(const eai_mapped_file *file, const char *path);

/* Unmaps; a zero struct is fine. */
void eai_mapped_file_close(eai_mapped_file *file);

/*
 * Lets the system take back the pages that lie wholly in [begin, begin + n_bytes), where that is
 * part of this file; they are read again when touched.
 */
void eai_mapped_file_let_go(const eai_mapped_file *file, const void *begin, size_t n_bytes);

#endif
