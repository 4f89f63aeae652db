/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_JSON_SCAN_H
#define EAI_BASE_JSON_SCAN_H

/*
 * JSON read front to back without a tree, for files that cJSON does not serve: it keeps numbers as
 * double, so that 1 and 1.0 are the same and integers above 2^53 are not themselves any more. No
 * memory, no recursion. A scan may be copied to come back to a place later.
 *
 *     eai_json_scan scan = {text, n, 0, "model.gguf: edgeai.graph"};
 *     EAI_TRY(eai_json_open(&scan, '{'));
 *     while (...) { eai_json_next(&scan, '}', &more) ... eai_json_key(&scan, ...) ... the value }
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/status.h>

typedef struct eai_json_scan {
    const char *text;
    size_t n, at;
    const char *what; /* for error texts */
} eai_json_scan;

/* Nesting that eai_json_skip() goes through. */
enum { EAI_JSON_DEPTH_MAX = 64 };

typedef enum eai_json_kind {
    EAI_JSON_STRING,
    EAI_JSON_INT, /* no point, no exponent */
    EAI_JSON_FLOAT,
    EAI_JSON_ARRAY,
    EAI_JSON_OBJECT,
    EAI_JSON_NULL,
    EAI_JSON_BOOL
} eai_json_kind;

/* What the next value is, without reading it. EDGEAI_E_FORMAT when there is none. */
edgeai_status eai_json_peek(eai_json_scan *scan, eai_json_kind *kind);

/* Begins an array or object: '[' or '{'; or reads the ':' behind a key. */
edgeai_status eai_json_open(eai_json_scan *scan, char bracket);

/* Whether there is a further item; else the closing bracket, ']' or '}', is read. is_first: true
 * before the first item, and set to false. */
edgeai_status eai_json_next(eai_json_scan *scan, char bracket, bool *is_first, bool *more);

/*
 * A string as it lies in the text, escapes and all, between its quotes; valid UTF-8. Unescaped it
 * has at most as many bytes: eai_json_unescape(). A key: also the colon behind it.
 */
edgeai_status eai_json_raw_string(eai_json_scan *scan, const char **raw, size_t *n);
edgeai_status eai_json_raw_key(eai_json_scan *scan, const char **raw, size_t *n);

/* Writes the string to out [n + 1] with a NUL; returns its bytes. EDGEAI_E_FORMAT is not possible:
 * `raw` came from the two above. \u0000 and lone surrogates were refused there. */
size_t eai_json_unescape(const char *raw, size_t n, char *out);

/* A number without point and exponent that an int64 can hold. */
edgeai_status eai_json_int(eai_json_scan *scan, int64_t *value);
/* Any number; too large ones are infinite, as 1e999 is meant to be. */
edgeai_status eai_json_real(eai_json_scan *scan, double *value);
edgeai_status eai_json_null(eai_json_scan *scan);

/* Reads over one value, checking nothing but that its brackets and strings are whole. */
edgeai_status eai_json_skip(eai_json_scan *scan);

/* Nothing but space is left. */
edgeai_status eai_json_end(eai_json_scan *scan);

/* `what, byte N: message`. */
edgeai_status eai_json_fail(const eai_json_scan *scan, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
