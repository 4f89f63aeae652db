/* SPDX-License-Identifier: MIT */

/* Real questions of VSI-Bench: every one is taken apart into its kind, its objects and options. */

#include <stdio.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "support/check.h"

#define FOLDER EDGEAI_TEST_DATA "/rgbd/vsibench_sample/"

static edgeai_context *context;

static int start(void **state)
{
    (void)state;
    return edgeai_context_create(&context, NULL);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    return 0;
}

static edgeai_question_set *open_set(const char *path)
{
    edgeai_question_set *set;
    const edgeai_status status = edgeai_question_set_open(&set, context, path);
    if (status == EDGEAI_E_NOT_FOUND) {
        print_message("%s is not there\n", path);
        skip();
    }
    assert_ok(status);
    return set;
}

/* What the questions speak of: the scene's classes, and those of the one route. */
static bool is_class(const char *name)
{
    static const char *const classes[] = {
        "counter",   "towel",         "chair",          "pillow",   "mirror",    "monitor",
        "closet",    "nightstand",    "door",           "backpack", "trash bin", "refrigerator",
        "radiator",  "printer",       "window",         "table",    "bed",       "microwave",
        "sofa",      "toilet",        "stove",          "tv",       "bathtub",   "stool",
        "fireplace", "bathroom sink", "kitchen counter"};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++)
        if (strcmp(classes[i], name) == 0) return true;
    return false;
}

static size_t expected_objects(edgeai_question_kind kind)
{
    static const size_t n[EDGEAI_QUESTION_KINDS] = {0, 1, 2, 5, 3, 3, 3, 1, 0, 4, 6};
    return n[kind];
}

static void check_item(const edgeai_question_item *item, int *counts)
{
    edgeai_question *q;
    assert_ok(edgeai_question_parse(&q, context, item->text, item->options, item->n_options));
    if (strcmp(edgeai_question_kind_name(q->kind), item->type) != 0)
        fail_msg("%s: taken for %s, but is %s", item->text, edgeai_question_kind_name(q->kind),
                 item->type);
    assert_int_equal(q->n_objects, expected_objects(q->kind));
    for (size_t i = 0; i < q->n_objects; i++)
        if (!is_class(q->objects[i])) fail_msg("%s: found \"%s\"", item->text, q->objects[i]);
    assert_int_equal(q->n_options, item->n_options);
    for (size_t i = 0; i < q->n_options; i++) {
        assert_int_equal(item->options[i][0], 'A' + (int)i);
        assert_string_equal(q->options[i], item->options[i] + 3);
    }
    counts[q->kind]++;
    edgeai_question_free(q);
}

static void all_kinds_of_one_scene(void **state)
{
    (void)state;
    static const int expected[EDGEAI_QUESTION_KINDS] = {0, 5, 7, 13, 0, 3, 2, 14, 1, 8, 1};
    int counts[EDGEAI_QUESTION_KINDS] = {0};
    edgeai_question_set *set = open_set(FOLDER "scene0207_02_questions.json");
    assert_int_equal(edgeai_question_set_count(set), 54);
    for (size_t i = 0; i < 54; i++)
        check_item(edgeai_question_set_get(set, i), counts);
    assert_memory_equal(counts, expected, sizeof counts);
    edgeai_question_set_free(set);
}

/* The options of a closest-question are its candidates, in their order. */
static void candidates_are_options(void **state)
{
    (void)state;
    edgeai_question_set *set = open_set(FOLDER "scene0207_02_questions.json");
    for (size_t i = 0; i < edgeai_question_set_count(set); i++) {
        const edgeai_question_item *item = edgeai_question_set_get(set, i);
        edgeai_question *q;
        assert_ok(edgeai_question_parse(&q, context, item->text, item->options, item->n_options));
        for (size_t k = 0; q->kind == EDGEAI_QUESTION_CLOSEST && k < q->n_options; k++)
            assert_string_equal(q->objects[k + 1], q->options[k]);
        edgeai_question_free(q);
    }
    edgeai_question_set_free(set);
}

static void distances_of_many_scenes(void **state)
{
    (void)state;
    int counts[EDGEAI_QUESTION_KINDS] = {0};
    edgeai_question_set *set = open_set(FOLDER "arkit_abs_distance.jsonl");
    assert_int_equal(edgeai_question_set_count(set), 24);
    for (size_t i = 0; i < 24; i++) {
        const edgeai_question_item *item = edgeai_question_set_get(set, i);
        assert_non_null(item->id);
        assert_non_null(item->scene);
        assert_float_equal(edgeai_answer_score(EDGEAI_QUESTION_DISTANCE, item->truth, item->truth),
                           1, 0);
        check_item(item, counts);
    }
    edgeai_question_set_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(all_kinds_of_one_scene),
                                       cmocka_unit_test(candidates_are_options),
                                       cmocka_unit_test(distances_of_many_scenes)};
    return cmocka_run_group_tests(tests, start, stop);
}
