/* SPDX-License-Identifier: MIT */

/* Changes of protobuf messages that keep the lengths around them right: a field somewhere in the
 * nested messages is left out, doubled, or given another value. */

#include "fuzz_mutator.h"

enum { DEPTH_MAX = 8, BUFFER = 1 << 16 };

/* One field: tag and value in [begin, end), the value's bytes from `value` on. */
typedef struct field {
    size_t begin, value, end;
    unsigned kind; /* wire type */
} field;

static size_t get_varint(const uint8_t *data, size_t n, size_t at, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; at < n && shift < 64; shift += 7) {
        *value |= (uint64_t)(data[at] & 127) << shift;
        if (!(data[at++] & 128)) return at;
    }
    return 0;
}

static size_t put_varint(uint8_t *to, uint64_t value)
{
    size_t n = 0;
    for (; value > 127; value >>= 7)
        to[n++] = (uint8_t)(value | 128);
    to[n++] = (uint8_t)value;
    return n;
}

/* Whether a field begins at `at`. */
static int read_field(const uint8_t *data, size_t n, size_t at, field *out)
{
    uint64_t tag, value = 0;
    out->begin = at;
    if (!(at = get_varint(data, n, at, &tag)) || tag >> 3 == 0) return 0;
    out->kind = tag & 7;
    out->value = at;
    switch (out->kind) {
    case 0:
        out->end = get_varint(data, n, at, &value);
        return out->end != 0;
    case 1:
    case 5:
        value = out->kind == 1 ? 8 : 4;
        break;
    case 2:
        out->value = at = get_varint(data, n, at, &value);
        if (at == 0) return 0;
        break;
    default:
        return 0;
    }
    if (value > n - at) return 0;
    out->end = at + (size_t)value;
    return 1;
}

/* Number of fields when the bytes are fields all through, else 0; `wanted` of them goes to *out. */
static size_t count_fields(const uint8_t *data, size_t n, size_t wanted, field *out)
{
    size_t count = 0;
    field each;
    for (size_t at = 0; at < n; at = each.end, count++) {
        if (!read_field(data, n, at, &each)) return 0;
        if (count == wanted) *out = each;
    }
    return count;
}

static int random_field(const uint8_t *data, size_t n, unsigned *seed, field *out)
{
    const size_t count = count_fields(data, n, SIZE_MAX, out);
    return count > 0 && count_fields(data, n, fuzz_random(seed, count), out) == count;
}

static size_t change_number(uint8_t *data, size_t n, size_t n_max, const field *at, unsigned *seed)
{
    uint8_t bytes[10];
    const uint64_t number = (uint64_t)fuzz_numbers[fuzz_random(seed, FUZZ_NUMBERS)];
    return fuzz_replace(data, n, n_max, at->value, at->end, bytes, put_varint(bytes, number));
}

/* The value becomes `n_new` other bytes, and the length in front of it theirs. */
static size_t put_bytes(uint8_t *data, size_t n, size_t n_max, const field *at, const void *bytes,
                        size_t n_new)
{
    uint8_t head[20];
    uint64_t tag;
    get_varint(data, n, at->begin, &tag);
    size_t n_head = put_varint(head, tag);
    n_head += put_varint(head + n_head, n_new);
    if (at->end - at->begin + n_max < n + n_head + n_new) return n;
    n = fuzz_replace(data, n, n_max, at->begin, at->end, bytes, n_new);
    return fuzz_replace(data, n, n_max, at->begin, at->begin, head, n_head);
}

/* The value of a field somewhere in the message; NULL where the way down ends in a number. */
static const uint8_t *other_value(const uint8_t *whole, size_t n_whole, unsigned *seed, size_t *n)
{
    const uint8_t *found = NULL;
    field at;
    for (int depth = 0; depth < DEPTH_MAX; depth++) {
        if (!random_field(whole, n_whole, seed, &at) || at.kind != 2) break;
        found = whole += at.value;
        *n = n_whole = at.end - at.value;
        if (fuzz_random(seed, 3) == 0) break;
    }
    return found;
}

/* An operator's name, an attribute's, or the value of another field; else any bytes. */
static size_t change_bytes(const uint8_t *own, size_t n_own, uint8_t *to, size_t n_max,
                           unsigned *seed, const uint8_t *whole, size_t n_whole)
{
    const void *bytes = NULL;
    size_t n = 0;
    switch (fuzz_random(seed, 6)) {
    case 0:
        bytes = fuzz_operators[fuzz_random(seed, FUZZ_OPERATORS)];
        n = strlen(bytes);
        break;
    case 1:
        bytes = fuzz_attributes[fuzz_random(seed, FUZZ_ATTRIBUTES)];
        n = strlen(bytes);
        break;
    case 2:
    case 3:
        bytes = other_value(whole, n_whole, seed, &n);
        break;
    default:
        break;
    }
    if (bytes && n <= n_max) {
        memcpy(to, bytes, n);
        return n;
    }
    memcpy(to, own, n_own);
    return LLVMFuzzerMutate(to, n_own, n_max);
}

static size_t change(uint8_t *data, size_t n, size_t n_max, int depth, unsigned *seed,
                     const uint8_t *whole, size_t n_whole);

/* Within a value of bytes: a message's fields, mostly, or all of them. */
static size_t change_value(uint8_t *data, size_t n, size_t n_max, const field *at, int depth,
                           unsigned *seed, const uint8_t *whole, size_t n_whole)
{
    static uint8_t buffers[DEPTH_MAX][BUFFER];
    uint8_t *buffer = buffers[depth];
    const size_t n_own = at->end - at->value;
    field ignored;
    if (n_own >= BUFFER) return n;
    size_t n_new;
    if (depth + 1 < DEPTH_MAX && fuzz_random(seed, 12) > 0 &&
        count_fields(data + at->value, n_own, SIZE_MAX, &ignored) > 0) {
        memcpy(buffer, data + at->value, n_own);
        n_new = change(buffer, n_own, BUFFER, depth + 1, seed, whole, n_whole);
    } else {
        n_new = change_bytes(data + at->value, n_own, buffer, BUFFER, seed, whole, n_whole);
    }
    return put_bytes(data, n, n_max, at, buffer, n_new);
}

static size_t change(uint8_t *data, size_t n, size_t n_max, int depth, unsigned *seed,
                     const uint8_t *whole, size_t n_whole)
{
    static uint8_t copies[DEPTH_MAX][BUFFER];
    field at;
    if (!random_field(data, n, seed, &at)) return LLVMFuzzerMutate(data, n, n_max);
    const size_t what = fuzz_random(seed, depth < 2 ? 40 : 12), length = at.end - at.begin;
    if (what == 0) return fuzz_replace(data, n, n_max, at.begin, at.end, "", 0);
    if (what == 1 && length < BUFFER) {
        memcpy(copies[depth], data + at.begin, length);
        return fuzz_replace(data, n, n_max, at.end, at.end, copies[depth], length);
    }
    if (at.kind == 0) return change_number(data, n, n_max, &at, seed);
    if (at.kind == 2) return change_value(data, n, n_max, &at, depth, seed, whole, n_whole);
    LLVMFuzzerMutate(data + at.value, at.end - at.value, at.end - at.value);
    return n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t n_max, unsigned seed)
{
    static uint8_t whole[BUFFER];
    unsigned state = seed;
    if (n == 0 || n > BUFFER || fuzz_random(&state, 16) == 0)
        return LLVMFuzzerMutate(data, n, n_max);
    for (size_t i = fuzz_random(&state, 3) + 1; i > 0; i--) {
        const size_t n_whole = n < BUFFER ? n : BUFFER;
        memcpy(whole, data, n_whole);
        n = change(data, n, n_max, 0, &state, whole, n_whole);
    }
    return n;
}
