/* SPDX-License-Identifier: MIT */
#include "lm/readout.h"

#include <math.h>
#include <stdlib.h>

#include "support/check.h"
#include "support/forward_fixture.h"

/* More rows than are read together, and more tokens than a tile has. */
enum { N = EAI_READ_ROWS + 3, E = 16, V = 700, MASK = 333, N_UNUSED = 20 };

static forward_fixture *make(void)
{
    tiny_model_spec spec = tiny_model_spec_make("llada");
    spec.n_embd = E;
    spec.n_vocab = V;
    spec.mask_token = MASK;
    spec.n_unused = N_UNUSED;
    spec.n_context = N;
    forward_fixture *f = forward_fixture_make(&spec, 2);
    fill_random(f->forward.normed, N * E, 1);
    for (size_t i = 0; i < N * E; i++)
        f->forward.normed[i] *= 5.0f;
    return f;
}

static void check_row(const edgeai_prediction *found, const double *logits)
{
    int32_t best = -1;
    double max = -INFINITY, second = -INFINITY, sum = 0.0, others = 0.0, entropy = 0.0;
    for (int32_t i = 0; i < V; i++)
        max = fmax(max, logits[i]);
    for (int32_t i = 0; i < V - N_UNUSED; i++)
        if (i != MASK && (best < 0 || logits[i] > logits[best])) best = i;
    for (int32_t i = 0; i < V; i++) {
        double e = exp(logits[i] - max);
        sum += e;
        if (i == best) continue;
        others += e;
        if (i != MASK && i < V - N_UNUSED) second = fmax(second, logits[i]);
    }
    for (int32_t i = 0; i < V; i++)
        entropy -= exp(logits[i] - max) / sum * (logits[i] - max - log(sum));
    assert_close(found->margin, logits[best] - second, 1e-4, 0);
    if (logits[best] - second > 1e-4) assert_int_equal(found->token, best);
    assert_close(found->confidence, exp(logits[best] - max) / sum, 0, 1e-4);
    assert_close(found->doubt, others / sum, 0, 1e-4);
    assert_close(found->entropy, entropy, 1e-5, 1e-4);
}

static void test_predictions_and_logits(void **state)
{
    (void)state;
    forward_fixture *f = make();
    const unsigned all = EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_MARGIN | EDGEAI_WANT_ENTROPY;
    static edgeai_prediction predictions[N], again[N];
    float *logits = malloc((size_t)N * V * sizeof *logits), *head = dense_rows(&f->model.lm->head);
    assert_non_null(logits);
    assert_true(eai_matmul_items(&f->model.lm->head) > 3);
    assert_ok(eai_readout_run(&f->readout, &f->forward, N, all, predictions, logits));
    assert_ok(eai_readout_run(&f->readout, &f->forward, N, all, again, NULL));
    assert_memory_equal(predictions, again, sizeof again); /* rows asked for change nothing */
    for (size_t i = 0; i < N; i++) {
        double expected[V];
        for (size_t v = 0; v < V; v++) {
            expected[v] = 0.0;
            for (size_t k = 0; k < E; k++)
                expected[v] += (double)head[v * E + k] * f->forward.normed[i * E + k];
            bool is_token = v < V - N_UNUSED;
            assert_close(logits[i * V + v], is_token ? expected[v] : -1e30, 1e-4, 1e-6);
        }
        check_row(&predictions[i], expected);
    }
    free(head);
    free(logits);
    forward_fixture_free(f);
}

/* With one token far ahead, doubt is the sum of the others, not what rounding leaves of 1 - c. */
static void test_doubt_near_certainty(void **state)
{
    (void)state;
    forward_fixture *f = make();
    float *head = dense_rows(&f->model.lm->head);
    edgeai_prediction p;
    double logits[V];
    size_t longest = 0;
    double squares[V] = {0.0};
    for (size_t v = 0; v < V - N_UNUSED; v++) {
        for (size_t k = 0; k < E; k++)
            squares[v] += (double)head[v * E + k] * head[v * E + k];
        if (v != MASK && squares[v] > squares[longest]) longest = v;
    }
    for (size_t k = 0; k < E; k++) /* along the longest row: that token is far ahead */
        f->forward.normed[k] = 60.0f * head[longest * E + k];
    for (size_t v = 0; v < V; v++) {
        logits[v] = 0.0;
        for (size_t k = 0; k < E; k++)
            logits[v] += (double)head[v * E + k] * f->forward.normed[k];
    }
    const unsigned all = EDGEAI_WANT_CONFIDENCE | EDGEAI_WANT_ENTROPY;
    assert_ok(eai_readout_run(&f->readout, &f->forward, 1, all, &p, NULL));
    assert_true(p.doubt > 0.0 && p.doubt < 1e-6);
    check_row(&p, logits);
    free(head);
    forward_fixture_free(f);
}

static void test_broken_rows_are_refused(void **state)
{
    (void)state;
    forward_fixture *f = make();
    edgeai_prediction p[2];
    f->forward.normed[E] = NAN;
    assert_fails(eai_readout_run(&f->readout, &f->forward, 2, EDGEAI_WANT_CONFIDENCE, p, NULL),
                 EDGEAI_E_FORMAT);
    assert_fails(eai_readout_run(&f->readout, &f->forward, 2, EDGEAI_WANT_TOKEN, p, NULL),
                 EDGEAI_E_FORMAT);
    assert_error_says("finite");
    forward_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_predictions_and_logits),
        cmocka_unit_test(test_doubt_near_certainty),
        cmocka_unit_test(test_broken_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
