/* SPDX-License-Identifier: MIT */
/* A real room from files to answers: forty frames without poses and what somebody marked in twelve
 * of them (kitchen_detections.json) become one map. Four chairs stand around the table; the nearest
 * to the camera shows parts of its back twice, which is too little. */
#include <math.h>
#include <string.h>

#include <edgeai/recording.h>
#include <edgeai/space.h>

#include "support/check.h"

#define KITCHEN    EDGEAI_TEST_DATA "/rgbd/sevenscenes_kitchen"
#define DETECTIONS EDGEAI_TEST_SOURCE "/tests/conformance/kitchen_detections.json"

/* NULL without the data. */
static edgeai_map *make_map(edgeai_context *context)
{
    edgeai_recording *recording = NULL;
    edgeai_detections *detections = NULL;
    edgeai_map *map = NULL;
    edgeai_recording_options options = EDGEAI_RECORDING_OPTIONS_INIT;
    options.ignore_poses = true;
    options.color = EDGEAI_COLOR_ONLY;
    if (edgeai_recording_open(&recording, context, KITCHEN, &options)) return NULL;
    assert_ok(edgeai_detections_open(&detections, context, DETECTIONS, NULL));
    assert_ok(edgeai_map_create(&map, context, NULL));
    for (size_t i = 0; i < edgeai_recording_frames(recording); i++) {
        edgeai_frame frame = EDGEAI_FRAME_INIT;
        assert_ok(edgeai_recording_load(recording, i, &frame));
        assert_ok(edgeai_detections_apply(detections, &frame));
        assert_ok(edgeai_map_add(map, &frame));
    }
    assert_ok(edgeai_map_update(map));
    edgeai_detections_free(detections);
    edgeai_recording_free(recording);
    return map;
}

static int count(const edgeai_map *map, const char *label)
{
    int n = 0;
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++)
        n += strcmp(edgeai_map_object(map, i)->label, label) == 0;
    return n;
}

static double ask(const edgeai_map *map, const char *question)
{
    edgeai_answer answer;
    assert_ok(edgeai_map_ask(map, question, NULL, &answer));
    assert_false(answer.abstained);
    return answer.number;
}

static void expect_the_kitchen(const edgeai_map *map)
{
    edgeai_map_summary summary;
    edgeai_map_summarize(map, &summary);
    assert_int_equal(summary.n_frames, 40);
    assert_int_equal(summary.n_components, 1);
    assert_true(summary.floor_found);
    assert_in_range(count(map, "chair"), 3, 4);
    assert_int_equal(count(map, "table"), 1);
    assert_int_equal(count(map, "mug"), 2);
    assert_int_equal(count(map, "magazine"), 1);
    assert_int_equal(count(map, "keyboard"), 1);
    assert_int_equal(count(map, "box"), 1);
    for (size_t i = 0; i < edgeai_map_n_objects(map); i++) { /* tables are 0.7 to 0.8 m high */
        const edgeai_mapped_object *object = edgeai_map_object(map, i);
        const double top = object->center[2] + object->size[2] / 2;
        if (strcmp(object->label, "table") == 0) assert_true(top > 0.7 && top < 0.85);
        if (strcmp(object->label, "mug") == 0)
            assert_true(object->center[2] > 0.7 && object->center[2] < 0.9);
    }
    assert_close(ask(map, "What is the length of the longest dimension (length, width, or height) "
                          "of the table, measured in centimeters?"),
                 190, 20, 0);
}

static void forty_frames_become_a_kitchen(void **state)
{
    (void)state;
    edgeai_context *context = NULL;
    edgeai_image *first = NULL, *second = NULL;
    assert_ok(edgeai_context_create(&context, NULL));
    edgeai_map *map = make_map(context), *again = map ? make_map(context) : NULL;
    if (!map) {
        edgeai_context_free(context);
        skip();
    }
    expect_the_kitchen(map);
    assert_ok(edgeai_map_draw(&first, map, NULL));
    assert_ok(edgeai_map_draw(&second, again, NULL));
    assert_int_equal(first->height, second->height);
    assert_memory_equal(first->pixels, second->pixels, first->row_bytes * (size_t)first->height);
    edgeai_image_free(first);
    edgeai_image_free(second);
    edgeai_map_free(map);
    edgeai_map_free(again);
    edgeai_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(forty_frames_become_a_kitchen)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
