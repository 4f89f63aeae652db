/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "space/answer.h"
#include "space/map_internal.h"
#include "support/check.h"
#include "support/flat_map.h"

#define HEAD "{\"format\":\"edgeai-map\",\"version\":1,"
#define THING(id, label, x, y, more)                                                               \
    "{\"id\":" #id ",\"label\":\"" label "\",\"center\":[" #x "," #y                               \
    ",0.5],\"size\":[0.4,0.4,1]" more "}"

static edgeai_context *context;
static edgeai_map *flat;

static int start(void **state)
{
    (void)state;
    if (edgeai_context_create(&context, NULL) != EDGEAI_OK) return -1;
    flat = flat_map_open(context);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    edgeai_map_free(flat);
    edgeai_context_free(context);
    return 0;
}

static edgeai_answer ask(const edgeai_map *map, const char *question)
{
    edgeai_answer answer;
    assert_ok(edgeai_map_ask(map, question, NULL, &answer));
    return answer;
}

static edgeai_answer ask_json(const char *json, const char *question)
{
    edgeai_map *map = flat_map_parse(context, json);
    const edgeai_answer answer = ask(map, question);
    edgeai_map_free(map);
    return answer;
}

static void numbers(void **state)
{
    (void)state;
    edgeai_answer a = ask(flat, "How many chair(s) are in this room?");
    assert_string_equal(a.text, "3");
    assert_false(a.abstained);
    a = ask(flat, "What is the distance between the couch and the television (in meters)?");
    assert_string_equal(a.text, "2.6"); /* 3.64 - 1.05 */
    assert_close(a.number, 2.59, 1e-9, 0);
    a = ask(flat, "What is the length of the longest dimension of the bookshelf, measured in "
                  "centimeters?");
    assert_string_equal(a.text, "200"); /* its height */
    a = ask(flat, "What is the size of this room (in square meters)?");
    assert_string_equal(a.text, "38.6");
    assert_close(a.confidence, 0.93, 1e-9, 0);
    a = ask(flat, "What is the size of this room?\nA. 12.1\nB. 40.2\nC. 60");
    assert_string_equal(a.text, "B");
    assert_int_equal(a.option, 1);
}

static void closest(void **state)
{
    (void)state;
    edgeai_answer a = ask(flat, "which of these objects (trash bin, wardrobe, lamp, sofa) is the "
                                "closest to the backpack?\nA. trash bin\nB. wardrobe\nC. lamp\n"
                                "D. sofa");
    assert_string_equal(a.text, "A");
    assert_false(a.abstained);
    a = ask(flat, "which of these objects (cat, dog) is the closest to the bed?");
    assert_true(a.abstained);
}

static void order(void **state)
{
    (void)state;
    edgeai_answer a = ask(flat, "What will be the first-time appearance order of the following "
                                "categories in the video: lamp, tv, bookshelf, bed?\n"
                                "A. bed, tv, lamp, bookshelf\nB. tv, bookshelf, lamp, bed\n"
                                "C. tv, lamp, bookshelf, bed");
    assert_string_equal(a.text, "B"); /* 2.2, 5.5, 9, 14 s */
    a = ask(flat, "What will be the first-time appearance order of: lamp, tv, bookshelf, bed?");
    assert_string_equal(a.text, "tv, bookshelf, lamp, bed");
    /* None fits wholly: the one with the fewest pairs the wrong way round. */
    a = ask(flat, "What will be the first-time appearance order of: lamp, tv, bookshelf, bed?\n"
                  "A. bed, lamp, bookshelf, tv\nB. tv, lamp, bookshelf, bed\nC. nothing, at, all");
    assert_string_equal(a.text, "B");
    assert_true(a.confidence < 0.85);
}

static void directions(void **state)
{
    (void)state;
#define ROOM                                                                                       \
    HEAD "\"objects\":[" THING(1, "desk", 0, 0, "") "," THING(2, "door", 0, 2, "") "," THING(      \
        3, "lamp", -2, 2, "") "," THING(4, "bed", 2, -2.5, "") "," THING(5, "mat", 0.1, -2,        \
                                                                         "") "]}"
    static const struct {
        const char *what, *ways, *answer;
    } cases[] = {{"lamp", "to the left or the right of the door", "left"},
                 {"bed", "to the left or the right of the door", "right"},
                 {"lamp", "to my left, right, or back", "left"},
                 {"bed", "to my left, right, or back", "back"},
                 {"mat", "to my left, right, or back", "back"},
                 {"lamp", "to my front-left, front-right, back-left, or back-right", "front-left"},
                 {"bed", "to my front-left, front-right, back-left, or back-right", "back-right"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char question[256];
        snprintf(question, sizeof question,
                 "If I am standing by the desk and facing the door, is the %s %s?", cases[i].what,
                 cases[i].ways);
        const edgeai_answer a = ask_json(ROOM, question);
        if (strcmp(a.text, cases[i].answer) != 0 || a.abstained)
            fail_msg("%s: found %s (%s)", question, a.text, a.reason);
    }
    /* Almost behind, so which of the two quadrants is not certain. */
    const edgeai_answer a =
        ask_json(ROOM, "If I am standing by the desk and facing the door, is the mat to my "
                       "front-left, front-right, back-left, or back-right?");
    assert_string_equal(a.text, "back-right");
    assert_true(a.confidence < 0.7);
}

static void bearing(void **state)
{
    (void)state;
    const double at[2] = {1, 1}, ahead[2] = {1, 3}, left[2] = {0, 1}, back[2] = {1, 0};
    const double right[2] = {5, 1};
    assert_close(eai_bearing_deg(at, ahead, left), 90, 1e-9, 0);
    assert_close(eai_bearing_deg(at, ahead, back), 180, 1e-9, 0);
    assert_close(eai_bearing_deg(at, ahead, right), 270, 1e-9, 0);
    assert_close(eai_bearing_deg(at, ahead, ahead), 0, 1e-9, 0);
}

#define CORRIDOR                                                                                   \
    HEAD "\"objects\":[" THING(1, "door", 0, 0, "") "," THING(2, "desk", 0, 3, "") "," THING(      \
        3, "sink", 3, 3, "") "," THING(4, "bed", 3, 6, "") "," THING(5, "mat", 3, 0, "") "]}"
#define ROBOT                                                                                      \
    "You are a robot beginning at the door and facing the desk. You want to navigate to the %s. "  \
    "1. Go forward until the desk 2. [please fill in] 3. Go forward until the bathroom sink 4. "   \
    "[please fill in] 5. Go forward until the %s."

static void routes(void **state)
{
    (void)state;
    char question[600];
    snprintf(question, sizeof question,
             ROBOT "\nA. Turn Left, Turn Right\nB. Turn Right, Turn Left", "bed", "bed");
    edgeai_answer a = ask_json(CORRIDOR, question);
    assert_string_equal(a.text, "B");
    assert_false(a.abstained);
    snprintf(question, sizeof question, ROBOT, "mat", "mat");
    a = ask_json(CORRIDOR, question);
    assert_string_equal(a.text, "turn right, turn right");
    snprintf(question, sizeof question, ROBOT, "door", "desk");
    a = ask_json(CORRIDOR, question);
    assert_string_equal(a.text, "turn right, turn back");
    snprintf(question, sizeof question, ROBOT, "cat", "cat");
    a = ask_json(CORRIDOR, question);
    assert_true(a.abstained);
}

static void what_the_map_cannot_tell(void **state)
{
    (void)state;
    edgeai_answer a = ask(flat, "How many cat(s) are in this room?");
    assert_true(a.abstained);
    assert_string_equal(a.reason, "The map has no cat.");
    a = ask(flat, "Where are my keys?");
    assert_true(a.abstained);
    assert_int_equal(a.kind, EDGEAI_QUESTION_UNKNOWN);
    assert_string_equal(a.text, "");
    a = ask_json(HEAD "\"objects\":[]}", "What is the size of this room?");
    assert_true(a.abstained);
    a = ask_json(HEAD "\"metric\":false,\"objects\":[" THING(1, "bed", 0, 0, "") "," THING(
                     2, "sofa", 3, 0, "") "]}",
                 "How far is the bed from the sofa?");
    assert_true(a.abstained);
    assert_string_equal(a.text, "2.6"); /* a guess all the same */
    a = ask_json(HEAD "\"objects\":[" THING(1, "bed", 0, 0, ",\"truncated\":true") "," THING(
                     2, "sofa", 3, 0, "") "]}",
                 "What is the length of the longest dimension of the bed?");
    assert_true(a.confidence < 0.5);
    a = ask(flat, "How many bed(s) are in this room?\nA. none\nB. some");
    assert_true(a.abstained);
    assert_int_equal(a.option, -1);
}

static void one_name_for_two_things(void **state)
{
    (void)state;
    const edgeai_answer one = ask(flat, "What is the distance between the bed and the lamp?");
    const edgeai_answer two = ask(flat, "What is the distance between the bed and the nightstand?");
    assert_true(two.confidence < one.confidence);
    const edgeai_answer same = ask(flat, "What is the distance between the sofa and the couch?");
    assert_true(same.abstained);
}

static void labels_of_any_bytes(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(context, HEAD "\"objects\":[" THING(1, "bed", 0, 0, "") "]}");
    memcpy(map->content.objects[0].label, "bed\xff\x01", 6);
    const edgeai_answer a = ask(map, "How many bed\xff\x01 are in this room?");
    assert_string_equal(a.text, "1");
    assert_null(strchr(a.reason, '\xff'));
    edgeai_map_free(map);
}

static void arguments(void **state)
{
    (void)state;
    edgeai_answer answer;
    edgeai_map_ask_options options = EDGEAI_MAP_ASK_OPTIONS_INIT;
    assert_fails(edgeai_map_ask(NULL, "x", NULL, &answer), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_ask(flat, NULL, NULL, &answer), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_ask(flat, "x", NULL, NULL), EDGEAI_E_INVALID);
    options.confidence_min = NAN;
    assert_fails(edgeai_map_ask(flat, "x", &options, &answer), EDGEAI_E_INVALID);
    options.confidence_min = 0.99;
    assert_ok(edgeai_map_ask(flat, "How many chair(s) are in this room?", &options, &answer));
    assert_true(answer.abstained);
    assert_string_equal(answer.text, "3");
    options.struct_size = 1;
    assert_fails(edgeai_map_ask(flat, "x", &options, &answer), EDGEAI_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers),
                                       cmocka_unit_test(closest),
                                       cmocka_unit_test(order),
                                       cmocka_unit_test(directions),
                                       cmocka_unit_test(bearing),
                                       cmocka_unit_test(routes),
                                       cmocka_unit_test(what_the_map_cannot_tell),
                                       cmocka_unit_test(one_name_for_two_things),
                                       cmocka_unit_test(labels_of_any_bytes),
                                       cmocka_unit_test(arguments)};
    return cmocka_run_group_tests(tests, start, stop);
}
