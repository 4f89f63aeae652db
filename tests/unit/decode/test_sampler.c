/* SPDX-License-Identifier: MIT */
#include "decode/sampler.h"

#include <math.h>

#include "support/check.h"

#define N_VOCAB 5
#define MASK    4

/* Probabilities 0.5, 0.25, 0.15, 0.1 of tokens 2, 0, 3, 1; the mask would be the most likely. */
static const double PROBABILITIES[N_VOCAB] = {0.25, 0.1, 0.5, 0.15, 0};

typedef struct bench {
    eai_sampler sampler;
    double logits[N_VOCAB];
    uint32_t heap[N_VOCAB];
    float row[N_VOCAB];
} bench;

static void load(bench *b, double temperature, double top_p, int top_k)
{
    for (int i = 0; i < N_VOCAB; i++)
        b->row[i] = i == MASK ? 50 : (float)log(PROBABILITIES[i]);
    b->sampler = (eai_sampler){.n_vocab = N_VOCAB,
                               .mask_token = MASK,
                               .temperature = temperature,
                               .top_p = top_p,
                               .top_k = top_k,
                               .logits = b->logits,
                               .heap = b->heap};
    eai_sampler_load(&b->sampler, b->row);
}

static void temperature_flattens(void **state)
{
    (void)state;
    bench b;
    load(&b, 1, 1, 0);
    for (int i = 0; i < N_VOCAB; i++)
        assert_close(eai_sampler_probability(&b.sampler, i), PROBABILITIES[i], 1e-7, 0);
    assert_close(eai_sampler_second(&b.sampler), 0.25, 1e-7, 0);
    double entropy = 0, roots = 0;
    for (int i = 0; i < MASK; i++) {
        entropy -= PROBABILITIES[i] * log(PROBABILITIES[i]);
        roots += sqrt(PROBABILITIES[i]);
    }
    assert_close(eai_sampler_negative_entropy(&b.sampler), -entropy, 1e-6, 0);
    load(&b, 2, 1, 0);
    assert_close(eai_sampler_probability(&b.sampler, 2), sqrt(0.5) / roots, 1e-6, 0);
}

static void top_p_keeps_the_token_that_crosses_it(void **state)
{
    (void)state;
    bench b;
    load(&b, 1, 0.6, 0); /* 0.5 is not enough, 0.5 + 0.25 crosses */
    assert_close(eai_sampler_probability(&b.sampler, 2), 2. / 3, 1e-6, 0);
    assert_close(eai_sampler_probability(&b.sampler, 0), 1. / 3, 1e-6, 0);
    assert_true(eai_sampler_probability(&b.sampler, 3) == 0);
    assert_true(eai_sampler_probability(&b.sampler, MASK) == 0);
    load(&b, 1, 1e-9, 0); /* the best always stays */
    assert_true(eai_sampler_probability(&b.sampler, 2) == 1);
}

static void top_k_keeps_k_and_acts_with_top_p(void **state)
{
    (void)state;
    bench b;
    load(&b, 1, 1, 3);
    assert_close(eai_sampler_probability(&b.sampler, 3), 0.15 / 0.9, 1e-6, 0);
    assert_true(eai_sampler_probability(&b.sampler, 1) == 0);
    load(&b, 1, 0.6, 1);
    assert_true(eai_sampler_probability(&b.sampler, 2) == 1);
    load(&b, 1, 0.6, 100);
    assert_close(eai_sampler_probability(&b.sampler, 2), 2. / 3, 1e-6, 0);
}

typedef int32_t (*draw)(const eai_sampler *sampler, eai_rng *rng);

static void check_frequencies(draw function, double temperature)
{
    enum { N = 40000 };
    bench b;
    load(&b, temperature, 1, 0);
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    int counts[N_VOCAB] = {0};
    for (int i = 0; i < N; i++)
        counts[function(&b.sampler, &rng)]++;
    assert_int_equal(counts[MASK], 0);
    for (int i = 0; i < MASK; i++) { /* five standard deviations are at most 0.0125 */
        double expected = eai_sampler_probability(&b.sampler, i);
        assert_close((double)counts[i] / N, expected, 0.0125, 0);
    }
}

static void draws_follow_the_probabilities(void **state)
{
    (void)state;
    check_frequencies(eai_sampler_draw, 1);
    check_frequencies(eai_sampler_draw, 0.5);
    check_frequencies(eai_sampler_draw_gumbel, 1);
    check_frequencies(eai_sampler_draw_gumbel, 0.5);
}

static void the_same_seed_draws_the_same(void **state)
{
    (void)state;
    bench b;
    load(&b, 1, 1, 0);
    eai_rng first, second, other;
    eai_rng_seed(&first, 5);
    eai_rng_seed(&second, 5);
    eai_rng_seed(&other, 6);
    bool differs = false;
    for (int i = 0; i < 50; i++) {
        int32_t token = eai_sampler_draw_gumbel(&b.sampler, &first);
        assert_int_equal(eai_sampler_draw_gumbel(&b.sampler, &second), token);
        differs = differs || eai_sampler_draw_gumbel(&b.sampler, &other) != token;
    }
    assert_true(differs);
}

static void a_tiny_temperature_is_the_most_likely_token(void **state)
{
    (void)state;
    bench b;
    load(&b, 1e-300, 0.9, 0);
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    assert_int_equal(eai_sampler_draw(&b.sampler, &rng), 2);
    assert_int_equal(eai_sampler_draw_gumbel(&b.sampler, &rng), 2);
    assert_true(eai_sampler_probability(&b.sampler, 2) == 1);
}

static void nothing_to_draw_from_is_the_lowest_token(void **state)
{
    (void)state;
    bench b;
    load(&b, 1, 0.9, 2);
    for (int i = 0; i < N_VOCAB; i++)
        b.row[i] = NAN;
    eai_sampler_load(&b.sampler, b.row);
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    assert_int_equal(eai_sampler_draw(&b.sampler, &rng), 0);
    assert_int_equal(eai_sampler_draw_gumbel(&b.sampler, &rng), 0);
    assert_true(eai_sampler_probability(&b.sampler, 0) == 0);
    assert_true(eai_sampler_second(&b.sampler) == 0);
    assert_true(eai_sampler_negative_entropy(&b.sampler) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(temperature_flattens),
        cmocka_unit_test(top_p_keeps_the_token_that_crosses_it),
        cmocka_unit_test(top_k_keeps_k_and_acts_with_top_p),
        cmocka_unit_test(draws_follow_the_probabilities),
        cmocka_unit_test(the_same_seed_draws_the_same),
        cmocka_unit_test(a_tiny_temperature_is_the_most_likely_token),
        cmocka_unit_test(nothing_to_draw_from_is_the_lowest_token),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
