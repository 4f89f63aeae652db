/* SPDX-License-Identifier: MIT */
#include "graph/name_index.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"

static edgeai_string string_of(const char *text)
{
    return (edgeai_string){text, strlen(text)};
}

static void names_are_found(void **state)
{
    (void)state;
    enum { N = 300 };
    static char names[N][8];
    const edgeai_allocator allocator = eai_default_allocator();
    eai_name_index index = {.allocator = &allocator};
    assert_null(eai_name_index_find(&index, string_of("a")));
    for (size_t i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "%zu", i * 7 % N);
        assert_ok(eai_name_index_add(&index, string_of(names[i]), i));
    }
    assert_ok(eai_name_index_sort(&index));
    assert_null(eai_name_index_repeated(&index));
    for (size_t i = 0; i < N; i++)
        assert_int_equal(eai_name_index_find(&index, string_of(names[i]))->item, i);
    assert_null(eai_name_index_find(&index, string_of("")));
    assert_null(eai_name_index_find(&index, string_of("300")));
    assert_null(eai_name_index_find(&index, string_of("9999")));
    eai_name_index_free(&index);
}

static void of_equal_names_the_first_counts(void **state)
{
    (void)state;
    const edgeai_allocator allocator = eai_default_allocator();
    eai_name_index index = {.allocator = &allocator};
    static const char *const names[] = {"b", "a", "b", "ab"};
    for (size_t i = 0; i < 4; i++)
        assert_ok(eai_name_index_add(&index, string_of(names[i]), 10 + i));
    assert_ok(eai_name_index_sort(&index));
    assert_int_equal(eai_name_index_find(&index, string_of("b"))->item, 10);
    assert_int_equal(eai_name_index_repeated(&index)->item, 12);
    eai_name_index_free(&index);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(of_equal_names_the_first_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
