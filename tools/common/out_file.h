/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_OUT_FILE_H
#define TOOLS_COMMON_OUT_FILE_H

/* A file that appears under its name only when it is whole. */

#include <stdbool.h>
#include <stdio.h>

typedef struct out_file {
    FILE *stream; /* NULL: none is open */
    const char *path;
    char temporary[4096];
} out_file;

/* Opens a new file beside `path` (borrowed). False with errno set. */
bool out_file_open(out_file *self, const char *path);

/* Closes the file and renames it to its path; false with errno set, nothing being left behind. */
bool out_file_commit(out_file *self);

/* Closes and removes it; nothing when none is open. */
void out_file_abandon(out_file *self);

#endif
