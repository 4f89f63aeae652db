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

static edgeai_question *parse(const char *text)
{
    edgeai_question *q;
    assert_ok(edgeai_question_parse(&q, context, text, NULL, 0));
    return q;
}

/* Kind, then all names with commas between them. */
static void check(const char *text, edgeai_question_kind kind, const char *names)
{
    char found[512] = "";
    edgeai_question *q = parse(text);
    for (size_t i = 0; i < q->n_objects; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", i ? ", " : "",
                 q->objects[i]);
    if (q->kind != kind || strcmp(found, names) != 0)
        fail_msg("%s: found %s of %s", text, edgeai_question_kind_name(q->kind), found);
    edgeai_question_free(q);
}

static void wordings(void **state)
{
    (void)state;
    check("How many Chairs are in this room?", EDGEAI_QUESTION_COUNT, "chair");
    check("how many trash bins can you see?", EDGEAI_QUESTION_COUNT, "trash bin");
    check("How far is the sofa from the TV?", EDGEAI_QUESTION_DISTANCE, "sofa, tv");
    check("What is the distance from the bed to the door?", EDGEAI_QUESTION_DISTANCE, "bed, door");
    check("If I am standing at the bed, facing the window, is the lamp to my left, right, or back?",
          EDGEAI_QUESTION_DIRECTION_MEDIUM, "bed, window, lamp");
    check("If I am standing by the bed and facing the window, is the back door to the left or the "
          "right of the window?",
          EDGEAI_QUESTION_DIRECTION_EASY, "bed, window, back door");
    check("What is the area of this room?", EDGEAI_QUESTION_ROOM, "");
    check("Which of these objects (a table, two chairs, and the lamp) is the nearest to the bed?",
          EDGEAI_QUESTION_CLOSEST, "bed, table, two chair, lamp");
    check("What will be the first-time appearance order of the following categories in the video: "
          "lamp, potted plant, tv?",
          EDGEAI_QUESTION_ORDER, "lamp, potted plant, tv");
    check("Where are my keys?", EDGEAI_QUESTION_UNKNOWN, "");
    check("", EDGEAI_QUESTION_UNKNOWN, "");
    check("How many (s) are in this room?", EDGEAI_QUESTION_UNKNOWN, "");
    check("distance between the bed and ", EDGEAI_QUESTION_UNKNOWN, "");
}

static void route(void **state)
{
    (void)state;
    static const int steps[] = {3, EDGEAI_STEP_TURN, 4, EDGEAI_STEP_TURN, 5};
    edgeai_question *q =
        parse("You are a robot beginning at the door facing the desk. You want to navigate to the "
              "bed. You will perform the following actions (Note: for each [please fill in], "
              "choose either 'turn back,' 'turn left,' or 'turn right.'): 1. Go forward until the "
              "desk 2. [please fill in] 3. Go forward until the dining table is on your left. 4. "
              "[please fill in] 5. Go forward until the bed.\nOptions:\nA. Turn Left, Turn Right\n"
              "B. Turn Back, Turn Left");
    assert_int_equal(q->kind, EDGEAI_QUESTION_ROUTE);
    assert_int_equal(q->n_steps, 5);
    assert_memory_equal(q->steps, steps, sizeof steps);
    assert_string_equal(q->objects[0], "door");
    assert_string_equal(q->objects[1], "desk");
    assert_string_equal(q->objects[2], "bed");
    assert_string_equal(q->objects[4], "dining table");
    assert_int_equal(q->n_options, 2);
    assert_string_equal(q->options[1], "Turn Back, Turn Left");
    edgeai_question_free(q);
}

static void options_in_the_text(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "How many beds are here?\nA. one\nB) two\nC. three",
        "How many beds are here? Options: A. one B. two C. three",
        "How many beds are here?\nOptions:\n A. one\n B. two,\n C. three \n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        edgeai_question *q = parse(texts[i]);
        assert_int_equal(q->n_options, 3);
        assert_string_equal(q->options[0], "one");
        assert_string_equal(q->options[1], "two");
        assert_string_equal(q->options[2], "three");
        assert_string_equal(q->objects[0], "bed");
        edgeai_question_free(q);
    }
    edgeai_question *q = parse("Is vitamin A. good? How many beds are here?");
    assert_int_equal(q->n_options, 0);
    edgeai_question_free(q);
}

static void options_given(void **state)
{
    (void)state;
    static const char *const options[] = {"A. back", "left", " (C) right "};
    edgeai_question *q;
    assert_ok(
        edgeai_question_parse(&q, context, "How many beds are here?\nA. x\nB. y", options, 3));
    assert_int_equal(q->n_options, 3);
    assert_string_equal(q->options[0], "back");
    assert_string_equal(q->options[1], "left");
    assert_string_equal(q->options[2], "right");
    edgeai_question_free(q);
}

static void too_much(void **state)
{
    (void)state;
    static char text[EDGEAI_QUESTION_BYTES_MAX + 2];
    const char *options[EDGEAI_QUESTION_OPTIONS + 1];
    edgeai_question *q;
    int at = sprintf(text, "What will be the first-time appearance order of: ");
    for (int i = 0; i < 40; i++)
        at += sprintf(text + at, "x%d, ", i);
    assert_fails(edgeai_question_parse(&q, context, text, NULL, 0), EDGEAI_E_LIMIT);
    assert_error_says("at most 32 names");
    at = sprintf(text, "robot beginning at a facing b. navigate to c. 1.");
    for (int i = 0; i < 40; i++)
        at += sprintf(text + at, "[please fill in]");
    assert_fails(edgeai_question_parse(&q, context, text, NULL, 0), EDGEAI_E_LIMIT);
    assert_error_says("at most 32 steps");
    memset(text, 'a', sizeof text - 1);
    assert_fails(edgeai_question_parse(&q, context, text, NULL, 0), EDGEAI_E_LIMIT);
    for (size_t i = 0; i <= EDGEAI_QUESTION_OPTIONS; i++)
        options[i] = "x";
    assert_fails(edgeai_question_parse(&q, context, "x", options, EDGEAI_QUESTION_OPTIONS + 1),
                 EDGEAI_E_LIMIT);
    options[3] = NULL;
    assert_fails(edgeai_question_parse(&q, context, "x", options, 4), EDGEAI_E_INVALID);
    assert_fails(edgeai_question_parse(&q, context, NULL, NULL, 0), EDGEAI_E_INVALID);
    assert_fails(edgeai_question_parse(NULL, context, "x", NULL, 0), EDGEAI_E_INVALID);
    assert_fails(edgeai_question_parse(&q, context, "x", NULL, 1), EDGEAI_E_INVALID);
    memory.fail_at = memory.n_allocations;
    assert_fails(edgeai_question_parse(&q, context, "x", NULL, 0), EDGEAI_E_MEMORY);
    memory.fail_at = SIZE_MAX;
    assert_null(q);
    edgeai_question_free(NULL);
}

static void names_of_kinds(void **state)
{
    (void)state;
    assert_string_equal(edgeai_question_kind_name(EDGEAI_QUESTION_ROUTE), "route_planning");
    assert_string_equal(edgeai_question_kind_name((edgeai_question_kind)99), "unknown");
    assert_string_equal(edgeai_question_kind_name((edgeai_question_kind)-1), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(wordings),
                                       cmocka_unit_test(route),
                                       cmocka_unit_test(options_in_the_text),
                                       cmocka_unit_test(options_given),
                                       cmocka_unit_test(too_much),
                                       cmocka_unit_test(names_of_kinds)};
    return cmocka_run_group_tests(tests, start, stop);
}
