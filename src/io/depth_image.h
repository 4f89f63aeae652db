/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_DEPTH_IMAGE_H
#define EAI_IO_DEPTH_IMAGE_H

/* Depth images: one channel of 16 bits, as PNG or as binary PGM (P5, larger half first). */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

typedef struct eai_depth_image {
    const uint16_t *samples; /* [height][width], as the file has them; NULL: none */
    int width, height;       /* 1 to `side_max` */
    void *block;             /* what the samples lie in */
    size_t block_bytes;
} eai_depth_image;

/*
 * Reads a file, or the bytes of one; `name` begins the error text. EDGEAI_E_NOT_FOUND or
 * EDGEAI_E_IO; EDGEAI_E_FORMAT when it is neither format, damaged, or has samples of 8 bits or
 * colours, which is no depth; EDGEAI_E_LIMIT for a side above side_max. Zero after an error.
 */
edgeai_status eai_depth_image_open(eai_depth_image *image, const edgeai_allocator *allocator,
                                   const char *path, int side_max);
edgeai_status eai_depth_image_read(eai_depth_image *image, const edgeai_allocator *allocator,
                                   const unsigned char *bytes, size_t n_bytes, const char *name,
                                   int side_max);

/* Zero afterwards; zero is fine. */
void eai_depth_image_free(eai_depth_image *image, const edgeai_allocator *allocator);

#endif
