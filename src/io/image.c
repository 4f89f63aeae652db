/* SPDX-License-Identifier: MIT */

/* Images that own their pixels: made, read and freed. */

#include <edgeai/image.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_codec.h"
#include "io/image_internal.h"
#include "platform/context_internal.h"
#include "platform/mapped_file.h"

/* An image with what its pixels lie in; callers see the first member alone. */
typedef struct owned_image {
    edgeai_image image;
    const edgeai_allocator *allocator;
    void *block;
    size_t block_bytes;
} owned_image;

edgeai_status eai_image_check(const edgeai_image *image, const char *name)
{
    if (!image || !image->pixels)
        return eai_fail(EDGEAI_E_INVALID, "%s: image or its pixels are NULL", name);
    if (image->n_channels != 1 && image->n_channels != 3)
        return eai_fail(EDGEAI_E_INVALID, "%s: expected 1 or 3 channels, found %d", name,
                        image->n_channels);
    if (image->width < 1 || image->height < 1)
        return eai_fail(EDGEAI_E_INVALID, "%s: expected at least 1 x 1 pixels, found %d x %d", name,
                        image->width, image->height);
    EAI_TRY(eai_image_check_size(image->width, image->height, name));
    const size_t least = (size_t)image->width * (size_t)image->n_channels;
    if (image->row_bytes < least)
        return eai_fail(EDGEAI_E_INVALID, "%s: expected rows of at least %zu bytes, found %zu",
                        name, least, image->row_bytes);
    return EDGEAI_OK;
}

/* Room for pixels, packed. */
static edgeai_status make_pixels(owned_image *owner, int width, int height, int n_channels)
{
    const size_t row_bytes = (size_t)width * (size_t)n_channels;
    owner->block_bytes = row_bytes * (size_t)height;
    owner->block = eai_allocate(owner->allocator, owner->block_bytes, "image");
    if (!owner->block) return EDGEAI_E_MEMORY;
    owner->image = (edgeai_image){owner->block, width, height, n_channels, row_bytes};
    return EDGEAI_OK;
}

static edgeai_status read_pnm(owned_image *owner, const unsigned char *bytes, size_t n_bytes,
                              const char *name)
{
    eai_pnm_header header;
    EAI_TRY(eai_pnm_read_header(bytes, n_bytes, name, &header));
    EAI_TRY(make_pixels(owner, header.width, header.height, header.n_channels));
    eai_pnm_read_pixels(bytes, &header, owner->image.pixels);
    return EDGEAI_OK;
}

static edgeai_status read_image(owned_image *owner, const unsigned char *bytes, size_t n_bytes,
                                const char *name)
{
    eai_image_format format;
    EAI_TRY(eai_image_probe(bytes, n_bytes, name, &format));
    if (format == EAI_IMAGE_PNM) return read_pnm(owner, bytes, n_bytes, name);
    return eai_codec_decode(owner->allocator, bytes, n_bytes, eai_image_format_name(format), name,
                            &owner->image, &owner->block, &owner->block_bytes);
}

static owned_image *make_owner(edgeai_context *context)
{
    owned_image *owner = eai_allocate(&context->allocator, sizeof *owner, "image");
    if (owner) owner->allocator = &context->allocator;
    return owner;
}

/* Hands the image to the caller, or frees it. */
static edgeai_status hand_out(edgeai_image **out, owned_image *owner, edgeai_status status)
{
    if (status == EDGEAI_OK)
        *out = &owner->image;
    else
        edgeai_image_free(&owner->image);
    return status;
}

static edgeai_status open_bytes(edgeai_image **out, edgeai_context *context,
                                const unsigned char *bytes, size_t n_bytes, const char *name)
{
    owned_image *owner = make_owner(context);
    if (!owner) return EDGEAI_E_MEMORY;
    return hand_out(out, owner, read_image(owner, bytes, n_bytes, name));
}

edgeai_status edgeai_image_open(edgeai_image **out, edgeai_context *context, const char *path)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "image_open: out is NULL");
    *out = NULL;
    if (!context || !path) return eai_fail(EDGEAI_E_INVALID, "image_open: context or path is NULL");
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    const edgeai_status status = open_bytes(out, context, file.bytes, file.n_bytes, path);
    eai_mapped_file_close(&file);
    return status;
}

edgeai_status edgeai_image_open_memory(edgeai_image **out, edgeai_context *context,
                                       const void *data, size_t n_bytes)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "image_open_memory: out is NULL");
    *out = NULL;
    if (!context || !data)
        return eai_fail(EDGEAI_E_INVALID, "image_open_memory: context or data is NULL");
    return open_bytes(out, context, data, n_bytes, "image in memory");
}

edgeai_status edgeai_image_create(edgeai_image **out, edgeai_context *context, int width,
                                  int height, int n_channels)
{
    if (!out) return eai_fail(EDGEAI_E_INVALID, "image_create: out is NULL");
    *out = NULL;
    if (!context) return eai_fail(EDGEAI_E_INVALID, "image_create: context is NULL");
    if (width < 1 || height < 1 || (n_channels != 1 && n_channels != 3))
        return eai_fail(EDGEAI_E_INVALID,
                        "image_create: expected sides of at least 1 and 1 or 3 channels, found %d "
                        "x %d and %d",
                        width, height, n_channels);
    EAI_TRY(eai_image_check_size(width, height, "image_create"));
    owned_image *owner = make_owner(context);
    if (!owner) return EDGEAI_E_MEMORY;
    return hand_out(out, owner, make_pixels(owner, width, height, n_channels));
}

void edgeai_image_free(edgeai_image *image)
{
    if (!image) return;
    owned_image *owner = (owned_image *)image; /* its first member */
    const edgeai_allocator *allocator = owner->allocator;
    eai_release(allocator, owner->block, owner->block_bytes);
    eai_release(allocator, owner, sizeof *owner);
}
