/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <string.h>

#include "quantize/tensor_patterns.h"
#include "support/failing_allocator.h"

static failing_allocator counted;
static edgeai_allocator allocator;

static int setup(void **state)
{
    (void)state;
    counted = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&counted);
    return 0;
}

static int nothing_is_left(void **state)
{
    (void)state;
    return counted.n_live != 0;
}

static const edgeai_tensor_rule rules[] = {{"^blk\\.0\\.", "F16"}, {"ffn_(up|down)", "q4_0"}};

static edgeai_dtype found_for(const eai_tensor_patterns *patterns, const char *name)
{
    edgeai_dtype dtype = EDGEAI_DTYPE_Q8_0;
    assert_ok(eai_tensor_patterns_find(patterns, name, &dtype));
    return dtype;
}

static void the_first_pattern_found_wins(void **state)
{
    (void)state;
    eai_tensor_patterns patterns;
    assert_ok(eai_tensor_patterns_init(&patterns, &allocator, rules, 2));
    assert_int_equal(found_for(&patterns, "blk.0.ffn_up.weight"), EDGEAI_DTYPE_F16);
    assert_int_equal(found_for(&patterns, "blk.1.ffn_up.weight"), EDGEAI_DTYPE_Q4_0);
    assert_int_equal(found_for(&patterns, "blk.1.ffn_gate.weight"), EDGEAI_DTYPE_Q8_0);
    assert_int_equal(found_for(&patterns, "\xff\xfe not UTF-8 ffn_down"), EDGEAI_DTYPE_Q4_0);
    eai_tensor_patterns_free(&patterns);
}

static void no_rules_match_nothing(void **state)
{
    (void)state;
    eai_tensor_patterns patterns;
    assert_ok(eai_tensor_patterns_init(&patterns, &allocator, NULL, 0));
    assert_int_equal(found_for(&patterns, "blk.0.ffn_up.weight"), EDGEAI_DTYPE_Q8_0);
    eai_tensor_patterns_free(&patterns);
}

static void bad_rules_are_named(void **state)
{
    (void)state;
    static const struct {
        edgeai_tensor_rule rule;
        const char *said;
    } bad[] = {{{"ffn_(up", "Q4_0"}, "tensor pattern 'ffn_(up'"},
               {{"ffn", "Q4_K_M"}, "found 'Q4_K_M'"},
               {{"ffn", NULL}, "NULL"},
               {{NULL, "Q4_0"}, "NULL"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        eai_tensor_patterns patterns;
        edgeai_tensor_rule both[] = {rules[0], bad[i].rule};
        assert_fails(eai_tensor_patterns_init(&patterns, &allocator, both, 2), EDGEAI_E_INVALID);
        assert_error_says(bad[i].said);
        eai_tensor_patterns_free(&patterns);
    }
}

/* An expression that tries exponentially many ways is given up. */
static void endless_matching_is_an_error(void **state)
{
    (void)state;
    static const edgeai_tensor_rule slow = {"(a|aa)+[bc]", "Q4_0"};
    eai_tensor_patterns patterns;
    edgeai_dtype dtype;
    char name[128];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_ok(eai_tensor_patterns_init(&patterns, &allocator, &slow, 1));
    assert_fails(eai_tensor_patterns_find(&patterns, name, &dtype), EDGEAI_E_INVALID);
    assert_error_says("match limit exceeded");
    eai_tensor_patterns_free(&patterns);
}

static void every_failing_allocation_is_survived(void **state)
{
    (void)state;
    size_t n_failures = 0;
    for (bool done = false; !done; n_failures++) {
        eai_tensor_patterns patterns;
        edgeai_dtype dtype;
        counted.fail_at = counted.n_allocations + n_failures;
        edgeai_status status = eai_tensor_patterns_init(&patterns, &allocator, rules, 2);
        if (status == EDGEAI_OK) status = eai_tensor_patterns_find(&patterns, "ffn_up", &dtype);
        done = status == EDGEAI_OK;
        if (!done) assert_int_equal(status, EDGEAI_E_MEMORY);
        eai_tensor_patterns_free(&patterns);
        assert_int_equal(counted.n_live, 0);
    }
    assert_true(n_failures > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_pattern_found_wins, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(no_rules_match_nothing, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(bad_rules_are_named, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(endless_matching_is_an_error, setup, nothing_is_left),
        cmocka_unit_test_setup_teardown(every_failing_allocation_is_survived, setup,
                                        nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
