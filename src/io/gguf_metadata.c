/* SPDX-License-Identifier: MIT */

/* Metadata of an open model file; all lengths were checked when it was opened. */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "io/gguf_file.h"

enum { SHOWN_BYTES = 100 };

static const char *show(const char *text, char shown[SHOWN_BYTES])
{
    return eai_printable(text, strlen(text), shown, SHOWN_BYTES);
}

const eai_gguf_entry *eai_model_file_entry(const edgeai_model_file *file, const char *key, size_t n)
{
    size_t low = 0, high = file->n_entries;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const eai_gguf_entry *entry = &file->entries[file->entry_order[middle]];
        const edgeai_string *own = &entry->metadata.key;
        int order = memcmp(key, own->bytes, n < own->n_bytes ? n : own->n_bytes);
        if (order == 0) order = (n > own->n_bytes) - (n < own->n_bytes);
        if (order == 0) return entry;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

size_t edgeai_model_file_n_metadata(const edgeai_model_file *file)
{
    return file->n_entries;
}

edgeai_status edgeai_model_file_metadata(const edgeai_model_file *file, size_t index,
                                         edgeai_metadata *entry)
{
    if (index >= file->n_entries)
        return eai_fail(EDGEAI_E_INVALID,
                        "model_file_metadata: expected an index below %zu, found %zu",
                        file->n_entries, index);
    *entry = file->entries[index].metadata;
    return EDGEAI_OK;
}

/* The entry, or the error that names key and file. */
static edgeai_status find(const edgeai_model_file *file, const char *key,
                          const eai_gguf_entry **entry)
{
    char shown[SHOWN_BYTES];
    *entry = eai_model_file_entry(file, key, strlen(key));
    if (*entry) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_NOT_FOUND, "%s%skey '%s' is absent", file->path,
                    *file->path ? ": " : "", show(key, shown));
}

static edgeai_status fail_type(const edgeai_model_file *file, const char *key, const char *expected,
                               const edgeai_metadata *found)
{
    char shown[SHOWN_BYTES];
    bool is_array = found->type == EDGEAI_VALUE_ARRAY;
    return eai_fail(EDGEAI_E_DTYPE, "%s%skey '%s': expected %s, found %s%s", file->path,
                    *file->path ? ": " : "", show(key, shown), expected,
                    is_array ? "an array of " : "", eai_value_type_name(found->element_type));
}

edgeai_status edgeai_model_file_find(const edgeai_model_file *file, const char *key,
                                     edgeai_metadata *entry)
{
    const eai_gguf_entry *found;
    EAI_TRY(find(file, key, &found));
    *entry = found->metadata;
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_get_u64(const edgeai_model_file *file, const char *key,
                                        uint64_t *value)
{
    char shown[SHOWN_BYTES];
    const eai_gguf_entry *entry;
    uint64_t number;
    bool negative;
    EAI_TRY(find(file, key, &entry));
    if (!eai_value_integer(entry->metadata.type, entry->value, &number, &negative))
        return fail_type(file, key, "an integer", &entry->metadata);
    if (negative)
        return eai_fail(EDGEAI_E_LIMIT, "key '%s': expected an integer >= 0, found %" PRId64,
                        show(key, shown), (int64_t)number);
    *value = number;
    return EDGEAI_OK;
}

/* The number at `bytes`; false when the type is none. */
static bool read_f64(edgeai_value_type type, const unsigned char *bytes, double *value)
{
    uint64_t number;
    bool negative;
    float narrow;
    if (type == EDGEAI_VALUE_F64) {
        memcpy(value, bytes, sizeof *value);
        return true;
    }
    if (type == EDGEAI_VALUE_F32) {
        memcpy(&narrow, bytes, sizeof narrow);
        *value = (double)narrow;
        return true;
    }
    if (type == EDGEAI_VALUE_BOOL || !eai_value_integer(type, bytes, &number, &negative))
        return false;
    *value = negative ? (double)(int64_t)number : (double)number;
    return true;
}

edgeai_status edgeai_model_file_get_f64(const edgeai_model_file *file, const char *key,
                                        double *value)
{
    const eai_gguf_entry *entry;
    EAI_TRY(find(file, key, &entry));
    if (!read_f64(entry->metadata.type, entry->value, value))
        return fail_type(file, key, "a number", &entry->metadata);
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_get_bool(const edgeai_model_file *file, const char *key,
                                         bool *value)
{
    const eai_gguf_entry *entry;
    EAI_TRY(find(file, key, &entry));
    if (entry->metadata.type != EDGEAI_VALUE_BOOL)
        return fail_type(file, key, "a bool", &entry->metadata);
    *value = entry->value[0] != 0;
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_get_string(const edgeai_model_file *file, const char *key,
                                           edgeai_string *value)
{
    const eai_gguf_entry *entry;
    EAI_TRY(find(file, key, &entry));
    if (entry->metadata.type != EDGEAI_VALUE_STRING)
        return fail_type(file, key, "a string", &entry->metadata);
    const unsigned char *bytes = entry->value;
    *value = eai_value_string(&bytes);
    return EDGEAI_OK;
}

static edgeai_status check_room(const char *key, size_t capacity, size_t n)
{
    char shown[SHOWN_BYTES];
    if (n <= capacity) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT, "key '%s': expected room for %zu values, found %zu",
                    show(key, shown), n, capacity);
}

edgeai_status edgeai_model_file_get_strings(const edgeai_model_file *file, const char *key,
                                            edgeai_string *strings, size_t capacity, size_t *n)
{
    const eai_gguf_entry *entry;
    EAI_TRY(find(file, key, &entry));
    if (entry->metadata.type != EDGEAI_VALUE_ARRAY ||
        entry->metadata.element_type != EDGEAI_VALUE_STRING)
        return fail_type(file, key, "an array of strings", &entry->metadata);
    *n = (size_t)entry->metadata.n_elements;
    EAI_TRY(check_room(key, capacity, *n));
    const unsigned char *bytes = entry->value;
    for (size_t i = 0; i < *n; i++)
        strings[i] = eai_value_string(&bytes);
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_get_i64s(const edgeai_model_file *file, const char *key,
                                         int64_t *values, size_t capacity, size_t *n)
{
    char shown[SHOWN_BYTES];
    const eai_gguf_entry *entry;
    uint64_t number;
    bool negative;
    EAI_TRY(find(file, key, &entry));
    edgeai_value_type type = entry->metadata.element_type;
    static const unsigned char zeros[8];
    if (entry->metadata.type != EDGEAI_VALUE_ARRAY ||
        !eai_value_integer(type, zeros, &number, &negative))
        return fail_type(file, key, "an array of integers", &entry->metadata);
    *n = (size_t)entry->metadata.n_elements;
    EAI_TRY(check_room(key, capacity, *n));
    for (size_t i = 0; i < *n; i++) {
        eai_value_integer(type, entry->value + i * eai_value_bytes(type), &number, &negative);
        if (!negative && number > INT64_MAX)
            return eai_fail(EDGEAI_E_LIMIT, "key '%s', element %zu: %" PRIu64 " is too large",
                            show(key, shown), i, number);
        values[i] = (int64_t)number;
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_model_file_get_f64s(const edgeai_model_file *file, const char *key,
                                         double *values, size_t capacity, size_t *n)
{
    const eai_gguf_entry *entry;
    EAI_TRY(find(file, key, &entry));
    edgeai_value_type type = entry->metadata.element_type;
    static const unsigned char zeros[8];
    double number;
    if (entry->metadata.type != EDGEAI_VALUE_ARRAY || !read_f64(type, zeros, &number))
        return fail_type(file, key, "an array of numbers", &entry->metadata);
    *n = (size_t)entry->metadata.n_elements;
    EAI_TRY(check_room(key, capacity, *n));
    for (size_t i = 0; i < *n; i++)
        read_f64(type, entry->value + i * eai_value_bytes(type), &values[i]);
    return EDGEAI_OK;
}
