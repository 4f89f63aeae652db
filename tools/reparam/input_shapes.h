/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_REPARAM_INPUT_SHAPES_H
#define TOOLS_REPARAM_INPUT_SHAPES_H

/* "image=1x3x32x32": the shape of an input. */

#include <edgeai/graph.h>
#include <stdbool.h>

/* name [n] gets the part before '='; false where the text is none, or a number is not 1 to 2^30. */
bool input_shape_read(const char *text, char *name, size_t n, edgeai_binding *out);

#endif
