/* SPDX-License-Identifier: MIT */
#include "base/text.h"

#include <string.h>

#include "base/memory.h"

int eai_utf8_decode(const unsigned char *bytes, size_t n, uint32_t *code_point)
{
    unsigned char first = bytes[0];
    if (first < 0x80) {
        *code_point = first;
        return 1;
    }
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) return -1;
    uint32_t value = first & (0xffu >> (length + 1));
    for (int i = 1; i < length; i++) {
        if ((size_t)i >= n) return 0;
        unsigned char next = bytes[i];
        /* The second byte's range excludes overlong forms, surrogates and > U+10FFFF (RFC 3629). */
        unsigned char low = 0x80, high = 0xbf;
        if (i == 1 && first == 0xe0) low = 0xa0;
        if (i == 1 && first == 0xed) high = 0x9f;
        if (i == 1 && first == 0xf0) low = 0x90;
        if (i == 1 && first == 0xf4) high = 0x8f;
        if (next < low || next > high) return -1;
        value = value << 6 | (next & 0x3f);
    }
    *code_point = value;
    return length;
}

int eai_utf8_encode(uint32_t code_point, unsigned char bytes[4])
{
    if (code_point < 0x80) {
        bytes[0] = (unsigned char)code_point;
        return 1;
    }
    int length = code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--) {
        bytes[i] = (unsigned char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    bytes[0] = (unsigned char)((0xf00 >> length & 0xff) | code_point);
    return length;
}

bool eai_text_append(eai_text *text, const char *bytes, size_t n)
{
    size_t needed;
    if (!eai_size_add(text->n, n, &needed) || !eai_size_add(needed, 1, &needed)) return false;
    if (needed > text->capacity) {
        size_t capacity = needed < 64 ? 64 : needed;
        if (capacity < text->capacity * 2) capacity = text->capacity * 2;
        char *bigger =
            eai_reallocate(text->allocator, text->bytes, text->capacity, capacity, "text");
        if (!bigger) return false;
        text->bytes = bigger;
        text->capacity = capacity;
    }
    if (n) memcpy(text->bytes + text->n, bytes, n);
    text->n += n;
    text->bytes[text->n] = '\0';
    return true;
}

bool eai_text_append_string(eai_text *text, const char *string)
{
    return eai_text_append(text, string, strlen(string));
}

void eai_text_clear(eai_text *text)
{
    text->n = 0;
    if (text->bytes) text->bytes[0] = '\0';
}

void eai_text_free(eai_text *text)
{
    eai_release(text->allocator, text->bytes, text->capacity);
    text->bytes = NULL;
    text->n = text->capacity = 0;
}

const char *eai_printable(const char *bytes, size_t n, char *out, size_t capacity)
{
    size_t kept = n < capacity - 1 ? n : capacity - 1;
    for (size_t i = 0; i < kept; i++)
        out[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? bytes[i] : '?';
    out[kept] = '\0';
    if (kept < n && capacity > 4) memcpy(out + capacity - 4, "...", 4);
    return out;
}
