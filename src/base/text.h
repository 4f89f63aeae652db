/* SPDX-License-Identifier: MIT */
#ifndef EAI_BASE_TEXT_H
#define EAI_BASE_TEXT_H

/* UTF-8, growing byte buffers, and hostile strings made fit for an error text. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>

/*
 * Bytes of the UTF-8 character at `bytes` (n > 0 bytes there), and its code point.
 * Returns 1 to 4 for a valid one; 0 when what is there could still become one with more bytes;
 * -1 when it never can. Overlong forms, surrogates and values above U+10FFFF are invalid.
 */
int eai_utf8_decode(const unsigned char *bytes, size_t n, uint32_t *code_point);

/* Writes 1 to 4 bytes for a code point up to U+10FFFF; returns how many. */
int eai_utf8_encode(uint32_t code_point, unsigned char bytes[4]);

/* A byte buffer that grows. Zero with `allocator` set is empty. */
typedef struct eai_text {
    const edgeai_allocator *allocator;
    char *bytes; /* NUL-terminated once anything was appended */
    size_t n;    /* without the NUL */
    size_t capacity;
} eai_text;

bool eai_text_append(eai_text *text, const char *bytes, size_t n);
bool eai_text_append_string(eai_text *text, const char *string);
void eai_text_clear(eai_text *text); /* keeps the memory */
void eai_text_free(eai_text *text);

/*
 * A copy of hostile bytes for an error text: at most `capacity`-1 of them, bytes outside printable
 * ASCII as '?', "..." at the end when cut. Returns `out`.
 */
const char *eai_printable(const char *bytes, size_t n, char *out, size_t capacity);

#endif
