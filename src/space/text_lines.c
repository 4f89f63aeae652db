/* SPDX-License-Identifier: MIT */
#include "space/text_lines.h"

#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"

enum { NUMBER_BYTES = 64 };

/* Blanks within a line; a carriage return is one, for files of other systems. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

bool eai_text_lines_next(eai_text_lines *lines)
{
    while (lines->at < lines->n) {
        const char *begin = lines->text + lines->at;
        const size_t left = lines->n - lines->at;
        const char *end = memchr(begin, '\n', left);
        const size_t n = end ? (size_t)(end - begin) : left;
        lines->at += end ? n + 1 : n;
        lines->number++;
        const char *comment = memchr(begin, '#', n);
        lines->line = begin;
        lines->line_bytes = comment ? (size_t)(comment - begin) : n;
        lines->field_at = 0;
        for (size_t i = 0; i < lines->line_bytes; i++)
            if (!is_blank(begin[i])) return true;
    }
    lines->line_bytes = lines->field_at = 0;
    return false;
}

bool eai_text_lines_field(eai_text_lines *lines, const char **field, size_t *n)
{
    size_t at = lines->field_at;
    while (at < lines->line_bytes && is_blank(lines->line[at]))
        at++;
    const size_t begin = at;
    while (at < lines->line_bytes && !is_blank(lines->line[at]))
        at++;
    lines->field_at = at;
    *field = lines->line + begin;
    *n = at - begin;
    return *n > 0;
}

/* strtod() also takes 0x1p3 and nan(...), and the point of the program's locale. A NUL inside
 * passes the first look, but then the number ends before the field does. */
bool eai_field_number(const char *field, size_t n, double *value)
{
    char number[NUMBER_BYTES];
    if (n == 0 || n >= sizeof number) return false;
    for (size_t i = 0; i < n; i++)
        if (!strchr("+-.0123456789eEnNaAiIfFtTyY", field[i])) return false;
    memcpy(number, field, n);
    number[n] = '\0';
    char *point = strchr(number, '.'), *end;
    if (point) *point = *localeconv()->decimal_point;
    *value = strtod(number, &end);
    return end == number + n;
}

edgeai_status eai_text_lines_numbers(eai_text_lines *lines, double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char shown[32];
        const char *field;
        size_t n_bytes;
        if (!eai_text_lines_field(lines, &field, &n_bytes))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "expected %zu numbers, found %zu", n,
                                       i);
        if (!eai_field_number(field, n_bytes, &values[i]))
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT, "expected a number, found '%s'",
                                       eai_printable(field, n_bytes, shown, sizeof shown));
    }
    return EDGEAI_OK;
}

edgeai_status eai_text_lines_all_numbers(eai_text_lines *lines, double *values, size_t n_max,
                                         size_t *n)
{
    const char *field;
    size_t n_bytes;
    for (*n = 0;; ++*n) {
        const size_t before = lines->field_at;
        if (!eai_text_lines_field(lines, &field, &n_bytes)) return EDGEAI_OK;
        if (*n == n_max)
            return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                       "expected at most %zu numbers, found more", n_max);
        lines->field_at = before;
        EAI_TRY(eai_text_lines_numbers(lines, &values[*n], 1));
    }
}

edgeai_status eai_text_lines_stream(eai_text_lines *lines, double *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *field;
        size_t n_bytes;
        while (!eai_text_lines_field(lines, &field, &n_bytes))
            if (!eai_text_lines_next(lines))
                return eai_text_lines_fail(lines, EDGEAI_E_FORMAT,
                                           "expected %zu numbers, found %zu and the end", n, i);
        lines->field_at -= n_bytes;
        EAI_TRY(eai_text_lines_numbers(lines, &values[i], 1));
    }
    return EDGEAI_OK;
}

edgeai_status eai_text_lines_fail(const eai_text_lines *lines, edgeai_status status,
                                  const char *format, ...)
{
    char message[EAI_ERROR_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    return eai_fail(status, "%s, line %zu: %s", lines->name, lines->number, message);
}
