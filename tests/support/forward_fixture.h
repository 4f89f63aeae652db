/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_FORWARD_FIXTURE_H
#define TESTS_SUPPORT_FORWARD_FIXTURE_H

/* A tiny model with the buffers of a forward pass, for tests of its parts. */

#include "lm/readout.h"
#include "lm/transformer.h"
#include "support/tiny_model.h"

typedef struct forward_fixture {
    edgeai_context *context;
    tiny_model model;
    eai_arena arena;
    eai_forward forward;
    eai_readout readout;
} forward_fixture;

/* The test fails where this does. Rows have spec->n_context tokens at most. */
forward_fixture *forward_fixture_make(const tiny_model_spec *spec, int n_threads);
void forward_fixture_free(forward_fixture *f);

/* n floats around 0, the same for the same seed. */
void fill_random(float *x, size_t n, uint64_t seed);

/* The rows of a planned matrix as float32, [n_out, n_in]; the caller frees them. */
float *dense_rows(const eai_matmul *plan);

#endif
