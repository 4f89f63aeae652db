/* SPDX-License-Identifier: MIT */

/*
 * Forward pass against OpenBLAS: GFLOP/s of a whole pass over a row, and of OpenBLAS's own threaded
 * sgemm over the same matrices alone, in turn, on the same machine. Not a test; run it by hand:
 *
 *     build/release/tests/bench/forward_rate [positions] [embedding] [layers] [dtype]
 */

#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <edgeai/lm.h>

#include "base/clock.h"
#include "support/check.h"
#include "support/tiny_model.h"

enum { N_ROUNDS = 7, N_TOKENS_MAX = 4096 };

/* Multiply-adds of all matrices for one row. */
static double matrix_work(const edgeai_lm_info *info)
{
    double e = info->n_embd, q = info->n_heads * info->head_dim;
    double kv = info->n_kv_heads * info->head_dim;
    return info->n_layers * (e * (2 * q + 2 * kv) + 3 * e * info->n_ff) + e * info->n_vocab;
}

/* One product with every weight matrix of the file; embeddings serve as the head. */
static void all_products(const edgeai_model_file *file, int n, const float *x, float *y)
{
    for (size_t i = 0; i < edgeai_model_file_n_tensors(file); i++) {
        const edgeai_tensor *t = edgeai_model_file_tensor(file, i);
        if (t->n_dims != 2 || t->dtype != EDGEAI_DTYPE_F32) continue;
        const int k = (int)t->shape[0], m = (int)t->shape[1];
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, n, m, k, 1.0f, x, k, t->data, k, 0.0f,
                    y, m);
    }
}

static double forward_ms(const edgeai_denoiser *d, const int32_t *row, const int32_t *positions,
                         size_t n)
{
    static edgeai_prediction predictions[N_TOKENS_MAX];
    double begin = eai_clock_ms();
    assert_ok(d->predict(d->user, row, n, positions, n, predictions, NULL));
    return eai_clock_ms() - begin;
}

int main(int argc, char **argv)
{
    const int n = argc > 1 ? atoi(argv[1]) : 128, n_embd = argc > 2 ? atoi(argv[2]) : 2048;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.n_layers = argc > 3 ? (uint32_t)atoi(argv[3]) : 2;
    if (argc > 4) assert_ok(edgeai_dtype_from_name(argv[4], &spec.dtype));
    spec.n_embd = (uint32_t)n_embd;
    spec.n_heads = spec.n_kv_heads = spec.n_embd / (n_embd >= 1024 ? 128 : 64);
    spec.head_dim = spec.n_rot = spec.n_embd / spec.n_heads;
    spec.n_ff = 2 * spec.n_embd;
    spec.n_vocab = 2048;
    spec.tied = 1;
    spec.n_context = N_TOKENS_MAX;

    edgeai_context *context;
    tiny_model model;
    edgeai_lm_denoiser *denoiser;
    edgeai_lm_denoiser_options options = EDGEAI_LM_DENOISER_OPTIONS_INIT;
    edgeai_lm_info info = {.struct_size = sizeof info};
    options.n_tokens_max = (size_t)n;
    assert_in_range(n, 1, N_TOKENS_MAX);
    assert_ok(edgeai_context_create(&context, NULL));
    tiny_model_open(&model, context, &spec);
    edgeai_lm_get_info(model.lm, &info);
    assert_ok(edgeai_lm_denoiser_create(&denoiser, model.lm, &options));
    int32_t row[N_TOKENS_MAX], positions[N_TOKENS_MAX];
    for (int i = 0; i < n; i++) {
        row[i] = i % 40;
        positions[i] = i;
    }
    const size_t y_floats = (size_t)n * (size_t)(2 * n_embd > 2048 ? 2 * n_embd : 2048);
    float *x = calloc((size_t)n * 2 * (size_t)n_embd, sizeof *x), *y = calloc(y_floats, sizeof *y);
    assert_non_null(x);
    assert_non_null(y);
    for (int i = 0; i < 2 * n * n_embd; i++)
        x[i] = (float)(i % 17) / 16.0f - 0.5f;

    double forward = 1e30, products = 1e30;
    for (int round = 0; round < N_ROUNDS; round++) {
        openblas_set_num_threads(1);
        double ms = forward_ms(edgeai_lm_denoiser_interface(denoiser), row, positions, (size_t)n);
        if (ms < forward) forward = ms;
        openblas_set_num_threads(edgeai_context_threads(context));
        double begin = eai_clock_ms();
        all_products(model.file, n, x, y);
        ms = eai_clock_ms() - begin;
        if (ms < products) products = ms;
    }
    const double flop = 2.0 * n * matrix_work(&info) * 1e-6;
    printf("%d positions, embedding %d, %d layers, %d threads\n", n, n_embd, info.n_layers,
           edgeai_context_threads(context));
    printf("forward pass   %8.1f ms  %7.1f GFLOP/s\n", forward, flop / forward);
    if (spec.dtype == EDGEAI_DTYPE_F32)
        printf("sgemm alone    %8.1f ms  %7.1f GFLOP/s  (forward at %.2f of it)\n", products,
               flop / products, products / forward);
    free(x);
    free(y);
    edgeai_lm_denoiser_free(denoiser);
    tiny_model_close(&model);
    edgeai_context_free(context);
    return 0;
}
