/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_TEXT_LINES_H
#define EAI_SPACE_TEXT_LINES_H

/* Text files of recordings: lines of fields with blanks between, # begins a comment. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/status.h>

/* A place in a text. Zero but for text, n and name is its beginning. */
typedef struct eai_text_lines {
    const char *text;
    size_t n;
    const char *name; /* for error texts: a path */
    size_t at;        /* where the next line begins */
    size_t number;    /* of the current line, from 1 */
    const char *line; /* the current line, [line_bytes], without its comment */
    size_t line_bytes;
    size_t field_at; /* in the line, where the next field is looked for */
} eai_text_lines;

/* Goes to the next line that has a field; false at the end. */
bool eai_text_lines_next(eai_text_lines *lines);

/* The line's next field, [*n] bytes without NUL; false when there is none left. */
bool eai_text_lines_field(eai_text_lines *lines, const char **field, size_t *n);

/*
 * The line's next `n` fields as numbers. EDGEAI_E_FORMAT, naming line and field, when they are too
 * few or no numbers. nan, inf and -inf are numbers here: callers say what those mean to them.
 */
edgeai_status eai_text_lines_numbers(eai_text_lines *lines, double *values, size_t n);

/* As many numbers as the line has left, at most n_max; more are EDGEAI_E_FORMAT. */
edgeai_status eai_text_lines_all_numbers(eai_text_lines *lines, double *values, size_t n_max,
                                         size_t *n);

/* The next `n` numbers wherever lines end, as matrices are written. */
edgeai_status eai_text_lines_stream(eai_text_lines *lines, double *values, size_t n);

/* One field as a number, in any locale: decimal, with exponent, or nan, inf, infinity. */
bool eai_field_number(const char *field, size_t n, double *value);

/* `name, line N: message`. */
edgeai_status eai_text_lines_fail(const eai_text_lines *lines, edgeai_status status,
                                  const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
