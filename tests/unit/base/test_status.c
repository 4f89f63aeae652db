/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"
#include "support/check.h"

static void every_code_has_a_name_and_a_text(void **state)
{
    (void)state;
    for (int code = EDGEAI_OK; code >= EDGEAI_E_INTERNAL; code--) {
        assert_string_not_equal(edgeai_status_name((edgeai_status)code), "EDGEAI_E_UNKNOWN");
        assert_string_not_equal(edgeai_status_text((edgeai_status)code), "unknown status");
        for (int other = code - 1; other >= EDGEAI_E_INTERNAL; other--)
            assert_string_not_equal(edgeai_status_name((edgeai_status)code),
                                    edgeai_status_name((edgeai_status)other));
    }
    assert_string_equal(edgeai_status_name(EDGEAI_E_FORMAT), "EDGEAI_E_FORMAT");
}

static void values_that_are_no_code_are_unknown(void **state)
{
    (void)state;
    assert_string_equal(edgeai_status_name((edgeai_status)1), "EDGEAI_E_UNKNOWN");
    assert_string_equal(edgeai_status_name((edgeai_status)-99), "EDGEAI_E_UNKNOWN");
    assert_string_equal(edgeai_status_text((edgeai_status)-99), "unknown status");
}

static void version_is_the_headers(void **state)
{
    (void)state;
    char expected[32];
    snprintf(expected, sizeof expected, "%d.%d.%d", EDGEAI_VERSION_MAJOR, EDGEAI_VERSION_MINOR,
             EDGEAI_VERSION_PATCH);
    assert_string_equal(edgeai_version(), expected);
}

static void fail_returns_the_code_and_leaves_the_text(void **state)
{
    (void)state;
    assert_int_equal(eai_fail(EDGEAI_E_SHAPE, "rows: expected %d, found %d", 3, 4), EDGEAI_E_SHAPE);
    assert_string_equal(edgeai_last_error(), "rows: expected 3, found 4");
}

static void fail_may_quote_the_text_before(void **state)
{
    (void)state;
    eai_fail(EDGEAI_E_SHAPE, "inner");
    eai_fail(EDGEAI_E_FORMAT, "outer (%s)", edgeai_last_error());
    assert_string_equal(edgeai_last_error(), "outer (inner)");
}

static void fail_within_puts_the_place_in_front(void **state)
{
    (void)state;
    eai_fail(EDGEAI_E_SHAPE, "inner");
    assert_int_equal(eai_fail_within(EDGEAI_E_SHAPE, "%s %d", "line", 7), EDGEAI_E_SHAPE);
    assert_string_equal(edgeai_last_error(), "line 7: inner");
}

static void long_texts_are_cut(void **state)
{
    (void)state;
    char text[2 * EAI_ERROR_BYTES];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    eai_fail(EDGEAI_E_IO, "%s", text);
    assert_int_equal(strlen(edgeai_last_error()), EAI_ERROR_BYTES - 1);
    eai_fail_within(EDGEAI_E_IO, "%s", text);
    eai_fail_within(EDGEAI_E_IO, "front");
    assert_int_equal(strlen(edgeai_last_error()), EAI_ERROR_BYTES - 1);
    assert_memory_equal(edgeai_last_error(), "front: xxx", 10);
}

static void memory_failures_name_the_size(void **state)
{
    (void)state;
    assert_int_equal(eai_fail_memory("table", 12), EDGEAI_E_MEMORY);
    assert_string_equal(edgeai_last_error(), "table: cannot allocate 12 bytes");
}

static edgeai_status try_twice(edgeai_status first, int *n_reached)
{
    EAI_TRY(first);
    (*n_reached)++;
    return EDGEAI_OK;
}

static void try_returns_early_on_errors_only(void **state)
{
    (void)state;
    int n_reached = 0;
    assert_int_equal(try_twice(EDGEAI_E_IO, &n_reached), EDGEAI_E_IO);
    assert_int_equal(n_reached, 0);
    assert_int_equal(try_twice(EDGEAI_OK, &n_reached), EDGEAI_OK);
    assert_int_equal(n_reached, 1);
}

static void *fail_elsewhere(void *was_empty)
{
    *(bool *)was_empty = edgeai_last_error()[0] == '\0';
    eai_fail(EDGEAI_E_IO, "elsewhere");
    return NULL;
}

static void each_thread_has_its_own_text(void **state)
{
    (void)state;
    eai_fail(EDGEAI_E_IO, "here");
    bool was_empty = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fail_elsewhere, &was_empty), 0);
    pthread_join(thread, NULL);
    assert_true(was_empty);
    assert_string_equal(edgeai_last_error(), "here");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_name_and_a_text),
        cmocka_unit_test(values_that_are_no_code_are_unknown),
        cmocka_unit_test(version_is_the_headers),
        cmocka_unit_test(fail_returns_the_code_and_leaves_the_text),
        cmocka_unit_test(fail_may_quote_the_text_before),
        cmocka_unit_test(fail_within_puts_the_place_in_front),
        cmocka_unit_test(long_texts_are_cut),
        cmocka_unit_test(memory_failures_name_the_size),
        cmocka_unit_test(try_returns_early_on_errors_only),
        cmocka_unit_test(each_thread_has_its_own_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
