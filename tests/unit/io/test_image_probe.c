/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "io/image_internal.h"
#include "support/check.h"
#include "support/image_fixture.h"

static edgeai_status probe(const void *bytes, size_t n_bytes)
{
    eai_image_format format;
    return eai_image_probe(bytes, n_bytes, "it", &format);
}

static void knows_formats(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        eai_image_format format;
    } files[] = {{"rgb.jpg", EAI_IMAGE_JPEG},
                 {"rgb.png", EAI_IMAGE_PNG},
                 {"rgb.bmp", EAI_IMAGE_BMP},
                 {"rgb.ppm", EAI_IMAGE_PNM}};
    for (size_t i = 0; i < 4; i++) {
        size_t n_bytes;
        eai_image_format format;
        unsigned char *bytes = image_fixture_read(files[i].name, &n_bytes);
        assert_ok(eai_image_probe(bytes, n_bytes, "it", &format));
        assert_int_equal(format, files[i].format);
        free(bytes);
    }
    assert_fails(probe("GIF89a", 6), EDGEAI_E_FORMAT);
    assert_fails(probe("P3 1 1 255 0 0 0", 16), EDGEAI_E_UNSUPPORTED);
    assert_error_says("found P3");
    assert_fails(probe("\x89PNG\r\n\x1A\n\0\0\0\4CgBI", 16), EDGEAI_E_UNSUPPORTED);
}

static void sizes_have_limits(void **state)
{
    (void)state;
    assert_ok(eai_image_check_size(EDGEAI_IMAGE_SIDE_MAX, 4096, "it"));
    assert_fails(eai_image_check_size(EDGEAI_IMAGE_SIDE_MAX, 4097, "it"), EDGEAI_E_LIMIT);
    assert_fails(eai_image_check_size(EDGEAI_IMAGE_SIDE_MAX + 1, 1, "it"), EDGEAI_E_LIMIT);
    assert_error_says("it: expected sides of up to 16384 pixels, found 16385 x 1");
    assert_fails(eai_image_check_size(1, 0, "it"), EDGEAI_E_FORMAT);
}

/* Small files that say they are large, in each format. */
static void large_bmp(void **state)
{
    (void)state;
    size_t n_bytes;
    unsigned char *bytes = image_fixture_read("rgb.bmp", &n_bytes);
    memcpy(bytes + 18, "\xFF\xFF\xFF\x7F", 4);
    assert_fails(probe(bytes, n_bytes), EDGEAI_E_LIMIT);
    memcpy(bytes + 18, "\x01\0\0\0\0\0\0\x80", 8); /* a height that has no opposite in 32 bits */
    assert_fails(probe(bytes, n_bytes), EDGEAI_E_LIMIT);
    free(bytes);
}

static size_t put(unsigned char *bytes, size_t at, const char *text, size_t n)
{
    memcpy(bytes + at, text, n);
    return at + n;
}

static void scans_have_a_limit(void **state)
{
    (void)state;
    static unsigned char bytes[4096];
    for (int n_scans = 128; n_scans <= 129; n_scans++) {
        size_t n = put(bytes, 0, "\xFF\xD8", 2);
        for (int i = 0; i < n_scans; i++)
            n = put(bytes, n, "\xFF\xDA\0\2\1\xFF\0\xFF\xD0\2", 10);
        n = put(bytes, n, "\xFF\xD9", 2);
        assert_int_equal(probe(bytes, n), n_scans == 128 ? EDGEAI_OK : EDGEAI_E_LIMIT);
    }
    /* Inside of another segment nothing counts. */
    size_t n = put(bytes, 0, "\xFF\xD8\xFF\xE1\2\2", 6);
    for (int i = 0; i < 256; i++)
        n = put(bytes, n, "\xFF\xDA", 2);
    n = put(bytes, n, "\xFF\xD9", 2);
    assert_ok(probe(bytes, n));
}

/* 16 counts of 255 would run over the end of the decoder's table of 257. */
static void huffman_tables_fit(void **state)
{
    (void)state;
    static unsigned char bytes[8192];
    for (int n_last = 16; n_last <= 17; n_last++) {
        size_t n = put(bytes, 0, "\xFF\xD8\xFF\xC4\1\x13\0", 7);
        memset(bytes + n, 0, 16 + 257);
        bytes[n + 14] = 240;
        bytes[n + 15] = (unsigned char)n_last;
        bytes[5] = (unsigned char)(0x13 + n_last - 16);
        n = put(bytes, n + 16 + 240 + (size_t)n_last, "\xFF\xD9", 2);
        assert_int_equal(probe(bytes, n), n_last == 16 ? EDGEAI_OK : EDGEAI_E_FORMAT);
    }
    assert_error_says("Huffman");
    assert_fails(probe("\xFF\xD8\xFF\xC4\0\4\0\0\xFF\xD9", 10), EDGEAI_E_FORMAT);
}

static void other_jpeg_frames(void **state)
{
    (void)state;
    assert_fails(probe("\xFF\xD8\xFF\xC9\0\2\xFF\xD9", 8), EDGEAI_E_UNSUPPORTED);
    assert_fails(probe("\xFF\xD8\xFF\xC3\0\2\xFF\xD9", 8), EDGEAI_E_UNSUPPORTED);
    assert_ok(probe("\xFF\xD8\xFF\xC2\0\2\xFF\xD9", 8));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_formats),      cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(large_bmp),          cmocka_unit_test(scans_have_a_limit),
        cmocka_unit_test(huffman_tables_fit), cmocka_unit_test(other_jpeg_frames),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
