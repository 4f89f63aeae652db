/* SPDX-License-Identifier: MIT */
#include "support/gguf_image.h"

#include <stdlib.h>
#include <string.h>

#include "support/check.h"

void gguf_image_free(gguf_image *image)
{
    free(image->bytes);
    *image = (gguf_image){0};
}

void gguf_put(gguf_image *image, const void *bytes, size_t n)
{
    if (image->n_bytes + n > image->capacity) {
        image->capacity = 2 * (image->n_bytes + n);
        image->bytes = realloc(image->bytes, image->capacity);
        assert_non_null(image->bytes);
    }
    memcpy(image->bytes + image->n_bytes, bytes, n);
    image->n_bytes += n;
}

void gguf_put_u32(gguf_image *image, uint32_t value)
{
    gguf_put(image, &value, sizeof value);
}

void gguf_put_u64(gguf_image *image, uint64_t value)
{
    gguf_put(image, &value, sizeof value);
}

void gguf_put_string(gguf_image *image, const char *text)
{
    gguf_put_u64(image, strlen(text));
    gguf_put(image, text, strlen(text));
}

void gguf_put_header(gguf_image *image, uint32_t version, uint64_t n_tensors, uint64_t n_entries)
{
    gguf_put(image, "GGUF", 4);
    gguf_put_u32(image, version);
    gguf_put_u64(image, n_tensors);
    gguf_put_u64(image, n_entries);
}

void gguf_put_key(gguf_image *image, const char *key, uint32_t type)
{
    gguf_put_string(image, key);
    gguf_put_u32(image, type);
}

void gguf_put_array(gguf_image *image, uint32_t element_type, uint64_t n)
{
    gguf_put_u32(image, element_type);
    gguf_put_u64(image, n);
}

void gguf_put_key_u32(gguf_image *image, const char *key, uint32_t value)
{
    gguf_put_key(image, key, EDGEAI_VALUE_U32);
    gguf_put_u32(image, value);
}

void gguf_put_key_string(gguf_image *image, const char *key, const char *value)
{
    gguf_put_key(image, key, EDGEAI_VALUE_STRING);
    gguf_put_string(image, value);
}

void gguf_put_tensor(gguf_image *image, const char *name, uint32_t n_dims, const uint64_t *shape,
                     uint32_t type, uint64_t offset)
{
    gguf_put_string(image, name);
    gguf_put_u32(image, n_dims);
    for (uint32_t i = 0; i < n_dims; i++)
        gguf_put_u64(image, shape[i]);
    gguf_put_u32(image, type);
    gguf_put_u64(image, offset);
}

void gguf_put_padding(gguf_image *image, size_t alignment)
{
    while (image->n_bytes % alignment)
        gguf_put(image, "", 1);
}
