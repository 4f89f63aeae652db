/* SPDX-License-Identifier: MIT */
#include "space/tokens.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

enum { LETTERS = 4 }; /* of a token, on average more */

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Marks that every byte-level vocabulary has as one: they are all over JSON. */
static bool is_joined(const char *text, size_t left)
{
    static const char *const pairs[] = {"\":", ",\"", "{\"", "[[", "]]", "],", "},", "[\"", "\"]"};
    for (size_t i = 0; left >= 2 && i < sizeof pairs / sizeof *pairs; i++)
        if (memcmp(text, pairs[i], 2) == 0) return true;
    return false;
}

int eai_estimate_tokens(const char *text, size_t n)
{
    size_t tokens = 0;
    for (size_t at = 0; at < n;) {
        /* A blank belongs to the word behind it. */
        if (text[at] == ' ' && at + 1 < n && is_letter(text[at + 1])) at++;
        if (is_letter(text[at])) {
            size_t letters = 0;
            while (at < n && is_letter(text[at])) {
                letters++;
                at++;
            }
            tokens += (letters + LETTERS - 1) / LETTERS;
        } else {
            at += is_joined(text + at, n - at) ? 2 : 1;
            tokens++;
        }
    }
    return tokens < INT_MAX ? (int)tokens : INT_MAX;
}
