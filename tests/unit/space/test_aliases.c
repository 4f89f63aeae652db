/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include <stdio.h>
#include <string.h>

#include "space/labels.h"
#include "support/check.h"
#include "support/failing_allocator.h"

static edgeai_context *context;
static failing_allocator memory = {.fail_at = SIZE_MAX};

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return memory.n_live != 0;
}

static edgeai_status open_text(edgeai_aliases **out, const char *json)
{
    static const char path[] = EDGEAI_TEST_BUILD "/test_aliases.json";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(json, file);
    fclose(file);
    const edgeai_status status = edgeai_aliases_open(out, context, path);
    remove(path);
    return status;
}

static void own_groups(void **state)
{
    (void)state;
    edgeai_aliases *aliases;
    assert_ok(open_text(&aliases, "{\"version\":1,\"groups\":[[\"TV\",\"monitors\",\"screen\"],"
                                  "[\"mug\",\"cup\",\"cups\"]]}"));
    assert_true(edgeai_aliases_match(aliases, "tv", "Monitor"));
    assert_true(edgeai_aliases_match(aliases, "the cup", "mugs"));
    assert_false(edgeai_aliases_match(aliases, "cup", "screen"));
    assert_false(edgeai_aliases_match(aliases, "sofa", "couch")); /* the list in use is theirs */
    assert_true(edgeai_aliases_match(NULL, "sofa", "couch"));
    edgeai_aliases_free(aliases);
    edgeai_aliases_free(NULL);
}

/* Every word that is built in is found, so the list is sorted, and is in its normal form. */
static void built_in_groups(void **state)
{
    (void)state;
    static const char *const groups[][4] = {{"sofa", "couch", "settee", "loveseat"},
                                            {"tv", "television", "tv set", "television set"},
                                            {"backpack", "rucksack", "rucksack", "backpack"},
                                            {"wash basin", "sink", "washbasin", "sink"},
                                            {"washing machine", "washer", "washer", "washer"},
                                            {"bath tub", "tub", "bathtub", "bathtub"}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        for (int k = 0; k < 4; k++) {
            assert_true(eai_aliases_group(NULL, groups[i][k]) >= 0);
            assert_true(edgeai_aliases_match(NULL, groups[i][0], groups[i][k]));
        }
    assert_int_equal(eai_aliases_group(NULL, "chair"), -1);
}

static void wrong_files(void **state)
{
    (void)state;
    edgeai_aliases *aliases;
    assert_fails(edgeai_aliases_open(&aliases, context, "/nowhere/a.json"), EDGEAI_E_NOT_FOUND);
    assert_fails(open_text(&aliases, "{\"version\":2,\"groups\":7}"), EDGEAI_E_VERSION);
    assert_fails(open_text(&aliases, "{\"version\":1}"), EDGEAI_E_FORMAT);
    assert_fails(open_text(&aliases, "{\"version\":1,\"groups\":[[\"a\"],[\"b\",\"a\"]]}"),
                 EDGEAI_E_FORMAT);
    assert_error_says("\"a\" stands in two groups");
    assert_fails(open_text(&aliases, "{\"version\":1,\"groups\":[[\"-\"]]}"), EDGEAI_E_FORMAT);
    assert_null(aliases);
    assert_fails(edgeai_aliases_open(NULL, context, "a"), EDGEAI_E_INVALID);
}

static void too_many_words(void **state)
{
    (void)state;
    static char json[80000];
    edgeai_aliases *aliases;
    int at = sprintf(json, "{\"version\":1,\"groups\":[[\"w\"");
    for (int i = 0; i < 4200; i++)
        at += sprintf(json + at, ",\"w%dx\"", i);
    strcpy(json + at, "]]}");
    assert_fails(open_text(&aliases, json), EDGEAI_E_LIMIT);
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    edgeai_aliases *aliases;
    for (size_t n = 0;; n++) {
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status =
            open_text(&aliases, "{\"version\":1,\"groups\":[[\"mug\",\"cup\"]]}");
        memory.fail_at = SIZE_MAX;
        edgeai_aliases_free(aliases);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_groups), cmocka_unit_test(built_in_groups),
        cmocka_unit_test(wrong_files), cmocka_unit_test(too_many_words),
        cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
