/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_DEPTH_PNG_H
#define TESTS_SUPPORT_DEPTH_PNG_H

#include <stdint.h>

/* The samples of a 16-bit grey PNG, to be freed; NULL when it cannot be read. */
uint16_t *depth_png_read(const char *path, int *width, int *height);

#endif
