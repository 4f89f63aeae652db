/* SPDX-License-Identifier: MIT */
#include "support/check.h"

#include <edgeai/generate.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/failing_allocator.h"

static failing_allocator memory = {.fail_at = SIZE_MAX};
static edgeai_context *context;
static char path[64];

static int set_up(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    snprintf(path, sizeof path, "/tmp/edgeai-tasks-%ld.jsonl", (long)getpid());
    return edgeai_context_create(&context, &options);
}

static int tear_down(void **state)
{
    (void)state;
    edgeai_context_free(context);
    remove(path);
    return memory.n_live != 0;
}

static edgeai_status open_text(edgeai_tasks **tasks, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return edgeai_tasks_open(tasks, context, path);
}

static void own_files_are_read(void **state)
{
    (void)state;
    edgeai_tasks *tasks;
    assert_ok(open_text(&tasks, "{\"version\":1,\"id\":\"t1\",\"prompt\":\"go\\nnow\",\"answer\":"
                                "\" [1] \"}\r\n\n  \n{\"prompt\":\"\",\"answer\":\"b\"}"));
    assert_int_equal(edgeai_tasks_count(tasks), 2);
    const edgeai_task *task = edgeai_tasks_get(tasks, 0);
    assert_string_equal(task->id, "t1");
    assert_string_equal(task->prompt, "go\nnow");
    assert_string_equal(task->answer, " [1] ");
    assert_false(task->is_number);
    assert_true(edgeai_task_is_correct(task, "[1]\n"));
    assert_false(edgeai_task_is_correct(task, "[1"));
    assert_false(edgeai_task_is_correct(task, "[1]]"));
    assert_string_equal(edgeai_tasks_get(tasks, 1)->id, "");
    assert_null(edgeai_tasks_get(tasks, 2));
    edgeai_tasks_free(tasks);
}

static void gsm8k_is_compared_by_its_number(void **state)
{
    (void)state;
    edgeai_tasks *tasks;
    assert_ok(
        open_text(&tasks, "{\"question\":\"How many?\",\"answer\":\"#### 3 and 4\\n#### 1,007\"}"));
    const edgeai_task *task = edgeai_tasks_get(tasks, 0);
    assert_string_equal(task->prompt, "How many?");
    assert_string_equal(task->answer, "1,007");
    assert_true(task->is_number);
    assert_true(edgeai_task_is_correct(task, "First 3, then 4: $1007.00"));
    assert_false(edgeai_task_is_correct(task, "1007 no, 4"));
    edgeai_tasks_free(tasks);
}

static void the_real_gsm8k_file_is_read(void **state)
{
    (void)state;
    static const char file[] = EDGEAI_TEST_DATA "/text/gsm8k_test.jsonl";
    if (access(file, R_OK) != 0) {
        print_message("%s is not there\n", file);
        skip();
    }
    edgeai_tasks *tasks;
    assert_ok(edgeai_tasks_open(&tasks, context, file));
    assert_int_equal(edgeai_tasks_count(tasks), 1319);
    assert_string_equal(edgeai_tasks_get(tasks, 0)->answer, "18");
    assert_string_equal(edgeai_tasks_get(tasks, 2)->answer, "70000");
    edgeai_tasks_free(tasks);
}

static void errors_name_file_and_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        edgeai_status status;
        const char *says;
    } cases[] = {
        {"{\"prompt\":\"a\",\"answer\":\"b\"}\nnonsense\n", EDGEAI_E_FORMAT, "line 2"},
        {"{\"prompt\":\"a\"}", EDGEAI_E_FORMAT, "line 1: key \"answer\": expected a string"},
        {"{\"answer\":\"a\"}", EDGEAI_E_FORMAT, "key \"prompt\""},
        {"{\"id\":7,\"prompt\":\"a\",\"answer\":\"b\"}", EDGEAI_E_FORMAT, "key \"id\""},
        {"{\"question\":\"a\",\"answer\":\"18\"}", EDGEAI_E_FORMAT, "#### "},
        {"{\"question\":\"a\",\"answer\":\"18 ####\"}", EDGEAI_E_FORMAT, "#### "},
        {"[1]", EDGEAI_E_FORMAT, "key \"prompt\""},
        {"{\"version\":2,\"prompt\":\"a\",\"answer\":\"b\"}", EDGEAI_E_VERSION,
         "line 1: key \"version\": expected 1, found 2"},
        {"{\"version\":\"1\",\"prompt\":\"a\",\"answer\":\"b\"}", EDGEAI_E_FORMAT, "version"},
        {"\n\n", EDGEAI_E_FORMAT, "expected a problem in each line, found none"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        edgeai_tasks *tasks;
        assert_fails(open_text(&tasks, cases[i].text), cases[i].status);
        assert_error_says(path);
        assert_error_says(cases[i].says);
        assert_null(tasks);
    }
    edgeai_tasks *tasks;
    assert_fails(edgeai_tasks_open(&tasks, context, "/nowhere.jsonl"), EDGEAI_E_NOT_FOUND);
    assert_fails(edgeai_tasks_open(&tasks, context, NULL), EDGEAI_E_INVALID);
}

static void every_failed_allocation_is_borne(void **state)
{
    (void)state;
    edgeai_tasks *tasks = NULL;
    size_t n_live = memory.n_live;
    for (size_t k = 0; !tasks; k++) {
        memory.n_allocations = 0;
        memory.fail_at = k;
        edgeai_status status = open_text(&tasks, "{\"prompt\":\"a\",\"answer\":\"b\"}\n"
                                                 "{\"question\":\"a\",\"answer\":\"#### 1\"}");
        if (tasks) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, n_live);
        assert_true(k < 100);
    }
    memory.fail_at = SIZE_MAX;
    edgeai_tasks_free(tasks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_files_are_read),
        cmocka_unit_test(gsm8k_is_compared_by_its_number),
        cmocka_unit_test(the_real_gsm8k_file_is_read),
        cmocka_unit_test(errors_name_file_and_line),
        cmocka_unit_test(every_failed_allocation_is_borne),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
