/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/forward_fixture.h"

/* More rows than go through together, so that groups are joined too. */
enum { N = EAI_MOE_ROWS + 5, E = 32, F = 24, X = 5, USED = 2 };

typedef struct weights {
    float *router, *gate, *up, *down;
} weights;

static double silu(double x)
{
    return x / (1.0 + exp(-x));
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)a[i] * b[i];
    return sum;
}

/* The USED most probable experts in turn, and their weights. */
static void route(const weights *w, const float *x, bool renormalise, int chosen[USED],
                  double weight[USED])
{
    double p[X], sum = 0.0, kept = 0.0;
    for (int e = 0; e < X; e++)
        sum += p[e] = exp(dot(w->router + e * E, x, E));
    for (int k = 0; k < USED; k++) {
        int best = 0;
        for (int e = 1; e < X; e++)
            if (p[e] > p[best]) best = e;
        chosen[k] = best;
        weight[k] = p[best] / sum;
        kept += weight[k];
        p[best] = -1.0;
    }
    for (int k = 0; k < USED && renormalise; k++)
        weight[k] /= kept;
}

static void check_row(const weights *w, const float *x, const double *before, const float *after,
                      bool renormalise)
{
    int chosen[USED];
    double weight[USED], y[E];
    memcpy(y, before, sizeof y);
    route(w, x, renormalise, chosen, weight);
    for (int k = 0; k < USED; k++) {
        const size_t e = (size_t)chosen[k];
        float inner[F];
        for (size_t i = 0; i < F; i++)
            inner[i] = (float)(silu(dot(w->gate + (e * F + i) * E, x, E)) *
                               dot(w->up + (e * F + i) * E, x, E));
        for (size_t j = 0; j < E; j++)
            y[j] += weight[k] * dot(w->down + (e * E + j) * F, inner, F);
    }
    for (size_t j = 0; j < E; j++)
        assert_close(after[j], y[j], 1e-5, 0);
}

static forward_fixture *make(const char *architecture)
{
    tiny_model_spec spec = tiny_model_spec_make(architecture);
    spec.n_embd = E;
    spec.n_ff = F;
    spec.n_experts = X;
    spec.n_experts_used = USED;
    spec.n_context = N;
    return forward_fixture_make(&spec, 2);
}

static void check_architecture(const char *architecture, bool renormalise)
{
    forward_fixture *f = make(architecture);
    const eai_lm_layer *layer = &f->model.lm->layers[0];
    const weights w = {dense_rows(&layer->router), dense_rows(&layer->gate), dense_rows(&layer->up),
                       dense_rows(&layer->down)};
    double *before = malloc(N * E * sizeof *before);
    assert_non_null(before);
    fill_random(f->forward.normed, N * E, 1);
    fill_random(f->forward.hidden, N * E, 2);
    for (size_t i = 0; i < N * E; i++)
        before[i] = f->forward.hidden[i];
    eai_moe_run(&f->forward, layer, N);
    for (size_t i = 0; i < N; i++)
        check_row(&w, f->forward.normed + i * E, before + i * E, f->forward.hidden + i * E,
                  renormalise);
    free(before);
    free(w.router);
    free(w.gate);
    free(w.up);
    free(w.down);
    forward_fixture_free(f);
}

static void test_weights_as_they_are(void **state)
{
    (void)state;
    check_architecture("llada-moe", false);
}

static void test_weights_renormalised(void **state)
{
    (void)state;
    check_architecture("rnd1", true);
}

/* Inputs that are no numbers choose some experts all the same. */
static void test_broken_inputs(void **state)
{
    (void)state;
    forward_fixture *f = make("rnd1");
    for (size_t i = 0; i < N * E; i++)
        f->forward.normed[i] = NAN;
    eai_moe_run(&f->forward, &f->model.lm->layers[0], N);
    for (size_t i = 0; i < EAI_MOE_ROWS * USED; i++)
        assert_in_range(f->forward.moe.experts[i], 0, X - 1);
    forward_fixture_free(f);
}

/* On a tie the experts with the lower numbers are taken. */
static void test_ties(void **state)
{
    (void)state;
    forward_fixture *f = make("llada-moe");
    memset(f->forward.normed, 0, E * sizeof *f->forward.normed);
    eai_moe_run(&f->forward, &f->model.lm->layers[0], 1);
    assert_int_equal(f->forward.moe.experts[0], 0);
    assert_int_equal(f->forward.moe.experts[1], 1);
    assert_close(f->forward.moe.weights[0], 1.0 / X, 1e-6, 0);
    forward_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights_as_they_are),
        cmocka_unit_test(test_weights_renormalised),
        cmocka_unit_test(test_broken_inputs),
        cmocka_unit_test(test_ties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
