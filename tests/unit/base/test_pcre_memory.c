/* SPDX-License-Identifier: MIT */
#include "base/pcre_memory.h"

#include "support/check.h"
#include "support/failing_allocator.h"

static void blocks_come_from_the_allocator_and_go_back(void **state)
{
    (void)state;
    failing_allocator counted = {.fail_at = SIZE_MAX};
    edgeai_allocator allocator = failing_allocator_make(&counted);
    eai_pcre_memory memory = {.allocator = &allocator};
    pcre2_general_context *general = eai_pcre_general_context(&memory);
    assert_non_null(general);
    pcre2_match_data *data = pcre2_match_data_create(4, general);
    assert_non_null(data);
    assert_int_equal(counted.n_live, 2);
    pcre2_match_data_free(data);
    pcre2_general_context_free(general);
    assert_int_equal(counted.n_live, 0);
    assert_int_equal(counted.live_bytes, 0);
    assert_false(atomic_load(&memory.failed));
}

static void a_failure_is_remembered(void **state)
{
    (void)state;
    failing_allocator counted = {.fail_at = 1};
    edgeai_allocator allocator = failing_allocator_make(&counted);
    eai_pcre_memory memory = {.allocator = &allocator};
    pcre2_general_context *general = eai_pcre_general_context(&memory);
    assert_non_null(general);
    assert_null(pcre2_match_data_create(4, general));
    assert_true(atomic_load(&memory.failed));
    assert_error_says("regular expression");
    pcre2_general_context_free(general);
    assert_int_equal(counted.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_come_from_the_allocator_and_go_back),
        cmocka_unit_test(a_failure_is_remembered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
