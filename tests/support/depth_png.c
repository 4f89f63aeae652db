/* SPDX-License-Identifier: MIT */
#include "support/depth_png.h"

/* A system header: warnings of it are its own. */
#define STB_IMAGE_STATIC
#define STB_IMAGE_IMPLEMENTATION
#define STBI_ONLY_PNG
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>

uint16_t *depth_png_read(const char *path, int *width, int *height)
{
    int n_channels;
    return stbi_load_16(path, width, height, &n_channels, 1);
}
