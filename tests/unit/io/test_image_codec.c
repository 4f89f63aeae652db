/* SPDX-License-Identifier: MIT */
#include "io/image_codec.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/check.h"
#include "support/failing_allocator.h"
#include "support/image_fixture.h"

static failing_allocator memory;
static edgeai_allocator allocator;

static int start(void **state)
{
    (void)state;
    memory = (failing_allocator){.fail_at = SIZE_MAX};
    allocator = failing_allocator_make(&memory);
    return 0;
}

static edgeai_status decode(const unsigned char *bytes, size_t n_bytes, const char *format)
{
    edgeai_image image;
    void *block = NULL;
    size_t block_bytes = 0;
    const edgeai_status status =
        eai_codec_decode(&allocator, bytes, n_bytes, format, "it", &image, &block, &block_bytes);
    eai_release(&allocator, block, block_bytes);
    return status;
}

/* A PNG header of this size, with no data behind it. */
static edgeai_status decode_png_of(uint32_t width, uint32_t height)
{
    unsigned char png[33] = "\x89PNG\r\n\x1A\n\0\0\0\rIHDR";
    for (int i = 0; i < 4; i++) {
        png[16 + i] = (unsigned char)(width >> (24 - 8 * i));
        png[20 + i] = (unsigned char)(height >> (24 - 8 * i));
    }
    png[24] = 8;
    return decode(png, sizeof png, "PNG");
}

/* Refused before anything of that size is asked for. */
static void large_sizes_are_refused(void **state)
{
    (void)state;
    assert_fails(decode_png_of(EDGEAI_IMAGE_SIDE_MAX + 1, 1), EDGEAI_E_LIMIT);
    assert_error_says("it: expected sides of up to 16384 pixels, found 16385 x 1");
    assert_fails(decode_png_of(EDGEAI_IMAGE_SIDE_MAX, EDGEAI_IMAGE_SIDE_MAX), EDGEAI_E_LIMIT);
    assert_fails(decode_png_of(1u << 31, 1u << 31), EDGEAI_E_LIMIT);
    assert_fails(decode_png_of(0, 1), EDGEAI_E_FORMAT);
    assert_int_equal(memory.n_live, 0);
}

/* 2 x 2 pixels whose data are 4 kB packed and 4 MB unpacked. */
static void bombs_are_refused(void **state)
{
    (void)state;
    size_t n_bytes;
    unsigned char *bytes = image_fixture_read("bomb.png", &n_bytes);
    assert_fails(decode(bytes, n_bytes, "PNG"), EDGEAI_E_FORMAT);
    assert_error_says("asks for more");
    assert_int_equal(memory.n_live, 0);
    free(bytes);
}

/* What a failing decoder held is given back, and what is not there is named. */
static void kinds_that_are_not_decoded(void **state)
{
    (void)state;
    size_t n_bytes;
    unsigned char *bytes = image_fixture_read("grey.bmp", &n_bytes);
    bytes[30] = 1; /* run length */
    assert_fails(decode(bytes, n_bytes, "BMP"), EDGEAI_E_UNSUPPORTED);
    assert_error_says("it: a kind of BMP that is not supported (BMP RLE)");
    free(bytes);
    bytes = image_fixture_read("rgb.png", &n_bytes);
    bytes[n_bytes - 30] ^= 0xFF;
    memset(bytes + 43, 0xFF, 10);
    assert_fails(decode(bytes, n_bytes, "PNG"), EDGEAI_E_FORMAT);
    assert_error_says("it: damaged PNG (");
    assert_int_equal(memory.n_live, 0);
    free(bytes);
}

/* stb's writer does not look whether its growing blocks grew. */
static void every_allocation_of_the_encoder_can_fail(void **state)
{
    (void)state;
    uint8_t pixels[FIXTURE_WIDTH * FIXTURE_HEIGHT * 3];
    image_fixture_fill(pixels, 3);
    const edgeai_image image = {pixels, FIXTURE_WIDTH, FIXTURE_HEIGHT, 3, FIXTURE_WIDTH * 3};
    edgeai_status status = EDGEAI_E_MEMORY;
    size_t at = 0;
    for (; status != EDGEAI_OK; at++) {
        const unsigned char *png;
        size_t n_bytes, block_bytes;
        void *block = NULL;
        memory.n_allocations = 0;
        memory.fail_at = at;
        status = eai_codec_encode_png(&allocator, &image, &png, &n_bytes, &block, &block_bytes);
        if (status == EDGEAI_OK)
            eai_release(&allocator, block, block_bytes);
        else
            assert_int_equal(status, EDGEAI_E_MEMORY);
        assert_int_equal(memory.n_live, 0);
    }
    assert_true(at > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(large_sizes_are_refused, start),
        cmocka_unit_test_setup(bombs_are_refused, start),
        cmocka_unit_test_setup(kinds_that_are_not_decoded, start),
        cmocka_unit_test_setup(every_allocation_of_the_encoder_can_fail, start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
