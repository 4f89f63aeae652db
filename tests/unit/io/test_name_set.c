/* SPDX-License-Identifier: MIT */
#include "io/name_set.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/failing_allocator.h"

static void every_name_goes_in_once(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_name_set set = {.bytes.allocator = &allocator};
    char name[16];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "%d", i * 7919 % 200);
        assert_ok(eai_name_set_add(&set, name, strlen(name), "name"));
    }
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "%d", i);
        assert_fails(eai_name_set_add(&set, name, strlen(name), "name"), EDGEAI_E_INVALID);
    }
    assert_error_says("name '199' was added before");
    assert_int_equal(set.n, 200);
    assert_string_equal(eai_name_set_get(&set, 1), "119");
    eai_name_set_free(&set);
}

/* A name is not taken for its beginning, and need not end in a NUL. */
static void beginnings_are_other_names(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_name_set set = {.bytes.allocator = &allocator};
    static const size_t lengths[] = {3, 1, 5, 2, 4};
    for (int i = 0; i < 5; i++)
        assert_ok(eai_name_set_add(&set, "abcde", lengths[i], "name"));
    assert_fails(eai_name_set_add(&set, "abcde", 4, "name"), EDGEAI_E_INVALID);
    assert_string_equal(eai_name_set_get(&set, 0), "abc");
    eai_name_set_remove_last(&set);
    assert_int_equal(set.n, 4);
    assert_ok(eai_name_set_add(&set, "abcde", 4, "name"));
    assert_string_equal(eai_name_set_get(&set, 4), "abcd");
    eai_name_set_free(&set);
}

static void a_failed_addition_changes_nothing(void **state)
{
    (void)state;
    failing_allocator failing = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&failing);
    eai_name_set set = {.bytes.allocator = &allocator};
    size_t n_failures = 0;
    for (int i = 0; i < 100; i++) {
        char name[16];
        snprintf(name, sizeof name, "name %d", i);
        for (size_t fail_at = 0;; fail_at++) {
            size_t n = set.n;
            failing.fail_at = failing.n_allocations + fail_at;
            edgeai_status status = eai_name_set_add(&set, name, strlen(name), "name");
            if (status == EDGEAI_OK) break;
            assert_int_equal(status, EDGEAI_E_MEMORY);
            assert_int_equal(set.n, n);
            n_failures++;
        }
        assert_string_equal(eai_name_set_get(&set, (size_t)i), name);
    }
    assert_true(n_failures > 4);
    eai_name_set_free(&set);
    assert_int_equal(failing.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_goes_in_once),
        cmocka_unit_test(beginnings_are_other_names),
        cmocka_unit_test(a_failed_addition_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
