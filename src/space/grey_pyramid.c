/* SPDX-License-Identifier: MIT */
#include "space/grey_pyramid.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/memory.h"

#define LEAST_SIDE 48 /* a level smaller than this has no room for a keypoint's surroundings */

static int grey_of(const uint8_t *pixel, int n_channels)
{
    return n_channels == 1 ? pixel[0]
                           : (19595 * pixel[0] + 38470 * pixel[1] + 7471 * pixel[2] + 32768) >> 16;
}

/* Means of step x step blocks. */
static void fill_first(const edgeai_image *image, eai_grey_level *level, int step)
{
    const size_t pixel_bytes = (size_t)image->n_channels;
    for (int y = 0; y < level->height; y++)
        for (int x = 0; x < level->width; x++) {
            int sum = step * step / 2;
            for (int dy = 0; dy < step; dy++) {
                const uint8_t *row = image->pixels + (size_t)(y * step + dy) * image->row_bytes;
                for (int dx = 0; dx < step; dx++)
                    sum += grey_of(row + (size_t)(x * step + dx) * pixel_bytes, image->n_channels);
            }
            level->pixels[(size_t)y * (size_t)level->width + (size_t)x] =
                (uint8_t)(sum / (step * step));
        }
}

/* Where column or row i of n lies in the larger level's n_from, in 1/2048, pixel centres aligned.
 */
static void source_place(int i, int n, int n_from, int *at, int *part)
{
    long place = ((2L * i + 1) * n_from * 1024) / n - 1024;
    long most = (long)(n_from - 1) * 2048;
    place = place < 0 ? 0 : place > most ? most : place;
    *at = (int)(place >> 11);
    *part = (int)(place & 2047);
    if (*at == n_from - 1 && *at > 0) {
        *at -= 1;
        *part = 2048;
    }
}

/* Bilinear, in whole numbers: the same everywhere. */
static void shrink(const eai_grey_level *from, eai_grey_level *to)
{
    for (int y = 0; y < to->height; y++) {
        int row, part_y;
        source_place(y, to->height, from->height, &row, &part_y);
        const uint8_t *upper = from->pixels + (size_t)row * (size_t)from->width;
        const uint8_t *lower = upper + from->width;
        for (int x = 0; x < to->width; x++) {
            int column, part_x;
            source_place(x, to->width, from->width, &column, &part_x);
            int a = upper[column] * (2048 - part_x) + upper[column + 1] * part_x;
            int b = lower[column] * (2048 - part_x) + lower[column + 1] * part_x;
            int64_t sum = (int64_t)a * (2048 - part_y) + (int64_t)b * part_y;
            to->pixels[(size_t)y * (size_t)to->width + (size_t)x] =
                (uint8_t)((sum + (1 << 21)) >> 22);
        }
    }
}

/* Sizes of all levels; the bytes that their pixels take. */
static size_t lay_out(eai_grey_pyramid *pyramid, const edgeai_image *image, int step)
{
    size_t bytes = 0;
    double factor = 1;
    pyramid->n_levels = 0;
    for (int i = 0; i < EAI_PYRAMID_LEVELS; i++, factor *= EAI_PYRAMID_FACTOR) {
        eai_grey_level *level = &pyramid->levels[i];
        level->width = (int)lrint(image->width / step / factor);
        level->height = (int)lrint(image->height / step / factor);
        if (level->width < LEAST_SIDE || level->height < LEAST_SIDE) break;
        /* blocks of `step` leave out what is over at the right and at the bottom */
        level->scale_x = (double)(image->width / step * step) / level->width;
        level->scale_y = (double)(image->height / step * step) / level->height;
        bytes += (size_t)level->width * (size_t)level->height;
        pyramid->n_levels++;
    }
    return bytes;
}

edgeai_status eai_grey_pyramid_fill(eai_grey_pyramid *pyramid, const edgeai_allocator *allocator,
                                    const edgeai_image *image)
{
    int side = image->width > image->height ? image->width : image->height;
    int step = (side + EAI_PYRAMID_SIDE - 1) / EAI_PYRAMID_SIDE;
    size_t bytes = lay_out(pyramid, image, step);
    if (bytes > pyramid->capacity) {
        uint8_t *block = eai_allocate_unset(allocator, bytes, "grey pyramid");
        if (!block) return EDGEAI_E_MEMORY;
        eai_release(allocator, pyramid->block, pyramid->capacity);
        pyramid->block = block;
        pyramid->capacity = bytes;
    }
    uint8_t *pixels = pyramid->block;
    for (int i = 0; i < pyramid->n_levels; i++) {
        eai_grey_level *level = &pyramid->levels[i];
        level->pixels = pixels;
        pixels += (size_t)level->width * (size_t)level->height;
        if (i == 0)
            fill_first(image, level, step);
        else
            shrink(level - 1, level);
    }
    return EDGEAI_OK;
}

void eai_grey_pyramid_free(eai_grey_pyramid *pyramid, const edgeai_allocator *allocator)
{
    eai_release(allocator, pyramid->block, pyramid->capacity);
    *pyramid = (eai_grey_pyramid){0};
}
