/* SPDX-License-Identifier: MIT */

/* Any bytes as a map: read, drawn, put into words, asked and written. Aborts on a leak, on a
 * failure without a text, and on a map that is not the same after writing and reading. */

#include <stdlib.h>
#include <string.h>

#include <edgeai/spatial_prompt.h>

#include "fuzz_target.h"
#include "space/map_files.h"
#include "space/map_internal.h"
#include "support/failing_allocator.h"

static failing_allocator memory = {.fail_at = SIZE_MAX};

static edgeai_context *make_context(void)
{
    edgeai_context *context = NULL;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.allocator = failing_allocator_make(&memory);
    options.n_threads = 1;
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) abort();
    return context;
}

static void ask(const edgeai_map *map)
{
    static const char *const questions[] = {
        "How many chair(s) are in this room?",
        "Measuring from the closest point of each object, what is the distance between the chair "
        "and the table (in meters)?",
        "Measuring from the closest point of each object, which of these objects (bed, table, "
        "lamp) is the closest to the chair?",
        "If I am standing by the bed and facing the chair, is the table to my left, right, or "
        "back?\nA. left\nB. right\nC. back",
        "What is the length of the longest dimension (length, width, or height) of the table, "
        "measured in centimeters?",
        "What is the size of this room (in square meters)?",
        "What will be the first-time appearance order of the following categories in the video: "
        "bed, chair, table, lamp?\nA. bed, chair, table, lamp\nB. chair, bed, lamp, table",
        "You are a robot beginning at the bed and facing the bed. You want to navigate to the "
        "lamp. 1. [please fill in] 2. Go forward until the chair 3. [please fill in] 4. Go "
        "forward until the lamp.\nA. Turn Left, Turn Right\nB. Turn Back, Turn Left"};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        edgeai_answer answer;
        if (edgeai_map_ask(map, questions[i], NULL, &answer) != EDGEAI_OK) abort();
        if (!(answer.confidence >= 0 && answer.confidence <= 1)) abort();
        if (answer.kind == EDGEAI_QUESTION_UNKNOWN) abort();
    }
}

static void draw(const edgeai_map *map)
{
    edgeai_image *image;
    edgeai_prompt *prompt;
    edgeai_map_draw_options options = EDGEAI_MAP_DRAW_OPTIONS_INIT;
    edgeai_map_prompt_options words = EDGEAI_MAP_PROMPT_OPTIONS_INIT;
    options.side_px = 256;
    options.question = "How many chair(s) are in this room?";
    if (edgeai_map_draw(&image, map, &options) != EDGEAI_OK) abort();
    edgeai_image_free(image);
    for (int form = 0; form < 2; form++) {
        words.form = (edgeai_prompt_form)form;
        if (edgeai_map_prompt(&prompt, map, &words, options.question) != EDGEAI_OK) abort();
        if (prompt->n_bytes != strlen(prompt->text) || prompt->n_tokens > 2048) abort();
        edgeai_prompt_free(prompt);
    }
}

/* A small picture, with depth, for every connected frame. */
static void mark_frames(const edgeai_map *map)
{
    enum { WIDTH = 64, HEIGHT = 48 };
    static uint8_t grey[WIDTH * HEIGHT];
    static uint16_t depth[WIDTH * HEIGHT];
    edgeai_image color = {grey, WIDTH, HEIGHT, 1, WIDTH}, *image;
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    frame.color = &color;
    frame.depth = depth;
    frame.camera = frame.depth_camera = (edgeai_camera){WIDTH, HEIGHT, 50, 50, 31.5, 23.5};
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        depth[i] = (uint16_t)(37 * i);
    for (size_t i = 0; i < map->content.n_frames && i < 8; i++) {
        if (map->content.frames[i].component != 0) continue;
        if (edgeai_map_mark_frame(&image, map, i, &frame, NULL) != EDGEAI_OK) abort();
        edgeai_image_free(image);
    }
}

typedef void (*write_map)(eai_writer *writer, const eai_map_content *content);

static eai_text write_as(write_map write, const edgeai_map *map)
{
    eai_writer w = eai_writer_start(map->content.allocator);
    write(&w, &map->content);
    if (w.failed) abort();
    return w.text;
}

static void write_files(edgeai_context *context, const edgeai_map *map)
{
    static const write_map others[] = {eai_map_write_ply, eai_map_write_gltf, eai_map_write_tum,
                                       eai_map_write_ros_pgm};
    edgeai_map *again;
    eai_text first = write_as(eai_map_write_json, map);
    if (edgeai_map_open_memory(&again, context, first.bytes, first.n) != EDGEAI_OK) abort();
    eai_text second = write_as(eai_map_write_json, again);
    if (first.n != second.n || memcmp(first.bytes, second.bytes, first.n) != 0) abort();
    eai_text_free(&first);
    eai_text_free(&second);
    edgeai_map_free(again);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        eai_text text = write_as(others[i], map);
        eai_text_free(&text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static edgeai_context *context;
    if (!context) context = make_context();
    const size_t before = memory.live_bytes;
    edgeai_map *map;
    if (n == 0) return 0;
    if (edgeai_map_open_memory(&map, context, data, n) == EDGEAI_OK) {
        draw(map);
        mark_frames(map);
        ask(map);
        write_files(context, map);
        edgeai_map_free(map);
    } else if (map || !*edgeai_last_error()) {
        abort();
    }
    if (memory.live_bytes != before) abort();
    return 0;
}
