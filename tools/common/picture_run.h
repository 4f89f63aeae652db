/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_PICTURE_RUN_H
#define TOOLS_COMMON_PICTURE_RUN_H

/* Networks on the pictures of a folder. */

#include <edgeai/graph.h>

#include "common/image_folder.h"
#include "common/progress.h"

/* Numbers of the input that a picture becomes; 0 for NULL: the network does not say how. */
size_t picture_numbers(const edgeai_image_input_options *options);

/* Reads a picture and makes the network's input of it, [n]. */
edgeai_status picture_load(const edgeai_image_input_options *options, edgeai_context *context,
                           const char *path, float *input, size_t n);

/* Called with each picture's input; anything but OK ends the walk. */
typedef edgeai_status (*picture_visitor)(void *user, const float *input, size_t n, size_t index);

/* All pictures in their order, with a progress bar; EDGEAI_E_CANCELLED after a signal. */
edgeai_status picture_walk(const edgeai_image_input_options *options, edgeai_context *context,
                           const image_folder *folder, const char *note, bool is_shown,
                           picture_visitor visit, void *user);

typedef struct picture_sums {
    size_t n_pictures, n_correct;
    double ms; /* of running the network alone */
} picture_sums;

/* How often the largest of output 0 is the picture's class. */
edgeai_status picture_classify(const edgeai_graph *graph, edgeai_context *context,
                               const image_folder *folder, const char *note, bool is_shown,
                               picture_sums *sums);

#endif
