/* SPDX-License-Identifier: MIT */

/* Changes of a JSON text that leave most of it well-formed: its parts in each other's places,
 * numbers, operators' and attributes' names; now and then any bytes. */

#include <inttypes.h>
#include <stdio.h>

#include "fuzz_mutator.h"

/* A value: string, number, word, object or array. */
typedef struct span {
    size_t begin, end;
} span;

enum { SPANS_MAX = 4096, DEPTH_MAX = 64, SPAN_BYTES_MAX = 4096 };

typedef struct spans {
    span all[SPANS_MAX];
    size_t n;
} spans;

static size_t string_end(const uint8_t *text, size_t n, size_t at)
{
    for (at++; at < n && text[at] != '"'; at++)
        if (text[at] == '\\') at++;
    return at < n ? at + 1 : n;
}

static int is_word(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
           c == 'E';
}

static void find_spans(const uint8_t *text, size_t n, spans *found)
{
    size_t open[DEPTH_MAX], depth = 0;
    found->n = 0;
    for (size_t at = 0; at < n && found->n < SPANS_MAX;) {
        const size_t begin = at;
        const uint8_t c = text[at];
        if (c == '"') {
            at = string_end(text, n, at);
        } else if (is_word(c)) {
            while (at < n && is_word(text[at]))
                at++;
        } else {
            at++;
            if ((c == '{' || c == '[') && depth < DEPTH_MAX) open[depth++] = begin;
            if ((c == '}' || c == ']') && depth > 0)
                found->all[found->n++] = (span){open[--depth], at};
            continue;
        }
        found->all[found->n++] = (span){begin, at};
    }
}

static size_t put_number(uint8_t *data, size_t n, size_t n_max, span at, unsigned *seed)
{
    char text[32];
    const int64_t number = fuzz_numbers[fuzz_random(seed, FUZZ_NUMBERS)];
    const int length =
        snprintf(text, sizeof text, "%" PRId64 "%s", number, fuzz_random(seed, 8) == 0 ? ".5" : "");
    return fuzz_replace(data, n, n_max, at.begin, at.end, text, (size_t)length);
}

static size_t put_name(uint8_t *data, size_t n, size_t n_max, span at, unsigned *seed)
{
    char text[64];
    const char *name = fuzz_random(seed, 2) ? fuzz_operators[fuzz_random(seed, FUZZ_OPERATORS)]
                                            : fuzz_attributes[fuzz_random(seed, FUZZ_ATTRIBUTES)];
    const int length = snprintf(text, sizeof text, "\"%s\"", name);
    return fuzz_replace(data, n, n_max, at.begin, at.end, text, (size_t)length);
}

/* An attribute more, in front of those there are. */
static size_t put_attribute(uint8_t *data, size_t n, size_t n_max, span at, unsigned *seed)
{
    char text[128];
    const int64_t a = fuzz_numbers[fuzz_random(seed, FUZZ_NUMBERS)];
    const int64_t b = fuzz_numbers[fuzz_random(seed, FUZZ_NUMBERS)];
    const char *name = fuzz_attributes[fuzz_random(seed, FUZZ_ATTRIBUTES)];
    const char *format =
        fuzz_random(seed, 2) ? "\"%s\":%" PRId64 "," : "\"%s\":[%" PRId64 ",%" PRId64 "],";
    const int length = snprintf(text, sizeof text, format, name, a, b);
    return fuzz_replace(data, n, n_max, at.begin + 1, at.begin + 1, text, (size_t)length);
}

/* A copy of part `from` for part `at`, or behind it with a comma. */
static size_t put_copy(uint8_t *data, size_t n, size_t n_max, span at, span from, int is_more)
{
    uint8_t copy[SPAN_BYTES_MAX + 1] = ",";
    const size_t length = from.end - from.begin;
    if (length > SPAN_BYTES_MAX) return n;
    memcpy(copy + 1, data + from.begin, length);
    if (is_more) return fuzz_replace(data, n, n_max, at.end, at.end, copy, length + 1);
    return fuzz_replace(data, n, n_max, at.begin, at.end, copy + 1, length);
}

/* Without the part and a comma at its side. */
static size_t leave_out(uint8_t *data, size_t n, size_t n_max, span at)
{
    if (at.end < n && data[at.end] == ',')
        at.end++;
    else if (at.begin > 0 && data[at.begin - 1] == ',')
        at.begin--;
    return fuzz_replace(data, n, n_max, at.begin, at.end, "", 0);
}

/* Another part that begins alike: a string for a string, an object for an object. */
static span like(const uint8_t *data, const spans *found, span at, unsigned *seed)
{
    for (int i = 0; i < 16; i++) {
        const span other = found->all[fuzz_random(seed, found->n)];
        if (data[other.begin] == data[at.begin]) return other;
    }
    return found->all[fuzz_random(seed, found->n)];
}

static size_t change(uint8_t *data, size_t n, size_t n_max, const spans *found, unsigned *seed)
{
    const span at = found->all[fuzz_random(seed, found->n)];
    const uint8_t first = data[at.begin];
    switch (fuzz_random(seed, 8)) {
    case 0:
        return leave_out(data, n, n_max, at);
    case 1:
        return put_copy(data, n, n_max, at, at, 1);
    case 2:
        return put_copy(data, n, n_max, at, like(data, found, at, seed), 1);
    case 3:
        return put_copy(data, n, n_max, at, found->all[fuzz_random(seed, found->n)], 0);
    default:
        if (first == '{') return put_attribute(data, n, n_max, at, seed);
        if (first != '"' && first != '[') return put_number(data, n, n_max, at, seed);
        if (first == '"' && fuzz_random(seed, 4) == 0) return put_name(data, n, n_max, at, seed);
        return put_copy(data, n, n_max, at, like(data, found, at, seed), 0);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t n_max, unsigned seed)
{
    static spans found;
    unsigned state = seed;
    if (fuzz_random(&state, 16) == 0) return LLVMFuzzerMutate(data, n, n_max);
    for (size_t i = fuzz_random(&state, 3) + 1; i > 0; i--) {
        find_spans(data, n, &found);
        if (found.n == 0) return LLVMFuzzerMutate(data, n, n_max);
        n = change(data, n, n_max, &found, &state);
    }
    return n > 0 ? n : LLVMFuzzerMutate(data, n, n_max);
}
