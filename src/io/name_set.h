/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_NAME_SET_H
#define EAI_IO_NAME_SET_H

/* Names that may be added once each, and are found again by their number. */

#include "base/text.h"

typedef struct eai_name_set {
    eai_text bytes; /* every name with a NUL; set `bytes.allocator` before the first use */
    size_t *starts; /* [capacity] in `bytes`, in the order of adding */
    size_t *order;  /* [capacity] numbers, by name */
    size_t n, capacity;
} eai_name_set;

/* Adds n bytes without NUL. EDGEAI_E_INVALID when the name is there, else EDGEAI_E_MEMORY. */
edgeai_status eai_name_set_add(eai_name_set *set, const char *name, size_t n, const char *what);

/* Takes the name added last away again. */
void eai_name_set_remove_last(eai_name_set *set);

/* Name number i, NUL-terminated; valid until the next one is added. */
const char *eai_name_set_get(const eai_name_set *set, size_t i);

void eai_name_set_free(eai_name_set *set);

#endif
