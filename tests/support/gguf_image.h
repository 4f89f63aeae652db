/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_GGUF_IMAGE_H
#define TESTS_SUPPORT_GGUF_IMAGE_H

/* GGUF images put together byte by byte, right or wrong, independent of the library's writer. */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/model_file.h>

/* Zero is empty; the bytes are aligned as edgeai_model_file_open_memory() wants them. */
typedef struct gguf_image {
    unsigned char *bytes;
    size_t n_bytes, capacity;
} gguf_image;

void gguf_image_free(gguf_image *image);

void gguf_put(gguf_image *image, const void *bytes, size_t n);
void gguf_put_u32(gguf_image *image, uint32_t value);
void gguf_put_u64(gguf_image *image, uint64_t value);
void gguf_put_string(gguf_image *image, const char *text);

/* "GGUF", version, counts. */
void gguf_put_header(gguf_image *image, uint32_t version, uint64_t n_tensors, uint64_t n_entries);

/* Key and type; the value follows with gguf_put...(). */
void gguf_put_key(gguf_image *image, const char *key, uint32_t type);
void gguf_put_array(gguf_image *image, uint32_t element_type, uint64_t n);

/* Whole entries. */
void gguf_put_key_u32(gguf_image *image, const char *key, uint32_t value);
void gguf_put_key_string(gguf_image *image, const char *key, const char *value);

/* A tensor description. */
void gguf_put_tensor(gguf_image *image, const char *name, uint32_t n_dims, const uint64_t *shape,
                     uint32_t type, uint64_t offset);

/* Zeros up to a multiple of `alignment`. */
void gguf_put_padding(gguf_image *image, size_t alignment);

#endif
