/* SPDX-License-Identifier: MIT */
#include "io/depth_image.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "io/image_codec.h"
#include "io/image_internal.h"
#include "platform/mapped_file.h"

/* PNG, section 11.2.2: IHDR is the first chunk; width, height, then bits of a sample and what the
 * channels are, 0 for grey. */
enum { IHDR_AT = 12, WIDTH_AT = 16, HEIGHT_AT = 20, BITS_AT = 24, COLOUR_AT = 25, IHDR_END = 29 };

static uint32_t u32_at(const unsigned char *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static edgeai_status check_side(long long width, long long height, int side_max, const char *name)
{
    EAI_TRY(eai_image_check_size(width, height, name));
    if (width <= side_max && height <= side_max) return EDGEAI_OK;
    return eai_fail(EDGEAI_E_LIMIT, "%s: expected sides of up to %d pixels, found %lld x %lld",
                    name, side_max, width, height);
}

static edgeai_status read_png(eai_depth_image *image, const edgeai_allocator *allocator,
                              const unsigned char *bytes, size_t n_bytes, const char *name,
                              int side_max)
{
    if (n_bytes < IHDR_END || memcmp(bytes + IHDR_AT, "IHDR", 4) != 0)
        return eai_fail(EDGEAI_E_FORMAT, "%s: damaged PNG: expected IHDR first", name);
    if (bytes[BITS_AT] != 16 || bytes[COLOUR_AT] != 0)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: a depth image has one channel of 16 bits, found a PNG of %d bits, %s",
                        name, bytes[BITS_AT], bytes[COLOUR_AT] == 0 ? "grey" : "not grey alone");
    EAI_TRY(check_side(u32_at(bytes + WIDTH_AT), u32_at(bytes + HEIGHT_AT), side_max, name));
    return eai_codec_decode_16(allocator, bytes, n_bytes, name, &image->samples, &image->width,
                               &image->height, &image->block, &image->block_bytes);
}

static edgeai_status read_pgm(eai_depth_image *image, const edgeai_allocator *allocator,
                              const unsigned char *bytes, size_t n_bytes, const char *name,
                              int side_max)
{
    eai_pnm_header header;
    EAI_TRY(eai_pnm_parse_header(bytes, n_bytes, name, &header));
    if (header.n_channels != 1 || header.maxval <= 255)
        return eai_fail(EDGEAI_E_FORMAT,
                        "%s: a depth image has one channel of 16 bits, found PNM of %d channels "
                        "with maxval %d",
                        name, header.n_channels, header.maxval);
    EAI_TRY(check_side(header.width, header.height, side_max, name));
    const size_t n = (size_t)header.width * (size_t)header.height;
    uint16_t *samples = eai_allocate_unset(allocator, n * sizeof *samples, "depth image");
    if (!samples) return EDGEAI_E_MEMORY;
    const unsigned char *from = bytes + header.pixels_at;
    for (size_t i = 0; i < n; i++)
        samples[i] = (uint16_t)(from[2 * i] << 8 | from[2 * i + 1]);
    *image = (eai_depth_image){samples, header.width, header.height, samples, n * sizeof *samples};
    return EDGEAI_OK;
}

edgeai_status eai_depth_image_read(eai_depth_image *image, const edgeai_allocator *allocator,
                                   const unsigned char *bytes, size_t n_bytes, const char *name,
                                   int side_max)
{
    *image = (eai_depth_image){0};
    eai_image_format format;
    edgeai_status status = eai_image_probe(bytes, n_bytes, name, &format);
    if (status != EDGEAI_OK) return status;
    if (format == EAI_IMAGE_PNG)
        status = read_png(image, allocator, bytes, n_bytes, name, side_max);
    else if (format == EAI_IMAGE_PNM)
        status = read_pgm(image, allocator, bytes, n_bytes, name, side_max);
    else
        status = eai_fail(EDGEAI_E_FORMAT, "%s: a depth image is a PNG or PGM of 16 bits, found %s",
                          name, eai_image_format_name(format));
    if (status != EDGEAI_OK) *image = (eai_depth_image){0};
    return status;
}

edgeai_status eai_depth_image_open(eai_depth_image *image, const edgeai_allocator *allocator,
                                   const char *path, int side_max)
{
    *image = (eai_depth_image){0};
    eai_mapped_file file;
    EAI_TRY(eai_mapped_file_open(&file, path));
    const edgeai_status status =
        eai_depth_image_read(image, allocator, file.bytes, file.n_bytes, path, side_max);
    eai_mapped_file_close(&file);
    return status;
}

void eai_depth_image_free(eai_depth_image *image, const edgeai_allocator *allocator)
{
    eai_release(allocator, image->block, image->block_bytes);
    *image = (eai_depth_image){0};
}
