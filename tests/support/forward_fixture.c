/* SPDX-License-Identifier: MIT */
#include "support/forward_fixture.h"

#include <stdlib.h>

#include "base/rng.h"
#include "platform/context_internal.h"
#include "support/check.h"

static void plan(forward_fixture *f, size_t n, eai_arena *arena)
{
    eai_forward_plan(&f->forward, f->model.lm, n, true, eai_readout_scratch(f->model.lm, n), arena);
    eai_readout_plan(&f->readout, f->model.lm, n, arena);
}

forward_fixture *forward_fixture_make(const tiny_model_spec *spec, int n_threads)
{
    forward_fixture *f = calloc(1, sizeof *f);
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    eai_arena counting = {0};
    assert_non_null(f);
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&f->context, &options));
    tiny_model_open(&f->model, f->context, spec);
    plan(f, spec->n_context, &counting);
    assert_true(eai_arena_init(&f->arena, &f->context->allocator, counting.used, "test"));
    plan(f, spec->n_context, &f->arena);
    assert_int_equal(f->arena.used, counting.used);
    eai_forward_ready(&f->forward);
    return f;
}

void forward_fixture_free(forward_fixture *f)
{
    eai_arena_free(&f->arena, &f->context->allocator);
    tiny_model_close(&f->model);
    edgeai_context_free(f->context);
    free(f);
}

void fill_random(float *x, size_t n, uint64_t seed)
{
    eai_rng rng;
    eai_rng_seed(&rng, seed);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(2.0 * eai_rng_uniform(&rng) - 1.0);
}

float *dense_rows(const eai_matmul *plan)
{
    const size_t n = plan->n_in * plan->n_out;
    float *rows = malloc(n * sizeof *rows);
    assert_non_null(rows);
    assert_ok(edgeai_dequantize(plan->format.dtype, plan->rows, rows, n));
    return rows;
}
