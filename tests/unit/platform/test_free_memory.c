/* SPDX-License-Identifier: MIT */
#include "platform/free_memory.h"

#include <unistd.h>

#include "support/check.h"

/* More than nothing, and no more than the machine has. */
static void test_is_plausible(void **state)
{
    (void)state;
    const size_t all = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE);
    const size_t bytes = eai_free_memory();
    if (access("/proc/meminfo", R_OK) != 0) {
        assert_int_equal(bytes, 0);
        return;
    }
    assert_in_range(bytes, 1, all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_is_plausible)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
