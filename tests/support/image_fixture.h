/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_IMAGE_FIXTURE_H
#define TESTS_SUPPORT_IMAGE_FIXTURE_H

/*
 * Pictures of tests/fuzz/corpus/image. All but restart.jpg, maxval.pgm and bomb.png show the same:
 * 11 x 7 pixels, red 25 x, green 40 y, blue 15 (x + y); grey ones its luma, bits.* where luma is
 * above 90. Those that are not plain have alpha 7 everywhere. Pillow 13 wrote what it can write,
 * the others (16 bits, interlaced, top_down, 565, core, maxval, bomb) are made by hand.
 */

#include <stddef.h>
#include <stdint.h>

enum { FIXTURE_WIDTH = 11, FIXTURE_HEIGHT = 7 };

/* The file's bytes in a block of that size, to be freed; fails the test where there is none. */
unsigned char *image_fixture_read(const char *name, size_t *n_bytes);

/* What the picture shows at x, y in channel c; luma for n_channels 1. */
int image_fixture_value(int x, int y, int c, int n_channels);

/* All of it, into [7][11][n_channels]. */
void image_fixture_fill(uint8_t *pixels, int n_channels);

#endif
