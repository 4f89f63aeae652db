/* SPDX-License-Identifier: MIT */
#include "graph/pixel_trits.h"

#include <string.h>

#include "support/check.h"

static const int values[3] = {-1, 0, 1};

static void test_set_and_get(void **state)
{
    uint8_t pixel[3] = {0};
    (void)state;
    for (size_t c = 0; c < 9; c++)
        eai_pixel_trit_set(pixel, c, values[c % 3]);
    for (size_t c = 0; c < 9; c++)
        assert_int_equal(eai_pixel_trit(pixel, c), values[c % 3]);
}

/* All pairs of values, in every place of a byte. */
static void test_max(void **state)
{
    (void)state;
    for (size_t c = 0; c < 8; c++)
        for (int i = 0; i < 9; i++) {
            uint8_t a[2] = {0}, b[2] = {0};
            const int x = values[i / 3], y = values[i % 3];
            for (size_t k = 0; k < 8; k++) {
                eai_pixel_trit_set(a, k, k == c ? x : values[k % 3]);
                eai_pixel_trit_set(b, k, k == c ? y : values[k / 3]);
            }
            eai_pixel_trits_max(a, b, 2);
            for (size_t k = 0; k < 8; k++) {
                const int p = k == c ? x : values[k % 3], q = k == c ? y : values[k / 3];
                assert_int_equal(eai_pixel_trit(a, k), p > q ? p : q);
            }
        }
}

static void test_clear(void **state)
{
    (void)state;
    for (size_t channels = 1; channels <= 8; channels++) {
        uint8_t pixel[2] = {0xff, 0xff};
        eai_pixel_trits_clear(pixel, channels);
        for (size_t c = 0; c < 4 * ((channels + 3) / 4); c++)
            assert_int_equal(eai_pixel_trit(pixel, c), c < channels ? -1 : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_set_and_get),
        cmocka_unit_test(test_max),
        cmocka_unit_test(test_clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
