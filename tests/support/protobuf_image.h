/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_PROTOBUF_IMAGE_H
#define TESTS_SUPPORT_PROTOBUF_IMAGE_H

/* Protobuf messages put together field by field, right or wrong. */

#include <stddef.h>
#include <stdint.h>

/* Zero is empty. */
typedef struct protobuf_image {
    unsigned char *bytes;
    size_t n, capacity;
} protobuf_image;

void protobuf_image_free(protobuf_image *image);

void protobuf_put(protobuf_image *image, const void *bytes, size_t n);
void protobuf_put_varint(protobuf_image *image, uint64_t value);
void protobuf_put_key(protobuf_image *image, uint32_t number, unsigned wire);

/* Whole fields. */
void protobuf_put_int(protobuf_image *image, uint32_t number, int64_t value);
void protobuf_put_float(protobuf_image *image, uint32_t number, float value);
void protobuf_put_double(protobuf_image *image, uint32_t number, double value);
void protobuf_put_bytes(protobuf_image *image, uint32_t number, const void *bytes, size_t n);
void protobuf_put_text(protobuf_image *image, uint32_t number, const char *text);

/* A packed list of varints. */
void protobuf_put_ints(protobuf_image *image, uint32_t number, const int64_t *values, size_t n);

/* `message` as a field of image; frees and empties it. */
void protobuf_put_message(protobuf_image *image, uint32_t number, protobuf_image *message);

#endif
