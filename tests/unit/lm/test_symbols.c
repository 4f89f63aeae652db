/* SPDX-License-Identifier: MIT */
#include "support/check.h"
#include "support/failing_allocator.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "lm/symbols.h"

static void numbers_follow_the_order_of_adding(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_symbols symbols;
    int32_t number;
    assert_ok(eai_symbols_create(&symbols, &allocator, 4));
    assert_int_equal(eai_symbols_find(&symbols, "a", 1), -1);
    assert_ok(eai_symbols_add(&symbols, "a", 1, &number));
    assert_int_equal(number, 0);
    assert_ok(eai_symbols_add(&symbols, "a\0b", 3, &number)); /* any bytes */
    assert_int_equal(number, 1);
    assert_ok(eai_symbols_add(&symbols, "a", 1, &number));
    assert_int_equal(number, 0);
    assert_ok(eai_symbols_add(&symbols, "", 0, &number));
    assert_int_equal(number, 2);
    assert_int_equal(symbols.n, 3);
    assert_int_equal(eai_symbols_find(&symbols, "a\0b", 3), 1);
    assert_int_equal(eai_symbols_get(&symbols, 1).n_bytes, 3);
    assert_memory_equal(eai_symbols_get(&symbols, 1).bytes, "a\0b", 3);
    eai_symbols_free(&symbols);
}

static void grows_beyond_what_was_expected(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_symbols symbols;
    int32_t number;
    char text[24];
    assert_ok(eai_symbols_create(&symbols, &allocator, 0));
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        assert_ok(eai_symbols_add(&symbols, text, strlen(text), &number));
        assert_int_equal(number, i);
    }
    for (int i = 0; i < 10000; i++) {
        snprintf(text, sizeof(text), "%d", i);
        assert_int_equal(eai_symbols_find(&symbols, text, strlen(text)), i);
    }
    eai_symbols_free(&symbols);
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    for (size_t fail_at = 0;; fail_at++) {
        failing_allocator counter = {.fail_at = fail_at};
        edgeai_allocator allocator = failing_allocator_make(&counter);
        eai_symbols symbols;
        char text[24];
        edgeai_status status = eai_symbols_create(&symbols, &allocator, 0);
        for (int i = 0; i < 200 && status == EDGEAI_OK; i++) {
            int32_t number;
            snprintf(text, sizeof(text), "symbol %d", i);
            status = eai_symbols_add(&symbols, text, strlen(text), &number);
        }
        eai_symbols_free(&symbols);
        assert_int_equal(counter.n_live, 0);
        if (counter.n_allocations <= fail_at) {
            assert_int_equal(status, EDGEAI_OK);
            break;
        }
        assert_int_equal(status, EDGEAI_E_MEMORY);
    }
}

static void refuses_absurd_sizes(void **state)
{
    (void)state;
    edgeai_allocator allocator = eai_default_allocator();
    eai_symbols symbols;
    assert_fails(eai_symbols_create(&symbols, &allocator, SIZE_MAX), EDGEAI_E_LIMIT);
    eai_symbols_free(&symbols);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_the_order_of_adding),
        cmocka_unit_test(grows_beyond_what_was_expected),
        cmocka_unit_test(every_allocation_may_fail),
        cmocka_unit_test(refuses_absurd_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
