/* SPDX-License-Identifier: MIT */

/* Any bytes as a model file: opened, and everything in it read. Aborts when opening asks for more
 * memory than a file of this size can need. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/model_file.h>

#include "fuzz_target.h"

/* An entry takes 14 bytes of the file or more and 88 of memory; a tensor 33 and 104. */
enum { MEMORY_PER_BYTE = 8, MEMORY_BASE = 4096 };

static size_t memory_left;
static volatile unsigned sink; /* reads must happen */

static void *allocate(void *user, size_t bytes, size_t alignment)
{
    (void)user;
    if (bytes > memory_left) abort();
    memory_left -= bytes;
    void *memory = NULL;
    return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

static void release(void *user, void *memory, size_t bytes)
{
    (void)user;
    memory_left += bytes;
    free(memory);
}

static edgeai_context *make_context(void)
{
    edgeai_context *context = NULL;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = (edgeai_allocator){NULL, allocate, release};
    options.n_threads = 1;
    memory_left = SIZE_MAX / 2;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) abort();
    return context;
}

static void touch(const void *bytes, size_t n)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < n; i++)
        sink += at[i];
}

/* Every getter on one key, whatever its type. */
static void read_entry(const edgeai_model_file *file, const char *key)
{
    enum { CAPACITY = 256 };
    uint64_t integer;
    double number, numbers[CAPACITY];
    bool flag;
    edgeai_string string, strings[CAPACITY];
    int64_t integers[CAPACITY];
    size_t n = 0;
    edgeai_model_file_get_u64(file, key, &integer);
    edgeai_model_file_get_f64(file, key, &number);
    edgeai_model_file_get_bool(file, key, &flag);
    if (edgeai_model_file_get_string(file, key, &string) == EDGEAI_OK)
        touch(string.bytes, string.n_bytes);
    edgeai_model_file_get_i64s(file, key, integers, CAPACITY, &n);
    edgeai_model_file_get_f64s(file, key, numbers, CAPACITY, &n);
    if (edgeai_model_file_get_strings(file, key, strings, CAPACITY, &n) == EDGEAI_OK)
        for (size_t i = 0; i < n; i++)
            touch(strings[i].bytes, strings[i].n_bytes);
}

static void read_metadata(const edgeai_model_file *file)
{
    size_t n_entries = edgeai_model_file_n_metadata(file);
    for (size_t i = 0; i < n_entries; i++) {
        edgeai_metadata entry, found;
        char key[256];
        if (edgeai_model_file_metadata(file, i, &entry) != EDGEAI_OK) abort();
        if (entry.key.n_bytes >= sizeof key) continue;
        memcpy(key, entry.key.bytes, entry.key.n_bytes);
        key[entry.key.n_bytes] = '\0';
        if (edgeai_model_file_find(file, key, &found) != EDGEAI_OK) abort();
        if (found.key.bytes != entry.key.bytes) abort();
        read_entry(file, key);
    }
}

static void read_tensors(const edgeai_model_file *file)
{
    static float row[4096];
    size_t n_tensors = edgeai_model_file_n_tensors(file);
    for (size_t i = 0; i < n_tensors; i++) {
        const edgeai_tensor *tensor = edgeai_model_file_tensor(file, i);
        if (edgeai_model_file_find_tensor(file, tensor->name) != tensor) abort();
        touch(tensor->data, tensor->data_bytes);
        size_t n = tensor->shape[0] < 4096 ? (size_t)tensor->shape[0] : 4096;
        if (edgeai_dequantize(tensor->dtype, tensor->data, row, n) == EDGEAI_OK)
            touch(row, n * sizeof *row);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    if (!context) context = make_context();
    /* The interface wants alignment; a copy of exactly n bytes lets a sanitizer see its end. */
    uint8_t *copy = malloc(n ? n : 1);
    if (!copy) return 0;
    memcpy(copy, data, n);
    memory_left = MEMORY_BASE + MEMORY_PER_BYTE * n;
    size_t before = memory_left;
    edgeai_model_file *file;
    if (edgeai_model_file_open_memory(&file, context, copy, n) == EDGEAI_OK) {
        read_metadata(file);
        read_tensors(file);
        edgeai_model_file_free(file);
    } else if (file || !*edgeai_last_error()) {
        abort();
    }
    if (memory_left != before) abort(); /* a leak */
    free(copy);
    return 0;
}
