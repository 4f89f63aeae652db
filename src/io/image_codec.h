/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_IMAGE_CODEC_H
#define EAI_IO_IMAGE_CODEC_H

/* JPEG, PNG and BMP through the stb headers, which image_codec.c alone includes. */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

/*
 * Decodes `bytes`, which eai_image_probe() knows to be a `format` ("JPEG" ...); `name` begins the
 * error text. *block is what image->pixels lie in, to be released with *block_bytes.
 */
edgeai_status eai_codec_decode(const edgeai_allocator *allocator, const unsigned char *bytes,
                               size_t n_bytes, const char *format, const char *name,
                               edgeai_image *image, void **block, size_t *block_bytes);

/* The same for a PNG file that is known to have one channel of 16 bits: [height][width] samples in
 * the machine's byte order. */
edgeai_status eai_codec_decode_16(const edgeai_allocator *allocator, const unsigned char *bytes,
                                  size_t n_bytes, const char *name, const uint16_t **samples,
                                  int *width, int *height, void **block, size_t *block_bytes);

/* The bytes of a PNG file; *block is what they lie in, to be released with *block_bytes. */
edgeai_status eai_codec_encode_png(const edgeai_allocator *allocator, const edgeai_image *image,
                                   const unsigned char **png, size_t *n_bytes, void **block,
                                   size_t *block_bytes);

#endif
