/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include <string.h>

#include "base/json.h"
#include "space/map_internal.h"
#include "space/tokens.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/flat_map.h"

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

static cJSON *parse_json(const edgeai_prompt *prompt)
{
    cJSON *json;
    assert_ok(eai_json_parse(&json, prompt->text, prompt->n_bytes, "prompt"));
    return json;
}

static void coordinates(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.json_only = true;
    options.token_budget = 4000;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, NULL));
    cJSON *json = parse_json(prompt);
    const cJSON *objects = cJSON_GetObjectItem(json, "objects");
    assert_int_equal(cJSON_GetArraySize(objects), 18);
    assert_int_equal(prompt->n_objects, 18);
    assert_int_equal(prompt->n_left_out, 0);
    const cJSON *table = cJSON_GetArrayItem(objects, 6);
    assert_string_equal(cJSON_GetObjectItem(table, "label")->valuestring, "dining table");
    assert_close(cJSON_GetObjectItem(table, "x")->valuedouble, 4.1, 1e-12, 0);
    assert_close(cJSON_GetObjectItem(table, "yaw_deg")->valuedouble, 6, 0, 0);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(table, "size")), 3);
    assert_close(
        cJSON_GetObjectItem(cJSON_GetObjectItem(json, "camera"), "heading_deg")->valuedouble, 20, 0,
        0);
    assert_close(cJSON_GetObjectItem(cJSON_GetObjectItem(json, "room"), "area_m2")->valuedouble,
                 38.6, 1e-12, 0);
    cJSON_Delete(json);
    edgeai_prompt_free(prompt);
    edgeai_map_free(map);
}

static void words_around_it(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    static const char *const choices[] = {"A. left", "right"};
    options.options = choices;
    options.n_options = 2;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, "Which way?"));
    assert_non_null(strstr(prompt->text, "+X is right, +Y is up, units are metres"));
    assert_non_null(strstr(prompt->text, "\nQuestion: Which way?\nOptions:\nA. left\nB. right\n"));
    assert_non_null(strstr(prompt->text, "option's letter"));
    edgeai_prompt_free(prompt);
    options = (edgeai_map_prompt_options)EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.without_picture = true;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, "How many chair(s) are in this room?"));
    assert_null(strstr(prompt->text, "red star"));
    assert_non_null(strstr(prompt->text, "single number"));
    assert_int_equal(prompt->n_bytes, strlen(prompt->text));
    edgeai_prompt_free(prompt);
    edgeai_map_free(map);
}

/* Whatever the budget, the text stays within it, and what is asked for goes last. */
static void budgets(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_crowd(context, 500);
    size_t before = 0;
    for (int budget = 300; budget < 6000; budget += 250) {
        edgeai_prompt *prompt;
        edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
        options.token_budget = budget;
        options.objects_max = 100;
        assert_ok(edgeai_map_prompt(&prompt, map, &options, "How many lamp(s) are in this room?"));
        assert_true(prompt->n_tokens <= budget);
        assert_int_equal(prompt->n_tokens, eai_estimate_tokens(prompt->text, prompt->n_bytes));
        assert_true(prompt->n_objects >= before || before == 100);
        assert_int_equal(prompt->n_objects + prompt->n_left_out, 500);
        if (prompt->n_objects > 0 && prompt->n_objects < 15)
            assert_null(strstr(prompt->text, "\"label\":\"chair\""));
        before = prompt->n_objects;
        edgeai_prompt_free(prompt);
    }
    assert_int_equal(before, 100);
    edgeai_map_free(map);
}

static void less_of_more_objects(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.token_budget = 1200;
    assert_ok(edgeai_map_prompt(&prompt, map, &options, NULL));
    assert_int_equal(prompt->n_objects, 18); /* of all they would be 11 */
    assert_null(strstr(prompt->text, "views"));
    assert_non_null(strstr(prompt->text, "\"size\":[2.1,0.9,0.8]"));
    edgeai_prompt_free(prompt);
    assert_ok(edgeai_map_prompt(&prompt, map, &options,
                                "What will be the first-time appearance order of the following "
                                "categories in the video: lamp, tv?"));
    assert_non_null(strstr(prompt->text, "\"seen_first_s\":2.2"));
    edgeai_prompt_free(prompt);
    edgeai_map_free(map);
}

static void labels_of_any_bytes(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_crowd(context, 2);
    memcpy(map->content.objects[0].label, "a\"\\\n\xff", 6);
    for (int form = 0; form < 2; form++) {
        edgeai_prompt *prompt;
        edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
        options.json_only = true;
        options.form = (edgeai_prompt_form)form;
        assert_ok(edgeai_map_prompt(&prompt, map, &options, NULL));
        cJSON_Delete(parse_json(prompt));
        edgeai_prompt_free(prompt);
    }
    edgeai_map_free(map);
}

static void arguments(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    edgeai_prompt *prompt;
    edgeai_map_prompt_options options = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    assert_fails(edgeai_map_prompt(NULL, map, NULL, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_prompt(&prompt, NULL, NULL, NULL), EDGEAI_E_INVALID);
    options.token_budget = 20;
    assert_fails(edgeai_map_prompt(&prompt, map, &options, NULL), EDGEAI_E_LIMIT);
    assert_error_says("token_budget");
    options.token_budget = -1;
    assert_fails(edgeai_map_prompt(&prompt, map, &options, NULL), EDGEAI_E_INVALID);
    options.token_budget = 0;
    options.objects_max = 2000;
    assert_fails(edgeai_map_prompt(&prompt, map, &options, NULL), EDGEAI_E_INVALID);
    options.objects_max = 0;
    options.form = (edgeai_prompt_form)7;
    assert_fails(edgeai_map_prompt(&prompt, map, &options, NULL), EDGEAI_E_INVALID);
    assert_null(prompt);
    edgeai_map_free(map);
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context);
    for (size_t n = 0;; n++) {
        edgeai_prompt *prompt;
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status =
            edgeai_map_prompt(&prompt, map, NULL, "How many chair(s) are in this room?");
        memory.fail_at = SIZE_MAX;
        edgeai_prompt_free(prompt);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 60);
    }
    edgeai_map_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(coordinates),
                                       cmocka_unit_test(words_around_it),
                                       cmocka_unit_test(budgets),
                                       cmocka_unit_test(less_of_more_objects),
                                       cmocka_unit_test(labels_of_any_bytes),
                                       cmocka_unit_test(arguments),
                                       cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
