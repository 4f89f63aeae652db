/* SPDX-License-Identifier: MIT */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/forward_fixture.h"

enum { HEADS = 4, KV_HEADS = 2, DIM = 16, N_MAX = 150 };

static forward_fixture *make(const char *architecture)
{
    tiny_model_spec spec = tiny_model_spec_make(architecture);
    spec.n_kv_heads = KV_HEADS;
    spec.n_context = N_MAX;
    return forward_fixture_make(&spec, 2);
}

/* Softmax attention of one query head in float64. */
static void attend_naively(double out[DIM], const float *query, const float *keys,
                           const float *values, size_t kv_head, size_t n_keys)
{
    double p[N_MAX], sum = 0.0;
    for (size_t j = 0; j < n_keys; j++) {
        double score = 0.0;
        for (size_t d = 0; d < DIM; d++)
            score += (double)query[d] * keys[(j * KV_HEADS + kv_head) * DIM + d];
        sum += p[j] = exp(score / sqrt(DIM));
    }
    for (size_t d = 0; d < DIM; d++) {
        out[d] = 0.0;
        for (size_t j = 0; j < n_keys; j++)
            out[d] += p[j] / sum * values[(j * KV_HEADS + kv_head) * DIM + d];
    }
}

static void check_attention(forward_fixture *f, size_t n, size_t n_keys)
{
    const size_t layer = 1;
    float *keys = eai_kv_cache_keys(&f->forward.cache, layer, 0);
    float *values = eai_kv_cache_values(&f->forward.cache, layer, 0);
    float *query = malloc(n * HEADS * DIM * sizeof *query);
    assert_non_null(query);
    fill_random(keys, n_keys * KV_HEADS * DIM, 1);
    fill_random(values, n_keys * KV_HEADS * DIM, 2);
    fill_random(query, n * HEADS * DIM, 3);
    for (size_t i = 0; i < n * HEADS * DIM; i++)
        query[i] *= 3.0f;
    memcpy(f->forward.query, query, n * HEADS * DIM * sizeof *query);
    eai_attention_run(&f->forward, layer, n, n_keys);
    for (size_t i = 0; i < n; i++)
        for (size_t h = 0; h < HEADS; h++) {
            double expected[DIM];
            attend_naively(expected, query + (i * HEADS + h) * DIM, keys, values,
                           h / (HEADS / KV_HEADS), n_keys);
            for (size_t d = 0; d < DIM; d++)
                assert_close(f->forward.query[(i * HEADS + h) * DIM + d], expected[d], 1e-5, 0);
        }
    free(query);
}

static void test_grouped_heads(void **state)
{
    (void)state;
    forward_fixture *f = make("dream");
    check_attention(f, 1, 1);
    check_attention(f, 3, 150);
    check_attention(f, 150, 150); /* several blocks of queries */
    check_attention(f, 65, 70);
    check_attention(f, 0, 70); /* nothing to do, and no harm */
    forward_fixture_free(f);
}

/* Rotation keeps lengths, and the product of two heads depends on their distance alone. */
static void check_rotation(const char *architecture)
{
    forward_fixture *f = make(architecture);
    float heads[4 * DIM], same[2 * DIM];
    const int32_t positions[] = {5, 25, 100, 120};
    fill_random(same, 2 * DIM, 4);
    memcpy(heads, same, sizeof same);
    memcpy(heads + 2 * DIM, same, sizeof same);
    eai_heads_rotate(&f->forward, heads, 1, NULL, positions, 0, 4);
    double length = 0.0, turned = 0.0, near = 0.0, far = 0.0, change = 0.0;
    for (size_t d = 0; d < DIM; d++) {
        length += (double)same[d] * same[d];
        turned += (double)heads[d] * heads[d];
        near += (double)heads[d] * heads[DIM + d];
        far += (double)heads[2 * DIM + d] * heads[3 * DIM + d];
        change += fabs((double)heads[d] - same[d]);
    }
    assert_close(turned, length, 1e-5, 0);
    assert_close(near, far, 1e-4, 0);
    assert_true(change > 0.1);
    forward_fixture_free(f);
}

static void test_rotation(void **state)
{
    (void)state;
    check_rotation("llada");
    check_rotation("dream");
}

static void test_rows_follow_begin(void **state)
{
    (void)state;
    forward_fixture *f = make("llada");
    float by_begin[3 * DIM], by_position[3 * DIM];
    const int32_t positions[] = {40, 41, 42};
    fill_random(by_begin, 3 * DIM, 5);
    memcpy(by_position, by_begin, sizeof by_begin);
    eai_heads_rotate(&f->forward, by_begin, 1, NULL, NULL, 40, 3);
    eai_heads_rotate(&f->forward, by_position, 1, NULL, positions, 0, 3);
    assert_memory_equal(by_begin, by_position, sizeof by_begin);
    forward_fixture_free(f);
}

static void test_norm_comes_before_rotation(void **state)
{
    (void)state;
    forward_fixture *f = make("rnd1");
    float head[DIM], norm[DIM], expected[DIM];
    const int32_t position = 7;
    fill_random(head, DIM, 6);
    fill_random(norm, DIM, 7);
    const edgeai_lm *lm = f->model.lm;
    lm->kernels.rms_norm(expected, head, norm, DIM, lm->config.eps);
    eai_heads_rotate(&f->forward, expected, 1, NULL, &position, 0, 1);
    eai_heads_rotate(&f->forward, head, 1, norm, &position, 0, 1);
    assert_memory_equal(head, expected, sizeof head);
    forward_fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grouped_heads),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_rows_follow_begin),
        cmocka_unit_test(test_norm_comes_before_rotation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
