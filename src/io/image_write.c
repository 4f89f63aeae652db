/* SPDX-License-Identifier: MIT */

/* Images as PNG files. */

#include <edgeai/image.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_codec.h"
#include "io/image_internal.h"
#include "io/temporary_file.h"
#include "platform/context_internal.h"

static edgeai_status write_file(const edgeai_allocator *allocator, const char *path,
                                const unsigned char *bytes, size_t n_bytes)
{
    eai_temporary_file file;
    EAI_TRY(eai_temporary_file_create(&file, allocator, path));
    edgeai_status status = eai_temporary_file_write(&file, bytes, n_bytes);
    if (status == EDGEAI_OK) status = eai_temporary_file_commit(&file);
    eai_temporary_file_close(&file);
    return status;
}

edgeai_status edgeai_image_write_png(const edgeai_image *image, edgeai_context *context,
                                     const char *path)
{
    if (!context || !path || !*path)
        return eai_fail(EDGEAI_E_INVALID, "image_write_png: context or path is missing");
    EAI_TRY(eai_image_check(image, path));
    if (image->row_bytes > INT32_MAX / (size_t)image->height)
        return eai_fail(EDGEAI_E_LIMIT, "%s: expected rows together below 2 GiB, found %zu x %d",
                        path, image->row_bytes, image->height);
    const edgeai_allocator *allocator = &context->allocator;
    const unsigned char *png;
    size_t n_bytes, block_bytes;
    void *block;
    edgeai_status status =
        eai_codec_encode_png(allocator, image, &png, &n_bytes, &block, &block_bytes);
    if (status != EDGEAI_OK) return eai_fail_within(status, "%s", path);
    status = write_file(allocator, path, png, n_bytes);
    eai_release(allocator, block, block_bytes);
    return status;
}
