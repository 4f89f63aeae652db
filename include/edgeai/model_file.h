/* SPDX-License-Identifier: MIT */
#ifndef EDGEAI_MODEL_FILE_H
#define EDGEAI_MODEL_FILE_H

/**
 * @file model_file.h
 * GGUF files: metadata and tensors, read over a memory map, and written.
 *
 * Source: the GGUF specification, versions 2 and 3, little endian. Files are hostile until checked:
 * opening checks every length, offset, type, shape and name, and the split set, before it returns.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>
#include <edgeai/tensor.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Metadata types; the numbers are GGUF's. */
typedef enum edgeai_value_type {
    EDGEAI_VALUE_U8 = 0,
    EDGEAI_VALUE_I8 = 1,
    EDGEAI_VALUE_U16 = 2,
    EDGEAI_VALUE_I16 = 3,
    EDGEAI_VALUE_U32 = 4,
    EDGEAI_VALUE_I32 = 5,
    EDGEAI_VALUE_F32 = 6,
    EDGEAI_VALUE_BOOL = 7,
    EDGEAI_VALUE_STRING = 8,
    EDGEAI_VALUE_ARRAY = 9,
    EDGEAI_VALUE_U64 = 10,
    EDGEAI_VALUE_I64 = 11,
    EDGEAI_VALUE_F64 = 12
} edgeai_value_type;

/** A string of a file: not NUL-terminated, may hold any bytes. Borrowed from the file. */
typedef struct edgeai_string {
    const char *bytes; /**< Never NULL. */
    size_t n_bytes;    /**< 0 for an empty string. */
} edgeai_string;

/** One metadata entry. Borrowed from the file. */
typedef struct edgeai_metadata {
    edgeai_string key;              /**< Its name. */
    edgeai_value_type type;         /**< What it holds. */
    edgeai_value_type element_type; /**< For ARRAY: what its elements are; else the same as type. */
    uint64_t n_elements;            /**< For ARRAY: how many; else 1. */
} edgeai_metadata;

/** An open model file, or set of split files. Immutable, so it may be shared by threads. */
typedef struct edgeai_model_file edgeai_model_file;

/**
 * Opens a GGUF file and checks it. For the first of a split set (split.count > 1, named
 * NAME-00001-of-0000N.gguf) the others are opened beside it and their tensors joined.
 *
 * @param[out] out     The file; yours, free with edgeai_model_file_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the file.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND or EDGEAI_E_IO (the text names the path and the system's
 *         reason); EDGEAI_E_FORMAT (the text names the key or tensor, what was expected and found);
 *         EDGEAI_E_VERSION (another GGUF version, or big endian); EDGEAI_E_UNSUPPORTED (a tensor of
 *         a type that the text names); EDGEAI_E_MEMORY; EDGEAI_E_INVALID (also a later part of a
 *         split set).
 * Memory: a few words for each key and tensor; the data stay in the map, so the file may be renamed
 *         or removed while it is open, but not be written to or cut off. Threads: safe.
 */
EDGEAI_API edgeai_status edgeai_model_file_open(edgeai_model_file **out, edgeai_context *context,
                                                const char *path);

/**
 * Opens a GGUF image that lies in memory; otherwise as edgeai_model_file_open(). Split files are
 * EDGEAI_E_UNSUPPORTED.
 *
 * @param[out] out     The file; yours, free with edgeai_model_file_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the file.
 * @param[in]  data    Not NULL, [n_bytes], aligned to 8 bytes; must outlive the file.
 * @param      n_bytes Size of the image.
 * @return As edgeai_model_file_open().
 */
EDGEAI_API edgeai_status edgeai_model_file_open_memory(edgeai_model_file **out,
                                                       edgeai_context *context, const void *data,
                                                       size_t n_bytes);

/** Closes the file. @param file NULL is fine. Views of its tensors and strings end with it. */
EDGEAI_API void edgeai_model_file_free(edgeai_model_file *file);

/** The file's path as given; "" for one in memory. Borrowed. */
EDGEAI_API const char *edgeai_model_file_path(const edgeai_model_file *file);

/**
 * Whether `path` is the file, or one part of its set, by this name, another one or a link: what a
 * program asks before it writes there.
 * @param[in] file Not NULL; one in memory is nowhere.
 * @param[in] path Not NULL; need not exist.
 */
EDGEAI_API bool edgeai_model_file_is_at(const edgeai_model_file *file, const char *path);

/** GGUF version: 2 or 3. */
EDGEAI_API int edgeai_model_file_version(const edgeai_model_file *file);

/** Bytes of all parts together. */
EDGEAI_API uint64_t edgeai_model_file_bytes(const edgeai_model_file *file);

/** Number of files: 1, or split.count. */
EDGEAI_API int edgeai_model_file_parts(const edgeai_model_file *file);

/** Number of metadata entries (of the first part). */
EDGEAI_API size_t edgeai_model_file_n_metadata(const edgeai_model_file *file);

/**
 * Entry number `index`, in file order.
 * @param[in]  file  Not NULL.
 * @param      index 0 .. n_metadata-1.
 * @param[out] entry Borrowed strings.
 * @return EDGEAI_OK; EDGEAI_E_INVALID (index).
 */
EDGEAI_API edgeai_status edgeai_model_file_metadata(const edgeai_model_file *file, size_t index,
                                                    edgeai_metadata *entry);

/**
 * The entry with this key.
 * @param[in]  file  Not NULL.
 * @param[in]  key   Not NULL.
 * @param[out] entry Borrowed strings.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND (the text names key and file).
 */
EDGEAI_API edgeai_status edgeai_model_file_find(const edgeai_model_file *file, const char *key,
                                                edgeai_metadata *entry);

/**
 * A number as an unsigned integer, from any integer type or bool whose value fits.
 * @param[in]  file  Not NULL.
 * @param[in]  key   Not NULL.
 * @param[out] value Unchanged on failure.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND; EDGEAI_E_DTYPE (no integer); EDGEAI_E_LIMIT (negative).
 */
EDGEAI_API edgeai_status edgeai_model_file_get_u64(const edgeai_model_file *file, const char *key,
                                                   uint64_t *value);

/** A number as float64, from any numeric type; errors as edgeai_model_file_get_u64(). */
EDGEAI_API edgeai_status edgeai_model_file_get_f64(const edgeai_model_file *file, const char *key,
                                                   double *value);

/** A bool; errors as edgeai_model_file_get_u64(). */
EDGEAI_API edgeai_status edgeai_model_file_get_bool(const edgeai_model_file *file, const char *key,
                                                    bool *value);

/** A string, borrowed; errors as edgeai_model_file_get_u64(). */
EDGEAI_API edgeai_status edgeai_model_file_get_string(const edgeai_model_file *file,
                                                      const char *key, edgeai_string *value);

/**
 * An array of strings, borrowed.
 * @param[in]  file     Not NULL.
 * @param[in]  key      Not NULL.
 * @param[out] strings  [capacity]; may be NULL when capacity is 0.
 * @param      capacity Room.
 * @param[out] n        The array's length, also on EDGEAI_E_LIMIT.
 * @return EDGEAI_OK; EDGEAI_E_NOT_FOUND; EDGEAI_E_DTYPE; EDGEAI_E_LIMIT (capacity too small).
 */
EDGEAI_API edgeai_status edgeai_model_file_get_strings(const edgeai_model_file *file,
                                                       const char *key, edgeai_string *strings,
                                                       size_t capacity, size_t *n);

/** An array of integers as int64; otherwise as edgeai_model_file_get_strings(). */
EDGEAI_API edgeai_status edgeai_model_file_get_i64s(const edgeai_model_file *file, const char *key,
                                                    int64_t *values, size_t capacity, size_t *n);

/** An array of numbers as float64; otherwise as edgeai_model_file_get_strings(). */
EDGEAI_API edgeai_status edgeai_model_file_get_f64s(const edgeai_model_file *file, const char *key,
                                                    double *values, size_t capacity, size_t *n);

/** Number of tensors in all parts. */
EDGEAI_API size_t edgeai_model_file_n_tensors(const edgeai_model_file *file);

/** Tensor number `index` (0 .. n_tensors-1), in file order; NULL outside. Borrowed. */
EDGEAI_API const edgeai_tensor *edgeai_model_file_tensor(const edgeai_model_file *file,
                                                         size_t index);

/** The tensor with this name, or NULL (no error text). Borrowed. */
EDGEAI_API const edgeai_tensor *edgeai_model_file_find_tensor(const edgeai_model_file *file,
                                                              const char *name);

/** A GGUF file being written. Belongs to one thread. */
typedef struct edgeai_model_writer edgeai_model_writer;

/**
 * Begins a GGUF v3 file. Nothing appears at `path` until edgeai_model_writer_finish() succeeds:
 * the file is written under a temporary name in the same folder, and renamed.
 *
 * @param[out] out     Yours, free with edgeai_model_writer_free(). NULL on failure.
 * @param[in]  context Not NULL; must outlive the writer.
 * @param[in]  path    Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_IO; EDGEAI_E_MEMORY; EDGEAI_E_INVALID.
 */
EDGEAI_API edgeai_status edgeai_model_writer_create(edgeai_model_writer **out,
                                                    edgeai_context *context, const char *path);

/** Removes the temporary file unless finished, and frees the writer. @param writer NULL is fine. */
EDGEAI_API void edgeai_model_writer_free(edgeai_model_writer *writer);

/**
 * Adds a scalar metadata entry (one function for each type).
 * @param[in] writer Not NULL.
 * @param[in] key    Not NULL; a key that was added before gives EDGEAI_E_INVALID.
 * @param     value  Any.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_model_writer_set_u32(edgeai_model_writer *writer, const char *key,
                                                     uint32_t value);
/** As edgeai_model_writer_set_u32(), for float32. */
EDGEAI_API edgeai_status edgeai_model_writer_set_f32(edgeai_model_writer *writer, const char *key,
                                                     float value);
/** As edgeai_model_writer_set_u32(), for bool. */
EDGEAI_API edgeai_status edgeai_model_writer_set_bool(edgeai_model_writer *writer, const char *key,
                                                      bool value);
/** As edgeai_model_writer_set_u32(), for a string of n_bytes (copied). */
EDGEAI_API edgeai_status edgeai_model_writer_set_string(edgeai_model_writer *writer,
                                                        const char *key, const char *bytes,
                                                        size_t n_bytes);
/** As edgeai_model_writer_set_u32(), for an array of strings (copied). */
EDGEAI_API edgeai_status edgeai_model_writer_set_strings(edgeai_model_writer *writer,
                                                         const char *key,
                                                         const edgeai_string *strings, size_t n);
/** As edgeai_model_writer_set_u32(), for an array of int32 (copied). */
EDGEAI_API edgeai_status edgeai_model_writer_set_i32s(edgeai_model_writer *writer, const char *key,
                                                      const int32_t *values, size_t n);
/** As edgeai_model_writer_set_u32(), for an array of float32 (copied). */
EDGEAI_API edgeai_status edgeai_model_writer_set_f32s(edgeai_model_writer *writer, const char *key,
                                                      const float *values, size_t n);

/**
 * Copies an entry of another file, whatever its type. Keys that begin with "split." are passed
 * over: the new file is whole.
 * @param[in] writer Not NULL.
 * @param[in] file   Not NULL.
 * @param[in] entry  From edgeai_model_file_metadata() of the same file.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_model_writer_copy(edgeai_model_writer *writer,
                                                  const edgeai_model_file *file,
                                                  const edgeai_metadata *entry);

/**
 * Declares a tensor; its data are read in edgeai_model_writer_finish().
 * @param[in] writer Not NULL.
 * @param[in] tensor name (1 to 63 bytes, not used before), dtype, shape and data; `data` must stay
 *                   valid until the writer is finished. The struct and its name are copied.
 * @return EDGEAI_OK; EDGEAI_E_INVALID; EDGEAI_E_SHAPE; EDGEAI_E_MEMORY.
 */
EDGEAI_API edgeai_status edgeai_model_writer_add_tensor(edgeai_model_writer *writer,
                                                        const edgeai_tensor *tensor);

/**
 * Hands out a tensor's data piece by piece, in order, so that no tensor need be in memory whole.
 * @param      user    As given.
 * @param[out] bytes   The next piece, borrowed until the next call.
 * @param[out] n_bytes Its size, at least 1; the pieces together are the tensor's data_bytes.
 * @return EDGEAI_OK; anything else ends the writing, and edgeai_model_writer_finish() returns it.
 */
typedef edgeai_status (*edgeai_tensor_source)(void *user, const void **bytes, size_t *n_bytes);

/**
 * Declares a tensor whose data `source` makes during edgeai_model_writer_finish(), which asks the
 * sources one after the other in the order in which their tensors were added.
 * @param[in] writer Not NULL.
 * @param[in] tensor As for edgeai_model_writer_add_tensor(), but `data` is not looked at.
 * @param[in] source Not NULL.
 * @param[in] user   Handed to `source`.
 * @return As edgeai_model_writer_add_tensor().
 */
EDGEAI_API edgeai_status edgeai_model_writer_add_source(edgeai_model_writer *writer,
                                                        const edgeai_tensor *tensor,
                                                        edgeai_tensor_source source, void *user);

/**
 * Writes everything and renames the file to its path. The writer can then only be freed.
 * @param[in] writer Not NULL.
 * @return EDGEAI_OK; EDGEAI_E_IO; EDGEAI_E_INVALID (a source's pieces are more than its tensor
 *         has); what a source returned. After an error nothing is left behind, and an older file
 *         at path is untouched.
 */
EDGEAI_API edgeai_status edgeai_model_writer_finish(edgeai_model_writer *writer);

#ifdef __cplusplus
}
#endif
#endif
