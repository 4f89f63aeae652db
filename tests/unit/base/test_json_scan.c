/* SPDX-License-Identifier: MIT */
#include "base/json_scan.h"

#include <math.h>
#include <string.h>

#include "support/check.h"

static eai_json_scan scan_of(const char *text)
{
    return (eai_json_scan){text, strlen(text), 0, "text"};
}

static void integers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {" -0", 0},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN},
                {"9007199254740993", 9007199254740993}};
    static const char *const bad[] = {
        "9223372036854775808", "-9223372036854775809", "1.0", "1e3", "01", "-", "", "+1", "x"};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        eai_json_scan scan = scan_of(good[i].text);
        int64_t value = 7;
        assert_ok(eai_json_int(&scan, &value));
        assert_true(value == good[i].value);
        assert_ok(eai_json_end(&scan));
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        eai_json_scan scan = scan_of(bad[i]);
        int64_t value;
        assert_fails(eai_json_int(&scan, &value), EDGEAI_E_FORMAT);
    }
}

static void kinds_are_told_apart(void **state)
{
    (void)state;
    static const char *const texts[] = {"\"a\"", "1", "1.0", "[", "{", "null", "true"};
    for (int i = 0; i < 7; i++) {
        eai_json_scan scan = scan_of(texts[i]);
        eai_json_kind kind;
        assert_ok(eai_json_peek(&scan, &kind));
        assert_int_equal(kind, i);
    }
}

static void reals_are_read(void **state)
{
    (void)state;
    eai_json_scan scan = scan_of("[0.1,-2e-3, 1E+2,1e999]");
    static const double expected[] = {0.1, -2e-3, 100, INFINITY};
    bool is_first = true, more;
    double value;
    assert_ok(eai_json_open(&scan, '['));
    for (int i = 0; i < 4; i++) {
        assert_ok(eai_json_next(&scan, ']', &is_first, &more));
        assert_true(more);
        assert_ok(eai_json_real(&scan, &value));
        assert_true(value == expected[i]);
    }
    assert_ok(eai_json_next(&scan, ']', &is_first, &more));
    assert_false(more);
    static const char *const bad[] = {".5", "1.", "1e", "1e+", "- 1", "NaN"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scan = scan_of(bad[i]);
        assert_fails(eai_json_real(&scan, &value), EDGEAI_E_FORMAT);
    }
}

static void strings_are_unescaped(void **state)
{
    (void)state;
    eai_json_scan scan = scan_of("\"a\\\"\\\\\\/\\n\\u00e9\\ud83d\\ude00z\" ");
    const char *raw;
    char out[64];
    size_t n;
    assert_ok(eai_json_raw_string(&scan, &raw, &n));
    n = eai_json_unescape(raw, n, out);
    assert_int_equal(n, strlen(out));
    assert_string_equal(out, "a\"\\/\n\xc3\xa9\xf0\x9f\x98\x80z");
    static const char *const bad[] = {"\"a",          "\"\\x\"",   "\"\\u0000\"", "\"\\ud83d\"",
                                      "\"\\ude00\"",  "\"\\u12\"", "\"\n\"",      "\"\xff\"",
                                      "\"\\ud83da\"", "a"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scan = scan_of(bad[i]);
        assert_fails(eai_json_raw_string(&scan, &raw, &n), EDGEAI_E_FORMAT);
    }
}

static void values_are_skipped(void **state)
{
    (void)state;
    char deep[EAI_JSON_DEPTH_MAX + 8];
    eai_json_scan scan = scan_of("{\"a\": [1, \"]\", {}], \"b\": null} 5");
    int64_t value;
    assert_ok(eai_json_skip(&scan));
    assert_ok(eai_json_int(&scan, &value));
    assert_int_equal(value, 5);
    static const char *const bad[] = {"", "[", "[}", "]", ",", "{\"a"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        scan = scan_of(bad[i]);
        assert_fails(eai_json_skip(&scan), EDGEAI_E_FORMAT);
    }
    memset(deep, '[', sizeof deep);
    scan = (eai_json_scan){deep, sizeof deep, 0, "text"};
    assert_fails(eai_json_skip(&scan), EDGEAI_E_FORMAT);
    assert_error_says("nested deeper than 64");
}

static void commas_are_wanted(void **state)
{
    (void)state;
    static const char *const bad[] = {"[1 2]", "[,1]", "[1,]", "[1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        eai_json_scan scan = scan_of(bad[i]);
        bool is_first = true, more = true;
        int64_t value;
        assert_ok(eai_json_open(&scan, '['));
        edgeai_status status = EDGEAI_OK;
        while (status == EDGEAI_OK && more) {
            status = eai_json_next(&scan, ']', &is_first, &more);
            if (status == EDGEAI_OK && more) status = eai_json_int(&scan, &value);
        }
        assert_int_equal(status, EDGEAI_E_FORMAT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_exact), cmocka_unit_test(kinds_are_told_apart),
        cmocka_unit_test(reals_are_read),     cmocka_unit_test(strings_are_unescaped),
        cmocka_unit_test(values_are_skipped), cmocka_unit_test(commas_are_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
