/* SPDX-License-Identifier: MIT */
#include <edgeai/spatial_prompt.h>

#include <math.h>
#include <string.h>

#include "space/map_internal.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/flat_map.h"

enum { WIDTH = 160, HEIGHT = 120 };

static edgeai_context *context;
static edgeai_map *map;
static failing_allocator memory = {.fail_at = SIZE_MAX};
static uint8_t grey[WIDTH * HEIGHT];
static uint16_t depth[WIDTH * HEIGHT];
static edgeai_image color = {grey, WIDTH, HEIGHT, 1, WIDTH};

/* A chair 2 m in front of a camera that looks along Y. */
static const char room[] =
    "{\"format\":\"edgeai-map\",\"version\":1,\"frames\":["
    "{\"rotation\":[1,0,0,0,0,1,0,-1,0],\"translation\":[0,0,1],\"key\":true},"
    "{\"rotation\":[1,0,0,0,0,1,0,-1,0],\"translation\":[0,0,1],\"component\":1}],"
    "\"objects\":[{\"id\":7,\"label\":\"chair\",\"center\":[0,2,1],\"size\":[0.5,0.5,0.5]},"
    "{\"id\":8,\"label\":\"behind\",\"center\":[0,-2,1],\"size\":[0.5,0.5,0.5]}]}";

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    options.allocator = failing_allocator_make(&memory);
    if (edgeai_context_create(&context, &options) != EDGEAI_OK) return -1;
    memset(grey, 128, sizeof grey);
    map = flat_map_parse(context, room);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    edgeai_map_free(map);
    edgeai_context_free(context);
    return memory.n_live != 0;
}

static edgeai_frame make_frame(void)
{
    edgeai_frame frame = EDGEAI_FRAME_INIT;
    frame.color = &color;
    frame.camera = (edgeai_camera){WIDTH, HEIGHT, 120, 120, 79.5, 59.5};
    return frame;
}

/* Pixels that are not grey any more inside a part of the picture. */
static int count_marked(const edgeai_image *image, int left, int top, int right, int bottom)
{
    int n = 0;
    for (int y = top; y < bottom; y++)
        for (int x = left; x < right; x++) {
            const uint8_t *p = image->pixels + (size_t)y * image->row_bytes + 3 * x;
            n += p[0] != 128 || p[1] != 128 || p[2] != 128;
        }
    return n;
}

static edgeai_image *draw(const edgeai_frame *frame)
{
    edgeai_image *image;
    assert_ok(edgeai_map_mark_frame(&image, map, 0, frame, NULL));
    assert_int_equal(image->n_channels, 3);
    assert_int_equal(image->width, WIDTH);
    return image;
}

static void an_object_in_view(void **state)
{
    (void)state;
    const edgeai_frame frame = make_frame();
    edgeai_image *image = draw(&frame);
    /* Its front is 0.5 m wide at 1.75 m: 34 pixels around the middle, where the lines are. */
    assert_true(count_marked(image, 60, 40, 100, 80) > 150);
    assert_true(count_marked(image, 62, 40, 65, 80) > 30); /* the left edge, 79.5 - 17 */
    assert_int_equal(count_marked(image, 0, 100, WIDTH, HEIGHT), 0);
    assert_true(count_marked(image, 0, 0, 60, 18) > 100); /* "frame 1" */
    edgeai_image_free(image);
}

static void hidden_by_what_was_measured(void **state)
{
    (void)state;
    edgeai_frame frame = make_frame();
    frame.depth = depth;
    frame.depth_camera = frame.camera;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        depth[i] = 1000; /* a wall at one metre */
    edgeai_image *image = draw(&frame);
    assert_int_equal(count_marked(image, 60, 40, 100, 80), 0);
    edgeai_image_free(image);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        depth[i] = 2000;
    image = draw(&frame);
    assert_true(count_marked(image, 60, 40, 100, 80) > 150);
    edgeai_image_free(image);
    memset(depth, 0xff, sizeof depth); /* nothing was measured */
    image = draw(&frame);
    assert_true(count_marked(image, 60, 40, 100, 80) > 150);
    edgeai_image_free(image);
}

static void a_pose_of_its_own(void **state)
{
    (void)state;
    edgeai_frame frame = make_frame();
    const edgeai_pose turned = {.rotation = {-1, 0, 0, 0, 0, -1, 0, -1, 0},
                                .translation = {0, 0, 1}};
    edgeai_image *image;
    assert_fails(edgeai_map_mark_frame(&image, map, 1, &frame, NULL), EDGEAI_E_NOT_FOUND);
    frame.pose = &turned; /* the other object is in view now */
    assert_ok(edgeai_map_mark_frame(&image, map, 1, &frame, NULL));
    assert_true(count_marked(image, 60, 40, 100, 80) > 150);
    edgeai_image_free(image);
}

static void inside_a_box(void **state)
{
    (void)state;
    const edgeai_frame frame = make_frame();
    eai_map_object *chair = &map->content.objects[0];
    const eai_map_object before = *chair;
    chair->center[1] = 0;
    chair->size[0] = chair->size[1] = chair->size[2] = 4;
    edgeai_image_free(draw(&frame));
    chair->size[1] = 1e6;
    edgeai_image_free(draw(&frame));
    *chair = before;
}

static void arguments(void **state)
{
    (void)state;
    edgeai_image *image;
    edgeai_frame frame = make_frame();
    const edgeai_pose nan_pose = {.rotation = {1, 0, 0, 0, 1, 0, 0, 0, NAN}};
    assert_fails(edgeai_map_mark_frame(&image, map, 2, &frame, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_mark_frame(NULL, map, 0, &frame, NULL), EDGEAI_E_INVALID);
    assert_fails(edgeai_map_mark_frame(&image, map, 0, NULL, NULL), EDGEAI_E_INVALID);
    frame.pose = &nan_pose;
    assert_fails(edgeai_map_mark_frame(&image, map, 0, &frame, NULL), EDGEAI_E_INVALID);
    frame = make_frame();
    frame.color = NULL;
    assert_fails(edgeai_map_mark_frame(&image, map, 0, &frame, NULL), EDGEAI_E_INVALID);
    frame = make_frame();
    frame.camera.fx = 0;
    assert_fails(edgeai_map_mark_frame(&image, map, 0, &frame, NULL), EDGEAI_E_INVALID);
    frame = make_frame();
    frame.depth = depth;
    assert_fails(edgeai_map_mark_frame(&image, map, 0, &frame, NULL), EDGEAI_E_INVALID);
    assert_error_says("depth_camera");
}

static void memory_fails_at_every_allocation(void **state)
{
    (void)state;
    const edgeai_frame frame = make_frame();
    for (size_t n = 0;; n++) {
        edgeai_image *image;
        memory.fail_at = memory.n_allocations + n;
        const edgeai_status status = edgeai_map_mark_frame(&image, map, 0, &frame, NULL);
        memory.fail_at = SIZE_MAX;
        edgeai_image_free(image);
        if (status == EDGEAI_OK) break;
        assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_true(n < 30);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_in_view), cmocka_unit_test(hidden_by_what_was_measured),
        cmocka_unit_test(a_pose_of_its_own), cmocka_unit_test(inside_a_box),
        cmocka_unit_test(arguments),         cmocka_unit_test(memory_fails_at_every_allocation)};
    return cmocka_run_group_tests(tests, start, stop);
}
