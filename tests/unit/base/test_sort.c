/* SPDX-License-Identifier: MIT */
#include "base/sort.h"

#include "base/rng.h"
#include "support/check.h"

static bool by_value(const void *user, size_t a, size_t b)
{
    const int *values = user;
    return values[a] < values[b];
}

static void sorts_every_length(void **state)
{
    (void)state;
    enum { N = 70 };
    int values[N];
    size_t items[N];
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    for (size_t n = 0; n <= N; n++) {
        for (size_t i = 0; i < n; i++) {
            values[i] = (int)eai_rng_below(&rng, n / 2 + 1);
            items[i] = i;
        }
        eai_sort_items(items, n, by_value, values);
        bool seen[N] = {false};
        for (size_t i = 0; i < n; i++) {
            assert_false(seen[items[i]]);
            seen[items[i]] = true;
            if (i) assert_true(values[items[i - 1]] <= values[items[i]]);
        }
    }
}

/* Every place of rows with many equal values, and of one that is sorted already. */
static void selects_every_place(void **state)
{
    (void)state;
    enum { N = 40 };
    eai_rng rng;
    eai_rng_seed(&rng, 6);
    for (int n = 1; n <= N; n++)
        for (int k = 0; k < n; k++) {
            float values[N];
            for (int i = 0; i < n; i++)
                values[i] = n % 2 ? (float)i : (float)eai_rng_below(&rng, (uint64_t)n / 2 + 1);
            const float found = eai_select_float(values, n, k);
            int n_less = 0, n_equal = 0;
            for (int i = 0; i < n; i++) {
                n_less += values[i] < found;
                n_equal += values[i] == found;
            }
            assert_true(n_less <= k && k < n_less + n_equal);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_every_length),
                                       cmocka_unit_test(selects_every_place)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
