/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include <stdio.h>
#include <string.h>

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

static edgeai_status open_text(edgeai_question_set **out, const char *json)
{
    static const char path[] = EDGEAI_TEST_BUILD "/test_question_set.json";
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(json, file);
    fclose(file);
    const edgeai_status status = edgeai_question_set_open(out, context, path);
    remove(path);
    return status;
}

#define FIRST                                                                                      \
    "{\"id\":7,\"question\":\"How many "                                                           \
    "\\u00e9?\",\"ground_truth\":2.5,\"options\":null,\"x\":[1]}"
#define SECOND                                                                                     \
    "{\"question\":\"Where?\",\"ground_truth\":\"B\",\"options\":[\"A. here\",\"B. there\"],"      \
    "\"scene_name\":\"s\",\"question_type\":\"t\"}"

static void three_forms(void **state)
{
    (void)state;
    static const char *const files[] = {FIRST "\n\n" SECOND "\n", "[" FIRST "," SECOND "]",
                                        "{\"n\":2,\"questions\":[" FIRST "," SECOND "]}"};
    for (int i = 0; i < 3; i++) {
        edgeai_question_set *set;
        assert_ok(open_text(&set, files[i]));
        assert_int_equal(edgeai_question_set_count(set), 2);
        const edgeai_question_item *a = edgeai_question_set_get(set, 0);
        const edgeai_question_item *b = edgeai_question_set_get(set, 1);
        assert_string_equal(a->text, "How many \xc3\xa9?");
        assert_string_equal(a->truth, "2.5");
        assert_string_equal(a->id, "7");
        assert_null(a->scene);
        assert_int_equal(a->n_options, 0);
        assert_string_equal(b->options[1], "B. there");
        assert_string_equal(b->truth, "B");
        assert_string_equal(b->scene, "s");
        assert_string_equal(b->type, "t");
        assert_null(b->id);
        edgeai_question_set_free(set);
    }
    edgeai_question_set_free(NULL);
}

static void wrong_files(void **state)
{
    (void)state;
    edgeai_question_set *set;
    static const char *const wrong[] = {
        "[]",
        "{\"id\":1}",
        "{\"question\":null}",
        FIRST " x",
        "[" FIRST,
        "{\"questions\":{}}",
        "{\"question\":\"q\",\"options\":[null]}",
        "{\"question\":\"q\",\"options\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17]}"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_fails(open_text(&set, wrong[i]), EDGEAI_E_FORMAT);
    assert_null(set);
    assert_fails(edgeai_question_set_open(&set, context, "/nowhere"), EDGEAI_E_NOT_FOUND);
    assert_fails(edgeai_question_set_open(NULL, context, "x"), EDGEAI_E_INVALID);
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    edgeai_question_set *set;
    for (size_t n = 0;; n++) {
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status = open_text(&set, FIRST "\n" SECOND);
        memory.fail_at = SIZE_MAX;
        edgeai_question_set_free(set);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_forms), cmocka_unit_test(wrong_files),
                                       cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
