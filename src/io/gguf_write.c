/* SPDX-License-Identifier: MIT */

/*
 * Writing GGUF version 3: entries are collected as the bytes they will be, tensors as views; all is
 * written at the end, the data straight from where they lie or piece by piece from a source.
 */

#include <inttypes.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/gguf_file.h"
#include "io/gguf_parse.h"
#include "io/name_set.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"

enum { NAME_BYTES_MAX = 63, DEFAULT_ALIGNMENT = 32 };

/* Where a tensor's data come from. */
typedef struct tensor_data {
    edgeai_tensor_source source; /* NULL: from tensor.data */
    void *user;
} tensor_data;

typedef struct tensor_to_write {
    edgeai_tensor tensor; /* its name is in `names` */
    tensor_data data;
} tensor_to_write;

struct edgeai_model_writer {
    edgeai_context *context;
    eai_temporary_file file;
    bool is_finished;
    size_t alignment;
    eai_name_set keys;
    eai_text entries; /* as in the file */
    eai_name_set names;
    tensor_to_write *tensors; /* [capacity] */
    size_t n_tensors, capacity;
};

edgeai_status edgeai_model_writer_create(edgeai_model_writer **out, edgeai_context *context,
                                         const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "model_writer_create: out is NULL");
    *out = NULL;
    if (!context || !path || !*path)
        return eai_fail(EDGEAI_E_INVALID, "model_writer_create: context or path is missing");
    const edgeai_allocator *allocator = &context->allocator;
    edgeai_model_writer *writer = eai_allocate(allocator, sizeof *writer, "model writer");
    if (!writer) return EDGEAI_E_MEMORY;
    writer->context = context;
    writer->alignment = DEFAULT_ALIGNMENT;
    writer->entries.allocator = allocator;
    writer->keys.bytes.allocator = allocator;
    writer->names.bytes.allocator = allocator;
    edgeai_status status = eai_temporary_file_create(&writer->file, allocator, path);
    if (status != EDGEAI_OK) {
        eai_release(allocator, writer, sizeof *writer);
        return status;
    }
    *out = writer;
    return EDGEAI_OK;
}

void edgeai_model_writer_free(edgeai_model_writer *writer)
{
    if (!writer) return;
    const edgeai_allocator *allocator = &writer->context->allocator;
    eai_temporary_file_close(&writer->file);
    eai_name_set_free(&writer->keys);
    eai_name_set_free(&writer->names);
    eai_text_free(&writer->entries);
    eai_release(allocator, writer->tensors, writer->capacity * sizeof *writer->tensors);
    eai_release(allocator, writer, sizeof *writer);
}

static bool put(eai_text *text, const void *bytes, size_t n)
{
    return eai_text_append(text, bytes, n);
}

static bool put_u32(eai_text *text, uint32_t value)
{
    return put(text, &value, sizeof value);
}

static bool put_u64(eai_text *text, uint64_t value)
{
    return put(text, &value, sizeof value);
}

static bool put_string(eai_text *text, const char *bytes, size_t n)
{
    return put_u64(text, n) && put(text, bytes, n);
}

static bool is_alignment(const char *key, size_t n)
{
    static const char own[] = "general.alignment";
    return n == sizeof own - 1 && memcmp(key, own, n) == 0;
}

/* Key and type; the value follows. *mark is where the entry begins, for the way back. */
static edgeai_status begin_entry(edgeai_model_writer *writer, const char *key, size_t n,
                                 edgeai_value_type type, size_t *mark)
{
    *mark = writer->entries.n;
    if (writer->is_finished)
        return eai_fail(EDGEAI_E_INVALID, "model writer: the file is finished");
    if (n == 0 || n > EAI_GGUF_KEY_BYTES_MAX)
        return eai_fail(EDGEAI_E_INVALID, "model writer: key: expected 1 to %d bytes, found %zu",
                        EAI_GGUF_KEY_BYTES_MAX, n);
    if (is_alignment(key, n) && type != EDGEAI_VALUE_U32)
        return eai_fail(EDGEAI_E_INVALID, "key 'general.alignment': expected a u32, found type %s",
                        eai_value_type_name(type));
    EAI_TRY(eai_name_set_add(&writer->keys, key, n, "key"));
    if (put_string(&writer->entries, key, n) && put_u32(&writer->entries, type)) return EDGEAI_OK;
    writer->entries.n = *mark;
    eai_name_set_remove_last(&writer->keys);
    return EDGEAI_E_MEMORY;
}

static edgeai_status end_entry(edgeai_model_writer *writer, size_t mark, bool complete)
{
    if (complete) return EDGEAI_OK;
    writer->entries.n = mark;
    eai_name_set_remove_last(&writer->keys);
    return EDGEAI_E_MEMORY;
}

/* A whole entry whose value is one run of bytes; for an array (element_type not NULL), its
 * elements. */
static edgeai_status set(edgeai_model_writer *writer, const char *key, size_t key_bytes,
                         edgeai_value_type type, const edgeai_value_type *element_type, uint64_t n,
                         const void *value, size_t value_bytes)
{
    size_t mark;
    EAI_TRY(begin_entry(writer, key, key_bytes, type, &mark));
    bool complete = true;
    if (element_type)
        complete = put_u32(&writer->entries, *element_type) && put_u64(&writer->entries, n);
    return end_entry(writer, mark, complete && put(&writer->entries, value, value_bytes));
}

static edgeai_status set_u32(edgeai_model_writer *writer, const char *key, size_t key_bytes,
                             uint32_t value)
{
    bool rules = is_alignment(key, key_bytes);
    if (rules && (value == 0 || value % 8 != 0 || value > EAI_GGUF_ALIGNMENT_MAX))
        return eai_fail(
            EDGEAI_E_INVALID,
            "key 'general.alignment': expected a multiple of 8 up to %d, found %" PRIu32,
            EAI_GGUF_ALIGNMENT_MAX, value);
    EAI_TRY(set(writer, key, key_bytes, EDGEAI_VALUE_U32, NULL, 1, &value, sizeof value));
    if (rules) writer->alignment = value;
    return EDGEAI_OK;
}

/* Arguments of every setter. */
static edgeai_status check(const edgeai_model_writer *writer, const char *key, bool value_is_there)
{
    if (writer && key && value_is_there) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_INVALID, "model writer: writer, key or value is NULL");
}

edgeai_status edgeai_model_writer_set_u32(edgeai_model_writer *writer, const char *key,
                                          uint32_t value)
{
    EAI_TRY(check(writer, key, true));
    return set_u32(writer, key, strlen(key), value);
}

edgeai_status edgeai_model_writer_set_f32(edgeai_model_writer *writer, const char *key, float value)
{
    EAI_TRY(check(writer, key, true));
    return set(writer, key, strlen(key), EDGEAI_VALUE_F32, NULL, 1, &value, sizeof value);
}

edgeai_status edgeai_model_writer_set_bool(edgeai_model_writer *writer, const char *key, bool value)
{
    EAI_TRY(check(writer, key, true));
    unsigned char byte = value;
    return set(writer, key, strlen(key), EDGEAI_VALUE_BOOL, NULL, 1, &byte, sizeof byte);
}

edgeai_status edgeai_model_writer_set_string(edgeai_model_writer *writer, const char *key,
                                             const char *bytes, size_t n_bytes)
{
    size_t mark;
    EAI_TRY(check(writer, key, bytes || n_bytes == 0));
    EAI_TRY(begin_entry(writer, key, strlen(key), EDGEAI_VALUE_STRING, &mark));
    return end_entry(writer, mark, put_string(&writer->entries, bytes, n_bytes));
}

edgeai_status edgeai_model_writer_set_strings(edgeai_model_writer *writer, const char *key,
                                              const edgeai_string *strings, size_t n)
{
    size_t mark;
    EAI_TRY(check(writer, key, strings || n == 0));
    EAI_TRY(begin_entry(writer, key, strlen(key), EDGEAI_VALUE_ARRAY, &mark));
    bool complete = put_u32(&writer->entries, EDGEAI_VALUE_STRING) && put_u64(&writer->entries, n);
    for (size_t i = 0; i < n && complete; i++)
        complete = put_string(&writer->entries, strings[i].bytes, strings[i].n_bytes);
    return end_entry(writer, mark, complete);
}

edgeai_status edgeai_model_writer_set_i32s(edgeai_model_writer *writer, const char *key,
                                           const int32_t *values, size_t n)
{
    static const edgeai_value_type type = EDGEAI_VALUE_I32;
    EAI_TRY(check(writer, key, values || n == 0));
    return set(writer, key, strlen(key), EDGEAI_VALUE_ARRAY, &type, n, values, n * sizeof *values);
}

edgeai_status edgeai_model_writer_set_f32s(edgeai_model_writer *writer, const char *key,
                                           const float *values, size_t n)
{
    static const edgeai_value_type type = EDGEAI_VALUE_F32;
    EAI_TRY(check(writer, key, values || n == 0));
    return set(writer, key, strlen(key), EDGEAI_VALUE_ARRAY, &type, n, values, n * sizeof *values);
}

edgeai_status edgeai_model_writer_copy(edgeai_model_writer *writer, const edgeai_model_file *file,
                                       const edgeai_metadata *entry)
{
    if (!writer || !file || !entry || !entry->key.bytes)
        return eai_fail(EDGEAI_E_INVALID, "model_writer_copy: NULL argument");
    const edgeai_string *key = &entry->key;
    /* The new file is whole, whatever the old one was. */
    if (key->n_bytes > 6 && memcmp(key->bytes, "split.", 6) == 0) return EDGEAI_OK;
    const eai_gguf_entry *own = eai_model_file_entry(file, key->bytes, key->n_bytes);
    if (!own || own->metadata.key.bytes != key->bytes)
        return eai_fail(EDGEAI_E_INVALID, "model_writer_copy: the entry is not of this file");
    const edgeai_metadata *data = &own->metadata;
    if (data->type == EDGEAI_VALUE_U32) {
        uint32_t value;
        memcpy(&value, own->value, sizeof value);
        return set_u32(writer, key->bytes, key->n_bytes, value);
    }
    return set(writer, key->bytes, key->n_bytes, data->type,
               data->type == EDGEAI_VALUE_ARRAY ? &data->element_type : NULL, data->n_elements,
               own->value, own->value_bytes);
}

static edgeai_status check_tensor(const edgeai_tensor *tensor)
{
    const char *name = tensor->name;
    size_t n = name ? strlen(name) : 0;
    if (n == 0 || n > NAME_BYTES_MAX)
        return eai_fail(EDGEAI_E_INVALID,
                        "model writer: tensor name: expected 1 to %d bytes, found %zu",
                        NAME_BYTES_MAX, n);
    if (edgeai_dtype_block_elements(tensor->dtype) == 0)
        return eai_fail(EDGEAI_E_INVALID, "tensor '%s': type %d is unknown", name,
                        (int)tensor->dtype);
    if (tensor->n_dims < 1 || tensor->n_dims > EDGEAI_MAX_DIMS)
        return eai_fail(EDGEAI_E_SHAPE, "tensor '%s': expected 1 to %d dimensions, found %d", name,
                        EDGEAI_MAX_DIMS, tensor->n_dims);
    size_t bytes = edgeai_dtype_row_bytes(tensor->dtype, tensor->shape[0]);
    for (int i = 1; i < tensor->n_dims; i++)
        if (tensor->shape[i] <= 0 || !eai_size_multiply(bytes, (size_t)tensor->shape[i], &bytes))
            bytes = 0;
    if (bytes == 0 || bytes != tensor->data_bytes)
        return eai_fail(EDGEAI_E_SHAPE,
                        "tensor '%s': its shape needs %zu bytes of %s, found %zu bytes of data",
                        name, bytes, edgeai_dtype_name(tensor->dtype), tensor->data_bytes);
    return EDGEAI_OK;
}

static edgeai_status add_tensor(edgeai_model_writer *writer, const edgeai_tensor *tensor,
                                tensor_data data)
{
    if (writer->is_finished)
        return eai_fail(EDGEAI_E_INVALID, "model writer: the file is finished");
    EAI_TRY(check_tensor(tensor));
    if (!tensor->data && !data.source)
        return eai_fail(EDGEAI_E_INVALID, "tensor '%s': data is NULL", tensor->name);
    if (writer->n_tensors == writer->capacity) {
        size_t capacity = writer->capacity ? 2 * writer->capacity : 64;
        tensor_to_write *bigger = eai_reallocate(&writer->context->allocator, writer->tensors,
                                                 writer->capacity * sizeof *bigger,
                                                 capacity * sizeof *bigger, "tensors to write");
        if (!bigger) return EDGEAI_E_MEMORY;
        writer->tensors = bigger;
        writer->capacity = capacity;
    }
    EAI_TRY(eai_name_set_add(&writer->names, tensor->name, strlen(tensor->name), "tensor"));
    writer->tensors[writer->n_tensors++] = (tensor_to_write){*tensor, data};
    return EDGEAI_OK;
}

edgeai_status edgeai_model_writer_add_tensor(edgeai_model_writer *writer,
                                             const edgeai_tensor *tensor)
{
    if (!writer || !tensor)
        return eai_fail(EDGEAI_E_INVALID, "model_writer_add_tensor: NULL argument");
    return add_tensor(writer, tensor, (tensor_data){0});
}

edgeai_status edgeai_model_writer_add_source(edgeai_model_writer *writer,
                                             const edgeai_tensor *tensor,
                                             edgeai_tensor_source source, void *user)
{
    if (!writer || !tensor || !source)
        return eai_fail(EDGEAI_E_INVALID, "model_writer_add_source: NULL argument");
    return add_tensor(writer, tensor, (tensor_data){source, user});
}

static uint64_t padding(const edgeai_model_writer *writer, uint64_t at)
{
    return (writer->alignment - at % writer->alignment) % writer->alignment;
}

static edgeai_status write_padding(edgeai_model_writer *writer, uint64_t at)
{
    static const unsigned char zeros[512];
    for (uint64_t n = padding(writer, at); n > 0;) {
        size_t part = n < sizeof zeros ? (size_t)n : sizeof zeros;
        EAI_TRY(eai_temporary_file_write(&writer->file, zeros, part));
        n -= part;
    }
    return EDGEAI_OK;
}

/* Everything in front of the data. */
static bool put_head(const edgeai_model_writer *writer, eai_text *head)
{
    bool complete = put(head, "GGUF", 4) && put_u32(head, 3) && put_u64(head, writer->n_tensors) &&
                    put_u64(head, writer->keys.n) &&
                    put(head, writer->entries.bytes, writer->entries.n);
    uint64_t offset = 0;
    for (size_t i = 0; i < writer->n_tensors && complete; i++) {
        const edgeai_tensor *tensor = &writer->tensors[i].tensor;
        const char *name = eai_name_set_get(&writer->names, i);
        uint32_t n_dims = (uint32_t)tensor->n_dims;
        complete = put_string(head, name, strlen(name)) && put_u32(head, n_dims) &&
                   put(head, tensor->shape, n_dims * sizeof tensor->shape[0]) &&
                   put_u32(head, tensor->dtype) && put_u64(head, offset);
        offset += tensor->data_bytes;
        offset += padding(writer, offset);
    }
    return complete;
}

static edgeai_status write_data(edgeai_model_writer *writer, size_t index)
{
    const edgeai_tensor *tensor = &writer->tensors[index].tensor;
    const tensor_data *data = &writer->tensors[index].data;
    if (!data->source)
        return eai_temporary_file_write(&writer->file, tensor->data, tensor->data_bytes);
    for (size_t left = tensor->data_bytes; left > 0;) {
        const void *bytes = NULL;
        size_t n = 0;
        EAI_TRY(data->source(data->user, &bytes, &n));
        if (!bytes || n == 0 || n > left)
            return eai_fail(EDGEAI_E_INVALID,
                            "tensor '%s': expected a piece of 1 to %zu bytes, found %zu",
                            eai_name_set_get(&writer->names, index), left, n);
        EAI_TRY(eai_temporary_file_write(&writer->file, bytes, n));
        left -= n;
    }
    return EDGEAI_OK;
}

static edgeai_status write_all(edgeai_model_writer *writer)
{
    eai_text head = {.allocator = &writer->context->allocator};
    edgeai_status status = EDGEAI_E_MEMORY;
    if (put_head(writer, &head))
        status = eai_temporary_file_write(&writer->file, head.bytes, head.n);
    uint64_t head_bytes = head.n;
    eai_text_free(&head);
    EAI_TRY(status);
    EAI_TRY(write_padding(writer, head_bytes));
    for (size_t i = 0; i < writer->n_tensors; i++) {
        EAI_TRY(write_data(writer, i));
        EAI_TRY(write_padding(writer, writer->tensors[i].tensor.data_bytes));
    }
    return EDGEAI_OK;
}

edgeai_status edgeai_model_writer_finish(edgeai_model_writer *writer)
{
    if (!writer) return eai_fail(EDGEAI_E_INVALID, "model_writer_finish: writer is NULL");
    if (writer->is_finished)
        return eai_fail(EDGEAI_E_INVALID, "model writer: the file is finished");
    writer->is_finished = true;
    edgeai_status status = write_all(writer);
    if (status == EDGEAI_OK) status = eai_temporary_file_commit(&writer->file);
    if (status != EDGEAI_OK) eai_temporary_file_close(&writer->file);
    return status;
}
