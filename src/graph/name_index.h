/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_NAME_INDEX_H
#define EAI_GRAPH_NAME_INDEX_H

/*
 * Names of a file, each with a number, found again by bisection: all are added, then sorted once.
 * No hashing, which a hostile file could aim at.
 */

#include <edgeai/model_file.h>

typedef struct eai_name_entry {
    edgeai_string name; /* borrowed */
    size_t item;
} eai_name_entry;

/* Zero with `allocator` set is empty. */
typedef struct eai_name_index {
    const edgeai_allocator *allocator;
    eai_name_entry *entries; /* [n], as they were added */
    size_t *order;           /* [n] by name, then as added; after eai_name_index_sort() */
    size_t n, capacity;
} eai_name_index;

edgeai_status eai_name_index_add(eai_name_index *index, edgeai_string name, size_t item);

/* Once, after the last name was added. */
edgeai_status eai_name_index_sort(eai_name_index *index);

/* The entry of this name that was added first, or NULL. */
const eai_name_entry *eai_name_index_find(const eai_name_index *index, edgeai_string name);

/* The first entry whose name another one had before it, or NULL. */
const eai_name_entry *eai_name_index_repeated(const eai_name_index *index);

void eai_name_index_free(eai_name_index *index);

/* Whether two strings are the same bytes. */
bool eai_string_equals(edgeai_string a, edgeai_string b);

#endif
