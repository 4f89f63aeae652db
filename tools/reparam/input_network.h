/* SPDX-License-Identifier: MIT */
#ifndef TOOLS_REPARAM_INPUT_NETWORK_H
#define TOOLS_REPARAM_INPUT_NETWORK_H

/* The network that is read, and how a picture becomes its input 0. */

#include <edgeai/reparam.h>

/* Zero before it is opened. */
typedef struct input_network {
    edgeai_context *context; /* the caller's */
    edgeai_graph *graph;
    edgeai_image_input_options picture;
    size_t n_picture; /* numbers that a picture becomes; 0: not known */
    size_t n_input;   /* elements of input 0 as it is bound */
} input_network;

/* settings->bindings has room for one more, which is added where the file says how large pictures
 * are, the shape of input 0 is open and nothing is bound to it. Close it in any case. */
edgeai_status input_network_open(input_network *self, edgeai_context *context, const char *path,
                                 edgeai_binding *bindings, edgeai_reparam_options *settings);
void input_network_close(input_network *self);

#endif
