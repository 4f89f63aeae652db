/* SPDX-License-Identifier: MIT */

/*
 * Attention of one head on one thread: the kernel in use and the reference's formulation with
 * OpenBLAS's sgemm (scores of 64 queries, their softmax, the values), in turn, after a large
 * sgemm to compare both with. Not a test; run it by hand:
 *
 *     build/release/tests/bench/attention_rate [queries keys head_dim stride]
 */

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "kernels/kernels.h"
#include "platform/cpu.h"
#include "support/check.h"

enum { N_ROUNDS = 15, QUERY_BLOCK = 64 };

static float *filled(size_t n)
{
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((i * 2654435761u) % 1001) / 1000.0f - 0.5f;
    return x;
}

static void with_sgemm(const eai_kernels *kernels, float *out, const float *query,
                       const float *keys, const float *values, const eai_attention_shape *s,
                       float *scores)
{
    const blasint dim = (blasint)s->head_dim, n_keys = (blasint)s->n_keys;
    const blasint q_stride = (blasint)s->query_stride, k_stride = (blasint)s->key_stride;
    for (size_t i = 0; i < s->n_queries; i += QUERY_BLOCK) {
        const size_t n = s->n_queries - i < QUERY_BLOCK ? s->n_queries - i : QUERY_BLOCK;
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)n, n_keys, dim, 1.0f,
                    query + i * s->query_stride, q_stride, keys, k_stride, 0.0f, scores, n_keys);
        for (size_t row = 0; row < n; row++)
            kernels->softmax(scores + row * s->n_keys, s->n_keys, s->scale);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)n, dim, n_keys, 1.0f,
                    scores, n_keys, values, k_stride, 0.0f, out + i * s->query_stride, q_stride);
    }
}

/* GFLOP/s of sgemm at a size that suits it: what a core can do, or little less. */
static double best_rate(void)
{
    enum { N = 384 };
    float *a = filled(N * N), *b = filled(N * N), *c = filled(N * N);
    double best = 1e30;
    for (int round = 0; round < N_ROUNDS; round++) {
        double begin = eai_clock_ms();
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1.0f, a, N, b, N, 0.0f, c,
                    N);
        best = fmin(best, eai_clock_ms() - begin);
    }
    free(a), free(b), free(c);
    return 2e-6 * N * N * N / best;
}

static void measure(const eai_kernels *kernels, size_t n_queries, size_t n_keys, size_t head_dim,
                    size_t stride)
{
    const eai_attention_shape s = {n_queries, n_keys, head_dim,
                                   stride,    stride, (float)(1.0 / sqrt((double)head_dim))};
    float *query = filled(n_queries * stride), *out = filled(n_queries * stride);
    float *keys = filled(n_keys * stride), *values = filled(n_keys * stride);
    float *scratch = filled(eai_attention_scratch(n_keys, head_dim));
    float *scores = filled(QUERY_BLOCK * n_keys);
    const double flop = 4e-6 * (double)(n_queries * n_keys * head_dim);
    const int repeats = 1 + (int)(40.0 / flop);
    double kernel = 1e30, sgemm = 1e30;
    for (int round = 0; round < N_ROUNDS; round++) {
        double begin = eai_clock_ms();
        for (int i = 0; i < repeats; i++)
            kernels->attention(out, query, keys, values, &s, scratch);
        kernel = fmin(kernel, (eai_clock_ms() - begin) / repeats);
        begin = eai_clock_ms();
        for (int i = 0; i < repeats; i++)
            with_sgemm(kernels, out, query, keys, values, &s, scores);
        sgemm = fmin(sgemm, (eai_clock_ms() - begin) / repeats);
    }
    printf("%7zu %6zu %8zu %6zu %10.4f %8.1f %10.4f %8.1f %7.2f\n", n_queries, n_keys, head_dim,
           stride, kernel, flop / kernel, sgemm, flop / sgemm, sgemm / kernel);
    free(query), free(out), free(keys), free(values), free(scratch), free(scores);
}

int main(int argc, char **argv)
{
    static const size_t shapes[][4] = {
        {32, 96, 32, 128},     {32, 96, 32, 32},      {1, 512, 128, 4096},  {8, 512, 128, 4096},
        {16, 512, 128, 4096},  {128, 128, 64, 512},   {128, 512, 64, 512},  {128, 2048, 64, 512},
        {128, 128, 128, 4096}, {128, 512, 128, 4096}, {128, 512, 128, 512}, {128, 2048, 128, 4096},
        {128, 2048, 128, 512},
    };
    eai_kernels kernels = {0};
    eai_kernels_init(&kernels, eai_cpu_detect());
    openblas_set_num_threads(1);
    printf("sgemm of 384 x 384 x 384: %.1f GFLOP/s\n", best_rate());
    printf("queries   keys head_dim stride  kernel ms  GFLOP/s   sgemm ms  GFLOP/s   ratio\n");
    if (argc == 5)
        measure(&kernels, (size_t)atoi(argv[1]), (size_t)atoi(argv[2]), (size_t)atoi(argv[3]),
                (size_t)atoi(argv[4]));
    else
        for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
            measure(&kernels, shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3]);
    return 0;
}
