/* SPDX-License-Identifier: MIT */
#include "common/picture_guess.h"

static bool is_colours(int64_t n)
{
    return n == 1 || n == 3;
}

void picture_guess(edgeai_image_input_options *out, const edgeai_image_input_options *given,
                   const edgeai_port *port)
{
    *out = (edgeai_image_input_options)EDGEAI_IMAGE_INPUT_OPTIONS_INIT;
    if (given) *out = *given;
    if (given || port->n_dims != 4) return;
    const int64_t *dims = port->dims;
    if (!is_colours(dims[1]) && is_colours(dims[3])) out->layout = EDGEAI_IMAGE_NHWC;
    const bool nhwc = out->layout == EDGEAI_IMAGE_NHWC;
    if (dims[nhwc ? 3 : 1] == 1) out->channels = EDGEAI_IMAGE_GREY;
}

void picture_guess_size(edgeai_image_input_options *out, const edgeai_port *port)
{
    if (port->n_dims != 4) return;
    const int first = out->layout == EDGEAI_IMAGE_NHWC ? 1 : 2;
    const int64_t height = port->dims[first], width = port->dims[first + 1];
    if (out->height == 0 && height > 0 && height <= EDGEAI_IMAGE_SIDE_MAX)
        out->height = (int)height;
    if (out->width == 0 && width > 0 && width <= EDGEAI_IMAGE_SIDE_MAX) out->width = (int)width;
}
