/* SPDX-License-Identifier: MIT */
#include "io/gguf_parse.h"

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "base/text.h"

enum {
    MIN_ENTRY_BYTES = 8 + 1 + 4 + 1,          /* key length, key, type, value */
    MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8, /* name length, name, dims, shape, type, offset */
    SHOWN_BYTES = 100                         /* of a key or name in an error text */
};

/* Types of ggml that this library does not read, for the error text. */
static const struct {
    uint32_t id;
    const char *name;
} foreign_types[] = {
    {9, "Q8_1"},   {15, "Q8_K"},  {16, "IQ2_XXS"}, {17, "IQ2_XS"}, {18, "IQ3_XXS"}, {19, "IQ1_S"},
    {21, "IQ3_S"}, {22, "IQ2_S"}, {23, "IQ4_XS"},  {29, "IQ1_M"},  {39, "MXFP4"},   {40, "NVFP4"},
};

static size_t bytes_left(const eai_gguf_cursor *cursor)
{
    return cursor->n_bytes - cursor->at;
}

static edgeai_status take(eai_gguf_cursor *cursor, void *out, size_t n, const char *what)
{
    if (bytes_left(cursor) < n)
        return eai_fail(EDGEAI_E_FORMAT, "%s: expected %zu bytes at byte %zu, found %zu", what, n,
                        cursor->at, bytes_left(cursor));
    memcpy(out, cursor->bytes + cursor->at, n);
    cursor->at += n;
    return EDGEAI_OK;
}

static edgeai_status take_string(eai_gguf_cursor *cursor, edgeai_string *string, const char *what)
{
    uint64_t n = 0;
    EAI_TRY(take(cursor, &n, sizeof n, what));
    if (n > bytes_left(cursor))
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: a string at byte %zu claims %" PRIu64 " bytes, found %zu", what,
                        cursor->at, n, bytes_left(cursor));
    *string = (edgeai_string){(const char *)cursor->bytes + cursor->at, (size_t)n};
    cursor->at += (size_t)n;
    return EDGEAI_OK;
}

/* A key or tensor name: 1 to n_max bytes, no NUL, so that it can be a C string. */
static edgeai_status take_name(eai_gguf_cursor *cursor, edgeai_string *name, size_t n_max,
                               const char *what)
{
    size_t at = cursor->at;
    EAI_TRY(take_string(cursor, name, what));
    if (name->n_bytes == 0 || name->n_bytes > n_max)
        return eai_fail(EDGEAI_E_FORMAT, "%s at byte %zu: expected 1 to %zu bytes, found %zu", what,
                        at, n_max, name->n_bytes);
    if (memchr(name->bytes, 0, name->n_bytes))
        return eai_fail(EDGEAI_E_FORMAT, "%s at byte %zu holds a NUL byte", what, at);
    return EDGEAI_OK;
}

static edgeai_status check_bools(const unsigned char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (bytes[i] > 1)
            return eai_fail(EDGEAI_E_FORMAT, "expected a bool, 0 or 1, found %d", bytes[i]);
    return EDGEAI_OK;
}

static edgeai_status skip_elements(eai_gguf_cursor *cursor, uint32_t type, uint64_t n, int depth);

/* The element type and count in front of an array's elements. */
static edgeai_status take_array_head(eai_gguf_cursor *cursor, uint32_t *type, uint64_t *n)
{
    EAI_TRY(take(cursor, type, sizeof *type, "array"));
    return take(cursor, n, sizeof *n, "array");
}

static edgeai_status skip_array(eai_gguf_cursor *cursor, int depth)
{
    uint32_t type = 0;
    uint64_t n = 0;
    if (depth >= EAI_GGUF_NESTING_MAX)
        return eai_fail(EDGEAI_E_FORMAT, "arrays are nested more than %d deep",
                        EAI_GGUF_NESTING_MAX);
    EAI_TRY(take_array_head(cursor, &type, &n));
    return skip_elements(cursor, type, n, depth + 1);
}

static edgeai_status skip_elements(eai_gguf_cursor *cursor, uint32_t type, uint64_t n, int depth)
{
    bool is_string = type == EDGEAI_VALUE_STRING, is_array = type == EDGEAI_VALUE_ARRAY;
    size_t size = eai_value_bytes((edgeai_value_type)type);
    if (size == 0 && !is_string && !is_array)
        return eai_fail(EDGEAI_E_FORMAT, "value type %" PRIu32 " is unknown", type);
    /* A string takes at least its length, an array its element type and count. */
    size_t least = is_string ? 8 : is_array ? 12 : size;
    if (n > bytes_left(cursor) / least)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%" PRIu64 " values of type %s do not fit into the %zu bytes left", n,
                        eai_value_type_name((edgeai_value_type)type), bytes_left(cursor));
    if (size) {
        const unsigned char *values = cursor->bytes + cursor->at;
        cursor->at += size * (size_t)n;
        return type == EDGEAI_VALUE_BOOL ? check_bools(values, (size_t)n) : EDGEAI_OK;
    }
    edgeai_string string;
    for (uint64_t i = 0; i < n; i++)
        EAI_TRY(is_string ? take_string(cursor, &string, "string") : skip_array(cursor, depth));
    return EDGEAI_OK;
}

static edgeai_status take_value(eai_gguf_cursor *cursor, eai_gguf_entry *entry)
{
    uint32_t type = 0;
    EAI_TRY(take(cursor, &type, sizeof type, "value type"));
    uint32_t element_type = type;
    uint64_t n = 1;
    if (type == EDGEAI_VALUE_ARRAY) EAI_TRY(take_array_head(cursor, &element_type, &n));
    size_t begin = cursor->at;
    EAI_TRY(skip_elements(cursor, element_type, n, 1));
    entry->metadata.type = (edgeai_value_type)type;
    entry->metadata.element_type = (edgeai_value_type)element_type;
    entry->metadata.n_elements = n;
    entry->value = cursor->bytes + begin;
    entry->value_bytes = cursor->at - begin;
    return EDGEAI_OK;
}

edgeai_status eai_gguf_next_entry(eai_gguf_cursor *cursor, eai_gguf_entry *entry)
{
    char shown[SHOWN_BYTES];
    edgeai_string *key = &entry->metadata.key;
    EAI_TRY(take_name(cursor, key, EAI_GGUF_KEY_BYTES_MAX, "key"));
    edgeai_status status = take_value(cursor, entry);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    return eai_fail_within(status, "key '%s'",
                           eai_printable(key->bytes, key->n_bytes, shown, sizeof shown));
}

static edgeai_status check_type(uint32_t type, edgeai_dtype *dtype)
{
    *dtype = (edgeai_dtype)type;
    if (type <= INT32_MAX && edgeai_dtype_block_elements(*dtype) > 0) return EDGEAI_OK;
    for (size_t i = 0; i < sizeof foreign_types / sizeof foreign_types[0]; i++)
        if (foreign_types[i].id == type)
            return eai_fail(EDGEAI_E_UNSUPPORTED, "type %s (%" PRIu32 ") is not supported",
                            foreign_types[i].name, type);
    return eai_fail(EDGEAI_E_FORMAT, "type %" PRIu32 " is unknown", type);
}

/* Bytes of all rows; every dimension positive, whole blocks in a row, no overflow. */
static edgeai_status check_shape(eai_gguf_tensor *tensor)
{
    size_t n_bytes = edgeai_dtype_row_bytes(tensor->dtype, tensor->shape[0]);
    int block = edgeai_dtype_block_elements(tensor->dtype);
    for (int i = 0; i < tensor->n_dims; i++)
        if (tensor->shape[i] <= 0)
            return eai_fail(EDGEAI_E_FORMAT,
                            "dimension %d: expected a positive size, found %" PRId64, i,
                            tensor->shape[i]);
    if (tensor->shape[0] % block != 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "rows of type %s: expected a multiple of %d elements, found %" PRId64,
                        edgeai_dtype_name(tensor->dtype), block, tensor->shape[0]);
    bool fits = n_bytes > 0;
    for (int i = 1; i < tensor->n_dims && fits; i++)
        fits = eai_size_multiply(n_bytes, (size_t)tensor->shape[i], &n_bytes);
    if (!fits || n_bytes > PTRDIFF_MAX)
        return eai_fail(EDGEAI_E_FORMAT, "the product of its dimensions overflows");
    tensor->n_bytes = n_bytes;
    return EDGEAI_OK;
}

static edgeai_status take_tensor(eai_gguf_cursor *cursor, eai_gguf_tensor *tensor)
{
    uint32_t n_dims = 0, type = 0;
    EAI_TRY(take(cursor, &n_dims, sizeof n_dims, "number of dimensions"));
    if (n_dims < 1 || n_dims > EDGEAI_MAX_DIMS)
        return eai_fail(EDGEAI_E_FORMAT, "expected 1 to %d dimensions, found %" PRIu32,
                        EDGEAI_MAX_DIMS, n_dims);
    tensor->n_dims = (int)n_dims;
    for (int i = 0; i < EDGEAI_MAX_DIMS; i++)
        tensor->shape[i] = 1;
    EAI_TRY(take(cursor, tensor->shape, n_dims * sizeof tensor->shape[0], "dimensions"));
    EAI_TRY(take(cursor, &type, sizeof type, "type"));
    EAI_TRY(take(cursor, &tensor->offset, sizeof tensor->offset, "offset"));
    EAI_TRY(check_type(type, &tensor->dtype));
    return check_shape(tensor);
}

edgeai_status eai_gguf_next_tensor(eai_gguf_cursor *cursor, eai_gguf_tensor *tensor)
{
    char shown[SHOWN_BYTES];
    EAI_TRY(take_name(cursor, &tensor->name, EAI_GGUF_NAME_BYTES_MAX, "tensor name"));
    edgeai_status status = take_tensor(cursor, tensor);
    if (status == EDGEAI_OK) return EDGEAI_OK;
    return eai_fail_within(
        status, "tensor '%s'",
        eai_printable(tensor->name.bytes, tensor->name.n_bytes, shown, sizeof shown));
}

static edgeai_status parse_version(eai_gguf_cursor *cursor, eai_gguf_part *part)
{
    char magic[4], shown[8];
    uint32_t version = 0;
    EAI_TRY(take(cursor, magic, sizeof magic, "magic"));
    if (memcmp(magic, "GGUF", 4) != 0)
        return eai_fail(EDGEAI_E_FORMAT, "no GGUF file: expected 'GGUF' at byte 0, found '%s'",
                        eai_printable(magic, sizeof magic, shown, sizeof shown));
    EAI_TRY(take(cursor, &version, sizeof version, "version"));
    if (version == 2u << 24 || version == 3u << 24)
        return eai_fail(EDGEAI_E_VERSION, "a big-endian GGUF file; expected little endian");
    if (version != 2 && version != 3)
        return eai_fail(EDGEAI_E_VERSION, "GGUF version: expected 2 or 3, found %" PRIu32, version);
    part->version = (int)version;
    return EDGEAI_OK;
}

static edgeai_status parse_counts(eai_gguf_cursor *cursor, eai_gguf_part *part)
{
    uint64_t n_tensors = 0, n_entries = 0;
    EAI_TRY(take(cursor, &n_tensors, sizeof n_tensors, "number of tensors"));
    EAI_TRY(take(cursor, &n_entries, sizeof n_entries, "number of metadata entries"));
    if (n_entries > bytes_left(cursor) / MIN_ENTRY_BYTES)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%" PRIu64 " metadata entries do not fit into the file's %zu bytes",
                        n_entries, part->n_bytes);
    if (n_tensors > bytes_left(cursor) / MIN_TENSOR_BYTES)
        return eai_fail(EDGEAI_E_FORMAT, "%" PRIu64 " tensors do not fit into the file's %zu bytes",
                        n_tensors, part->n_bytes);
    part->n_entries = (size_t)n_entries;
    part->n_tensors = (size_t)n_tensors;
    return EDGEAI_OK;
}

static bool has_key(const eai_gguf_entry *entry, const char *key)
{
    const edgeai_string *own = &entry->metadata.key;
    return own->n_bytes == strlen(key) && memcmp(own->bytes, key, own->n_bytes) == 0;
}

/* Takes notice of the entries that say how the file itself is read. */
static edgeai_status parse_rule(const eai_gguf_entry *entry, eai_gguf_part *part)
{
    static const char *const keys[] = {"general.alignment", "split.no", "split.count",
                                       "split.tensors.count"};
    uint64_t alignment = part->alignment;
    uint64_t *const values[] = {&alignment, &part->split_no, &part->split_count,
                                &part->split_tensors};
    for (int i = 0; i < 4; i++) {
        bool negative = false;
        if (!has_key(entry, keys[i])) continue;
        if (!eai_value_integer(entry->metadata.type, entry->value, values[i], &negative) ||
            negative)
            return eai_fail(EDGEAI_E_FORMAT, "key '%s': expected an integer >= 0, found %s %s",
                            keys[i], negative ? "a negative" : "type",
                            eai_value_type_name(entry->metadata.type));
    }
    if (alignment == 0 || alignment % 8 != 0 || alignment > EAI_GGUF_ALIGNMENT_MAX)
        return eai_fail(
            EDGEAI_E_FORMAT,
            "key 'general.alignment': expected a multiple of 8 up to %d, found %" PRIu64,
            EAI_GGUF_ALIGNMENT_MAX, alignment);
    part->alignment = (size_t)alignment;
    return EDGEAI_OK;
}

edgeai_status eai_gguf_parse(eai_gguf_part *part)
{
    eai_gguf_cursor cursor = {part->bytes, part->n_bytes, 0};
    part->alignment = 32;
    EAI_TRY(parse_version(&cursor, part));
    EAI_TRY(parse_counts(&cursor, part));
    part->entries_at = cursor.at;
    for (size_t i = 0; i < part->n_entries; i++) {
        eai_gguf_entry entry;
        EAI_TRY(eai_gguf_next_entry(&cursor, &entry));
        EAI_TRY(parse_rule(&entry, part));
    }
    part->tensors_at = cursor.at;
    for (size_t i = 0; i < part->n_tensors; i++) {
        eai_gguf_tensor tensor;
        EAI_TRY(eai_gguf_next_tensor(&cursor, &tensor));
        part->names_bytes += tensor.name.n_bytes + 1;
    }
    part->data_at = cursor.at + (part->alignment - cursor.at % part->alignment) % part->alignment;
    return EDGEAI_OK;
}
