/* SPDX-License-Identifier: MIT */
#include <edgeai/space.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "space/map_files.h"
#include "space/map_internal.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/flat_map.h"

#define HEAD "{\"format\":\"edgeai-map\",\"version\":1,"
#define BED  "\"id\":1,\"label\":\"bed\",\"center\":[1,2,0.3],\"size\":[2,1,0.6]"

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

static edgeai_status read_text(const char *json)
{
    edgeai_map *map;
    const edgeai_status status = edgeai_map_open_memory(&map, context, json, strlen(json));
    if (status == EDGEAI_OK)
        edgeai_map_free(map);
    else
        assert_null(map);
    return status;
}

static eai_text write_text(const edgeai_map *map)
{
    eai_writer w = eai_writer_start(map->content.allocator);
    eai_map_write_json(&w, &map->content);
    assert_false(w.failed);
    return w.text;
}

static void what_was_written_reads_back(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_open(context), *again;
    const eai_map_content *content = &map->content;
    assert_int_equal(content->n_frames, 16);
    assert_int_equal(content->n_objects, 18);
    assert_int_equal(content->n_requests, 1);
    assert_int_equal(content->grid.width, 100);
    assert_int_equal(content->grid.cells[0], EAI_CELL_UNKNOWN);
    assert_int_equal(content->grid.cells[20 * 100 + 10], EAI_CELL_FREE);
    assert_int_equal(content->grid.cells[20 * 100 + 3], EAI_CELL_OCCUPIED);
    assert_string_equal(content->objects[2].label, "coffee table");
    assert_true(content->frames[2].key);
    assert_true(content->objects[14].truncated);
    eai_text first = write_text(map);
    assert_ok(edgeai_map_open_memory(&again, context, first.bytes, first.n));
    eai_text second = write_text(again);
    assert_int_equal(first.n, second.n);
    assert_memory_equal(first.bytes, second.bytes, first.n);
    assert_memory_equal(content->frames, again->content.frames, 16 * sizeof *content->frames);
    assert_memory_equal(content->objects, again->content.objects, 18 * sizeof *content->objects);
    eai_text_free(&first);
    eai_text_free(&second);
    edgeai_map_free(map);
    edgeai_map_free(again);
}

static void little_is_enough(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(context, HEAD "\"objects\":[{" BED ",\"colour\":[1]}]}");
    const eai_map_object *bed = map->content.objects;
    assert_float_equal(bed->confidence, 1, 0);
    assert_int_equal(bed->n_views, 1);
    assert_true(map->content.metric);
    assert_int_equal(map->content.root, -1);
    edgeai_map_free(map);
    assert_ok(read_text(HEAD "\"objects\":[]}"));
}

static void no_maps(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        edgeai_status status;
        const char *says;
    } wrong[] = {
        {" ", EDGEAI_E_FORMAT, "expected '{'"},
        {"[]", EDGEAI_E_FORMAT, "expected '{'"},
        {"{}", EDGEAI_E_FORMAT, "\"format\" is missing"},
        {"{\"format\":\"x\",\"version\":1,\"objects\":[]}", EDGEAI_E_FORMAT, "edgeai-map"},
        {"{\"format\":\"edgeai-map\",\"version\":2,\"room\":[1]}", EDGEAI_E_VERSION, "version 1"},
        {HEAD "\"metric\":true}", EDGEAI_E_FORMAT, "\"objects\" is missing"},
        {HEAD "\"objects\":[]} x", EDGEAI_E_FORMAT, "nothing more"},
        {HEAD "\"objects\":[],\"objects\":[]}", EDGEAI_E_FORMAT, "given twice"},
        {HEAD "\"objects\":[{" BED ",\"yaw_rad\":NaN}]}", EDGEAI_E_FORMAT, ""},
        {HEAD "\"objects\":[{" BED ",\"yaw_rad\":null}]}", EDGEAI_E_FORMAT, "expected a number"},
        {HEAD "\"objects\":[{" BED ",\"yaw_rad\":1e999}]}", EDGEAI_E_FORMAT, "yaw_rad"},
        {HEAD "\"objects\":[{" BED ",\"confidence\":1.5}]}", EDGEAI_E_FORMAT, "confidence"},
        {HEAD "\"objects\":[{" BED "},{" BED "}]}", EDGEAI_E_FORMAT, "ids that rise"},
        {HEAD "\"objects\":[{\"id\":0,\"label\":\"b\",\"center\":[1,2,3],\"size\":[1,1,1]}]}",
         EDGEAI_E_FORMAT, "\"id\""},
        {HEAD "\"objects\":[{\"id\":1,\"label\":\"b\",\"center\":[1,2],\"size\":[1,1,1]}]}",
         EDGEAI_E_FORMAT, "expected 3 numbers, found fewer"},
        {HEAD "\"objects\":[{\"id\":1,\"label\":\"b\",\"center\":[1,2,3],\"size\":[1,0,1]}]}",
         EDGEAI_E_FORMAT, "\"size\""},
        {HEAD "\"objects\":[{\"id\":1,\"label\":\"b\",\"center\":[1,2,3,4],\"size\":[1,1,1]}]}",
         EDGEAI_E_FORMAT, "found more"},
        {HEAD "\"objects\":[],\"root\":0}", EDGEAI_E_FORMAT, "\"root\""},
        {HEAD "\"objects\":[],\"requests\":[{\"frame\":0,\"object_id\":1,\"box\":[0,0,1,1]}]}",
         EDGEAI_E_FORMAT, "\"frame\""},
        {HEAD "\"objects\":[],\"frames\":[{\"rotation\":[1,0,0,0,1,0,0,0,-1],"
              "\"translation\":[0,0,0]}]}",
         EDGEAI_E_FORMAT, "no rotation"},
        {HEAD "\"objects\":[],\"grid\":{\"cell_m\":1,\"x0\":0,\"y0\":0,\"width\":2,\"height\":2,"
              "\"rows\":[\"..\",\"...\"]}}",
         EDGEAI_E_FORMAT, "another size"},
        {HEAD "\"objects\":[],\"grid\":{\"cell_m\":1,\"x0\":0,\"y0\":0,\"width\":8192,"
              "\"height\":1,\"rows\":[\"..\"]}}",
         EDGEAI_E_FORMAT, "expected 1 rows of 8192 cells"},
        {HEAD "\"objects\":[],\"grid\":{\"cell_m\":1,\"x0\":0,\"y0\":0,\"width\":2,\"height\":1,"
              "\"rows\":[\".x\"]}}",
         EDGEAI_E_FORMAT, "cells of"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_fails(read_text(wrong[i].json), wrong[i].status);
        assert_error_says(wrong[i].says);
    }
}

static void deep_nesting(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *json = malloc(2 * DEPTH + 200);
    assert_non_null(json);
    int at = sprintf(json, HEAD "\"objects\":[],\"notes\":");
    memset(json + at, '[', DEPTH);
    json[at + DEPTH] = '\0';
    assert_fails(read_text(json), EDGEAI_E_FORMAT);
    assert_error_says("nested deeper");
    free(json);
}

static void too_many(void **state)
{
    (void)state;
    enum { N = EDGEAI_MAP_FRAMES_MAX + 1 };
    char *json = malloc(4 * N + 200);
    assert_non_null(json);
    int at = sprintf(json, HEAD "\"objects\":[],\"frames\":[0");
    for (int i = 1; i < N; i++)
        at += sprintf(json + at, ",0");
    strcpy(json + at, "]}");
    assert_fails(read_text(json), EDGEAI_E_LIMIT);
    assert_error_says("at most 4096 frames, found 4097");
    free(json);
}

static void labels_of_any_bytes(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(context, HEAD "\"objects\":[{" BED "}]}"), *again;
    strcpy(map->content.objects[0].label, "a\"\\\n\x01\xff\xc3\xa9");
    eai_text text = write_text(map);
    assert_ok(edgeai_map_open_memory(&again, context, text.bytes, text.n));
    assert_string_equal(again->content.objects[0].label, "a\"\\\n\x01\xef\xbf\xbd\xc3\xa9");
    eai_text_free(&text);
    edgeai_map_free(map);
    edgeai_map_free(again);
    char json[300];
    snprintf(json, sizeof json,
             HEAD "\"objects\":[{\"id\":1,\"label\":\"%080d\",\"center\":[0,0,0],"
                  "\"size\":[1,1,1]}]}",
             7);
    assert_fails(read_text(json), EDGEAI_E_FORMAT);
    assert_error_says("at most 63 bytes, found 80");
}

static void cut_off_at_every_byte(void **state)
{
    (void)state;
    edgeai_map *map = flat_map_parse(
        context, HEAD "\"frames\":[{\"rotation\":[1,0,0,0,1,0,0,0,1],\"translation\":[0,0,0]}],"
                      "\"objects\":[{" BED "}],\"grid\":{\"cell_m\":1,\"x0\":0,\"y0\":0,"
                      "\"width\":2,\"height\":1,\"rows\":[\".#\"]}}");
    eai_text text = write_text(map);
    for (size_t n = 1; n + 2 < text.n; n++) {
        char *part = malloc(n); /* so that a sanitizer sees its end */
        edgeai_map *none;
        assert_non_null(part);
        memcpy(part, text.bytes, n);
        assert_fails(edgeai_map_open_memory(&none, context, part, n), EDGEAI_E_FORMAT);
        free(part);
    }
    eai_text_free(&text);
    edgeai_map_free(map);
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    for (size_t n = 0;; n++) {
        edgeai_map *map;
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status =
            edgeai_map_open(&map, context, EDGEAI_TEST_SOURCE "/tests/golden/maps/flat.json");
        memory.fail_at = SIZE_MAX;
        edgeai_map_free(map);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_was_written_reads_back),
                                       cmocka_unit_test(little_is_enough),
                                       cmocka_unit_test(no_maps),
                                       cmocka_unit_test(deep_nesting),
                                       cmocka_unit_test(too_many),
                                       cmocka_unit_test(labels_of_any_bytes),
                                       cmocka_unit_test(cut_off_at_every_byte),
                                       cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
