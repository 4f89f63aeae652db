/* SPDX-License-Identifier: MIT */
#ifndef EAI_SPACE_MASK_RUNS_H
#define EAI_SPACE_MASK_RUNS_H

/*
 * Masks as COCO has them: lengths of runs of zeros and ones in turn, zeros first, down the columns
 * of the image. Read and made here, checked to fill an image exactly.
 */

#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

/* Runs of many masks behind each other. Zero but for the allocator is empty. */
typedef struct eai_runs {
    const edgeai_allocator *allocator;
    uint32_t *lengths;
    size_t n, capacity;
} eai_runs;

edgeai_status eai_runs_push(eai_runs *runs, uint32_t length); /* EDGEAI_E_MEMORY */
void eai_runs_free(eai_runs *runs);

/*
 * Appends the runs of COCO's compressed text (rleToString of pycocotools: numbers in groups of five
 * bits, low ones first, 48 added to each; from the third run on, the difference from the run two
 * before). EDGEAI_E_FORMAT, with *why a text, when it is none; then some runs may be appended.
 */
edgeai_status eai_runs_push_text(eai_runs *runs, const char *text, size_t n, const char **why);

/* EDGEAI_E_FORMAT, with *why a text, unless the runs from `first` on fill width * height pixels. */
edgeai_status eai_runs_check(const eai_runs *runs, size_t first, int width, int height,
                             const char **why);

/*
 * Appends the mask of a polygon, n corners x, y in pixels from the image's upper left corner: the
 * pixels whose centre is inside by the even-odd rule. `crossings`: room for n numbers.
 */
edgeai_status eai_runs_push_polygon(eai_runs *runs, const double (*corners)[2], size_t n, int width,
                                    int height, double *crossings);

/* Left, top, width, height of the ones of a mask; false when there are none. */
int eai_runs_box(const uint32_t *lengths, size_t n, int height, float box[4]);

#endif
