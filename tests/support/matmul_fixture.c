/* SPDX-License-Identifier: MIT */
#include "support/matmul_fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

const edgeai_dtype matmul_dtypes[MATMUL_N_DTYPES] = {
    EDGEAI_DTYPE_F32,  EDGEAI_DTYPE_F16,    EDGEAI_DTYPE_BF16,  EDGEAI_DTYPE_Q4_0,
    EDGEAI_DTYPE_Q4_1, EDGEAI_DTYPE_Q5_0,   EDGEAI_DTYPE_Q5_1,  EDGEAI_DTYPE_Q8_0,
    EDGEAI_DTYPE_Q2_K, EDGEAI_DTYPE_Q3_K,   EDGEAI_DTYPE_Q4_K,  EDGEAI_DTYPE_Q5_K,
    EDGEAI_DTYPE_Q6_K, EDGEAI_DTYPE_IQ4_NL, EDGEAI_DTYPE_TQ1_0, EDGEAI_DTYPE_TQ2_0,
};

edgeai_tensor matmul_view(edgeai_dtype dtype, const void *data, int64_t k, int64_t m)
{
    return (edgeai_tensor){.name = "w",
                           .dtype = dtype,
                           .n_dims = 2,
                           .shape = {k, m, 1, 1},
                           .data = data,
                           .data_bytes = edgeai_dtype_row_bytes(dtype, k * m)};
}

static float uniform(eai_rng *rng)
{
    return (float)eai_rng_uniform(rng) - 0.5f;
}

/* x as the product sees it: in float64, from the definition. */
static void see_inputs(double *seen, const float *x, size_t n, bool rounded)
{
    for (size_t first = 0; first < n; first += 32) {
        double max = 0.0;
        for (size_t i = first; i < first + 32 && i < n; i++)
            max = fmax(max, fabs((double)x[i]));
        for (size_t i = first; i < first + 32 && i < n; i++)
            seen[i] = rounded && max > 0.0 ? rint(x[i] * 127.0 / max) * max / 127.0 : x[i];
    }
}

static void expect(matmul_fixture *f, const float *weights, bool rounded)
{
    double seen[MATMUL_K_MAX];
    for (size_t n = 0; n < MATMUL_N; n++) {
        see_inputs(seen, f->x + n * f->n_in, f->n_in, rounded);
        for (size_t m = 0; m < f->n_out; m++) {
            double sum = 0.0, magnitude = 0.0;
            for (size_t k = 0; k < f->n_in; k++) {
                sum += seen[k] * weights[m * f->n_in + k];
                magnitude += fabs(seen[k] * weights[m * f->n_in + k]);
            }
            f->expected[n * f->n_out + m] = sum;
            f->magnitude = fmax(f->magnitude, magnitude);
        }
    }
}

static edgeai_context *make_context(int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static void make_scratch(matmul_fixture *f, int n_threads)
{
    f->scratch.slot_floats = (eai_matmul_scratch() + 15) & ~(size_t)15;
    f->scratch.floats =
        aligned_alloc(64, (size_t)n_threads * f->scratch.slot_floats * sizeof(float));
    f->scratch.prepared_bytes = eai_matmul_prepared_bytes(&f->plan, MATMUL_N);
    f->scratch.prepared = aligned_alloc(64, f->scratch.prepared_bytes);
    assert_non_null(f->scratch.floats);
    assert_non_null(f->scratch.prepared);
}

matmul_fixture *matmul_fixture_make(edgeai_dtype dtype, bool exact, int n_threads)
{
    matmul_fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    const int block = edgeai_dtype_block_elements(dtype);
    f->n_in = block == 256 ? 512 : block == 32 ? 352 : 301;
    f->n_out = MATMUL_M_MAX;
    const size_t n = f->n_in * f->n_out;
    float *weights = malloc(n * sizeof *weights);
    f->blocks = malloc(edgeai_dtype_row_bytes(dtype, (int64_t)n));
    assert_non_null(weights);
    assert_non_null(f->blocks);
    for (size_t i = 0; i < n; i++)
        weights[i] = uniform(&rng);
    assert_ok(edgeai_quantize(dtype, weights, f->blocks, n));
    assert_ok(edgeai_dequantize(dtype, f->blocks, weights, n));
    for (size_t i = 0; i < MATMUL_N * f->n_in; i++)
        f->x[i] = uniform(&rng);
    for (size_t i = 0; i < f->n_out; i++)
        f->bias[i] = uniform(&rng);
    f->tensor = matmul_view(dtype, f->blocks, (int64_t)f->n_in, (int64_t)f->n_out);
    eai_kernels_init(&f->kernels, eai_cpu_detect());
    assert_ok(eai_matmul_plan(&f->plan, &f->tensor, exact, &f->kernels));
    expect(f, weights, f->plan.format.kind != EAI_TILE_F32);
    free(weights);
    f->context = make_context(n_threads);
    make_scratch(f, n_threads);
    return f;
}

void matmul_fixture_pack(matmul_fixture *f)
{
    f->packed = aligned_alloc(64, (eai_matmul_packed_bytes(&f->plan) + 63) & ~(size_t)63);
    assert_non_null(f->packed);
    eai_matmul_pack(&f->plan, f->context, f->packed, &f->scratch);
}

void matmul_fixture_run(matmul_fixture *f, const eai_matmul *plan, size_t n, bool accumulate)
{
    const eai_matmul_job job = {plan, f->x, f->n_in, n, f->y, MATMUL_STRIDE, accumulate};
    eai_matmul_run(f->context, &job, 1, f->scratch);
}

void matmul_fixture_free(matmul_fixture *f)
{
    free(f->packed);
    free(f->scratch.floats);
    free(f->scratch.prepared);
    free(f->blocks);
    edgeai_context_free(f->context);
    free(f);
}
