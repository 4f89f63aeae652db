/* SPDX-License-Identifier: MIT */
#include "space/json_members.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

static edgeai_status read_real(eai_json_scan *scan, const eai_json_member *field, double *out)
{
    double value;
    EAI_TRY(eai_json_real(scan, &value));
    if (!isfinite(value) || value < field->low || value > field->high)
        return eai_json_fail(scan, "key \"%s\": expected a number from %g to %g, found %g",
                             field->key, field->low, field->high, value);
    *out = value;
    return EDGEAI_OK;
}

static edgeai_status read_reals(eai_json_scan *scan, const eai_json_member *field)
{
    double *out = field->out;
    if (field->n == 1) return read_real(scan, field, out);
    bool is_first = true, more;
    size_t n = 0;
    EAI_TRY(eai_json_open(scan, '['));
    for (;;) {
        EAI_TRY(eai_json_next(scan, ']', &is_first, &more));
        if (!more) break;
        if (n == field->n) n++;
        if (n > field->n) break;
        EAI_TRY(read_real(scan, field, &out[n++]));
    }
    if (n != field->n)
        return eai_json_fail(scan, "key \"%s\": expected %zu numbers, found %s", field->key,
                             field->n, n < field->n ? "fewer" : "more");
    return EDGEAI_OK;
}

static edgeai_status read_int(eai_json_scan *scan, const eai_json_member *field)
{
    int64_t value;
    EAI_TRY(eai_json_int(scan, &value));
    if ((double)value < field->low || (double)value > field->high)
        return eai_json_fail(scan, "key \"%s\": expected a whole number from %.0f to %.0f",
                             field->key, field->low, field->high);
    *(int *)field->out = (int)value;
    return EDGEAI_OK;
}

static edgeai_status read_bool(eai_json_scan *scan, const eai_json_member *field)
{
    eai_json_kind kind;
    EAI_TRY(eai_json_peek(scan, &kind));
    const char *at = scan->text + scan->at;
    const size_t left = scan->n - scan->at;
    const bool is_true = kind == EAI_JSON_BOOL && left >= 4 && memcmp(at, "true", 4) == 0;
    const bool is_false = kind == EAI_JSON_BOOL && left >= 5 && memcmp(at, "false", 5) == 0;
    if (!is_true && !is_false)
        return eai_json_fail(scan, "key \"%s\": expected true or false", field->key);
    scan->at += is_true ? 4 : 5;
    *(bool *)field->out = is_true;
    return EDGEAI_OK;
}

static edgeai_status read_string(eai_json_scan *scan, const eai_json_member *field)
{
    const char *raw;
    size_t n;
    char unescaped[1024]; /* raw bytes are never fewer */
    EAI_TRY(eai_json_raw_string(scan, &raw, &n));
    size_t n_out = n < sizeof unescaped ? eai_json_unescape(raw, n, unescaped) : n;
    if (n_out >= field->n)
        return eai_json_fail(scan, "key \"%s\": expected at most %zu bytes, found %zu", field->key,
                             field->n - 1, n_out);
    memcpy(field->out, unescaped, n_out + 1);
    return EDGEAI_OK;
}

static edgeai_status read_value(eai_json_scan *scan, eai_json_member *field)
{
    switch (field->kind) {
    case EAI_MEMBER_REAL:
        return read_reals(scan, field);
    case EAI_MEMBER_INT:
        return read_int(scan, field);
    case EAI_MEMBER_BOOL:
        return read_bool(scan, field);
    case EAI_MEMBER_STRING:
        return read_string(scan, field);
    case EAI_MEMBER_VALUE:
        *(eai_json_scan *)field->out = *scan;
        return eai_json_skip(scan);
    }
    return EDGEAI_E_INTERNAL;
}

static eai_json_member *find(eai_json_member *fields, size_t n_fields, const char *key, size_t n)
{
    for (size_t i = 0; i < n_fields; i++)
        if (strlen(fields[i].key) == n && memcmp(fields[i].key, key, n) == 0) return &fields[i];
    return NULL;
}

edgeai_status eai_json_read_members(eai_json_scan *scan, eai_json_member *fields, size_t n_fields)
{
    bool is_first = true, more;
    for (size_t i = 0; i < n_fields; i++)
        fields[i].was_read = false;
    EAI_TRY(eai_json_open(scan, '{'));
    for (;;) {
        const char *key;
        size_t n;
        EAI_TRY(eai_json_next(scan, '}', &is_first, &more));
        if (!more) break;
        EAI_TRY(eai_json_raw_key(scan, &key, &n));
        eai_json_member *field = find(fields, n_fields, key, n);
        if (field && field->was_read)
            return eai_json_fail(scan, "key \"%s\" is given twice", field->key);
        if (field) field->was_read = true;
        const edgeai_status status = field ? read_value(scan, field) : eai_json_skip(scan);
        if (status != EDGEAI_OK) return status;
    }
    for (size_t i = 0; i < n_fields; i++)
        if (fields[i].is_needed && !fields[i].was_read)
            return eai_json_fail(scan, "key \"%s\" is missing", fields[i].key);
    return EDGEAI_OK;
}

edgeai_status eai_json_count_items(eai_json_scan scan, char opening, size_t *n)
{
    const char closing = opening == '[' ? ']' : '}';
    bool is_first = true, more;
    const char *key;
    size_t n_key;
    *n = 0;
    EAI_TRY(eai_json_open(&scan, opening));
    for (;;) {
        EAI_TRY(eai_json_next(&scan, closing, &is_first, &more));
        if (!more) return EDGEAI_OK;
        if (opening == '{') EAI_TRY(eai_json_raw_key(&scan, &key, &n_key));
        EAI_TRY(eai_json_skip(&scan));
        ++*n;
    }
}
