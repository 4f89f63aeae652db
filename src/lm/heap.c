/* SPDX-License-Identifier: MIT */
#include "lm/heap.h"

void eai_heap_push(eai_heap_entry *entries, size_t *n, uint64_t key, uint32_t value)
{
    size_t at = (*n)++;
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (entries[parent].key <= key) break;
        entries[at] = entries[parent];
        at = parent;
    }
    entries[at] = (eai_heap_entry){key, value};
}

eai_heap_entry eai_heap_pop(eai_heap_entry *entries, size_t *n)
{
    eai_heap_entry first = entries[0];
    eai_heap_entry last = entries[--*n];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= *n) break;
        if (child + 1 < *n && entries[child + 1].key < entries[child].key) child++;
        if (last.key <= entries[child].key) break;
        entries[at] = entries[child];
        at = child;
    }
    entries[at] = last;
    return first;
}
