/* SPDX-License-Identifier: MIT */

/* edgeai-quantize on convolutional networks. */

#include <stdio.h>
#include <string.h>

#include "common/exit_code.h"
#include "common/interrupt.h"
#include "quantize/network_options.h"
#include "quantize/network_run.h"

enum { SAMPLES_PRESET = 100 };

static bool is_shown(const network_run *self)
{
    return !self->settings->common.quiet && !self->settings->common.no_progress;
}

/* Lists the pictures of both folders. An exit code. */
static int list_pictures(network_run *self)
{
    const quantize_settings *settings = self->settings;
    const char *program = settings->program->name;
    size_t n_labels, n_samples = settings->n_samples ? (size_t)settings->n_samples : SAMPLES_PRESET;
    const char *const *labels = edgeai_graph_labels(self->graph, &n_labels);
    if (!settings->calibrate_path && !settings->evaluate_path) return EXIT_CODE_OK;
    if (picture_numbers(edgeai_graph_image_options(self->graph)) == 0) {
        fprintf(stderr,
                "%s: %s: the network does not say how a picture becomes its input "
                "(edgeai.preprocess)\n",
                program, self->sides[0].path);
        return EXIT_CODE_MODEL;
    }
    if (settings->calibrate_path) {
        if (!image_folder_open(&self->calibration, program, settings->calibrate_path, NULL, 0))
            return EXIT_CODE_FILE;
        image_folder_sample(&self->calibration, n_samples);
    }
    if (!settings->evaluate_path) return EXIT_CODE_OK;
    if (!image_folder_open(&self->evaluation, program, settings->evaluate_path, labels, n_labels))
        return EXIT_CODE_FILE;
    if (!image_folder_is_labelled(&self->evaluation)) {
        fprintf(stderr, "%s: %s: expected a subfolder for each class\n", program,
                settings->evaluate_path);
        return EXIT_CODE_FILE;
    }
    image_folder_sample(&self->evaluation, (size_t)settings->n_limit);
    return EXIT_CODE_OK;
}

static edgeai_status calibrate_one(void *user, const float *input, size_t n, size_t index)
{
    network_run *self = user;
    (void)index;
    return edgeai_graph_quantizer_calibrate(self->quantizer, input, n);
}

static edgeai_status compare_one(void *user, const float *input, size_t n, size_t index)
{
    network_run *self = user;
    (void)index;
    return edgeai_graph_quantizer_compare(self->quantizer, input, n);
}

static edgeai_status give_picture(void *user, size_t index, float *input, size_t n)
{
    network_run *self = user;
    if (interrupt_came()) return EDGEAI_E_CANCELLED;
    progress_show(&self->bar, self->n_given++, "correcting");
    return picture_load(edgeai_graph_image_options(self->graph), self->context,
                        self->calibration.items[index].path, input, n);
}

/* All pictures, once for each layer. */
static edgeai_status correct(network_run *self)
{
    edgeai_graph_quantize_totals totals;
    edgeai_graph_quantizer_totals(self->quantizer, &totals);
    progress_begin(&self->bar, totals.n_quantized * self->calibration.n_items, is_shown(self));
    edgeai_status status = edgeai_graph_quantizer_correct(
        self->quantizer, self->calibration.n_items, give_picture, self);
    progress_end(&self->bar);
    return status;
}

/* Pictures show what activations are like, then what became of the layers' outputs. */
static edgeai_status look(network_run *self)
{
    edgeai_status status = EDGEAI_OK;
    if (!self->settings->calibrate_path) return status;
    if (self->options.activations != EDGEAI_PRECISION_F32)
        status =
            picture_walk(edgeai_graph_image_options(self->graph), self->context, &self->calibration,
                         "calibrating", is_shown(self), calibrate_one, self);
    if (status == EDGEAI_OK && self->settings->correct) status = correct(self);
    if (status == EDGEAI_OK)
        status = picture_walk(edgeai_graph_image_options(self->graph), self->context,
                              &self->calibration, "comparing", is_shown(self), compare_one, self);
    return status;
}

static edgeai_status evaluate(network_run *self)
{
    edgeai_graph *written;
    if (!self->settings->evaluate_path) return EDGEAI_OK;
    edgeai_status status = edgeai_graph_open(&written, self->context, self->sides[1].path);
    if (status != EDGEAI_OK) return status;
    edgeai_graph *const graphs[] = {self->graph, written};
    for (size_t i = 0; status == EDGEAI_OK && i < 2; i++)
        status = picture_classify(graphs[i], self->context, &self->evaluation, self->sides[i].name,
                                  is_shown(self), &self->sides[i].sums);
    edgeai_graph_free(written);
    return status;
}

static void add_totals(network_run *self)
{
    edgeai_graph_quantize_totals totals;
    edgeai_graph_quantizer_totals(self->quantizer, &totals);
    self->sides[0].n_bytes = totals.bytes_before;
    self->sides[1].n_bytes = totals.bytes_after;
}

/* Everything but the report. */
static edgeai_status work(network_run *self)
{
    edgeai_status status = look(self);
    if (status == EDGEAI_OK && self->sides[1].path && !self->settings->dry_run)
        status = edgeai_graph_quantizer_write(self->quantizer, self->sides[1].path);
    add_totals(self);
    return status == EDGEAI_OK ? evaluate(self) : status;
}

static int quantize(network_run *self)
{
    const char *program = self->settings->program->name;
    edgeai_status status =
        edgeai_graph_quantizer_create(&self->quantizer, self->graph, &self->options);
    if (status != EDGEAI_OK) return exit_with_error(program, status);
    status = work(self);
    bool is_whole = status == EDGEAI_OK;
    if (!is_whole && status != EDGEAI_E_CANCELLED) return exit_with_error(program, status);
    if (!network_report(self, is_whole ? "ok" : "cancelled")) {
        fprintf(stderr, "%s: cannot write the table\n", program);
        return EXIT_CODE_RUN;
    }
    return is_whole ? EXIT_CODE_OK : interrupt_exit_code();
}

int quantize_network(const quantize_settings *settings, edgeai_context *context, int n,
                     char **operands)
{
    network_run self = {.settings = settings, .context = context};
    const char *program = settings->program->name;
    int code = network_options_read(settings, n, operands, &self.options);
    if (code >= 0) return code;
    self.sides[0] = (network_side){.name = "before", .path = operands[0]};
    self.sides[1] = (network_side){.name = "after", .path = n > 1 ? operands[1] : NULL};
    if (file_check(program, operands[0]) != EXIT_CODE_OK) return EXIT_CODE_FILE;
    edgeai_status status = edgeai_graph_open(&self.graph, context, operands[0]);
    if (status != EDGEAI_OK) return exit_with_error(program, status);
    code = list_pictures(&self);
    if (code == EXIT_CODE_OK) code = quantize(&self);
    edgeai_graph_quantizer_free(self.quantizer);
    image_folder_free(&self.calibration);
    image_folder_free(&self.evaluation);
    edgeai_graph_free(self.graph);
    return code;
}
