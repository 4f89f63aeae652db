/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_TEMPORARY_FOLDER_H
#define TESTS_SUPPORT_TEMPORARY_FOLDER_H

/* A folder of a test's own, under the build folder. */

#include <stddef.h>

enum { TEMPORARY_PATH_BYTES = 512 };

/* Makes a fresh, empty one; `path` receives its name. Fails the test otherwise. */
void temporary_folder_make(char path[TEMPORARY_PATH_BYTES]);

/* How many files are in it. */
int temporary_folder_count(const char *path);

/* Removes it and its files. */
void temporary_folder_remove(const char *path);

#endif
