/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_DEPTH_FILES_H
#define TESTS_SUPPORT_DEPTH_FILES_H

/* Small files of recordings, made by hand. All fail the test where they cannot. */

#include <stddef.h>
#include <stdint.h>

/* A PNG of one channel of 16 bits, uncompressed; to be freed. */
unsigned char *depth_png_make(const uint16_t *samples, int width, int height, size_t *n_bytes);

/* Writes FOLDER/NAME; folders inside NAME are made. */
void folder_put(const char *folder, const char *name, const void *bytes, size_t n_bytes);
void folder_put_text(const char *folder, const char *name, const char *text);

/* FOLDER/NAME as a depth image of one value throughout. */
void folder_put_depth(const char *folder, const char *name, int width, int height, uint16_t value);

/* FOLDER/NAME as a grey PPM of one value throughout. */
void folder_put_color(const char *folder, const char *name, int width, int height, uint8_t value);

/* Removes a folder with all that is in it. */
void folder_remove(const char *folder);

#endif
