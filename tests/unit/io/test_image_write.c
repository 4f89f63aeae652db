/* SPDX-License-Identifier: MIT */
#include <edgeai/image.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/image_fixture.h"
#include "support/temporary_folder.h"

static edgeai_context *context;
static char folder[TEMPORARY_PATH_BYTES];
static char path[TEMPORARY_PATH_BYTES + 32];

static int start(void **state)
{
    (void)state;
    edgeai_context_options options = EDGEAI_CONTEXT_OPTIONS_INIT;
    options.n_threads = 1;
    temporary_folder_make(folder);
    snprintf(path, sizeof path, "%s/picture.png", folder);
    return edgeai_context_create(&context, &options);
}

static int stop(void **state)
{
    (void)state;
    edgeai_context_free(context);
    temporary_folder_remove(folder);
    return 0;
}

/* Written, read again, and the same; `spare` bytes follow each row. */
static void round_trip(int width, int height, int n_channels, int spare)
{
    const size_t row_bytes = (size_t)(width * n_channels + spare);
    uint8_t *pixels = malloc(row_bytes * (size_t)height);
    assert_non_null(pixels);
    for (size_t i = 0; i < row_bytes * (size_t)height; i++)
        pixels[i] = (uint8_t)((i * 2654435761u >> 13) & (i % 3 ? 0xFF : 0x0F));
    const edgeai_image image = {pixels, width, height, n_channels, row_bytes};
    edgeai_image *again;
    assert_ok(edgeai_image_write_png(&image, context, path));
    assert_ok(edgeai_image_open(&again, context, path));
    assert_int_equal(again->width, width);
    assert_int_equal(again->height, height);
    assert_int_equal(again->n_channels, n_channels);
    for (int y = 0; y < height; y++)
        assert_memory_equal(again->pixels + (size_t)y * again->row_bytes,
                            pixels + (size_t)y * row_bytes, (size_t)(width * n_channels));
    edgeai_image_free(again);
    free(pixels);
}

static void round_trips(void **state)
{
    (void)state;
    round_trip(1, 1, 1, 0);
    round_trip(1, 1, 3, 0);
    round_trip(13, 7, 3, 5);
    round_trip(300, 200, 1, 0);
    round_trip(97, 101, 3, 0);
    assert_int_equal(temporary_folder_count(folder), 1);
}

static void refusals(void **state)
{
    (void)state;
    uint8_t pixels[12] = {0};
    edgeai_image image = {pixels, 2, 2, 3, 6};
    char nowhere[sizeof path + 16];
    snprintf(nowhere, sizeof nowhere, "%s/none/a.png", folder);
    assert_fails(edgeai_image_write_png(&image, context, nowhere), EDGEAI_E_IO);
    assert_error_says(nowhere);
    assert_fails(edgeai_image_write_png(NULL, context, path), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_write_png(&image, NULL, path), EDGEAI_E_INVALID);
    assert_fails(edgeai_image_write_png(&image, context, ""), EDGEAI_E_INVALID);
    image.row_bytes = 5;
    assert_fails(edgeai_image_write_png(&image, context, path), EDGEAI_E_INVALID);
    assert_error_says("expected rows of at least 6 bytes, found 5");
    image.row_bytes = (size_t)1 << 40;
    assert_fails(edgeai_image_write_png(&image, context, path), EDGEAI_E_LIMIT);
    image.row_bytes = 6;
    image.n_channels = 2;
    assert_fails(edgeai_image_write_png(&image, context, path), EDGEAI_E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(round_trips, start, stop),
        cmocka_unit_test_setup_teardown(refusals, start, stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
