/* SPDX-License-Identifier: MIT */
#include "io/name_set.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

static bool grow(eai_name_set *set)
{
    const edgeai_allocator *allocator = set->bytes.allocator;
    size_t old_bytes = set->capacity * sizeof *set->starts;
    size_t capacity = set->capacity ? 2 * set->capacity : 32;
    size_t *starts = eai_allocate_array(allocator, capacity, sizeof *starts, "names");
    size_t *order = eai_allocate_array(allocator, capacity, sizeof *order, "names");
    if (!starts || !order) {
        eai_release(allocator, starts, capacity * sizeof *starts);
        eai_release(allocator, order, capacity * sizeof *order);
        return false;
    }
    if (set->n) {
        memcpy(starts, set->starts, set->n * sizeof *starts);
        memcpy(order, set->order, set->n * sizeof *order);
    }
    eai_release(allocator, set->starts, old_bytes);
    eai_release(allocator, set->order, old_bytes);
    set->starts = starts;
    set->order = order;
    set->capacity = capacity;
    return true;
}

/* Where in `order` the name is, or belongs. */
static size_t find_place(const eai_name_set *set, const char *name, size_t n, bool *found)
{
    size_t low = 0, high = set->n;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const char *other = eai_name_set_get(set, set->order[middle]);
        int order = strncmp(name, other, n);
        if (order == 0 && other[n] == '\0') {
            *found = true;
            return middle;
        }
        if (order > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

edgeai_status eai_name_set_add(eai_name_set *set, const char *name, size_t n, const char *what)
{
    char shown[100];
    bool found;
    size_t place = find_place(set, name, n, &found);
    if (found)
        return eai_fail(EDGEAI_E_INVALID, "%s '%s' was added before", what,
                        eai_printable(name, n, shown, sizeof shown));
    if (set->n == set->capacity && !grow(set)) return EDGEAI_E_MEMORY;
    size_t start = set->bytes.n;
    if (!eai_text_append(&set->bytes, name, n)) return EDGEAI_E_MEMORY;
    if (!eai_text_append(&set->bytes, "", 1)) {
        set->bytes.n = start;
        return EDGEAI_E_MEMORY;
    }
    set->starts[set->n] = start;
    memmove(set->order + place + 1, set->order + place, (set->n - place) * sizeof *set->order);
    set->order[place] = set->n++;
    return EDGEAI_OK;
}

void eai_name_set_remove_last(eai_name_set *set)
{
    size_t last = --set->n, place = 0;
    while (set->order[place] != last)
        place++;
    memmove(set->order + place, set->order + place + 1, (last - place) * sizeof *set->order);
    set->bytes.n = set->starts[last];
}

const char *eai_name_set_get(const eai_name_set *set, size_t i)
{
    return set->bytes.bytes + set->starts[i];
}

void eai_name_set_free(eai_name_set *set)
{
    size_t bytes = set->capacity * sizeof *set->starts;
    eai_release(set->bytes.allocator, set->starts, bytes);
    eai_release(set->bytes.allocator, set->order, bytes);
    eai_text_free(&set->bytes);
}
