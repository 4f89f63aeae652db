/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <math.h>

#include "quantize/correct_layer.h"

/* Channel 0 came out halved and moved; channel 1 is constant; channel 2 was never seen to move. */
static void channels_get_mean_and_spread_back(void **state)
{
    (void)state;
    const float before[] = {1, 3, 1, 3, /* */ 5, 5, 5, 5, /* */ 2, 2, 2, 2};
    const float after[] = {10, 11, 10, 11, /* */ 1, 2, 1, 2, /* */ 7, 7, 7, 7};
    for (int with_factors = 0; with_factors < 2; with_factors++) {
        float factors[] = {1, 4, -1}, summands[] = {0.5f, 0, 3};
        eai_layer layer = {.info = {.n_filters = 3}, .factors = factors, .summands = summands};
        eai_channel_sums sums[3] = {{0}};
        for (size_t half = 0; half < 2; half++) { /* two inputs of two values a channel */
            float parts[2][6];
            for (size_t i = 0; i < 6; i++) {
                parts[0][i] = before[i / 2 * 4 + half * 2 + i % 2];
                parts[1][i] = after[i / 2 * 4 + half * 2 + i % 2];
            }
            eai_channel_sums_add(sums, 3, parts[0], parts[1], 6);
        }
        eai_correct_layer(&layer, sums, with_factors == 1);
        /* y = f s + b, s = (after - b) / f: the new f s + b is factor (after - 10.5) + 2. */
        assert_close((double)factors[0], with_factors ? 2 : 1, 0, 1e-6);
        assert_close((double)summands[0], with_factors ? 2 * (0.5 - 10.5) + 2 : 0.5 - 10.5 + 2, 0,
                     1e-6);
        assert_true(factors[1] == 4 && summands[1] == 3.5f);
        assert_true(factors[2] == -1 && summands[2] == -2);
    }
}

static void what_cannot_be_corrected_stays(void **state)
{
    (void)state;
    float factors[] = {1, 3e38f}, summands[] = {2, 0};
    eai_layer layer = {.info = {.n_filters = 2}, .factors = factors, .summands = summands};
    eai_channel_sums sums[2] = {{0}};
    sums[1] = (eai_channel_sums){.n = 2, .squares = {200, 2}};
    eai_correct_layer(&layer, sums, true);
    assert_true(factors[0] == 1 && summands[0] == 2);
    assert_true(factors[1] == 3e38f && summands[1] == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(channels_get_mean_and_spread_back),
        cmocka_unit_test(what_cannot_be_corrected_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
