/* SPDX-License-Identifier: MIT */
#include "common/safe_text.h"

#include <stdlib.h>
#include <string.h>

#define REPLACEMENT       0xfffdu
#define REPLACEMENT_UTF8  "\xef\xbf\xbd"
#define REPLACEMENT_BYTES 3

size_t safe_text_next(const char *bytes, size_t n, uint32_t *code_point)
{
    unsigned char first = (unsigned char)bytes[0];
    *code_point = first;
    if (first < 0x80) return 1;
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    uint32_t value = first & (0x7fu >> length);
    *code_point = REPLACEMENT;
    if (first < 0xc2 || first > 0xf4 || length > n) return 1;
    for (size_t i = 1; i < length; i++) {
        unsigned char next = (unsigned char)bytes[i];
        if ((next & 0xc0) != 0x80) return 1;
        value = value << 6 | (next & 0x3f);
    }
    /* Overlong forms, surrogates and what lies beyond Unicode (RFC 3629). */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < least[length] || (value >= 0xd800 && value < 0xe000) || value > 0x10ffff) return 1;
    *code_point = value;
    return length;
}

void safe_text_print(FILE *out, const char *bytes, size_t n)
{
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t length = safe_text_next(bytes + i, n - i, &c);
        int broken = length == 1 && (unsigned char)bytes[i] >= 0x80;
        if (broken || safe_text_columns(c) < 0)
            for (size_t k = 0; k < length; k++)
                fprintf(out, "\\x%02x", (unsigned)(unsigned char)bytes[i + k]);
        else
            fwrite(bytes + i, 1, length, out);
        i += length;
    }
}

char *safe_text_copy(const char *bytes, size_t n)
{
    if (n > (SIZE_MAX - 1) / REPLACEMENT_BYTES) return NULL;
    char *copy = malloc(n * REPLACEMENT_BYTES + 1), *end = copy;
    if (!copy) return NULL;
    for (size_t i = 0; i < n;) {
        uint32_t c;
        size_t length = safe_text_next(bytes + i, n - i, &c);
        if (c == 0 || (length == 1 && c == REPLACEMENT)) {
            memcpy(end, REPLACEMENT_UTF8, REPLACEMENT_BYTES);
            end += REPLACEMENT_BYTES;
        } else {
            memcpy(end, bytes + i, length);
            end += length;
        }
        i += length;
    }
    *end = '\0';
    return copy;
}

typedef struct span {
    uint32_t first, last;
} span;

/* Combining marks, joiners and variation selectors, coarse: the blocks that stand alone for it. */
static const span zero_wide[] = {
    {0x300, 0x36f},     {0x483, 0x489},     {0x591, 0x5bd},   {0x610, 0x61a},   {0x64b, 0x65f},
    {0x93c, 0x93c},     {0x941, 0x948},     {0x94d, 0x94d},   {0xe31, 0xe31},   {0xe34, 0xe3a},
    {0xe47, 0xe4e},     {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff}, {0x200b, 0x200f}, {0x202a, 0x202e},
    {0x2060, 0x2064},   {0x20d0, 0x20ff},   {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xfeff, 0xfeff},
    {0xe0001, 0xe007f}, {0xe0100, 0xe01ef},
};

/* Wide and fullwidth blocks of EastAsianWidth.txt, and the emoji shown as such by default. */
static const span double_wide[] = {
    {0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
    {0x25fd, 0x25fe},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x26a1, 0x26a1},
    {0x26bd, 0x26be},   {0x2705, 0x2705},   {0x270a, 0x270b},   {0x2728, 0x2728},
    {0x274c, 0x274c},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
    {0x3400, 0x4dbf},   {0x4e00, 0xa4cf},   {0xa960, 0xa97f},   {0xac00, 0xd7a3},
    {0xf900, 0xfaff},   {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},
    {0x17000, 0x18cff}, {0x1b000, 0x1b2ff}, {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf},
    {0x1f18e, 0x1f19a}, {0x1f200, 0x1f64f}, {0x1f680, 0x1f6ff}, {0x1f7e0, 0x1f7eb},
    {0x1f900, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd},
};

static int within(const span *spans, size_t n, uint32_t c)
{
    for (size_t i = 0; i < n; i++)
        if (c >= spans[i].first && c <= spans[i].last) return 1;
    return 0;
}

int safe_text_columns(uint32_t c)
{
    if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return -1;
    if (c < 0x300) return 1;
    if (within(zero_wide, sizeof zero_wide / sizeof zero_wide[0], c)) return 0;
    return within(double_wide, sizeof double_wide / sizeof double_wide[0], c) ? 2 : 1;
}
