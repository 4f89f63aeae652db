/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "classify/classify.h"
#include "common/exit_code.h"
#include "common/stderr_log.h"
#include "common/terminal.h"

static int refuse(const classifier *self, const char *what)
{
    fprintf(stderr, "%s: %s: %s\n", self->program, self->settings->model, what);
    return EXIT_CODE_MODEL;
}

static int out_of_memory(const classifier *self)
{
    fprintf(stderr, "%s: out of memory\n", self->program);
    return EXIT_CODE_MEMORY;
}

static size_t n_channels(const classifier *self)
{
    return self->input.channels == EDGEAI_IMAGE_GREY ? 1 : 3;
}

/* A session for one picture of the size that was chosen. */
static edgeai_status create_session(classifier *self, const edgeai_port *port)
{
    const edgeai_image_input_options *o = &self->input;
    const int64_t c = (int64_t)n_channels(self);
    edgeai_binding binding = {.input = port->name, .n_dims = 4};
    const int64_t nchw[] = {1, c, o->height, o->width}, nhwc[] = {1, o->height, o->width, c};
    memcpy(binding.dims, o->layout == EDGEAI_IMAGE_NHWC ? nhwc : nchw, sizeof nchw);
    edgeai_session_options options = EDGEAI_SESSION_OPTIONS_INIT;
    options.bindings = &binding;
    options.n_bindings = 1;
    options.plain = self->settings->plain;
    options.profile = self->settings->profile;
    options.weights = (edgeai_weights)self->settings->weights;
    edgeai_status status = edgeai_session_create(&self->session, self->graph, &options);
    if (status == EDGEAI_OK)
        status = edgeai_session_input(self->session, 0, &self->port, &self->data);
    return status;
}

static bool is_readable(edgeai_element element)
{
    return element == EDGEAI_ELEMENT_F32 || element == EDGEAI_ELEMENT_I8 ||
           element == EDGEAI_ELEMENT_U8;
}

static int prepare_output(classifier *self)
{
    edgeai_port port;
    const edgeai_status status = edgeai_session_output(self->session, 0, &port, NULL);
    if (status != EDGEAI_OK) return exit_with_error(self->program, status);
    if (!is_readable(port.element) && port.element != EDGEAI_ELEMENT_I32)
        return refuse(self, "output 0: expected scores of f32, i32, i8 or u8");
    self->n_scores = 1;
    for (int i = 0; i < port.n_dims; i++)
        self->n_scores *= (size_t)port.dims[i];
    if (self->n_scores == 0 || self->n_scores > 1 << 24)
        return refuse(self, "output 0: expected 1 to 2^24 scores");
    self->n_top = (size_t)self->settings->n_top;
    if (self->n_top > self->n_scores) self->n_top = self->n_scores;
    self->scores = malloc(self->n_scores * sizeof *self->scores);
    self->top = malloc(self->n_top * sizeof *self->top);
    return self->scores && self->top ? EXIT_CODE_OK : out_of_memory(self);
}

/* Says what pictures go through, where the model's file does not or somebody wants to know. */
static void say_input(const classifier *self, bool is_guessed)
{
    const common_options *common = &self->settings->common;
    if (common->quiet || (!is_guessed && common->verbose == 0)) return;
    fprintf(stderr, "%s: %s", self->program,
            is_guessed ? "the model does not say how a picture becomes its input: " : "input: ");
    picture_input_print(&self->input, stderr);
}

static int ready(classifier *self)
{
    edgeai_port port;
    const char *problem;
    const edgeai_image_input_options *given = edgeai_graph_image_options(self->graph);
    if (edgeai_graph_n_inputs(self->graph) == 0 || edgeai_graph_n_outputs(self->graph) == 0)
        return refuse(self, "expected an input and an output");
    edgeai_status status = edgeai_graph_input(self->graph, 0, &port);
    if (status != EDGEAI_OK) return exit_with_error(self->program, status);
    if (port.n_dims != 4 && port.n_dims != -1)
        return refuse(self, "input 0: expected four dimensions, as pictures have");
    if (!picture_input_choose(&self->input, given, &port, self->settings, &problem)) {
        fprintf(stderr, "%s: %s\n", self->program, problem);
        return EXIT_CODE_USAGE;
    }
    say_input(self, !given);
    status = create_session(self, &port);
    if (status != EDGEAI_OK) return exit_with_error(self->program, status);
    if (!is_readable(self->port.element) || !self->data)
        return refuse(self, "input 0: expected f32, i8 or u8");
    self->n_values = n_channels(self) * (size_t)self->input.height * (size_t)self->input.width;
    self->values = malloc(self->n_values * sizeof *self->values);
    if (!self->values) return out_of_memory(self);
    self->labels = edgeai_graph_labels(self->graph, &self->n_labels);
    return prepare_output(self);
}

int classifier_open(classifier *self)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    const double begin = terminal_clock_ms();
    log_configure(&options, self->program, &self->settings->common);
    edgeai_status status = edgeai_context_create(&self->context, &options);
    if (status == EDGEAI_OK)
        status = edgeai_graph_open(&self->graph, self->context, self->settings->model);
    if (status != EDGEAI_OK) return exit_with_error(self->program, status);
    const int code = ready(self);
    self->load_ms = terminal_clock_ms() - begin;
    return code;
}

void classifier_close(classifier *self)
{
    free(self->values);
    free(self->scores);
    free(self->top);
    edgeai_session_free(self->session);
    edgeai_graph_free(self->graph);
    edgeai_context_free(self->context);
}

/* Bytes are what pixels become, rounded. */
static void write_input(const classifier *self)
{
    if (self->port.element == EDGEAI_ELEMENT_F32) {
        memcpy(self->data, self->values, self->n_values * sizeof *self->values);
        return;
    }
    const bool has_sign = self->port.element == EDGEAI_ELEMENT_I8;
    const float low = has_sign ? -128 : 0, high = has_sign ? 127 : 255;
    for (size_t i = 0; i < self->n_values; i++) {
        const float value = fminf(fmaxf(rintf(self->values[i]), low), high);
        if (has_sign)
            ((int8_t *)self->data)[i] = (int8_t)value;
        else
            ((uint8_t *)self->data)[i] = (uint8_t)value;
    }
}

static edgeai_status read_scores(classifier *self)
{
    edgeai_port port;
    const void *data;
    const edgeai_status status = edgeai_session_output(self->session, 0, &port, &data);
    if (status != EDGEAI_OK) return status;
    for (size_t i = 0; i < self->n_scores; i++)
        switch (port.element) {
        case EDGEAI_ELEMENT_I8:
            self->scores[i] = ((const int8_t *)data)[i];
            break;
        case EDGEAI_ELEMENT_U8:
            self->scores[i] = ((const uint8_t *)data)[i];
            break;
        case EDGEAI_ELEMENT_I32:
            self->scores[i] = (float)((const int32_t *)data)[i];
            break;
        default:
            self->scores[i] = ((const float *)data)[i];
        }
    classify_soften(self->scores, self->n_scores, self->settings->softmax);
    classify_best(self->scores, self->n_scores, self->top, self->n_top);
    return EDGEAI_OK;
}

edgeai_status classifier_run(classifier *self, const char *path, double *ms)
{
    edgeai_image *image = NULL;
    const double begin = terminal_clock_ms();
    edgeai_status status = edgeai_image_open(&image, self->context, path);
    if (status == EDGEAI_OK)
        status =
            edgeai_image_to_input(image, self->context, &self->input, self->values, self->n_values);
    edgeai_image_free(image);
    if (status != EDGEAI_OK) return status;
    write_input(self);
    const double middle = terminal_clock_ms();
    status = edgeai_session_run(self->session);
    const double end = terminal_clock_ms();
    if (status != EDGEAI_OK) return status;
    self->prepare_ms += middle - begin;
    self->run_ms += end - middle;
    self->n_pictures++;
    *ms = end - begin;
    return read_scores(self);
}

const char *classifier_label(const classifier *self, int class_index, char room[32])
{
    if ((size_t)class_index < self->n_labels) return self->labels[class_index];
    snprintf(room, 32, "class %d", class_index);
    return room;
}
