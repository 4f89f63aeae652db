/* SPDX-License-Identifier: MIT */
#include "reparam/input_network.h"

#include <string.h>

#include "common/picture_guess.h"
#include "common/picture_run.h"

static const edgeai_binding *binding_of(const edgeai_reparam_options *settings, const char *name)
{
    for (size_t i = 0; i < settings->n_bindings; i++)
        if (strcmp(settings->bindings[i].input, name) == 0) return &settings->bindings[i];
    return NULL;
}

static bool is_open(const edgeai_port *port)
{
    for (int d = 1; d < port->n_dims; d++)
        if (port->dims[d] < 0) return true;
    return port->n_dims < 0;
}

static edgeai_binding binding_for(const edgeai_image_input_options *o, const char *name)
{
    const int64_t channels = o->channels == EDGEAI_IMAGE_GREY ? 1 : 3;
    const int64_t nchw[] = {1, channels, o->height, o->width},
                  nhwc[] = {1, o->height, o->width, channels};
    edgeai_binding out = {.input = name, .n_dims = 4};
    memcpy(out.dims, o->layout == EDGEAI_IMAGE_NHWC ? nhwc : nchw, sizeof nchw);
    return out;
}

/* Elements of the port; what is open counts once. */
static size_t elements(int n_dims, const int64_t *dims)
{
    size_t n = 1;
    for (int d = 0; d < n_dims; d++)
        n *= dims[d] < 0 ? 1 : (size_t)dims[d];
    return n;
}

edgeai_status input_network_open(input_network *self, edgeai_context *context, const char *path,
                                 edgeai_binding *bindings, edgeai_reparam_options *settings)
{
    edgeai_port port;
    *self = (input_network){.context = context};
    edgeai_status status = edgeai_graph_open(&self->graph, context, path);
    if (status != EDGEAI_OK || edgeai_graph_n_inputs(self->graph) == 0) return status;
    status = edgeai_graph_input(self->graph, 0, &port);
    if (status != EDGEAI_OK) return status;
    const edgeai_image_input_options *given = edgeai_graph_image_options(self->graph);
    const edgeai_binding *bound = binding_of(settings, port.name);
    if (given && !bound && given->width > 0 && given->height > 0 && is_open(&port)) {
        bindings[settings->n_bindings++] = binding_for(given, port.name);
        settings->bindings = bindings;
        bound = &bindings[settings->n_bindings - 1];
    }
    if (bound) {
        port.n_dims = bound->n_dims;
        memcpy(port.dims, bound->dims, sizeof port.dims);
    }
    picture_guess(&self->picture, given, &port);
    picture_guess_size(&self->picture, &port);
    self->n_picture = picture_numbers(&self->picture);
    self->n_input = elements(port.n_dims, port.dims);
    return EDGEAI_OK;
}

void input_network_close(input_network *self)
{
    edgeai_graph_free(self->graph);
    *self = (input_network){0};
}
