/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_BLOCKS_H
#define EAI_CONV_CONV_BLOCKS_H

/* How the ways for low-bit weights cut a convolution into items of work. */

#include "conv/conv_internal.h"

/* Columns whose sums are made and finished together. */
enum { EAI_CONV_BLOCK_COLUMNS = 64 };

/*
 * Items are blocks of output pixels, or parts of their channels where pixels are too few for the
 * threads. With groups, an item has all groups and all channels: their sums are finished together,
 * since a group may begin inside a byte of trits.
 */
typedef struct eai_conv_blocks {
    size_t n_pixels, block_pixels, n_blocks;
    size_t n_parts, part_columns; /* of out_c; a multiple of EAI_CONV_BLOCK_COLUMNS */
    size_t sums_stride;           /* in sums; room for whole panels past the last channel */
    size_t sums_bytes;            /* of one slot */
} eai_conv_blocks;

eai_conv_blocks eai_conv_blocks_cut(const eai_conv_shape *shape, size_t n_threads,
                                    size_t block_pixels);

size_t eai_conv_blocks_items(const eai_conv_blocks *blocks);

/* Pixels [pixel, pixel + n_pixels) and channels [channel, end) of one item. */
typedef struct eai_conv_item {
    size_t pixel, n_pixels, channel, end;
} eai_conv_item;
eai_conv_item eai_conv_blocks_item(const eai_conv_blocks *blocks, size_t out_c, size_t item);

/* A run, as items see it. */
typedef struct eai_conv_job {
    const eai_conv *conv;
    const void *x, *residual;
    void *y;
    char *scratch;
} eai_conv_job;

/*
 * Makes all sums of an item, EAI_CONV_BLOCK_COLUMNS columns at a time, and finishes them. prepare()
 * brings the patches of a group of channels into scratch; multiply() writes sums[n_pixels,
 * sums_stride] of the group's columns from `column` on, at least n_columns of them and at most
 * EAI_CONV_BLOCK_COLUMNS.
 */
typedef struct eai_conv_product {
    void (*prepare)(const eai_conv_job *job, const eai_conv_item *item, size_t group, char *slot);
    void (*multiply)(const eai_conv_job *job, const eai_conv_item *item, size_t group,
                     size_t column, size_t n_columns, int32_t *sums, size_t sums_stride,
                     char *slot);
} eai_conv_product;
void eai_conv_blocks_run(const eai_conv_blocks *blocks, const eai_conv_product *product,
                         const eai_conv_job *job, const eai_conv_item *item, int32_t *sums,
                         char *slot);

/* Products of a convolution with its columns as they are. */
double eai_conv_products(const eai_conv_shape *shape);

#endif
