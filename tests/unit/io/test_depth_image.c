/* SPDX-License-Identifier: MIT */
#include "io/depth_image.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/depth_files.h"
#include "support/failing_allocator.h"
#include "support/image_fixture.h"
#include "support/temporary_folder.h"

enum { WIDTH = 5, HEIGHT = 3, SIDE_MAX = 64 };

static failing_allocator memory;
static edgeai_allocator allocator;

static int start(void **state)
{
    (void)state;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&memory);
    return 0;
}

static uint16_t sample_of(int i)
{
    return (uint16_t)(i * 4099 + 258); /* both halves of it matter */
}

static unsigned char *make_png(size_t *n)
{
    uint16_t samples[WIDTH * HEIGHT];
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        samples[i] = sample_of(i);
    return depth_png_make(samples, WIDTH, HEIGHT, n);
}

static void expect_samples(const eai_depth_image *image)
{
    assert_int_equal(image->width, WIDTH);
    assert_int_equal(image->height, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        assert_int_equal(image->samples[i], sample_of(i));
}

static edgeai_status refuse(const void *bytes, size_t n)
{
    eai_depth_image image;
    const edgeai_status status = eai_depth_image_read(&image, &allocator, bytes, n, "it", SIDE_MAX);
    assert_true(status != EDGEAI_OK && !image.samples && !image.block);
    assert_int_equal(memory.n_live, 0);
    return status;
}

static void png_keeps_16_bits(void **state)
{
    (void)state;
    size_t n;
    unsigned char *png = make_png(&n);
    eai_depth_image image;
    assert_ok(eai_depth_image_read(&image, &allocator, png, n, "it", SIDE_MAX));
    expect_samples(&image);
    eai_depth_image_free(&image, &allocator);
    assert_int_equal(memory.n_live, 0);
    assert_fails(eai_depth_image_read(&image, &allocator, png, n, "it", 4), EDGEAI_E_LIMIT);
    assert_error_says("it: expected sides of up to 4 pixels, found 5 x 3");
    free(png);
}

/* PGM has the larger half first (pgm(5)); comments and any space are allowed. */
static void pgm_is_big_endian(void **state)
{
    (void)state;
    unsigned char pgm[64];
    int n = snprintf((char *)pgm, sizeof pgm, "P5\n# depth\n%d %d\n65535\n", WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        pgm[n++] = (unsigned char)(sample_of(i) >> 8);
        pgm[n++] = (unsigned char)sample_of(i);
    }
    eai_depth_image image;
    assert_ok(eai_depth_image_read(&image, &allocator, pgm, (size_t)n, "it", SIDE_MAX));
    expect_samples(&image);
    eai_depth_image_free(&image, &allocator);
    assert_fails(refuse(pgm, (size_t)n - 1), EDGEAI_E_FORMAT);
    assert_error_says("it: PNM: expected 30 bytes of pixels, found 29");
}

static void what_is_no_depth_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *name, *says;
    } cases[] = {
        {"grey.png", "one channel of 16 bits, found a PNG of 8 bits, grey"},
        {"rgb16.png", "found a PNG of 16 bits, not grey alone"},
        {"grey.jpg", "a depth image is a PNG or PGM of 16 bits, found JPEG"},
        {"grey.pgm", "found PNM of 1 channels with maxval 255"},
        {"rgb.ppm", "found PNM of 3 channels"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n;
        unsigned char *bytes = image_fixture_read(cases[i].name, &n);
        assert_fails(refuse(bytes, n), EDGEAI_E_FORMAT);
        assert_error_says(cases[i].says);
        free(bytes);
    }
    assert_fails(refuse("\x89PNG\r\n\x1A\n", 8), EDGEAI_E_FORMAT);
}

static void damage_is_refused(void **state)
{
    (void)state;
    size_t n;
    unsigned char *png = make_png(&n);
    for (size_t cut = 8; cut < n - 16; cut++)
        assert_fails(refuse(png, cut), EDGEAI_E_FORMAT);
    png[16] = 0x7F; /* a width that no memory holds */
    assert_fails(refuse(png, n), EDGEAI_E_LIMIT);
    free(png);
}

static void memory_runs_out(void **state)
{
    (void)state;
    size_t n, n_failed = 0;
    unsigned char *png = make_png(&n);
    eai_depth_image image;
    for (edgeai_status status = EDGEAI_E_MEMORY; status != EDGEAI_OK; n_failed++) {
        memory = (failing_allocator){.fail_at = n_failed};
        status = eai_depth_image_read(&image, &allocator, png, n, "it", SIDE_MAX);
        if (status != EDGEAI_OK) assert_int_equal(status, EDGEAI_E_MEMORY);
        eai_depth_image_free(&image, &allocator);
        assert_int_equal(memory.n_live, 0);
    }
    assert_true(n_failed > 2);
    free(png);
}

static void files_are_opened(void **state)
{
    (void)state;
    char folder[TEMPORARY_PATH_BYTES], path[TEMPORARY_PATH_BYTES + 16];
    temporary_folder_make(folder);
    folder_put_depth(folder, "d.png", WIDTH, HEIGHT, 1234);
    snprintf(path, sizeof path, "%s/d.png", folder);
    eai_depth_image image;
    assert_ok(eai_depth_image_open(&image, &allocator, path, SIDE_MAX));
    assert_int_equal(image.samples[7], 1234);
    eai_depth_image_free(&image, &allocator);
    snprintf(path, sizeof path, "%s/e.png", folder);
    assert_fails(eai_depth_image_open(&image, &allocator, path, SIDE_MAX), EDGEAI_E_NOT_FOUND);
    folder_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(png_keeps_16_bits, start),
        cmocka_unit_test_setup(pgm_is_big_endian, start),
        cmocka_unit_test_setup(what_is_no_depth_is_refused, start),
        cmocka_unit_test_setup(damage_is_refused, start),
        cmocka_unit_test_setup(memory_runs_out, start),
        cmocka_unit_test_setup(files_are_opened, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
