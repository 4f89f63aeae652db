/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include "bench/baseline.h"

/* Words of ones: the sum says how many were read. */
static void every_word_is_read_once_each_time(void **state)
{
    (void)state;
    static const size_t n_bytes[] = {8, 64, 1000, 4096, 100008};
    for (size_t i = 0; i < sizeof n_bytes / sizeof n_bytes[0]; i++)
        for (size_t n_threads = 1; n_threads <= 3; n_threads++) {
            baseline_reader reader;
            assert_true(baseline_reader_open(&reader, n_bytes[i], n_threads));
            for (int again = 0; again < 3; again++)
                assert_int_equal(baseline_reader_run(&reader),
                                 n_bytes[i] / 8 * 0x0101010101010101u);
            baseline_reader_close(&reader);
        }
}

static void a_closed_reader_may_be_closed(void **state)
{
    (void)state;
    baseline_reader reader = {0};
    baseline_reader_close(&reader);
    assert_true(baseline_reader_open(&reader, 64, 2));
    baseline_reader_close(&reader);
    baseline_reader_close(&reader);
}

static void sgemm_takes_weights_row_by_row(void **state)
{
    (void)state;
    const float x[2 * 3] = {1, 2, 3, 4, 5, 6}, w[2 * 3] = {1, 0, -1, 2, 1, 0};
    float y[2 * 2];
    baseline_sgemm(x, 2, 3, w, 2, y);
    const float expected[] = {-2, 4, -2, 13};
    for (int i = 0; i < 4; i++)
        assert_close(y[i], expected[i], 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_read_once_each_time),
        cmocka_unit_test(a_closed_reader_may_be_closed),
        cmocka_unit_test(sgemm_takes_weights_row_by_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
