/* SPDX-License-Identifier: MIT */
#include "reparam/verification.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/picture_run.h"

enum { CHUNK = 32 }; /* pictures that are in memory at once */

bool verification_begin(verification *self, const edgeai_reparam *reparam)
{
    *self = (verification){.reparam = reparam, .n_segments = edgeai_reparam_n_segments(reparam)};
    self->segments = calloc(self->n_segments + 1, sizeof *self->segments);
    return self->segments != NULL;
}

void verification_end(verification *self)
{
    free(self->segments);
    *self = (verification){0};
}

/* The mean of means over na and nb inputs. */
static double joint_mean(double a, size_t na, double b, size_t nb)
{
    return (a * (double)na + b * (double)nb) / (double)(na + nb);
}

static void join(edgeai_reparam_difference *into, const edgeai_reparam_difference *part)
{
    into->max = fmax(into->max, part->max);
    into->mean = joint_mean(into->mean, into->n_inputs, part->mean, part->n_inputs);
    into->n_top1 += part->n_top1;
    into->n_rows += part->n_rows;
    into->n_inputs += part->n_inputs;
}

/* n inputs, random ones or those given. */
static edgeai_status add(verification *self, edgeai_reparam_difference *into, size_t n,
                         uint64_t seed, const float *inputs)
{
    edgeai_reparam_difference part;
    edgeai_reparam_segment_difference *segments =
        calloc(self->n_segments + 1, sizeof *self->segments);
    if (!segments) return EDGEAI_E_MEMORY;
    edgeai_status status = edgeai_reparam_verify(self->reparam, n, seed, inputs, &part);
    if (status == EDGEAI_OK)
        status = edgeai_reparam_verify_segments(self->reparam, n, seed, inputs, segments);
    for (size_t i = 0; status == EDGEAI_OK && i < self->n_segments; i++) {
        edgeai_reparam_segment_difference *all = &self->segments[i];
        all->max = isnan(segments[i].max) ? NAN : fmax(all->max, segments[i].max);
        all->mean = joint_mean(all->mean, self->all.n_inputs, segments[i].mean, n);
    }
    if (status == EDGEAI_OK) {
        join(into, &part);
        join(&self->all, &part);
    }
    free(segments);
    return status;
}

edgeai_status verification_add_random(verification *self, size_t n, uint64_t seed)
{
    return add(self, &self->random, n, seed, NULL);
}

typedef struct chunk {
    verification *self;
    float *inputs; /* [CHUNK][n] */
    size_t n_held, n_all;
} chunk;

static edgeai_status hold(void *user, const float *input, size_t n, size_t index)
{
    chunk *held = user;
    memcpy(held->inputs + held->n_held++ * n, input, n * sizeof *input);
    if (held->n_held < CHUNK && index + 1 < held->n_all) return EDGEAI_OK;
    const size_t n_held = held->n_held;
    held->n_held = 0;
    return add(held->self, &held->self->pictures, n_held, 1, held->inputs);
}

edgeai_status verification_add_pictures(verification *self, edgeai_context *context,
                                        const edgeai_image_input_options *options,
                                        const image_folder *folder, bool is_shown)
{
    chunk held = {.self = self, .n_all = folder->n_items};
    held.inputs = malloc(CHUNK * (picture_numbers(options) + 1) * sizeof *held.inputs);
    if (!held.inputs) return EDGEAI_E_MEMORY;
    const edgeai_status status =
        picture_walk(options, context, folder, "verifying", is_shown, hold, &held);
    free(held.inputs);
    return status;
}
