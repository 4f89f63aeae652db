/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "support/check.h"

static edgeai_status parse(cJSON **out, const char *text)
{
    return eai_json_parse(out, text, strlen(text), "tasks.jsonl, line 3");
}

static void values_come_back(void **state)
{
    (void)state;
    cJSON *root;
    assert_ok(parse(&root, " {\"name\": \"a\\u00e9\", \"n\": [1, 2.5]} \r\n\t"));
    const char *name = NULL;
    assert_ok(eai_json_string(root, "name", "here", &name));
    assert_string_equal(name, "a\xc3\xa9");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(root, "n")), 2);
    cJSON_Delete(root);
}

static void broken_texts_are_refused_with_their_place(void **state)
{
    (void)state;
    static const char *const texts[] = {"",          "   ",   "{",         "{\"a\":}",
                                        "[1,]",      "nul",   "{\"a\" 1}", "\"open",
                                        "\"\\u12\"", "[1 2]", "{]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        cJSON *root = (cJSON *)1;
        assert_fails(parse(&root, texts[i]), EDGEAI_E_FORMAT);
        assert_error_says("tasks.jsonl, line 3: no valid JSON at byte");
        assert_null(root);
    }
}

static void more_behind_the_value_is_refused(void **state)
{
    (void)state;
    cJSON *root;
    assert_fails(parse(&root, "{} {}"), EDGEAI_E_FORMAT);
    assert_error_says("found more at byte 3");
    assert_fails(eai_json_parse(&root, "1 \0", 3, "x"), EDGEAI_E_FORMAT);
    assert_error_says("found more at byte 2");
}

/* The text may stand in a larger buffer without a NUL behind it. */
static void bytes_behind_the_length_are_not_read(void **state)
{
    (void)state;
    static const char text[] = "{\"a\": 12}";
    for (size_t n = 0; n < sizeof text - 1; n++) {
        char *exact = malloc(n ? n : 1);
        memcpy(exact, text, n);
        cJSON *root;
        assert_fails(eai_json_parse(&root, exact, n, "cut"), EDGEAI_E_FORMAT);
        free(exact);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *text = malloc(DEPTH);
    memset(text, '[', DEPTH);
    cJSON *root;
    assert_fails(eai_json_parse(&root, text, DEPTH, "deep"), EDGEAI_E_FORMAT);
    free(text);
}

static void too_long_texts_are_not_touched(void **state)
{
    (void)state;
    cJSON *root;
    assert_fails(eai_json_parse(&root, "", EAI_JSON_BYTES_MAX + 1, "long"), EDGEAI_E_LIMIT);
}

static void missing_strings_are_named(void **state)
{
    (void)state;
    cJSON *root;
    assert_ok(parse(&root, "{\"n\": 1, \"Name\": \"x\"}"));
    const char *text = NULL;
    assert_fails(eai_json_string(root, "name", "here", &text), EDGEAI_E_FORMAT);
    assert_error_says("here: key \"name\": expected a string, found nothing");
    assert_fails(eai_json_string(root, "n", "here", &text), EDGEAI_E_FORMAT);
    assert_error_says("found another type");
    assert_null(text);
    cJSON_Delete(root);
    assert_ok(parse(&root, "[\"name\"]"));
    assert_fails(eai_json_string(root, "name", "here", &text), EDGEAI_E_FORMAT);
    cJSON_Delete(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_back),
        cmocka_unit_test(broken_texts_are_refused_with_their_place),
        cmocka_unit_test(more_behind_the_value_is_refused),
        cmocka_unit_test(bytes_behind_the_length_are_not_read),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(too_long_texts_are_not_touched),
        cmocka_unit_test(missing_strings_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
