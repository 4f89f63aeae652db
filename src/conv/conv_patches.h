/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_PATCHES_H
#define EAI_CONV_CONV_PATCHES_H

/*
 * Patches: what an output pixel's window sees, as one row of bytes
 * [kernel_h][kernel_w][bytes of a group's channels].
 */

#include "conv/conv.h"

typedef struct eai_patch_source {
    const eai_conv_shape *shape;
    const void *x;
    size_t pixel_bytes; /* of a whole pixel of x */
    size_t first_byte;  /* the group's channels in a pixel */
    size_t n_bytes;
    int pad; /* the byte that padding consists of */
} eai_patch_source;

/* The source of one group of an input of this type. TRITS with groups: channels of a group are a
 * multiple of four. */
eai_patch_source eai_patch_source_of(const eai_conv_problem *problem, const void *x, size_t group);

/* Bytes of one patch: kernel_h * kernel_w * n_bytes. */
size_t eai_patch_bytes(const eai_patch_source *source);

/* Writes the patches of output pixels [pixel, pixel + n), counted through the whole batch, to rows
 * that are `stride` bytes apart. */
void eai_patches_gather(void *out, size_t stride, const eai_patch_source *source, size_t pixel,
                        size_t n);

/*
 * The same patches, wherever they are: in x itself where a patch is a pixel (1 x 1, stride 1, no
 * padding), else in `buffer`, whose rows are *stride bytes apart; *stride becomes that of the rows
 * returned.
 */
const void *eai_patches_rows(void *buffer, size_t *stride, const eai_patch_source *source,
                             size_t pixel, size_t n);

#endif
