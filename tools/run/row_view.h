/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_RUN_ROW_VIEW_H
#define TOOLS_RUN_ROW_VIEW_H

/*
 * The row as it denoises, drawn in place on stderr: masks as light blocks (darker inside DiCo's
 * clusters), tokens just committed in reverse, clusters underlined; a line above says the pass,
 * its phase, the block and what is left.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/decode.h>
#include <edgeai/tokenizer.h>

typedef struct row_view {
    bool enabled;
    bool colours;
    bool whole_row;   /* also what stands in front of the first mask */
    int64_t delay_ms; /* to rest after each drawing */
    const edgeai_tokenizer *tokenizer;
    int32_t mask_token;
    size_t begin; /* first position drawn; SIZE_MAX until the first step of an answer */
    int n_lines;  /* drawn so far, to be drawn over */
} row_view;

/* `wanted`: only then, and only on a terminal, is anything drawn. */
void row_view_begin(row_view *self, bool wanted, bool whole_row);

void row_view_draw(row_view *self, const edgeai_decode_step *step);

/* Removes the drawing: the answer itself goes to stdout. */
void row_view_end(row_view *self);

#endif
