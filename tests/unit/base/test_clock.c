/* SPDX-License-Identifier: MIT */
#include <time.h>

#include "base/clock.h"
#include "support/check.h"

/* The clock agrees with the system's monotonic one, in milliseconds, and never steps back. */
static void counts_milliseconds_forward(void **state)
{
    (void)state;
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    double first = eai_clock_ms();
    double last = first;
    for (int i = 0; i < 1000; i++) {
        double now = eai_clock_ms();
        assert_true(now >= last);
        last = now;
    }
    clock_gettime(CLOCK_MONOTONIC, &after);
    assert_true(first >= (double)before.tv_sec * 1e3);
    assert_true(last - first <= (double)(after.tv_sec - before.tv_sec) * 1e3 +
                                    (double)(after.tv_nsec - before.tv_nsec) * 1e-6 + 1e-3);
    assert_true(last > first);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(counts_milliseconds_forward)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
