/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_COMMON_PICTURE_GUESS_H
#define TOOLS_COMMON_PICTURE_GUESS_H

/* How a picture becomes a network's input 0 where its file does not say: by the input's shape. */

#include <edgeai/graph.h>

/* As the file says (`given`, NULL: it does not); else layout and channels by the shape of the input
 * (`port`), all else at its default. */
void picture_guess(edgeai_image_input_options *out, const edgeai_image_input_options *given,
                   const edgeai_port *port);

/* Width and height that are 0, from the shape and the layout in *out; 0 where the shape is open. */
void picture_guess_size(edgeai_image_input_options *out, const edgeai_port *port);

#endif
