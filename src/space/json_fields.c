/* SPDX-License-Identifier: MIT */
#include "space/json_fields.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"

enum { TEXT_MAX = 4096 };

bool eai_fields_is(const char *raw, size_t n, const char *key)
{
    return strlen(key) == n && memcmp(raw, key, n) == 0;
}

edgeai_status eai_fields_number(eai_json_scan *scan, double *value)
{
    EAI_TRY(eai_json_real(scan, value));
    return isfinite(*value) ? EDGEAI_OK : eai_json_fail(scan, "expected a finite number");
}

edgeai_status eai_fields_numbers(eai_json_scan *scan, double *values, size_t n)
{
    eai_fields_object array = {0};
    size_t i = 0;
    while (eai_fields_item(scan, &array)) {
        if (i == n) return eai_json_fail(scan, "expected %zu numbers, found more", n);
        EAI_TRY(eai_fields_number(scan, &values[i++]));
    }
    EAI_TRY(array.status);
    return i == n ? EDGEAI_OK : eai_json_fail(scan, "expected %zu numbers, found %zu", n, i);
}

edgeai_status eai_fields_text(eai_json_scan *scan, char *out, size_t capacity)
{
    const char *raw;
    char whole[TEXT_MAX + 1];
    size_t n;
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    const size_t n_out = n <= TEXT_MAX ? eai_json_unescape(raw, n, whole) : n;
    if (n_out < capacity) {
        memcpy(out, whole, n_out + 1);
        return EDGEAI_OK;
    }
    (void)eai_json_fail(scan, "expected a text of less than %zu bytes, found %zu", capacity, n_out);
    return EDGEAI_E_LIMIT;
}

edgeai_status eai_fields_count(eai_json_scan *scan, int64_t most, int64_t *value)
{
    EAI_TRY(eai_json_int(scan, value));
    if (*value >= 0 && *value <= most) return EDGEAI_OK;
    return eai_json_fail(scan, "expected 0 to %" PRId64 ", found %" PRId64, most, *value);
}

edgeai_status eai_fields_version(eai_json_scan *scan, int64_t version)
{
    int64_t found;
    EAI_TRY(eai_json_int(scan, &found));
    if (found == version) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_VERSION, "%s: expected version %" PRId64 ", found %" PRId64,
                    scan->what, version, found);
}

/* Whether there is a further item; the bracket is read first. */
static bool go_on(eai_json_scan *scan, eai_fields_object *within, char opening, char closing)
{
    bool more = false;
    if (!within->is_inside) {
        within->status = eai_json_open(scan, opening);
        within->is_inside = within->is_first = true;
    }
    if (within->status == EDGEAI_OK)
        within->status = eai_json_next(scan, closing, &within->is_first, &more);
    return within->status == EDGEAI_OK && more;
}

bool eai_fields_key(eai_json_scan *scan, eai_fields_object *object)
{
    if (!go_on(scan, object, '{', '}')) return false;
    object->status = eai_json_raw_key(scan, &object->key, &object->n);
    return object->status == EDGEAI_OK;
}

bool eai_fields_item(eai_json_scan *scan, eai_fields_object *array)
{
    return go_on(scan, array, '[', ']');
}
