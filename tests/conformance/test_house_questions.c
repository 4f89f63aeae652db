/* SPDX-License-Identifier: MIT */
/* Questions in the words of VSI-Bench about rooms of the labelled house: what a map built by a
 * noisy walk answers, scored against what the true map of the same walk answers. */
#include <stdio.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "platform/context_internal.h"
#include "space/map_internal.h"
#include "support/check.h"
#include "support/house_walk.h"

enum { PER_KIND = 16, TRIES = 400, CLASSES = 64 };

static house_world world;
static house_walk walk;

typedef struct score_sheet {
    double sums[EDGEAI_QUESTION_KINDS];
    size_t counts[EDGEAI_QUESTION_KINDS];
} score_sheet;

/* Labels of a map, and how many objects have each. */
typedef struct class_list {
    const char *names[CLASSES];
    int counts[CLASSES], n;
} class_list;

static class_list list_classes(const eai_map_content *content)
{
    class_list list = {.n = 0};
    for (size_t i = 0; i < content->n_objects; i++) {
        int k = 0;
        while (k < list.n && strcmp(list.names[k], content->objects[i].label) != 0)
            k++;
        if (k == CLASSES) continue;
        if (k == list.n) list.names[list.n++] = content->objects[i].label;
        list.counts[k]++;
    }
    return list;
}

/* Asks both; what the true map cannot tell is no question. False when it was none. */
static bool ask(const edgeai_map *truth, const edgeai_map *built, const char *question,
                score_sheet *sheet)
{
    edgeai_answer right, found;
    assert_ok(edgeai_map_ask(truth, question, NULL, &right));
    if (right.abstained || right.kind == EDGEAI_QUESTION_UNKNOWN) return false;
    assert_ok(edgeai_map_ask(built, question, NULL, &found));
    sheet->sums[right.kind] += edgeai_answer_score(right.kind, right.text, found.text);
    sheet->counts[right.kind]++;
    return true;
}

/* n different classes that occur once; false when there are not enough. */
static bool draw(eai_rng *rng, const class_list *classes, int n, const char *names[])
{
    int single[CLASSES], n_single = 0;
    for (int k = 0; k < classes->n; k++)
        if (classes->counts[k] == 1) single[n_single++] = k;
    if (n_single < n) return false;
    for (int i = 0; i < n; i++) {
        const int j = i + (int)eai_rng_below(rng, (uint64_t)(n_single - i)), k = single[j];
        single[j] = single[i];
        single[i] = k;
        names[i] = classes->names[k];
    }
    return true;
}

static const struct {
    int n; /* classes that it names */
    const char *text;
} forms[] = {
    {2,
     "Measuring from the closest point of each object, what is the distance between the %s and the "
     "%s (in meters)?"},
    {1, "What is the length of the longest dimension (length, width, or height) of the %s, "
        "measured in "
        "centimeters?"},
    {3, "If I am standing by the %s and facing the %s, is the %s to the left or the right of the "
        "%2$s?"},
    {3, "If I am standing by the %s and facing the %s, is the %s to my left, right, or back?"},
    {3, "If I am standing by the %s and facing the %s, is the %s to my front-left, front-right, "
        "back-left, or back-right?"},
    {4, "Measuring from the closest point of each object, which of these objects (%2$s, %3$s, "
        "%4$s) is "
        "the closest to the %1$s?\nOptions:\nA. %2$s\nB. %3$s\nC. %4$s"},
    {3,
     "What will be the first-time appearance order of the following categories in the video: %1$s, "
     "%2$s, %3$s?\nOptions:\nA. %1$s, %2$s, %3$s\nB. %3$s, %1$s, %2$s\nC. %2$s, %3$s, %1$s\n"
     "D. %3$s, %2$s, %1$s"},
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void ask_forms(const edgeai_map *truth, const edgeai_map *built, eai_rng *rng,
                      score_sheet *sheet)
{
    const class_list classes = list_classes(&truth->content);
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        int n = 0;
        for (int t = 0; t < TRIES && n < PER_KIND; t++) {
            const char *names[4] = {"", "", "", ""};
            char question[1024];
            if (!draw(rng, &classes, forms[f].n, names)) break;
            snprintf(question, sizeof question, forms[f].text, names[0], names[1], names[2],
                     names[3]);
            n += ask(truth, built, question, sheet);
        }
    }
}
#pragma GCC diagnostic pop

static void ask_counts(const edgeai_map *truth, const edgeai_map *built, score_sheet *sheet)
{
    const class_list classes = list_classes(&truth->content);
    for (int k = 0; k < classes.n; k++) {
        char question[256];
        if (classes.counts[k] < 2) continue;
        snprintf(question, sizeof question, "How many %s(s) are in this room?", classes.names[k]);
        ask(truth, built, question, sheet);
    }
    ask(truth, built, "What is the size of this room (in square meters)?", sheet);
}

static void ask_about_room(edgeai_context *context, int room, eai_rng *rng, score_sheet *sheet)
{
    house_walk_options how = house_walk_defaults();
    for (int r = 0; r < HOUSE_REGIONS; r++)
        how.rooms[r] = r == room;
    edgeai_map *built = NULL, truth = {.context = context};
    assert_true(house_walk_begin(&walk, &world, &how));
    assert_ok(edgeai_map_create(&built, context, NULL));
    while (house_walk_next(&walk))
        assert_ok(edgeai_map_add(built, &walk.frame));
    assert_ok(edgeai_map_update(built));
    assert_true(house_walk_truth(&walk, &truth.content, &context->allocator));
    ask_forms(&truth, built, rng, sheet);
    ask_counts(&truth, built, sheet);
    eai_map_content_free(&truth.content);
    edgeai_map_free(built);
    house_walk_free(&walk);
}

static void built_maps_answer_like_the_true_one(void **state)
{
    (void)state;
    if (!house_world_read(&world)) skip();
    edgeai_context *context = NULL;
    score_sheet sheet = {0};
    eai_rng rng;
    eai_rng_seed(&rng, 5);
    assert_ok(edgeai_context_create(&context, NULL));
    for (int room = 0; room < world.n_regions; room++)
        ask_about_room(context, room, &rng, &sheet);
    size_t n = 0;
    for (int k = 1; k < EDGEAI_QUESTION_KINDS; k++) {
        n += sheet.counts[k];
        if (sheet.counts[k])
            print_message("%-36s %3zu  %.3f\n", edgeai_question_kind_name((edgeai_question_kind)k),
                          sheet.counts[k], sheet.sums[k] / (double)sheet.counts[k]);
    }
    const double overall = edgeai_answer_overall(sheet.sums, sheet.counts);
    print_message("overall %.3f of %zu questions\n", overall, n);
    assert_true(n >= 100);
    assert_true(overall >= 0.85);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(built_maps_answer_like_the_true_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
