/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "io/image_internal.h"
#include "support/check.h"

static edgeai_status header_of(const char *text, size_t n, eai_pnm_header *header)
{
    return eai_pnm_read_header((const unsigned char *)text, n, "it", header);
}

static edgeai_status read_text(const char *text)
{
    eai_pnm_header header;
    return header_of(text, strlen(text), &header);
}

static void comments_and_maxval(void **state)
{
    (void)state;
    static const char text[] = "P5 # a comment\n4\t1 #another 9\r 100\n\0\x32\x64\xFF";
    unsigned char pixels[4];
    eai_pnm_header header;
    assert_ok(header_of(text, sizeof text - 1, &header));
    assert_int_equal(header.width, 4);
    assert_int_equal(header.height, 1);
    assert_int_equal(header.n_channels, 1);
    eai_pnm_read_pixels((const unsigned char *)text, &header, pixels);
    assert_memory_equal(pixels, "\x00\x80\xFF\xFF", 4); /* 50 of 100 is 127.5; 255 is too much */
}

static void headers_that_are_refused(void **state)
{
    (void)state;
    assert_fails(read_text("P6 1 1 65535\n......"), EDGEAI_E_UNSUPPORTED);
    assert_fails(read_text("P6 1 1 65536\n......"), EDGEAI_E_FORMAT);
    assert_fails(read_text("P6 1 1 0\n..."), EDGEAI_E_FORMAT);
    assert_fails(read_text("P6 0 1 255\n..."), EDGEAI_E_FORMAT);
    assert_fails(read_text("P6 -1 1 255\n..."), EDGEAI_E_FORMAT);
    assert_fails(read_text("P6 4294967297 1 255\n..."), EDGEAI_E_FORMAT);
    assert_fails(read_text("P6 16385 1 255\n..."), EDGEAI_E_LIMIT);
    assert_fails(read_text("P6 16384 16384 255\n..."), EDGEAI_E_LIMIT);
    assert_fails(read_text("P6 2 1 255\n....."), EDGEAI_E_FORMAT);
    assert_error_says("it: PNM: expected 6 bytes of pixels, found 5");
    assert_fails(read_text("P6 1 1 255"), EDGEAI_E_FORMAT);
    assert_ok(read_text("P6 2 1 255\n......"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(comments_and_maxval),
        cmocka_unit_test(headers_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
