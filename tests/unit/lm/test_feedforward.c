/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/forward_fixture.h"

/* More rows than go through together, so that groups are joined too. */
enum { N = EAI_FFN_ROWS + 9, E = 32, F = 48 };

static double silu(double x)
{
    return x / (1.0 + exp(-x));
}

static void check_row(const float *x, const double *before, const float *after, const float *gate,
                      const float *up, const float *down, const eai_lm_layer *layer)
{
    double inner[F];
    for (size_t i = 0; i < F; i++) {
        double g = layer->gate.bias[i], u = layer->up.bias[i];
        for (size_t k = 0; k < E; k++) {
            g += (double)gate[i * E + k] * x[k];
            u += (double)up[i * E + k] * x[k];
        }
        inner[i] = silu(g) * u;
    }
    for (size_t k = 0; k < E; k++) {
        double y = before[k] + layer->down.bias[k];
        for (size_t i = 0; i < F; i++)
            y += down[k * F + i] * inner[i];
        assert_close(after[k], y, 1e-5, 0);
    }
}

static void test_dense(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.extras = 1; /* biases */
    spec.n_embd = E;
    spec.n_ff = F;
    spec.n_context = N;
    forward_fixture *f = forward_fixture_make(&spec, 2);
    const eai_lm_layer *layer = &f->model.lm->layers[1];
    float *gate = dense_rows(&layer->gate), *up = dense_rows(&layer->up);
    float *down = dense_rows(&layer->down);
    double *before = malloc(N * E * sizeof *before);
    assert_non_null(before);
    fill_random(f->forward.normed, N * E, 1);
    fill_random(f->forward.hidden, N * E, 2);
    for (size_t i = 0; i < N * E; i++)
        before[i] = f->forward.hidden[i];
    eai_dense_run(&f->forward, layer, N);
    for (size_t i = 0; i < N; i++)
        check_row(f->forward.normed + i * E, before + i * E, f->forward.hidden + i * E, gate, up,
                  down, layer);
    free(before);
    free(gate);
    free(up);
    free(down);
    forward_fixture_free(f);
}

static void test_norm_rows(void **state)
{
    (void)state;
    tiny_model_spec spec = tiny_model_spec_make("llada");
    forward_fixture *f = forward_fixture_make(&spec, 2);
    float x[17 * 4], y[17 * 4];
    const float weight[] = {1.0f, 2.0f, 3.0f, 4.0f};
    fill_random(x, 17 * 4, 3);
    eai_norm_rows(&f->forward, y, x, weight, 17, 4); /* one more than a block */
    for (size_t i = 0; i < 17; i++) {
        double mean = 0.0;
        for (size_t k = 0; k < 4; k++)
            mean += (double)x[i * 4 + k] * x[i * 4 + k] / 4.0;
        for (size_t k = 0; k < 4; k++)
            assert_close(y[i * 4 + k], weight[k] * x[i * 4 + k] / sqrt(mean + 1e-5), 1e-6, 1e-5);
    }
    forward_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dense),
        cmocka_unit_test(test_norm_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
