/* SPDX-License-Identifier: MIT */
#ifndef EAI_IO_IMAGE_RESIZE_H
#define EAI_IO_IMAGE_RESIZE_H

/* A picture at another size, row by row from above, so that it never is in memory whole. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/image.h>

#include "base/arena.h"

/* What is wanted: a window of the picture as it would be at another size. */
typedef struct eai_resize {
    int new_width, new_height; /* of the whole picture, at least 1 */
    int left, top;             /* the window's first column and row in it */
    int width, height;         /* the window's, at least 1, inside of it */
    edgeai_image_filter filter;
    bool luma; /* one channel of a picture that has three */
} eai_resize;

/* How each place along one side is made of the old ones. */
typedef struct eai_axis {
    int n, taps_max;
    int *first, *n_taps; /* [n] */
    int32_t *weights;    /* [n][taps_max], in units of 2^-22 */
} eai_axis;

typedef struct eai_resampler {
    const edgeai_image *image;
    bool luma;
    int n_channels; /* of the rows made */
    size_t row_bytes;
    eai_axis columns, rows;
    uint8_t *luma_row;    /* [image width] */
    uint8_t *narrow_rows; /* [rows.taps_max][row_bytes] source rows of the new width, row r at
                             r % taps_max */
    int32_t *sums;        /* [row_bytes] */
    int next_row;         /* the first source row that was not narrowed yet */
    eai_arena arena;
} eai_resampler;

/* `image` is checked and outlives the resampler. EDGEAI_E_MEMORY. */
edgeai_status eai_resampler_create(eai_resampler *resampler, const edgeai_allocator *allocator,
                                   const edgeai_image *image, const eai_resize *wanted);

/* Row number y of the window into out[row_bytes]; y runs from 0 up, none twice. */
void eai_resampler_row(eai_resampler *resampler, int y, uint8_t *out);

void eai_resampler_free(eai_resampler *resampler, const edgeai_allocator *allocator);

#endif
