/* SPDX-License-Identifier: MIT */
#include "support/image_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/check.h"

unsigned char *image_fixture_read(const char *name, size_t *n_bytes)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/image/%s", EDGEAI_TEST_SOURCE, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    fseek(file, 0, SEEK_END);
    const long size = ftell(file);
    rewind(file);
    assert_true(size > 0);
    unsigned char *bytes = malloc((size_t)size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
    fclose(file);
    *n_bytes = (size_t)size;
    return bytes;
}

int image_fixture_value(int x, int y, int c, int n_channels)
{
    const int rgb[3] = {25 * x, 40 * y, 15 * (x + y)};
    if (n_channels == 3) return rgb[c];
    return (rgb[0] * 19595 + rgb[1] * 38470 + rgb[2] * 7471 + 32768) >> 16;
}

void image_fixture_fill(uint8_t *pixels, int n_channels)
{
    for (int y = 0; y < FIXTURE_HEIGHT; y++)
        for (int x = 0; x < FIXTURE_WIDTH; x++)
            for (int c = 0; c < n_channels; c++)
                *pixels++ = (uint8_t)image_fixture_value(x, y, c, n_channels);
}
