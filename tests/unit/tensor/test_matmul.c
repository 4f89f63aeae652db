/* SPDX-License-Identifier: MIT */
#include "tensor/matmul.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N = 5, K = 64, M = 300, STRIDE = 320 };

static eai_kernels kernels;

typedef struct fixture {
    edgeai_context *context;
    float weights[M * K], x[N * K], y[N * STRIDE], bias[M];
    double expected[N * M];
    edgeai_tensor tensor;
    eai_matmul plan;
    eai_scratch scratch;
} fixture;

static edgeai_context *make_context(int n_threads)
{
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = n_threads;
    assert_ok(edgeai_context_create(&context, &options));
    return context;
}

static edgeai_tensor view(edgeai_dtype dtype, const void *data, int64_t k, int64_t m)
{
    return (edgeai_tensor){.name = "w",
                           .dtype = dtype,
                           .n_dims = 2,
                           .shape = {k, m, 1, 1},
                           .data = data,
                           .data_bytes = edgeai_dtype_row_bytes(dtype, k * m)};
}

static fixture *make_fixture(int n_threads)
{
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    f->context = make_context(n_threads);
    eai_kernels_init(&kernels, eai_cpu_detect());
    for (size_t i = 0; i < M * K; i++)
        f->weights[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    for (size_t i = 0; i < N * K; i++)
        f->x[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    for (size_t i = 0; i < M; i++)
        f->bias[i] = (float)eai_rng_uniform(&rng);
    for (size_t n = 0; n < N; n++)
        for (size_t m = 0; m < M; m++)
            for (size_t k = 0; k < K; k++)
                f->expected[n * M + m] += (double)f->x[n * K + k] * f->weights[m * K + k];
    f->tensor = view(EDGEAI_DTYPE_F32, f->weights, K, M);
    assert_ok(eai_matmul_plan(&f->plan, &f->tensor, &kernels));
    f->scratch.slot_floats = 256 * K;
    f->scratch.floats = malloc((size_t)n_threads * f->scratch.slot_floats * sizeof(float));
    assert_non_null(f->scratch.floats);
    return f;
}

static void free_fixture(fixture *f)
{
    free(f->scratch.floats);
    edgeai_context_free(f->context);
    free(f);
}

static void run(fixture *f, const eai_matmul *plan, bool accumulate)
{
    const eai_matmul_job job = {plan, f->x, K, N, f->y, STRIDE, accumulate};
    eai_matmul_run(f->context, &job, 1, f->scratch);
}

static void test_product(void **state)
{
    (void)state;
    fixture *f = make_fixture(2);
    assert_int_equal(eai_matmul_scratch(&f->plan), 0); /* float32 is used where it lies */
    for (size_t i = 0; i < N * STRIDE; i++)
        f->y[i] = 7.0f;
    run(f, &f->plan, false);
    for (size_t n = 0; n < N; n++) {
        for (size_t m = 0; m < M; m++)
            assert_close(f->y[n * STRIDE + m], f->expected[n * M + m], 1e-5, 0);
        for (size_t m = M; m < STRIDE; m++)
            assert_true(f->y[n * STRIDE + m] == 7.0f);
    }
    free_fixture(f);
}

static void test_bias_and_accumulation(void **state)
{
    (void)state;
    fixture *f = make_fixture(2);
    f->plan.bias = f->bias;
    run(f, &f->plan, false);
    run(f, &f->plan, true);
    for (size_t n = 0; n < N; n++)
        for (size_t m = 0; m < M; m++)
            assert_close(f->y[n * STRIDE + m], 2.0 * (f->expected[n * M + m] + f->bias[m]), 1e-5,
                         0);
    free_fixture(f);
}

/* Rows that lie at an odd address, as in-memory files can have them, are converted like others. */
static void test_unaligned_rows(void **state)
{
    (void)state;
    fixture *f = make_fixture(1);
    static unsigned char odd[M * K * 4 + 1];
    memcpy(odd + 1, f->weights, sizeof f->weights);
    edgeai_tensor tensor = view(EDGEAI_DTYPE_F32, odd + 1, K, M);
    eai_matmul plan;
    assert_ok(eai_matmul_plan(&plan, &tensor, &kernels));
    assert_true(eai_matmul_scratch(&plan) > 0);
    assert_true(eai_matmul_scratch(&plan) <= f->scratch.slot_floats);
    run(f, &plan, false);
    for (size_t m = 0; m < M; m++)
        assert_close(f->y[m], f->expected[m], 1e-5, 0);
    free_fixture(f);
}

static void test_half_weights(void **state)
{
    (void)state;
    fixture *f = make_fixture(2);
    static uint16_t halves[M * K];
    assert_ok(edgeai_quantize(EDGEAI_DTYPE_F16, f->weights, halves, M * K));
    edgeai_tensor tensor = view(EDGEAI_DTYPE_F16, halves, K, M);
    eai_matmul plan;
    assert_ok(eai_matmul_plan(&plan, &tensor, &kernels));
    run(f, &plan, false);
    for (size_t n = 0; n < N; n++)
        for (size_t m = 0; m < M; m++)
            assert_close(f->y[n * STRIDE + m], f->expected[n * M + m], 3e-3, 0);
    free_fixture(f);
}

static void test_part_of_the_rows(void **state)
{
    (void)state;
    fixture *f = make_fixture(1);
    f->plan.bias = f->bias;
    eai_matmul part = eai_matmul_rows(&f->plan, 70, 33);
    run(f, &part, false);
    for (size_t m = 0; m < 33; m++)
        assert_close(f->y[m], f->expected[70 + m] + f->bias[70 + m], 1e-5, 0);
    free_fixture(f);
}

static void test_jobs_side_by_side(void **state)
{
    (void)state;
    fixture *f = make_fixture(2);
    eai_matmul first = eai_matmul_rows(&f->plan, 0, 100),
               last = eai_matmul_rows(&f->plan, 100, 200);
    const eai_matmul_job jobs[] = {
        {&first, f->x, K, N, f->y, STRIDE, false},
        {&last, f->x, K, 2, f->y + 100, STRIDE, false}, /* fewer rows than the other */
    };
    eai_matmul_run(f->context, jobs, 2, f->scratch);
    for (size_t n = 0; n < N; n++)
        for (size_t m = 0; m < M; m++)
            if (m < 100 || n < 2)
                assert_close(f->y[n * STRIDE + m], f->expected[n * M + m], 1e-5, 0);
            else
                assert_true(f->y[n * STRIDE + m] == 0.0f);
    free_fixture(f);
}

static void test_same_bits_for_any_thread_count(void **state)
{
    (void)state;
    enum { BIG_K = 512, BIG_M = 2048, BIG_N = 40 };
    float *weights = calloc(BIG_K * BIG_M, sizeof *weights), *x = calloc(BIG_N * BIG_K, sizeof *x);
    float *y[3];
    assert_non_null(weights);
    assert_non_null(x);
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    for (size_t i = 0; i < BIG_K * BIG_M; i++)
        weights[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    for (size_t i = 0; i < BIG_N * BIG_K; i++)
        x[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    edgeai_tensor tensor = view(EDGEAI_DTYPE_F32, weights, BIG_K, BIG_M);
    eai_matmul plan;
    assert_ok(eai_matmul_plan(&plan, &tensor, &kernels));
    for (int threads = 1; threads <= 3; threads++) {
        edgeai_context *context = make_context(threads);
        float *out = y[threads - 1] = calloc(BIG_N * BIG_M, sizeof *out);
        assert_non_null(out);
        const eai_matmul_job job = {&plan, x, BIG_K, BIG_N, out, BIG_M, false};
        eai_matmul_run(context, &job, 1, (eai_scratch){0});
        edgeai_context_free(context);
        assert_memory_equal(out, y[0], BIG_N * BIG_M * sizeof *out);
    }
    for (int i = 0; i < 3; i++)
        free(y[i]);
    free(weights);
    free(x);
}

/* Any number of rows, with and without the cutting for small products. */
static void test_row_counts(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 5, 16, 47, 48, 49, 100};
    fixture *f = make_fixture(2);
    float *x = malloc(100 * K * sizeof *x), *y = malloc(100 * M * sizeof *y);
    assert_non_null(x);
    assert_non_null(y);
    for (size_t i = 0; i < 100; i++)
        memcpy(x + i * K, f->x + i % N * K, K * sizeof *x);
    for (int small = 0; small < 2; small++)
        for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
            f->plan.small_kernels = small;
            f->plan.bias = c % 2 ? f->bias : NULL;
            const eai_matmul_job job = {&f->plan, x, K, counts[c], y, M, false};
            eai_matmul_run(f->context, &job, 1, f->scratch);
            for (size_t i = 0; i < counts[c]; i++)
                for (size_t m = 0; m < M; m++)
                    assert_close(y[i * M + m],
                                 f->expected[i % N * M + m] + (c % 2 ? f->bias[m] : 0.0f), 1e-5, 0);
        }
    free(x);
    free(y);
    free_fixture(f);
}

static void test_refusals(void **state)
{
    (void)state;
    eai_matmul plan;
    static int32_t integers[64];
    static float floats[64];
    edgeai_tensor tensor = view(EDGEAI_DTYPE_I32, integers, 8, 8);
    assert_fails(eai_matmul_plan(&plan, &tensor, &kernels), EDGEAI_E_DTYPE);
    tensor = view(EDGEAI_DTYPE_F32, floats, (int64_t)1 << 40, 1);
    assert_fails(eai_matmul_plan(&plan, &tensor, &kernels), EDGEAI_E_SHAPE);
    tensor = view(EDGEAI_DTYPE_F32, floats, 8, 0);
    assert_fails(eai_matmul_plan(&plan, &tensor, &kernels), EDGEAI_E_SHAPE);
    assert_error_says("tensor w");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_product),
        cmocka_unit_test(test_bias_and_accumulation),
        cmocka_unit_test(test_unaligned_rows),
        cmocka_unit_test(test_half_weights),
        cmocka_unit_test(test_part_of_the_rows),
        cmocka_unit_test(test_jobs_side_by_side),
        cmocka_unit_test(test_same_bits_for_any_thread_count),
        cmocka_unit_test(test_row_counts),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
