/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "quantize/binary_weights.h"

static void signs_and_the_mean(void **state)
{
    (void)state;
    const float w[] = {0.5f, -2, 0, -0.0f, 1.5f};
    const int8_t expected[] = {1, -1, 1, 1, 1};
    int8_t codes[5];
    const eai_code_sums sums = eai_binary_codes(w, 5, codes);
    assert_memory_equal(codes, expected, 5);
    assert_true(sums.magnitudes == 4);
    assert_int_equal(sums.n_used, 5);
    const double best = eai_best_scale(&sums), error = eai_scale_error(w, codes, 5, best);
    assert_close(best, 0.8, 0, 1e-12);
    /* 0.3^2 + 1.2^2 + 2 * 0.8^2 + 0.7^2 */
    assert_close(error, 3.3, 0, 1e-12);
    assert_true(eai_scale_error(w, codes, 5, best + 0.01) > error);
    assert_true(eai_scale_error(w, codes, 5, best - 0.01) > error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(signs_and_the_mean)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
