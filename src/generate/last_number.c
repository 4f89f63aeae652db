/* SPDX-License-Identifier: MIT */
#include "generate/last_number.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* A comma belongs to the number when exactly three digits follow: "1,250", but not "3,4". */
static bool is_thousands(const char *text)
{
    return text[0] == ',' && is_digit(text[1]) && is_digit(text[2]) && is_digit(text[3]) &&
           !is_digit(text[4]);
}

/* Bytes of the unsigned number that begins at a digit. */
static size_t number_length(const char *text)
{
    size_t n = 0;
    while (is_digit(text[n]) || (n > 0 && is_thousands(text + n)))
        n++;
    if (text[n] == '.' && is_digit(text[n + 1])) {
        n++;
        while (is_digit(text[n]))
            n++;
    }
    return n;
}

/* A minus is a sign unless something it subtracts from stands before it: "10-5" ends in 5. */
static bool is_sign(const char *text, size_t at)
{
    if (text[at] != '-') return false;
    if (at == 0) return true;
    char before = text[at - 1];
    return !is_digit(before) && before != ')' && !(before >= 'a' && before <= 'z') &&
           !(before >= 'A' && before <= 'Z');
}

bool eai_last_number(const char *text, size_t *begin, size_t *end)
{
    bool found = false;
    for (size_t i = 0; text[i];) {
        if (!is_digit(text[i])) {
            i++;
            continue;
        }
        size_t n = number_length(text + i);
        *begin = i > 0 && is_sign(text, i - 1) ? i - 1 : i;
        /* "-$5" */
        if (i > 1 && text[i - 1] == '$' && is_sign(text, i - 2)) *begin = i - 2;
        *end = i + n;
        i += n;
        found = true;
    }
    return found;
}

/* A number's digits one by one, in one spelling: no sign, commas or zeros that say nothing. */
typedef struct reader {
    const char *at, *end;
    bool is_negative;
} reader;

static reader open_number(const char *text, size_t begin, size_t end)
{
    reader self = {text + begin, text + end, text[begin] == '-'};
    while (self.at < self.end && !is_digit(*self.at))
        self.at++;
    while (self.at + 1 < self.end && *self.at == '0' && self.at[1] != '.')
        self.at++;
    if (memchr(self.at, '.', (size_t)(self.end - self.at))) {
        while (self.end[-1] == '0')
            self.end--;
        if (self.end[-1] == '.') self.end--;
    }
    if (self.end - self.at == 1 && *self.at == '0') self.is_negative = false;
    return self;
}

static char next_digit(reader *self)
{
    while (self->at < self->end && *self->at == ',')
        self->at++;
    return self->at < self->end ? *self->at++ : '\0';
}

bool eai_same_last_number(const char *a, const char *b)
{
    size_t begin, end;
    if (!eai_last_number(a, &begin, &end)) return false;
    reader first = open_number(a, begin, end);
    if (!eai_last_number(b, &begin, &end)) return false;
    reader second = open_number(b, begin, end);
    if (first.is_negative != second.is_negative) return false;
    for (;;) {
        char digit = next_digit(&first);
        if (digit != next_digit(&second)) return false;
        if (digit == '\0') return true;
    }
}
