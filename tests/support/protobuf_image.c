/* SPDX-License-Identifier: MIT */
#include "support/protobuf_image.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

void protobuf_image_free(protobuf_image *image)
{
    free(image->bytes);
    *image = (protobuf_image){0};
}

void protobuf_put(protobuf_image *image, const void *bytes, size_t n)
{
    if (image->n + n > image->capacity) {
        image->capacity = 2 * (image->n + n);
        image->bytes = realloc(image->bytes, image->capacity);
        assert_non_null(image->bytes);
    }
    if (n) memcpy(image->bytes + image->n, bytes, n);
    image->n += n;
}

void protobuf_put_varint(protobuf_image *image, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        protobuf_put(image, &(unsigned char){(unsigned char)(value | 0x80)}, 1);
    protobuf_put(image, &(unsigned char){(unsigned char)value}, 1);
}

void protobuf_put_key(protobuf_image *image, uint32_t number, unsigned wire)
{
    protobuf_put_varint(image, (uint64_t)number << 3 | wire);
}

void protobuf_put_int(protobuf_image *image, uint32_t number, int64_t value)
{
    protobuf_put_key(image, number, 0);
    protobuf_put_varint(image, (uint64_t)value);
}

void protobuf_put_float(protobuf_image *image, uint32_t number, float value)
{
    protobuf_put_key(image, number, 5);
    protobuf_put(image, &value, sizeof value);
}

void protobuf_put_double(protobuf_image *image, uint32_t number, double value)
{
    protobuf_put_key(image, number, 1);
    protobuf_put(image, &value, sizeof value);
}

void protobuf_put_bytes(protobuf_image *image, uint32_t number, const void *bytes, size_t n)
{
    protobuf_put_key(image, number, 2);
    protobuf_put_varint(image, n);
    protobuf_put(image, bytes, n);
}

void protobuf_put_text(protobuf_image *image, uint32_t number, const char *text)
{
    protobuf_put_bytes(image, number, text, strlen(text));
}

void protobuf_put_ints(protobuf_image *image, uint32_t number, const int64_t *values, size_t n)
{
    protobuf_image list = {0};
    for (size_t i = 0; i < n; i++)
        protobuf_put_varint(&list, (uint64_t)values[i]);
    protobuf_put_message(image, number, &list);
}

void protobuf_put_message(protobuf_image *image, uint32_t number, protobuf_image *message)
{
    protobuf_put_bytes(image, number, message->bytes, message->n);
    protobuf_image_free(message);
}
