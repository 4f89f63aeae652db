/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_IMAGE_INTERNAL_H
#define EAI_IO_IMAGE_INTERNAL_H

/* What the files of images share. `name` is a path or what else an error text begins with. */

#include <stddef.h>

#include <edgeai/context.h>
#include <edgeai/image.h>
#include <edgeai/status.h>

typedef enum eai_image_format {
    EAI_IMAGE_JPEG,
    EAI_IMAGE_PNG,
    EAI_IMAGE_BMP,
    EAI_IMAGE_PNM
} eai_image_format;

/* "JPEG" and so on. */
const char *eai_image_format_name(eai_image_format format);

/* Which format the bytes are, and whether they are a whole file of it as far as that can be seen
 * without decoding: EDGEAI_E_FORMAT, EDGEAI_E_UNSUPPORTED or EDGEAI_E_LIMIT otherwise. */
edgeai_status eai_image_probe(const unsigned char *bytes, size_t n_bytes, const char *name,
                              eai_image_format *format);

/* EDGEAI_E_FORMAT below 1, EDGEAI_E_LIMIT above what edgeai/image.h states. */
edgeai_status eai_image_check_size(long long width, long long height, const char *name);

/* Whether an image that a caller made is of the documented kind. */
edgeai_status eai_image_check(const edgeai_image *image, const char *name);

/* Header of a PPM or PGM file: size and channels, where the pixels are, and their largest value. */
typedef struct eai_pnm_header {
    int width, height, n_channels, maxval;
    size_t pixels_at;
} eai_pnm_header;

/* Reads the header and checks that all pixels are there; a maxval above 255 means two bytes for
 * each sample, the larger half first. */
edgeai_status eai_pnm_parse_header(const unsigned char *bytes, size_t n_bytes, const char *name,
                                   eai_pnm_header *header);

/* The same for pictures: a maxval above 255 is EDGEAI_E_UNSUPPORTED. */
edgeai_status eai_pnm_read_header(const unsigned char *bytes, size_t n_bytes, const char *name,
                                  eai_pnm_header *header);

/* Writes the [height][width][n_channels] pixels, scaled to 0..255. */
void eai_pnm_read_pixels(const unsigned char *bytes, const eai_pnm_header *header,
                         unsigned char *pixels);

#endif
