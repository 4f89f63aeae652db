/* SPDX-License-Identifier: MIT */
#include <edgeai/recording.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/temporary_folder.h"

static failing_allocator memory;
static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16],
    names[TEMPORARY_PATH_BYTES + 16];
static edgeai_detections *detections;
static edgeai_detections_options options;

static int start(void **state)
{
    (void)state;
    edgeai_context_options settings = EDGEAI_CONTEXT_OPTIONS_INIT;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    settings.allocator = failing_allocator_make(&memory);
    settings.n_threads = 1;
    options = (edgeai_detections_options)EDGEAI_DETECTIONS_OPTIONS_INIT;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/d.json", folder);
    snprintf(names, sizeof names, "%s/names.json", folder);
    return edgeai_context_create(&context, &settings) != EDGEAI_OK;
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    folder_remove(folder);
    assert_int_equal(memory.n_live, 0);
    return 0;
}

static edgeai_status open_text(const char *text)
{
    folder_put_text(folder, "d.json", text);
    return edgeai_detections_open(&detections, context, path, &options);
}

static edgeai_frame frame_of(const char *name)
{
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    frame.name = name;
    frame.camera = (edgeai_camera){4, 3, 5, 5, 2, 1};
    return frame;
}

#define OURS                                                                                       \
    "{\"version\": 1, \"source\": \"me\", \"frames\": ["                                           \
    "{\"name\": \"b\", \"detections\": ["                                                          \
    "{\"label\": \"chair\", \"score\": 0.5, \"box\": [0, 0, 2, 2]}, "                              \
    "{\"label\": \"dining table\", \"box\": [1, 1, 2.5, 1], "                                      \
    "\"mask\": {\"size\": [3, 4], \"counts\": [4, 2, 6]}}, "                                       \
    "{\"label\": \"chair\", \"box\": [1, 1, 0, 1]}]}, "                                            \
    "{\"detections\": [], \"name\": \"a\"}]}"

static void ours(void **state)
{
    (void)state;
    assert_ok(open_text(OURS));
    assert_int_equal(edgeai_detections_count(detections), 2);
    edgeai_frame frame = frame_of("b");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_true(frame.detector_ran && frame.n_detections == 2);
    assert_string_equal(frame.detections[0].label, "chair");
    assert_true(frame.detections[0].score == 0.5f && !frame.detections[0].mask_runs);
    assert_string_equal(frame.detections[1].label, "dining table");
    assert_true(frame.detections[1].score == 1 && frame.detections[1].box[2] == 2.5f);
    assert_true(frame.detections[1].n_mask_runs == 3 && frame.detections[1].mask_runs[1] == 2);
    frame.camera.width = 5;
    assert_fails(edgeai_detections_apply(detections, &frame), EDGEAI_E_SHAPE);
    assert_error_says("frame 'b': expected masks of 5 x 3 pixels, found 4 x 3");
    assert_int_equal(frame.n_detections, 0);
    frame = frame_of("a");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_true(frame.detector_ran && frame.n_detections == 0 && !frame.detections);
    frame = frame_of("c");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_false(frame.detector_ran);
    frame.name = NULL;
    assert_fails(edgeai_detections_apply(detections, &frame), EDGEAI_E_INVALID);
    edgeai_detections_free(detections);
    options.score_min = 0.6;
    options.covers_all = true;
    assert_ok(open_text(OURS));
    assert_int_equal(edgeai_detections_count(detections), 1);
    frame = frame_of("c");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_true(frame.detector_ran);
    edgeai_detections_free(detections);
}

static void ours_is_checked(void **state)
{
    (void)state;
#define ONE(fields)                                                                                \
    "{\"version\": 1, \"frames\": [{\"name\": \"a\", \"detections\": [{" fields "}]}]}"
#define GOOD "\"label\": \"x\", \"box\": [0, 0, 1, 1]"
    static const struct {
        const char *text;
        edgeai_status status;
        const char *says;
    } cases[] = {
        {"{}", EDGEAI_E_VERSION, "d.json: expected \"version\": 1"},
        {"{\"version\": 7}", EDGEAI_E_VERSION, "expected version 1, found 7"},
        {"{\"version\": 1, \"frames\": [{\"detections\": []}]}", EDGEAI_E_FORMAT,
         "frame 0: expected a name"},
        {"{\"version\": 1, \"frames\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}", EDGEAI_E_FORMAT,
         "two frames named 'a'"},
        {ONE("\"label\": \"x\""), EDGEAI_E_FORMAT, "expected a label and a box"},
        {ONE("\"label\": \"\", \"box\": [0, 0, 1, 1]"), EDGEAI_E_FORMAT, "expected a label of 1"},
        {ONE(GOOD ", \"score\": 87"), EDGEAI_E_FORMAT, "expected a score from 0 to 1"},
        {ONE("\"label\": \"x\", \"box\": [0, 0, -1, 1]"), EDGEAI_E_FORMAT, "left, top, width"},
        {ONE("\"label\": \"x\", \"box\": [0, 0, 1]"), EDGEAI_E_FORMAT, "expected 4 numbers"},
        {ONE("\"label\": \"x\", \"box\": [1e300, 0, 1, 1]"), EDGEAI_E_FORMAT, "box in pixels"},
        {ONE(GOOD ", \"mask\": {\"size\": [3, 4], \"counts\": [4, 2, 5]}"), EDGEAI_E_FORMAT,
         "expected runs that fill the image exactly, 4 x 3"},
        {ONE(GOOD ", \"mask\": {\"counts\": [1]}"), EDGEAI_E_FORMAT, "expected a mask's size"},
        {ONE(GOOD ", \"mask\": {\"size\": [0, 4], \"counts\": []}"), EDGEAI_E_FORMAT, "size:"},
        {ONE(GOOD ", \"mask\": {\"size\": [3, 4], \"counts\": \"~\"}"), EDGEAI_E_FORMAT,
         "expected COCO's compressed text"},
        {"nothing", EDGEAI_E_FORMAT, "d.json, byte 0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fails(open_text(cases[i].text), cases[i].status);
        assert_error_says(cases[i].says);
        assert_null(detections);
    }
}

#define NAMES                                                                                      \
    "{\"images\": [{\"id\": 9, \"file_name\": \"x/two.color.jpg\", \"width\": 4}, "                \
    "{\"file_name\": \"one.png\", \"id\": 3}], "                                                   \
    "\"categories\": [{\"id\": 90, \"name\": \"sofa\"}, {\"id\": 1, \"name\": \"tv\"}]}"

static void coco(void **state)
{
    (void)state;
    folder_put_text(folder, "names.json", NAMES);
    static const char results[] =
        "[{\"image_id\": 9, \"category_id\": 1, \"bbox\": [1, 2, 3, 4], \"score\": 0.25},"
        "{\"segmentation\": {\"size\": [3, 4], \"counts\": \"421\"}, \"score\": 0.75,"
        "\"category_id\": 90, \"image_id\": 9},"
        "{\"image_id\": 3, \"category_id\": 90, \"bbox\": [0, 0, 1, 1], \"score\": 1}]";
    folder_put_text(folder, "d.json", results);
    assert_fails(edgeai_detections_open(&detections, context, path, &options), EDGEAI_E_INVALID);
    assert_error_says("COCO results need names");
    options.names = names;
    /* "426" are the runs 4, 2, 6 */
    char *text = strdup(results);
    memcpy(strstr(text, "421"), "426", 3);
    assert_ok(open_text(text));
    free(text);
    edgeai_frame frame = frame_of("two");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_int_equal(frame.n_detections, 2);
    assert_string_equal(frame.detections[0].label, "tv");
    assert_true(frame.detections[0].box[3] == 4 && frame.detections[0].score == 0.25f);
    /* the box of a mask alone: pixels 4 and 5 of columns of 3 */
    assert_string_equal(frame.detections[1].label, "sofa");
    const float *box = frame.detections[1].box;
    assert_true(box[0] == 1 && box[1] == 1 && box[2] == 1 && box[3] == 2);
    frame = frame_of("one");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_int_equal(frame.n_detections, 1);
    edgeai_detections_free(detections);
    assert_ok(open_text("[]"));
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_true(frame.detector_ran && frame.n_detections == 0);
    edgeai_detections_free(detections);
}

static void coco_is_checked(void **state)
{
    (void)state;
    options.names = names;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"[{\"image_id\": 4, \"category_id\": 1, \"bbox\": [1, 2, 3, 4]}]",
         "image_id 4: no such image"},
        {"[{\"image_id\": 3, \"category_id\": 2, \"bbox\": [1, 2, 3, 4]}]",
         "category_id 2: no such category"},
        {"[{\"image_id\": 3, \"category_id\": 1}]", "expected image_id, category_id and bbox"},
        {"[{\"image_id\": 3, \"category_id\": 1, \"segmentation\": [[1, 2, 3, 4, 5, 6]]}]",
         "d.json, byte"},
        {"[{}", "d.json, byte"},
    };
    folder_put_text(folder, "names.json", NAMES);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_fails(open_text(cases[i].text), EDGEAI_E_FORMAT);
        assert_error_says(cases[i].says);
    }
    folder_put_text(folder, "names.json", "{\"images\": [], \"annotations\": []}");
    assert_fails(open_text("[]"), EDGEAI_E_FORMAT);
    assert_error_says("names.json: expected COCO's images and categories");
    folder_put_text(folder, "names.json",
                    "{\"images\": [], \"categories\": [{\"id\": 1, \"name\": \"a\"}, "
                    "{\"id\": 1, \"name\": \"b\"}]}");
    assert_fails(open_text("[]"), EDGEAI_E_FORMAT);
    assert_error_says("two categories of id 1");
}

static void yolo(void **state)
{
    (void)state;
    assert_fails(edgeai_detections_open(&detections, context, folder, &options), EDGEAI_E_INVALID);
    assert_error_says("YOLO detections need names");
    folder_put_text(folder, "classes.txt", "person\ntraffic light\r\n\n");
    folder_put_text(folder, "a.txt",
                    "1 0.5 0.5 0.5 1\n0 0.25 0.5 0.5 0.4 0.9\n"
                    "1 0 0 0.5 0 0.5 1 0 1 0.3\n");
    folder_put_text(folder, "empty.txt", "");
    assert_ok(edgeai_detections_open(&detections, context, folder, &options));
    edgeai_frame frame = frame_of("a");
    for (int round = 0; round < 2; round++) { /* again: nothing of the first time is left */
        assert_ok(edgeai_detections_apply(detections, &frame));
        assert_true(frame.detector_ran && frame.n_detections == 3);
        const edgeai_detection *found = frame.detections;
        assert_string_equal(found[0].label, "traffic light");
        assert_true(found[0].score == 1 && found[0].box[0] == 1 && found[0].box[2] == 2 &&
                    found[0].box[3] == 3);
        assert_string_equal(found[1].label, "person");
        assert_true(found[1].score == 0.9f);
        /* the left half of 4 x 3: six pixels down the first two columns */
        assert_true(found[2].score == 0.3f && found[2].n_mask_runs == 3);
        assert_true(found[2].mask_runs[0] == 0 && found[2].mask_runs[1] == 6 &&
                    found[2].mask_runs[2] == 6);
        assert_true(found[2].box[2] == 2 && found[2].box[3] == 3);
    }
    frame = frame_of("empty");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_true(frame.detector_ran && frame.n_detections == 0);
    frame = frame_of("missing");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_false(frame.detector_ran);
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"0 320 240 10 10", "a.txt, line 1: expected shares of the image's sides, 0 to 1, found "
                            "320: pixels?"},
        {"2 0.5 0.5 0.1 0.1", "expected a class of the 2 that have names, found 2"},
        {"0.5 0.5 0.5 0.1 0.1", "expected a class"},
        {"0 0.5 0.5 0.1", "expected class cx cy w h, found 4 numbers"},
        {"0 0.5 0.5 0.1 0.1 2", "expected a score from 0 to 1, found 2"},
        {"\n0 nan 0.5 0.1 0.1", "a.txt, line 2: expected shares"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        folder_put_text(folder, "a.txt", cases[i].text);
        frame = frame_of("a");
        assert_fails(edgeai_detections_apply(detections, &frame), EDGEAI_E_FORMAT);
        assert_error_says(cases[i].says);
        assert_int_equal(frame.n_detections, 0);
    }
    edgeai_detections_free(detections);
}

/* 100,000 detections over two frames in turn; the last of each is where it belongs. */
static void many(void **state)
{
    (void)state;
    enum { N = 100000, EACH = 96 };
    char *text = malloc(N * EACH + 64), *at = text;
    assert_non_null(text);
    folder_put_text(folder, "names.json", NAMES);
    options.names = names;
    for (int i = 0; i < N; i++)
        at += sprintf(at, "%c{\"image_id\":%d,\"category_id\":90,\"bbox\":[%d,0,1,1],\"score\":1}",
                      i ? ',' : '[', i % 2 ? 3 : 9, i);
    strcpy(at, "]");
    assert_ok(open_text(text));
    free(text);
    edgeai_frame frame = frame_of("one");
    assert_ok(edgeai_detections_apply(detections, &frame));
    assert_int_equal(frame.n_detections, N / 2);
    for (int i = 0; i < N / 2; i++)
        assert_true(frame.detections[i].box[0] == (float)(2 * i + 1));
    edgeai_detections_free(detections);
}

static void memory_runs_out(void **state)
{
    (void)state;
    const size_t live = memory.n_live;
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t n_failed = 0;
    for (; status != EDGEAI_OK; n_failed++) {
        memory.n_allocations = 0;
        memory.fail_at = n_failed;
        status = open_text(OURS);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        edgeai_detections_free(detections);
        assert_int_equal(memory.n_live, live);
    }
    assert_true(n_failed > 6);
}

static void options_are_checked(void **state)
{
    (void)state;
    options.score_min = 2;
    assert_fails(open_text(OURS), EDGEAI_E_INVALID);
    options.score_min = 0;
    options.kind = EDGEAI_DETECTIONS_YOLO;
    assert_fails(open_text(OURS), EDGEAI_E_INVALID);
    assert_error_says("expected a folder for detections of this kind");
    options.kind = EDGEAI_DETECTIONS_OURS;
    assert_fails(edgeai_detections_open(&detections, context, folder, &options), EDGEAI_E_INVALID);
    assert_fails(edgeai_detections_open(&detections, context, "/nowhere", &options),
                 EDGEAI_E_NOT_FOUND);
    assert_null(detections);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(ours, start, stop),
        cmocka_unit_test_setup_teardown(ours_is_checked, start, stop),
        cmocka_unit_test_setup_teardown(coco, start, stop),
        cmocka_unit_test_setup_teardown(coco_is_checked, start, stop),
        cmocka_unit_test_setup_teardown(yolo, start, stop),
        cmocka_unit_test_setup_teardown(many, start, stop),
        cmocka_unit_test_setup_teardown(memory_runs_out, start, stop),
        cmocka_unit_test_setup_teardown(options_are_checked, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
