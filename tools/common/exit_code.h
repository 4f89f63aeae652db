/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_EXIT_CODE_H
#define TOOLS_COMMON_EXIT_CODE_H

/* Exit codes of all programs, and the errors that lead to them. */

#include <edgeai/status.h>

enum {
    EXIT_CODE_OK = 0,
    EXIT_CODE_RUN = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_FILE = 3,
    EXIT_CODE_MODEL = 4,
    EXIT_CODE_VERIFY = 5,
    EXIT_CODE_MEMORY = 6,
    EXIT_CODE_SIGNAL = 128 /* plus the signal's number: 130 for Ctrl-C */
};

/*
 * The code for a status of the library. Programs look whether a file can be read before they hand
 * it over (file_check), so that NOT_FOUND here means something missing inside a model.
 */
int exit_code_of(edgeai_status status);

/* "PROGRAM: the library's sentence" on stderr; returns exit_code_of(status). */
int exit_with_error(const char *program, edgeai_status status);

/* Whether `path` is a readable regular file; else says why on stderr, returning EXIT_CODE_FILE. */
int file_check(const char *program, const char *path);

#endif
