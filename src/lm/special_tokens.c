/* SPDX-License-Identifier: MIT */
/*
 * Equal to searching the text for each name in turn, the longest first, leaving out what is taken;
 * but the text is read once, so that thousands of names cost no more than the longest of them.
 */
#include "lm/special_tokens.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "lm/heap.h"

static edgeai_string name_of(const eai_special_set *set, int32_t index)
{
    return eai_symbols_get(&set->vocabulary->symbols, set->tokens[index]);
}

static int compare(const eai_vocabulary *vocabulary, int32_t a, int32_t b)
{
    edgeai_string left = eai_symbols_get(&vocabulary->symbols, a);
    edgeai_string right = eai_symbols_get(&vocabulary->symbols, b);
    size_t n = left.n_bytes < right.n_bytes ? left.n_bytes : right.n_bytes;
    int order = memcmp(left.bytes, right.bytes, n);
    if (order != 0) return order;
    return left.n_bytes < right.n_bytes ? -1 : left.n_bytes > right.n_bytes;
}

/* Heap sort: in place, and no order of the file makes it slow. */
static void sift(const eai_special_set *set, int32_t at, int32_t n)
{
    int32_t *tokens = set->tokens;
    int32_t moved = tokens[at];
    for (int32_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && compare(set->vocabulary, tokens[child + 1], tokens[child]) > 0)
            child++;
        if (compare(set->vocabulary, moved, tokens[child]) >= 0) break;
        tokens[at] = tokens[child];
    }
    tokens[at] = moved;
}

static void sort(const eai_special_set *set)
{
    for (int32_t i = set->n / 2 - 1; i >= 0; i--)
        sift(set, i, set->n);
    for (int32_t n = set->n - 1; n > 0; n--) {
        int32_t largest = set->tokens[0];
        set->tokens[0] = set->tokens[n];
        set->tokens[n] = largest;
        sift(set, 0, n);
    }
}

/* First index in [low, high) whose name has at `depth` a byte >= limit; all are longer. */
static int32_t lower_bound(const eai_special_set *set, int32_t low, int32_t high, size_t depth,
                           int limit)
{
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if ((unsigned char)name_of(set, middle).bytes[depth] < limit)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Index of the longest name that text[0..n) begins with, or -1. */
static int32_t longest_prefix(const eai_special_set *set, const char *text, size_t n)
{
    int32_t low = 0, high = set->n, found = -1;
    for (size_t depth = 0; depth < n; depth++) {
        int byte = (unsigned char)text[depth];
        low = lower_bound(set, low, high, depth, byte);
        high = lower_bound(set, low, high, depth, byte + 1);
        if (low == high) break;
        /* The shortest of those with a common beginning is sorted first. */
        if (name_of(set, low).n_bytes == depth + 1) found = low++;
    }
    return found;
}

edgeai_status eai_special_set_create(eai_special_set *set, const eai_vocabulary *vocabulary,
                                     unsigned types)
{
    *set = (eai_special_set){.allocator = vocabulary->allocator, .vocabulary = vocabulary};
    for (int32_t i = 0; i < vocabulary->n_tokens; i++)
        set->n += types >> vocabulary->types[i] & 1;
    if (set->n == 0) return EDGEAI_OK;
    size_t n = (size_t)set->n;
    set->tokens = eai_allocate_array(set->allocator, n, sizeof(*set->tokens), "special tokens");
    set->shorter = eai_allocate_array(set->allocator, n, sizeof(*set->shorter), "special tokens");
    if (!set->tokens || !set->shorter) {
        eai_special_set_free(set);
        return EDGEAI_E_MEMORY;
    }
    int32_t at = 0;
    for (int32_t i = 0; i < vocabulary->n_tokens; i++)
        if (types >> vocabulary->types[i] & 1) set->tokens[at++] = i;
    sort(set);
    for (int32_t i = 0; i < set->n; i++) {
        edgeai_string name = name_of(set, i);
        set->begins[(unsigned char)name.bytes[0]] = true;
        set->shorter[i] = longest_prefix(set, name.bytes, name.n_bytes - 1);
    }
    return EDGEAI_OK;
}

void eai_special_set_free(eai_special_set *set)
{
    if (!set->allocator) return;
    eai_release(set->allocator, set->tokens, (size_t)set->n * sizeof(*set->tokens));
    eai_release(set->allocator, set->shorter, (size_t)set->n * sizeof(*set->shorter));
    *set = (eai_special_set){0};
}

/* Finds all places; counts only, when `places` is NULL. */
static size_t find_places(const eai_special_set *set, const char *text, size_t n,
                          eai_special_place *places)
{
    size_t n_places = 0;
    for (size_t i = 0; i < n; i++) {
        if (!set->begins[(unsigned char)text[i]]) continue;
        int32_t index = longest_prefix(set, text + i, n - i);
        if (index < 0) continue;
        if (places) places[n_places] = (eai_special_place){(uint32_t)i, index};
        n_places++;
    }
    return n_places;
}

/* Longest names first, then from left to right. */
static void push(const eai_special_set *set, const eai_special_place *places, uint32_t place,
                 eai_heap_entry *heap, size_t *n_heap)
{
    uint32_t length = (uint32_t)name_of(set, places[place].index).n_bytes;
    eai_heap_push(heap, n_heap, (uint64_t)(UINT32_MAX - length) << 32 | place, place);
}

/*
 * Gives the text away. What was taken before is at least as long as the name at hand, so the two
 * overlap only where the name's first or last byte is taken.
 */
static void settle(const eai_special_set *set, eai_special_place *places, size_t n_places,
                   eai_heap_entry *heap, unsigned char *taken)
{
    size_t n_heap = 0;
    for (size_t i = 0; i < n_places; i++)
        push(set, places, (uint32_t)i, heap, &n_heap);
    while (n_heap > 0) {
        uint32_t at = eai_heap_pop(heap, &n_heap).value;
        eai_special_place *place = &places[at];
        size_t length = name_of(set, place->index).n_bytes;
        if (taken[place->position]) {
            place->index = -1;
        } else if (taken[place->position + length - 1]) {
            place->index = set->shorter[place->index];
            if (place->index >= 0) push(set, places, at, heap, &n_heap);
        } else {
            memset(taken + place->position, 1, length);
        }
    }
}

edgeai_status eai_special_set_search(const eai_special_set *set, const char *text, size_t n,
                                     eai_special_place **places, size_t *n_places)
{
    *places = NULL;
    *n_places = find_places(set, text, n, NULL);
    if (*n_places == 0) return EDGEAI_OK;
    const edgeai_allocator *allocator = set->allocator;
    size_t count = *n_places;
    *places = eai_allocate_array(allocator, count, sizeof(**places), "special tokens in the text");
    eai_heap_entry *heap =
        eai_allocate_array(allocator, count, sizeof(*heap), "special tokens in the text");
    unsigned char *taken = eai_allocate(allocator, n, "special tokens in the text");
    bool complete = *places && heap && taken;
    if (complete) {
        find_places(set, text, n, *places);
        settle(set, *places, count, heap, taken);
    } else {
        eai_release(allocator, *places, count * sizeof(**places));
        *places = NULL;
        *n_places = 0;
    }
    eai_release(allocator, heap, count * sizeof(*heap));
    eai_release(allocator, taken, n);
    return complete ? EDGEAI_OK : EDGEAI_E_MEMORY;
}
