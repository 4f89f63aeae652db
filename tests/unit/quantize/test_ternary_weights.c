/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>

#include "base/rng.h"
#include "quantize/ternary_weights.h"

static void by_hand(void **state)
{
    (void)state;
    /* mean |w| = 2, threshold 1.4: 1.4 itself does not count. */
    const float w[] = {4, -3, 1.4f, -1.2f, 0.4f};
    int8_t codes[5];
    assert_close((double)eai_ternary_threshold(w, 5), 1.4, 0, 1e-6);
    const eai_code_sums sums = eai_ternary_codes(w, 5, 1.4f, codes);
    const int8_t expected[] = {1, -1, 0, 0, 0};
    assert_memory_equal(codes, expected, 5);
    assert_close(sums.magnitudes, 7, 0, 0);
    assert_int_equal(sums.n_used, 2);
    assert_true(eai_best_scale(&sums) == 3.5);
}

static void nothing_counts_in_zeros(void **state)
{
    (void)state;
    const float w[3] = {0, -0.0f, 0};
    int8_t codes[3] = {5, 5, 5};
    assert_true(eai_ternary_threshold(w, 3) == 0);
    assert_true(eai_ternary_threshold(w, 0) == 0);
    const eai_code_sums sums = eai_ternary_codes(w, 3, 0, codes);
    assert_int_equal(sums.n_used, 0);
    assert_true(eai_best_scale(&sums) == 0);
    assert_true(codes[0] == 0 && codes[1] == 0 && codes[2] == 0);
}

/* A sum of twelve uniform numbers is nearly normal: TWN finds 42 % zeros then. */
static void normal_weights_become_sparse(void **state)
{
    (void)state;
    enum { N = 20000 };
    static float w[N];
    static int8_t codes[N];
    eai_rng rng;
    eai_rng_seed(&rng, 1);
    for (size_t i = 0; i < N; i++) {
        double sum = -6;
        for (int k = 0; k < 12; k++)
            sum += eai_rng_uniform(&rng);
        w[i] = (float)sum;
    }
    const eai_code_sums sums = eai_ternary_codes(w, N, eai_ternary_threshold(w, N), codes);
    assert_close(1 - (double)sums.n_used / N, 0.42, 0.01, 0);
    const double best = eai_best_scale(&sums), error = eai_scale_error(w, codes, N, best);
    assert_true(eai_scale_error(w, codes, N, best * 1.01) > error);
    assert_true(eai_scale_error(w, codes, N, best * 0.99) > error);
    /* And the threshold is near the best: others leave more. */
    static const float factors[] = {0.5f, 1.5f};
    for (size_t k = 0; k < 2; k++) {
        const float threshold = factors[k] * eai_ternary_threshold(w, N);
        const eai_code_sums other = eai_ternary_codes(w, N, threshold, codes);
        assert_true(eai_scale_error(w, codes, N, eai_best_scale(&other)) > error);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_hand),
        cmocka_unit_test(nothing_counts_in_zeros),
        cmocka_unit_test(normal_weights_become_sparse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
