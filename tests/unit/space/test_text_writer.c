/* SPDX-License-Identifier: MIT */
#include "space/text_writer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "support/check.h"
#include "support/failing_allocator.h"

static edgeai_allocator allocator;

static int start(void **state)
{
    (void)state;
    allocator = eai_default_allocator();
    return 0;
}

static void check(eai_writer *w, const char *expected)
{
    assert_false(w->failed);
    assert_string_equal(w->text.bytes, expected);
    eai_text_free(&w->text);
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        int decimals;
        const char *fixed, *trimmed;
    } cases[] = {
        {1.25, 2, "1.25", "1.25"}, {1.2, 2, "1.20", "1.2"},  {-0.001, 2, "0.00", "0"},
        {3, 2, "3.00", "3"},       {100, 0, "100", "100"},   {-1.5, 1, "-1.5", "-1.5"},
        {0, 1, "0.0", "0"},        {NAN, 1, "null", "null"}, {-INFINITY, 1, "null", "null"},
        {-20, 1, "-20.0", "-20"},  {0.996, 2, "1.00", "1"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        eai_writer w = eai_writer_start(&allocator);
        eai_write_fixed(&w, cases[i].value, cases[i].decimals);
        check(&w, cases[i].fixed);
        w = eai_writer_start(&allocator);
        eai_write_trimmed(&w, cases[i].value, cases[i].decimals);
        check(&w, cases[i].trimmed);
    }
}

static void exact_numbers_read_back(void **state)
{
    (void)state;
    eai_rng rng;
    eai_rng_seed(&rng, 3);
    for (int i = 0; i < 2000; i++) {
        const double value =
            (eai_rng_uniform(&rng) - 0.5) * pow(10, (double)eai_rng_below(&rng, 40) - 20);
        eai_writer w = eai_writer_start(&allocator);
        eai_write_exact(&w, value);
        assert_true(strtod(w.text.bytes, NULL) == value);
        eai_text_free(&w.text);
    }
    const double values[3] = {0.1, -2, NAN};
    eai_writer w = eai_writer_start(&allocator);
    eai_write_array(&w, values, 3);
    check(&w, "[0.1, -2, null]");
}

static void strings(void **state)
{
    (void)state;
    static const char wild[] = "a\"\\\n\x01\xff\xc3\xa9\xe2\x82";
    eai_writer w = eai_writer_start(&allocator);
    eai_write_json_string(&w, wild);
    check(&w, "\"a\\\"\\\\\\u000a\\u0001\xef\xbf\xbd\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\"");
    w = eai_writer_start(&allocator);
    eai_write_plain(&w, wild);
    check(&w, "a\"\\???\xc3\xa9??");
    w = eai_writer_start(&allocator);
    eai_write_text(&w, wild);
    check(&w, "a\"\\\n??\xc3\xa9??");
}

static void long_texts(void **state)
{
    (void)state;
    static char long_text[2000];
    memset(long_text, 'x', sizeof long_text - 1);
    eai_writer w = eai_writer_start(&allocator);
    eai_write(&w, "%s", "begin ");
    eai_write(&w, "%s%d", long_text, 7);
    assert_int_equal(w.text.n, 6 + 1999 + 1);
    assert_int_equal(w.text.bytes[6], 'x');
    assert_string_equal(w.text.bytes + 6 + 1999, "7");
    eai_text_free(&w.text);
}

static void short_memory(void **state)
{
    (void)state;
    failing_allocator memory = {.fail_at = 0};
    const edgeai_allocator failing = failing_allocator_make(&memory);
    eai_writer w = eai_writer_start(&failing);
    eai_write(&w, "a");
    eai_write_exact(&w, 1);
    eai_write_json_string(&w, "b");
    assert_true(w.failed);
    eai_text_free(&w.text);
    assert_int_equal(memory.n_live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers), cmocka_unit_test(exact_numbers_read_back),
        cmocka_unit_test(strings), cmocka_unit_test(long_texts), cmocka_unit_test(short_memory)};
    return cmocka_run_group_tests(tests, start, NULL);
}
