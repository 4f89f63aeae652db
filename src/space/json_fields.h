/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_JSON_FIELDS_H
#define EAI_SPACE_JSON_FIELDS_H

/* Values of the JSON files of recordings, over base/json_scan.h. Errors name file and byte. */

#include "base/json_scan.h"

/* Whether a raw key is this one. */
bool eai_fields_is(const char *raw, size_t n, const char *key);

/* An array of exactly n finite numbers. */
edgeai_status eai_fields_numbers(eai_json_scan *scan, double *values, size_t n);

/* One finite number. */
edgeai_status eai_fields_number(eai_json_scan *scan, double *value);

/* A string of less than `capacity` (at most 4096) bytes, with a NUL; else EDGEAI_E_LIMIT. */
edgeai_status eai_fields_text(eai_json_scan *scan, char *out, size_t capacity);

/* A whole number from 0 to most. */
edgeai_status eai_fields_count(eai_json_scan *scan, int64_t most, int64_t *value);

/* Our formats' version; another one is EDGEAI_E_VERSION. */
edgeai_status eai_fields_version(eai_json_scan *scan, int64_t version);

/*
 * Goes through the keys of an object: the opening bracket is read first, and each time the value
 * behind the key must be read or skipped.
 *
 *     eai_fields_object object = {0};
 *     while (eai_fields_key(scan, &object)) { if (eai_fields_is(object.key, object.n, "id")) ... }
 *     EAI_TRY(object.status);
 */
typedef struct eai_fields_object {
    const char *key;
    size_t n;
    bool is_inside, is_first;
    edgeai_status status;
} eai_fields_object;

bool eai_fields_key(eai_json_scan *scan, eai_fields_object *object);

/* The same for the items of an array. */
bool eai_fields_item(eai_json_scan *scan, eai_fields_object *array);

#endif
