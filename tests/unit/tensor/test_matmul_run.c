/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "support/check.h"
#include "support/matmul_fixture.h"

/* Two parts of a matrix from the same inputs, and from fewer of them. */
static void test_jobs_side_by_side(void **state)
{
    (void)state;
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q4_0, false, 2);
    eai_matmul first = eai_matmul_rows(&f->plan, 0, 20), last = eai_matmul_rows(&f->plan, 20, 33);
    for (size_t n = 2; n <= MATMUL_N; n += MATMUL_N - 2) {
        memset(f->y, 0, sizeof f->y);
        const eai_matmul_job jobs[] = {
            {&first, f->x, f->n_in, MATMUL_N, f->y, MATMUL_STRIDE, false},
            {&last, f->x, f->n_in, n, f->y + 20, MATMUL_STRIDE, false},
        };
        eai_matmul_run(f->context, jobs, 2, f->scratch);
        for (size_t i = 0; i < MATMUL_N; i++)
            for (size_t m = 0; m < f->n_out; m++)
                if (m < 20 || i < n)
                    assert_close(f->y[i * MATMUL_STRIDE + m], f->expected[i * f->n_out + m],
                                 2e-6 * f->magnitude, 0);
                else
                    assert_true(f->y[i * MATMUL_STRIDE + m] == 0.0f);
    }
    matmul_fixture_free(f);
}

/* More jobs than run together, and less room for prepared rows than one of them has. */
static void test_many_jobs_in_little_room(void **state)
{
    (void)state;
    enum { N_JOBS = 150 };
    matmul_fixture *f = matmul_fixture_make(EDGEAI_DTYPE_Q8_0, false, 2);
    static eai_matmul_job jobs[N_JOBS];
    float *y = calloc((size_t)N_JOBS * f->n_out, sizeof *y);
    assert_non_null(y);
    for (size_t i = 0; i < N_JOBS; i++)
        jobs[i] = (eai_matmul_job){
            &f->plan, f->x + i % MATMUL_N * f->n_in, f->n_in, 1, y + i * f->n_out, f->n_out, false};
    eai_matmul_run(f->context, jobs, N_JOBS, f->scratch);
    for (size_t i = 0; i < N_JOBS; i++)
        for (size_t m = 0; m < f->n_out; m++)
            assert_close(y[i * f->n_out + m], f->expected[i % MATMUL_N * f->n_out + m],
                         2e-6 * f->magnitude, 0);
    free(y);
    f->scratch.prepared_bytes = eai_matmul_prepared_bytes(&f->plan, EAI_ROW_GROUP);
    matmul_fixture_run(f, &f->plan, MATMUL_N, false);
    for (size_t i = 0; i < MATMUL_N; i++)
        for (size_t m = 0; m < f->n_out; m++)
            assert_close(f->y[i * MATMUL_STRIDE + m], f->expected[i * f->n_out + m],
                         2e-6 * f->magnitude, 0);
    matmul_fixture_free(f);
}

/* Large enough to be shared out, and more rows than are multiplied together. */
static void test_same_bits_for_any_thread_count(void **state)
{
    (void)state;
    enum { K = 256, M = 600, N = EAI_MATMUL_ROWS + 11 };
    float *weights = calloc(K * M, sizeof *weights), *x = calloc(N * K, sizeof *x);
    float *y[3];
    assert_non_null(weights);
    assert_non_null(x);
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    for (size_t i = 0; i < K * M; i++)
        weights[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    for (size_t i = 0; i < N * K; i++)
        x[i] = (float)eai_rng_uniform(&rng) - 0.5f;
    edgeai_tensor tensor = matmul_view(EDGEAI_DTYPE_F32, weights, K, M);
    for (int threads = 1; threads <= 3; threads++) {
        edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
        edgeai_matmul_options own = EDGEAI_MATMUL_OPTIONS_INIT;
        edgeai_context *context;
        edgeai_matmul *matmul;
        options.n_threads = threads;
        own.n_rows_max = N;
        assert_ok(edgeai_context_create(&context, &options));
        assert_ok(edgeai_matmul_create(&matmul, context, &tensor, &own));
        float *out = y[threads - 1] = calloc((size_t)N * M, sizeof *out);
        assert_non_null(out);
        assert_ok(edgeai_matmul_run(matmul, x, N, out));
        edgeai_matmul_free(matmul);
        edgeai_context_free(context);
        assert_memory_equal(out, y[0], (size_t)N * M * sizeof *out);
    }
    for (int i = 0; i < 3; i++)
        free(y[i]);
    free(weights);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_side_by_side),
        cmocka_unit_test(test_many_jobs_in_little_room),
        cmocka_unit_test(test_same_bits_for_any_thread_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
