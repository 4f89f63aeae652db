/* SPDX-License-Identifier: MIT */
#include <edgeai/image.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/image_fixture.h"

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

static edgeai_image *open_fixture(const char *name)
{
    size_t n_bytes;
    unsigned char *bytes = image_fixture_read(name, &n_bytes);
    edgeai_image *image;
    if (edgeai_image_open_memory(&image, context, bytes, n_bytes) != EDGEAI_OK)
        fail_msg("%s: %s", name, edgeai_last_error());
    free(bytes);
    return image;
}

/* Every value within `most` of what the picture shows. */
static void check_fixture(const char *name, int n_channels, int most)
{
    edgeai_image *image = open_fixture(name);
    assert_int_equal(image->width, FIXTURE_WIDTH);
    assert_int_equal(image->height, FIXTURE_HEIGHT);
    assert_int_equal(image->n_channels, n_channels);
    assert_int_equal(image->row_bytes, FIXTURE_WIDTH * n_channels);
    for (int i = 0; i < FIXTURE_WIDTH * FIXTURE_HEIGHT * n_channels; i++) {
        const int at = i / n_channels, x = at % FIXTURE_WIDTH, y = at / FIXTURE_WIDTH;
        const int expected = image_fixture_value(x, y, i % n_channels, n_channels);
        if (abs(image->pixels[i] - expected) > most)
            fail_msg("%s: %d, %d: expected %d, found %d", name, x, y, expected, image->pixels[i]);
    }
    edgeai_image_free(image);
}

static void exact_formats(void **state)
{
    (void)state;
    static const char *const colours[] = {"rgb.png",        "rgba.png", "rgb16.png",
                                          "interlaced.png", "rgb.bmp",  "rgba.bmp",
                                          "top_down.bmp",   "core.bmp", "rgb.ppm"};
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++)
        check_fixture(colours[i], 3, 0);
    check_fixture("grey.png", 1, 0);
    check_fixture("grey_alpha.png", 1, 0);
    check_fixture("grey.pgm", 1, 0);
    check_fixture("565.bmp", 3, 8);
}

/* JPEG loses a little; a channel in the wrong place would be off by 240. */
static void jpeg_kinds(void **state)
{
    (void)state;
    check_fixture("rgb.jpg", 3, 12);
    check_fixture("progressive.jpg", 3, 16);
    check_fixture("cmyk.jpg", 3, 24);
    check_fixture("rgb420.jpg", 3, 90);
    check_fixture("grey.jpg", 1, 6);
    edgeai_image *image = open_fixture("restart.jpg");
    assert_int_equal(image->width, 40);
    assert_int_equal(image->height, 24);
    edgeai_image_free(image);
}

static void open_from_a_path(void **state)
{
    (void)state;
    edgeai_image *image;
    assert_ok(
        edgeai_image_open(&image, context, EDGEAI_TEST_SOURCE "/tests/fuzz/corpus/image/rgb.png"));
    assert_int_equal(image->width, FIXTURE_WIDTH);
    edgeai_image_free(image);
    assert_fails(edgeai_image_open(&image, context, "/nowhere/cat.jpg"), EDGEAI_E_NOT_FOUND);
    assert_error_says("/nowhere/cat.jpg");
    assert_null(image);
    assert_fails(edgeai_image_open(&image, context, EDGEAI_TEST_SOURCE "/LICENSE"),
                 EDGEAI_E_FORMAT);
    assert_error_says("/LICENSE: expected JPEG, PNG");
}

/* No part of a file is a picture, except where only padding or a trailer is missing. */
static void cut_off_at_every_byte(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t spare;
    } files[] = {{"rgb.jpg", 0},  {"progressive.jpg", 0}, {"restart.jpg", 0}, {"cmyk.jpg", 0},
                 {"rgb.png", 16}, {"palette.png", 16},    {"rgb.bmp", 0},     {"bits.bmp", 0},
                 {"core.bmp", 0}, {"rgb.ppm", 0},         {"maxval.pgm", 0}};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        size_t n_bytes;
        unsigned char *bytes = image_fixture_read(files[i].name, &n_bytes);
        for (size_t n = 1; n < n_bytes - files[i].spare; n++) {
            unsigned char *part = malloc(n); /* so that a sanitizer sees its end */
            edgeai_image *image;
            assert_non_null(part);
            memcpy(part, bytes, n);
            const edgeai_status status = edgeai_image_open_memory(&image, context, part, n);
            if (status != EDGEAI_E_FORMAT)
                fail_msg("%s, %zu bytes: %s", files[i].name, n, edgeai_status_name(status));
            assert_null(image);
            free(part);
        }
        free(bytes);
    }
}

/* Each allocation fails once: memory error, nothing lost. */
static void every_allocation_can_fail(void **state)
{
    (void)state;
    static const char *const names[] = {"rgb.png",    "interlaced.png", "progressive.jpg",
                                        "rgb420.jpg", "rgb.bmp",        "grey.pgm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n_bytes;
        unsigned char *bytes = image_fixture_read(names[i], &n_bytes);
        edgeai_status status = EDGEAI_E_MEMORY;
        size_t at = 0;
        for (; status != EDGEAI_OK; at++) {
            const size_t live = memory.n_live;
            edgeai_image *image;
            memory.fail_at = memory.n_allocations + at;
            status = edgeai_image_open_memory(&image, context, bytes, n_bytes);
            memory.fail_at = SIZE_MAX;
            if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
            edgeai_image_free(image);
            assert_int_equal(memory.n_live, live);
        }
        assert_true(at >= 3);
        free(bytes);
    }
}

static void create_checks_its_arguments(void **state)
{
    (void)state;
    edgeai_image *image;
    assert_ok(edgeai_image_create(&image, context, 3, 2, 3));
    for (int i = 0; i < 18; i++)
        assert_int_equal(image->pixels[i], 0);
    edgeai_image_free(image);
    assert_fails(edgeai_image_create(NULL, context, 3, 2, 3), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_create(&image, NULL, 3, 2, 3), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_create(&image, context, 0, 2, 3), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_create(&image, context, 3, 2, 2), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_create(&image, context, EDGEAI_IMAGE_SIDE_MAX + 1, 1, 1),
                 EDGEAI_E_LIMIT);
    assert_fails(edgeai_image_create(&image, context, 8193, 8192, 1), EDGEAI_E_LIMIT);
    assert_fails(edgeai_image_open_memory(&image, context, NULL, 1), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_open(&image, context, NULL), EDGEAI_E_INVALID);
    edgeai_image_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_formats),
        cmocka_unit_test(jpeg_kinds),
        cmocka_unit_test(open_from_a_path),
        cmocka_unit_test(cut_off_at_every_byte),
        cmocka_unit_test(every_allocation_can_fail),
        cmocka_unit_test(create_checks_its_arguments),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
