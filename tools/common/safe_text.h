/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_SAFE_TEXT_H
#define TOOLS_COMMON_SAFE_TEXT_H

/*
 * Text of unknown origin (a file's strings, a model's output) made fit for terminals and JSON.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * Bytes (1 to 4) of the UTF-8 character at bytes[0..n), n > 0, and its code point. Where none
 * begins, 1 and U+FFFD.
 */
size_t safe_text_next(const char *bytes, size_t n, uint32_t *code_point);

/* Prints the bytes; control characters (newline and tab too) and broken UTF-8 as \xNN. */
void safe_text_print(FILE *out, const char *bytes, size_t n);

/*
 * A copy with broken UTF-8 replaced by U+FFFD and NUL-terminated; NUL bytes become U+FFFD too.
 * free() it. NULL when memory is short.
 */
char *safe_text_copy(const char *bytes, size_t n);

/*
 * Columns that a character takes on a terminal: 0 (combining), 1, or 2 (East Asian wide, emoji).
 * By block, after Unicode's EastAsianWidth.txt; -1 for a control character.
 */
int safe_text_columns(uint32_t code_point);

#endif
