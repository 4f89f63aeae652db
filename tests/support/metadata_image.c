/* SPDX-License-Identifier: MIT */
#include "support/metadata_image.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 24, COUNT_AT = 16 };

static void append(metadata_image *image, const void *bytes, size_t n)
{
    if (image->n_bytes + n > image->capacity) {
        image->capacity = 2 * (image->n_bytes + n);
        image->bytes = realloc(image->bytes, image->capacity);
        if (!image->bytes) abort();
    }
    if (n) memcpy(image->bytes + image->n_bytes, bytes, n);
    image->n_bytes += n;
}

static void append_u32(metadata_image *image, uint32_t value)
{
    append(image, &value, sizeof(value));
}

static void append_string(metadata_image *image, const char *bytes, uint64_t n)
{
    append(image, &n, sizeof(n));
    append(image, bytes, n);
}

metadata_image metadata_image_make(void)
{
    metadata_image image = {0};
    unsigned char header[HEADER_BYTES] = {'G', 'G', 'U', 'F', 3};
    append(&image, header, sizeof(header));
    return image;
}

void metadata_image_free(metadata_image *image)
{
    free(image->bytes);
    *image = (metadata_image){0};
}

static void begin_entry(metadata_image *image, const char *key, edgeai_value_type type)
{
    uint64_t count;
    memcpy(&count, image->bytes + COUNT_AT, sizeof(count));
    count++;
    memcpy(image->bytes + COUNT_AT, &count, sizeof(count));
    append_string(image, key, strlen(key));
    append_u32(image, (uint32_t)type);
}

static void begin_array(metadata_image *image, const char *key, edgeai_value_type type, uint64_t n)
{
    begin_entry(image, key, EDGEAI_VALUE_ARRAY);
    append_u32(image, (uint32_t)type);
    append(image, &n, sizeof(n));
}

void metadata_image_u32(metadata_image *image, const char *key, uint32_t value)
{
    begin_entry(image, key, EDGEAI_VALUE_U32);
    append_u32(image, value);
}

void metadata_image_bool(metadata_image *image, const char *key, bool value)
{
    unsigned char byte = value;
    begin_entry(image, key, EDGEAI_VALUE_BOOL);
    append(image, &byte, 1);
}

void metadata_image_string(metadata_image *image, const char *key, const char *value)
{
    begin_entry(image, key, EDGEAI_VALUE_STRING);
    append_string(image, value, strlen(value));
}

void metadata_image_strings(metadata_image *image, const char *key, const edgeai_string *values,
                            size_t n)
{
    begin_array(image, key, EDGEAI_VALUE_STRING, n);
    for (size_t i = 0; i < n; i++)
        append_string(image, values[i].bytes, values[i].n_bytes);
}

void metadata_image_i32s(metadata_image *image, const char *key, const int32_t *values, size_t n)
{
    begin_array(image, key, EDGEAI_VALUE_I32, n);
    append(image, values, n * sizeof(*values));
}
