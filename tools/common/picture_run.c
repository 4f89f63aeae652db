/* SPDX-License-Identifier: MIT */
#include "common/picture_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/interrupt.h"

size_t picture_numbers(const edgeai_image_input_options *options)
{
    if (!options) return 0;
    return (options->channels == EDGEAI_IMAGE_GREY ? 1u : 3u) * (size_t)options->width *
           (size_t)options->height;
}

edgeai_status picture_load(const edgeai_image_input_options *options, edgeai_context *context,
                           const char *path, float *input, size_t n)
{
    edgeai_image *image;
    edgeai_status status = edgeai_image_open(&image, context, path);
    if (status != EDGEAI_OK) return status;
    status = edgeai_image_to_input(image, context, options, input, n);
    edgeai_image_free(image);
    return status;
}

edgeai_status picture_walk(const edgeai_image_input_options *options, edgeai_context *context,
                           const image_folder *folder, const char *note, bool is_shown,
                           picture_visitor visit, void *user)
{
    progress bar;
    edgeai_status status = EDGEAI_OK;
    size_t n = picture_numbers(options);
    float *input = malloc((n ? n : 1) * sizeof *input);
    if (!input) return EDGEAI_E_MEMORY;
    progress_begin(&bar, folder->n_items, is_shown);
    for (size_t i = 0; status == EDGEAI_OK && i < folder->n_items; i++) {
        progress_show(&bar, i, note);
        status = interrupt_came() ? EDGEAI_E_CANCELLED
                                  : picture_load(options, context, folder->items[i].path, input, n);
        if (status == EDGEAI_OK) status = visit(user, input, n, i);
    }
    progress_end(&bar);
    free(input);
    return status;
}

typedef struct classifying {
    edgeai_session *session;
    const image_folder *folder;
    float *place;
    size_t n_place;
    picture_sums *sums;
} classifying;

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static size_t elements_of(const edgeai_port *port)
{
    size_t n = 1;
    for (int i = 0; i < port->n_dims; i++)
        n *= (size_t)port->dims[i];
    return n;
}

static edgeai_status classify_one(void *user, const float *input, size_t n, size_t index)
{
    classifying *self = user;
    edgeai_port port;
    const void *data;
    double start = now_ms();
    memcpy(self->place, input, (n < self->n_place ? n : self->n_place) * sizeof *input);
    edgeai_status status = edgeai_session_run(self->session);
    self->sums->ms += now_ms() - start;
    if (status == EDGEAI_OK) status = edgeai_session_output(self->session, 0, &port, &data);
    if (status != EDGEAI_OK) return status;
    const float *scores = data;
    size_t best = 0, n_scores = elements_of(&port);
    for (size_t i = 1; i < n_scores; i++)
        if (scores[i] > scores[best]) best = i;
    self->sums->n_pictures++;
    self->sums->n_correct += (int64_t)best == self->folder->items[index].class_index;
    return EDGEAI_OK;
}

/* The picture's own size where the network leaves sides open. */
static edgeai_status open_session(const edgeai_graph *graph, edgeai_session **out)
{
    const edgeai_image_input_options *options = edgeai_graph_image_options(graph);
    edgeai_port port;
    edgeai_status status = edgeai_graph_input(graph, 0, &port);
    if (status != EDGEAI_OK) return status;
    edgeai_binding binding = {.input = port.name, .n_dims = 4, .dims = {1, 3}};
    if (options->channels == EDGEAI_IMAGE_GREY) binding.dims[1] = 1;
    binding.dims[2] = options->height;
    binding.dims[3] = options->width;
    edgeai_session_options settings = EDGEAI_SESSION_OPTIONS_INIT;
    settings.bindings = &binding;
    settings.n_bindings = 1;
    return edgeai_session_create(out, graph, &settings);
}

edgeai_status picture_classify(const edgeai_graph *graph, edgeai_context *context,
                               const image_folder *folder, const char *note, bool is_shown,
                               picture_sums *sums)
{
    classifying self = {.folder = folder, .sums = sums};
    edgeai_port port;
    void *place;
    *sums = (picture_sums){0};
    edgeai_status status = open_session(graph, &self.session);
    if (status != EDGEAI_OK) return status;
    status = edgeai_session_input(self.session, 0, &port, &place);
    self.place = place;
    self.n_place = elements_of(&port);
    if (status == EDGEAI_OK)
        status = picture_walk(edgeai_graph_image_options(graph), context, folder, note, is_shown,
                              classify_one, &self);
    edgeai_session_free(self.session);
    return status;
}
