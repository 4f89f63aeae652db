/* SPDX-License-Identifier: MIT */
#include "graph/name_index.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/sort.h"

edgeai_status eai_name_index_add(eai_name_index *index, edgeai_string name, size_t item)
{
    if (index->n == index->capacity) {
        size_t capacity = index->capacity ? 2 * index->capacity : 64, old, new;
        if (!eai_size_multiply(capacity, sizeof *index->entries, &new))
            return eai_fail_memory("names", capacity);
        old = index->capacity * sizeof *index->entries;
        eai_name_entry *bigger =
            eai_reallocate(index->allocator, index->entries, old, new, "names");
        if (!bigger) return EDGEAI_E_MEMORY;
        index->entries = bigger;
        index->capacity = capacity;
    }
    index->entries[index->n++] = (eai_name_entry){name, item};
    return EDGEAI_OK;
}

static int compare(edgeai_string a, edgeai_string b)
{
    size_t n = a.n_bytes < b.n_bytes ? a.n_bytes : b.n_bytes;
    int order = n ? memcmp(a.bytes, b.bytes, n) : 0;
    return order ? order : (a.n_bytes > b.n_bytes) - (a.n_bytes < b.n_bytes);
}

static bool is_before(const void *user, size_t a, size_t b)
{
    const eai_name_index *index = user;
    int order = compare(index->entries[a].name, index->entries[b].name);
    return order ? order < 0 : a < b;
}

edgeai_status eai_name_index_sort(eai_name_index *index)
{
    if (index->n == 0) return EDGEAI_OK;
    index->order =
        eai_allocate_array(index->allocator, index->capacity, sizeof *index->order, "names");
    if (!index->order) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < index->n; i++)
        index->order[i] = i;
    eai_sort_items(index->order, index->n, is_before, index);
    return EDGEAI_OK;
}

const eai_name_entry *eai_name_index_find(const eai_name_index *index, edgeai_string name)
{
    size_t low = 0, high = index->order ? index->n : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(index->entries[index->order[middle]].name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (!index->order || low == index->n) return NULL;
    const eai_name_entry *entry = &index->entries[index->order[low]];
    return eai_string_equals(entry->name, name) ? entry : NULL;
}

const eai_name_entry *eai_name_index_repeated(const eai_name_index *index)
{
    for (size_t i = 1; index->order && i < index->n; i++) {
        const eai_name_entry *entry = &index->entries[index->order[i]];
        if (eai_string_equals(index->entries[index->order[i - 1]].name, entry->name)) return entry;
    }
    return NULL;
}

void eai_name_index_free(eai_name_index *index)
{
    eai_release(index->allocator, index->order, index->capacity * sizeof *index->order);
    eai_release(index->allocator, index->entries, index->capacity * sizeof *index->entries);
    index->entries = NULL;
    index->order = NULL;
    index->n = index->capacity = 0;
}

bool eai_string_equals(edgeai_string a, edgeai_string b)
{
    return a.n_bytes == b.n_bytes && (a.n_bytes == 0 || memcmp(a.bytes, b.bytes, a.n_bytes) == 0);
}
