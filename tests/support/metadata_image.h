/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_METADATA_IMAGE_H
#define TESTS_SUPPORT_METADATA_IMAGE_H

/* A GGUF v3 image in memory with metadata and no tensors, for edgeai_model_file_open_memory(). */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/model_file.h>

typedef struct metadata_image {
    unsigned char *bytes; /* malloc'd; abort() where memory ends */
    size_t n_bytes;
    size_t capacity;
} metadata_image;

/* Begins an image; free with metadata_image_free(). */
metadata_image metadata_image_make(void);
void metadata_image_free(metadata_image *image);

void metadata_image_u32(metadata_image *image, const char *key, uint32_t value);
void metadata_image_bool(metadata_image *image, const char *key, bool value);
void metadata_image_string(metadata_image *image, const char *key, const char *value);
void metadata_image_strings(metadata_image *image, const char *key, const edgeai_string *values,
                            size_t n);
void metadata_image_i32s(metadata_image *image, const char *key, const int32_t *values, size_t n);

#endif
