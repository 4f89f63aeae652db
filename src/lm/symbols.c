/* SPDX-License-Identifier: MIT */
#include "lm/symbols.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

/*
 * Honest vocabularies of 150,000 tokens probe fewer than 50 slots; a file whose strings were chosen
 * to collide would make loading quadratic, and is refused instead.
 */
#define PROBES_MAX 512

/* FNV-1a, then MurmurHash3's finalizer: FNV alone leaves the low bits of short strings alike. */
static uint64_t hash_bytes(const char *bytes, size_t n_bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n_bytes; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
    hash = (hash ^ hash >> 33) * 0xff51afd7ed558ccdu;
    hash = (hash ^ hash >> 33) * 0xc4ceb9fe1a85ec53u;
    return hash ^ hash >> 33;
}

/* The slot of this string, or the free one where it belongs; n_slots when probing went too far. */
static size_t find_slot(const eai_symbols *symbols, const char *bytes, size_t n_bytes)
{
    size_t mask = symbols->n_slots - 1;
    size_t slot = (size_t)hash_bytes(bytes, n_bytes) & mask;
    for (int probe = 0; probe < PROBES_MAX; probe++) {
        uint32_t stored = symbols->slots[slot];
        if (stored == 0) return slot;
        edgeai_string other = eai_symbols_get(symbols, (int32_t)(stored - 1));
        if (other.n_bytes == n_bytes && memcmp(other.bytes, bytes, n_bytes) == 0) return slot;
        slot = (slot + 1) & mask;
    }
    return symbols->n_slots;
}

edgeai_status eai_symbols_create(eai_symbols *symbols, const edgeai_allocator *allocator,
                                 size_t expected)
{
    *symbols = (eai_symbols){.allocator = allocator, .pool = {.allocator = allocator}};
    if (expected > INT32_MAX / 4)
        return eai_fail(EDGEAI_E_LIMIT, "expected at most %d strings, found %zu", INT32_MAX / 4,
                        expected);
    symbols->capacity = expected < 16 ? 16 : (int32_t)expected;
    symbols->n_slots = 64;
    while (symbols->n_slots < 2 * (size_t)symbols->capacity)
        symbols->n_slots *= 2;
    symbols->begin = eai_allocate_array(allocator, (size_t)symbols->capacity + 1,
                                        sizeof(*symbols->begin), "vocabulary offsets");
    symbols->slots = eai_allocate_array(allocator, symbols->n_slots, sizeof(*symbols->slots),
                                        "vocabulary hash table");
    if (symbols->begin && symbols->slots && eai_text_append(&symbols->pool, "", 0))
        return EDGEAI_OK;
    eai_symbols_free(symbols);
    return EDGEAI_E_MEMORY;
}

void eai_symbols_free(eai_symbols *symbols)
{
    if (!symbols->allocator) return;
    eai_release(symbols->allocator, symbols->begin,
                ((size_t)symbols->capacity + 1) * sizeof(*symbols->begin));
    eai_release(symbols->allocator, symbols->slots, symbols->n_slots * sizeof(*symbols->slots));
    eai_text_free(&symbols->pool);
    *symbols = (eai_symbols){0};
}

int32_t eai_symbols_find(const eai_symbols *symbols, const char *bytes, size_t n_bytes)
{
    size_t slot = find_slot(symbols, bytes, n_bytes);
    if (slot == symbols->n_slots) return -1;
    return (int32_t)symbols->slots[slot] - 1;
}

static edgeai_status fail_collisions(void)
{
    return eai_fail(EDGEAI_E_LIMIT, "more than %d strings with the same hash", PROBES_MAX);
}

static edgeai_status grow_slots(eai_symbols *symbols)
{
    size_t old_n = symbols->n_slots;
    uint32_t *old = symbols->slots;
    uint32_t *bigger =
        eai_allocate_array(symbols->allocator, 2 * old_n, sizeof(*bigger), "vocabulary hash table");
    if (!bigger) return EDGEAI_E_MEMORY;
    symbols->slots = bigger;
    symbols->n_slots = 2 * old_n;
    eai_release(symbols->allocator, old, old_n * sizeof(*old));
    for (int32_t i = 0; i < symbols->n; i++) {
        edgeai_string string = eai_symbols_get(symbols, i);
        size_t slot = find_slot(symbols, string.bytes, string.n_bytes);
        if (slot == symbols->n_slots) return fail_collisions();
        symbols->slots[slot] = (uint32_t)i + 1;
    }
    return EDGEAI_OK;
}

/* Room for one more string. */
static edgeai_status reserve(eai_symbols *symbols)
{
    if (symbols->n == symbols->capacity) {
        if (symbols->capacity > INT32_MAX / 4)
            return eai_fail(EDGEAI_E_LIMIT, "more than %d strings", symbols->capacity);
        size_t old_bytes = ((size_t)symbols->capacity + 1) * sizeof(*symbols->begin);
        size_t bytes = (2 * (size_t)symbols->capacity + 1) * sizeof(*symbols->begin);
        uint32_t *begin = eai_reallocate(symbols->allocator, symbols->begin, old_bytes, bytes,
                                         "vocabulary offsets");
        if (!begin) return EDGEAI_E_MEMORY;
        symbols->begin = begin;
        symbols->capacity *= 2;
    }
    if (2 * ((size_t)symbols->n + 1) > symbols->n_slots) EAI_TRY(grow_slots(symbols));
    return EDGEAI_OK;
}

edgeai_status eai_symbols_add(eai_symbols *symbols, const char *bytes, size_t n_bytes,
                              int32_t *number)
{
    *number = eai_symbols_find(symbols, bytes, n_bytes);
    if (*number >= 0) return EDGEAI_OK;
    EAI_TRY(reserve(symbols));
    size_t slot = find_slot(symbols, bytes, n_bytes);
    if (slot == symbols->n_slots) return fail_collisions();
    if (n_bytes > UINT32_MAX - symbols->pool.n)
        return eai_fail(EDGEAI_E_LIMIT, "more than %u bytes of strings", UINT32_MAX);
    if (!eai_text_append(&symbols->pool, bytes, n_bytes)) return EDGEAI_E_MEMORY;
    *number = symbols->n++;
    symbols->begin[symbols->n] = (uint32_t)symbols->pool.n;
    symbols->slots[slot] = (uint32_t)*number + 1;
    return EDGEAI_OK;
}
