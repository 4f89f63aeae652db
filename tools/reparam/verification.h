/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_REPARAM_VERIFICATION_H
#define TOOLS_REPARAM_VERIFICATION_H

/* Both networks on random inputs and on pictures: how far they are apart. */

#include <edgeai/reparam.h>

#include "common/image_folder.h"

/* Zero before verification_begin(). */
typedef struct verification {
    const edgeai_reparam *reparam;
    edgeai_reparam_difference random, pictures, all; /* n_inputs 0: of none */
    edgeai_reparam_segment_difference *segments;     /* [n_segments], over all */
    size_t n_segments;
} verification;

/* False when memory is short. End it in any case. */
bool verification_begin(verification *self, const edgeai_reparam *reparam);
void verification_end(verification *self);

/* Adds runs on n >= 1 random inputs. */
edgeai_status verification_add_random(verification *self, size_t n, uint64_t seed);

/* Adds runs on the pictures of a folder, which become input 0 as `options` says; with a progress
 * bar where it is_shown. Input 0 must have as many elements as a picture becomes. */
edgeai_status verification_add_pictures(verification *self, edgeai_context *context,
                                        const edgeai_image_input_options *options,
                                        const image_folder *folder, bool is_shown);

#endif
