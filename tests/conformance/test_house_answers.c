/* SPDX-License-Identifier: MIT */

/* Questions about the rooms of a real flat whose boxes were labelled by hand, against answers that
 * were computed apart from this library: distances by alternate projection, angles by complex
 * numbers, areas from the outlines. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "platform/context_internal.h"
#include "space/answer.h"
#include "space/map_internal.h"
#include "support/check.h"
#include "support/house_file.h"

static edgeai_context *context;
static edgeai_map map;

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

static void open_room(int region, double *box_m2)
{
    map = (edgeai_map){.context = context};
    if (!house_file_read(&map.content, region, &context->allocator, box_m2)) {
        print_message("the labelled house is not there\n");
        skip();
    }
}

static void ask(const char *question, edgeai_answer *answer)
{
    assert_ok(edgeai_map_ask(&map, question, NULL, answer));
}

static const eai_map_object *find(const char *name)
{
    eai_instances found;
    eai_find_instances(&found, &map.content, NULL, name);
    assert_true(found.n > 0);
    return &map.content.objects[found.index[0]];
}

static void distances(void **state)
{
    (void)state;
    static const struct {
        int region;
        const char *a, *b;
        double metres;
    } pairs[] = {{0, "bed", "tv", 0.929},
                 {7, "couch", "tv", 0.681},
                 {7, "coffee table", "tv", 0.747},
                 {7, "couch", "coffee table", 0},
                 {8, "armchair", "coffee table", 0.544},
                 {9, "oven", "dishwasher", 0.472},
                 {9, "oven", "sink", 0.167},
                 {3, "toilet", "sink", 0.488}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        char question[256];
        edgeai_answer answer;
        open_room(pairs[i].region, NULL);
        snprintf(question, sizeof question,
                 "Measuring from the closest point of each object, what is the distance between "
                 "the %s and the %s (in meters)?",
                 pairs[i].a, pairs[i].b);
        ask(question, &answer);
        if (fabs(answer.number - pairs[i].metres) > 0.0006)
            fail_msg("%s - %s: expected %.3f, found %.4f", pairs[i].a, pairs[i].b, pairs[i].metres,
                     answer.number);
        eai_map_content_free(&map.content);
    }
}

static void directions(void **state)
{
    (void)state;
    edgeai_answer answer;
    open_room(7, NULL);
    const double couch_tv_table =
        eai_bearing_deg(find("couch")->center, find("tv")->center, find("coffee table")->center);
    assert_close(couch_tv_table, 319.4, 0.05, 0);
    ask("If I am standing by the couch and facing the tv, is the coffee table to the left or the "
        "right of the tv?",
        &answer);
    assert_string_equal(answer.text, "right");
    ask("If I am standing by the couch and facing the tv, is the coffee table to my front-left, "
        "front-right, back-left, or back-right?\nA. front-left\nB. front-right\nC. back-left\n"
        "D. back-right",
        &answer);
    assert_string_equal(answer.text, "B");
    const double tv_couch_lamp =
        eai_bearing_deg(find("tv")->center, find("couch")->center, find("lamp")->center);
    assert_close(tv_couch_lamp, 293.6, 0.05, 0);
    ask("If I am standing by the tv and facing the couch, is the lamp to my left, right, or back?",
        &answer);
    assert_string_equal(answer.text, "right");
    eai_map_content_free(&map.content);
}

static void sizes(void **state)
{
    (void)state;
    static const struct {
        int region;
        const char *name;
        double centimetres;
    } longest[] = {{0, "bed", 245.7}, {7, "couch", 419.6}, {0, "tv", 109.4}};
    for (size_t i = 0; i < sizeof longest / sizeof *longest; i++) {
        char question[256];
        edgeai_answer answer;
        open_room(longest[i].region, NULL);
        snprintf(question, sizeof question,
                 "What is the length of the longest dimension (length, width, or height) of the "
                 "%s, measured in centimeters?",
                 longest[i].name);
        ask(question, &answer);
        assert_close(answer.number, longest[i].centimetres, 0.06, 0);
        eai_map_content_free(&map.content);
    }
}

static void areas(void **state)
{
    (void)state;
    static const double outline[10] = {17.18, 8.50, 2.04,  4.46, 17.20,
                                       12.73, 7.48, 19.21, 9.45, 5.19};
    static const double around[10] = {17.52, 12.32, 2.05,  4.46, 17.52,
                                      13.77, 7.95,  20.08, 9.45, 5.94};
    for (int region = 0; region < 10; region++) {
        double box_m2;
        edgeai_answer answer;
        open_room(region, &box_m2);
        ask("What is the size of this room (in square meters)? If multiple rooms are shown, "
            "estimate the size of the combined space.",
            &answer);
        assert_close(answer.number, outline[region], 0.006, 0);
        assert_close(box_m2, around[region], 0.006, 0);
        eai_map_content_free(&map.content);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(distances), cmocka_unit_test(directions),
                                       cmocka_unit_test(sizes), cmocka_unit_test(areas)};
    return cmocka_run_group_tests(tests, start, stop);
}
