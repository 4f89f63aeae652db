/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_JSON_MEMBERS_H
#define EAI_SPACE_JSON_MEMBERS_H

/* A JSON object read into the members of a struct, as a table says. */

#include <stdbool.h>
#include <stddef.h>

#include <edgeai/status.h>

#include "base/json_scan.h"

typedef enum eai_json_member_kind {
    EAI_MEMBER_REAL,   /* double out[n], finite and not below low nor above high; n 1: a number,
                         else an array of exactly n */
    EAI_MEMBER_INT,    /* int, low to high */
    EAI_MEMBER_BOOL,   /* bool */
    EAI_MEMBER_STRING, /* char out[n], NUL included */
    EAI_MEMBER_VALUE   /* eai_json_scan: where the value begins; it is read over */
} eai_json_member_kind;

typedef struct eai_json_member {
    const char *key;
    eai_json_member_kind kind;
    void *out; /* unchanged where the key is missing */
    size_t n;
    double low, high;
    bool is_needed;
    bool was_read;
} eai_json_member;

/* Reads `{...}`; other keys are read over. EDGEAI_E_FORMAT names the key: of another type, out of
 * range, given twice, or missing. */
edgeai_status eai_json_read_members(eai_json_scan *scan, eai_json_member *fields, size_t n);

/* Items of the array or members of the object that begins here; the scan stays where it is. */
edgeai_status eai_json_count_items(eai_json_scan scan, char opening, size_t *n);

#endif
