/* SPDX-License-Identifier: MIT */

/*
 * Convolutions on one thread, in turn with OpenBLAS's sgemm of the same product (patches given, no
 * epilogue), which a float32 convolution by matrix products cannot beat. Each way that can compute
 * the layer is measured; `rate` is sgemm's time over the way's. Not a test; run it by hand:
 *
 *     build/release/tests/bench/conv_rate [f32 | s8 | ternary8 [size channels kernel [groups]]]
 */

#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "conv/conv_internal.h"
#include "support/check.h"
#include "support/conv_case.h"

enum { N_ROUNDS = 12, N_WAYS = 8 };

static float *filled(size_t n)
{
    float *x = aligned_alloc(64, (n * sizeof *x + 63) / 64 * 64);
    assert_non_null(x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)((i * 2654435761u) % 1001) / 1000.0f - 0.5f;
    return x;
}

typedef struct runner {
    const char *name;
    eai_conv *conv;
    void *scratch;
    double best, estimate;
} runner;

static void measure(edgeai_context *context, const conv_case *c)
{
    static const eai_conv_way *const ways[] = {
        &eai_conv_way_gemm,      &eai_conv_way_winograd,    &eai_conv_way_winograd2,
        &eai_conv_way_winograd8, &eai_conv_way_winograd8_2, &eai_conv_way_depthwise,
        &eai_conv_way_ternary8,
    };
    const eai_conv_problem *p = &c->problem;
    const eai_conv_shape *s = &p->shape;
    const size_t m = s->n * s->out_h * s->out_w, n = s->out_c;
    const size_t k = s->in_c / s->groups * s->kernel_h * s->kernel_w;
    runner runners[N_WAYS];
    eai_kernels kernels;
    size_t n_runners = 0;
    eai_kernels_init(&kernels, 1);
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i]->cost(p, &kernels) < 0.0) continue;
        if (ways[i] == &eai_conv_way_gemm && s->groups == s->in_c) continue; /* takes for ever */
        runner *r = &runners[n_runners++];
        assert_ok(eai_conv_create_way(&r->conv, context, p, ways[i]));
        r->name = eai_conv_method(r->conv);
        r->estimate = ways[i]->cost(p, &kernels);
        r->scratch = filled(eai_conv_scratch_bytes(r->conv) / 4 + 16);
        r->best = 1e30;
    }
    float *a = filled(m * k), *b = filled(k * n), *out = filled(m * n);
    const double mac = (double)m * (double)k * (double)n;
    const int repeats = 1 + (int)(4e7 / mac);
    double sgemm = 1e30;
    for (int round = 0; round < N_ROUNDS; round++) {
        double begin = eai_clock_ms();
        for (int i = 0; i < repeats; i++)
            cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)m, (blasint)n,
                        (blasint)k, 1.0f, a, (blasint)k, b, (blasint)n, 0.0f, out, (blasint)n);
        sgemm = fmin(sgemm, (eai_clock_ms() - begin) / repeats);
        for (size_t i = 0; i < n_runners; i++) {
            begin = eai_clock_ms();
            for (int j = 0; j < repeats; j++)
                eai_conv_run(runners[i].conv, context, c->x, c->residual, out, runners[i].scratch);
            runners[i].best = fmin(runners[i].best, (eai_clock_ms() - begin) / repeats);
        }
    }
    printf("%zu x %zu x %zu, kernel %zu, groups %zu: sgemm %.4f ms, %.1f GMAC/s\n", s->in_h,
           s->in_w, s->in_c, s->kernel_h, s->groups, sgemm, 1e-6 * mac / sgemm);
    for (size_t i = 0; i < n_runners; i++) {
        printf("    %-20s %10.4f ms %8.1f GMAC/s   rate %.2f   %zu KiB of weights   %.3g kcycles "
               "expected\n",
               runners[i].name, runners[i].best, 1e-6 * mac / runners[i].best,
               sgemm / runners[i].best, eai_conv_weight_bytes(runners[i].conv) / 1024,
               1e-3 * runners[i].estimate);
        eai_conv_free(runners[i].conv);
        free(runners[i].scratch);
    }
    free(a), free(b), free(out);
}

static const char *const types[] = {"f32", "s8", "ternary8"};

static void layer(edgeai_context *context, size_t type, size_t size, size_t channels, size_t kernel,
                  size_t groups)
{
    static const eai_conv_weights weights[] = {EAI_CONV_WEIGHTS_F32, EAI_CONV_WEIGHTS_S8,
                                               EAI_CONV_WEIGHTS_TERNARY};
    const bool has_floats = type == 0;
    eai_conv_problem p = {
        .shape = conv_case_shape(1, size, size, channels, channels, kernel, 1, kernel / 2),
        .input_type = has_floats ? EAI_CONV_F32 : EAI_CONV_S8,
        .input_zero = has_floats ? 0 : 3,
        .weights_type = weights[type],
        .epilogue = {.activation = EAI_CONV_RELU,
                     .output_type = has_floats ? EAI_CONV_F32 : EAI_CONV_S8,
                     .output_inverse_scale = 60.0f}};
    conv_case c;
    p.shape.groups = groups;
    conv_case_make(&c, &p, 1);
    measure(context, &c);
    conv_case_free(&c);
}

int main(int argc, char **argv)
{
    static const size_t layers[][3] = {{56, 64, 3}, {28, 128, 3}, {14, 256, 3}, {28, 128, 1}};
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    edgeai_context *context;
    options.n_threads = 1;
    openblas_set_num_threads(1);
    assert_ok(edgeai_context_create(&context, &options));
    for (size_t type = 0; type < sizeof types / sizeof types[0]; type++) {
        if (argc > 1 && strcmp(argv[1], types[type]) != 0) continue;
        puts(types[type]);
        if (argc > 4)
            layer(context, type, strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10),
                  strtoul(argv[4], NULL, 10), argc > 5 ? strtoul(argv[5], NULL, 10) : 1);
        else
            for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++)
                layer(context, type, layers[i][0], layers[i][1], layers[i][2], 1);
    }
    edgeai_context_free(context);
    return 0;
}
