/* SPDX-License-Identifier: MIT */

/*
 * Resampling in two passes, along rows and then along columns, each rounded to 8 bits, with weights
 * of 22 bits: what Pillow computes (11.3: the same bytes at 266 random sizes), so that a network
 * sees the bytes that it was trained on. Weights are made in float64 by additions, multiplications
 * and divisions alone and are whole numbers from then on, so that every machine gets the same.
 */

#include "io/image_resize.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

enum { WEIGHT_BITS = 22 };
#define WEIGHT_ONE  ((int32_t)1 << WEIGHT_BITS)
#define WEIGHT_HALF ((int32_t)1 << (WEIGHT_BITS - 1))

/* New places are this many old ones apart; the triangle's half width is at least one old place. */
static double spacing(int size, int new_size)
{
    return (double)size / new_size;
}

static double half_width(int size, int new_size)
{
    const double apart = spacing(size, new_size);
    return apart > 1 ? apart : 1;
}

static void take_axis(eai_axis *axis, eai_arena *arena, edgeai_image_filter filter, int size,
                      int new_size, int n)
{
    axis->n = n;
    axis->taps_max =
        filter == EDGEAI_IMAGE_NEAREST ? 1 : 2 * (int)ceil(half_width(size, new_size)) + 1;
    axis->first = eai_arena_take(arena, (size_t)n, sizeof *axis->first);
    axis->n_taps = eai_arena_take(arena, (size_t)n, sizeof *axis->n_taps);
    axis->weights =
        eai_arena_take(arena, (size_t)n * (size_t)axis->taps_max, sizeof *axis->weights);
}

static double triangle(double x)
{
    const double height = 1 - fabs(x);
    return height > 0 ? height : 0;
}

/* The old places from `first` on that the new place at `at` is made of. */
static void weigh_one(int at, int size, int new_size, int *first, int *n_taps, int32_t *weights)
{
    const double half = half_width(size, new_size), narrow = 1 / half;
    const double centre = (at + 0.5) * spacing(size, new_size);
    int begin = (int)(centre - half + 0.5), end = (int)(centre + half + 0.5);
    if (begin < 0) begin = 0;
    if (end > size) end = size;
    double sum = 0;
    for (int i = begin; i < end; i++)
        sum += triangle((i - centre + 0.5) * narrow);
    for (int i = begin; i < end; i++)
        weights[i - begin] =
            (int32_t)(triangle((i - centre + 0.5) * narrow) / sum * WEIGHT_ONE + 0.5);
    *first = begin;
    *n_taps = end - begin;
}

static void weigh(eai_axis *axis, edgeai_image_filter filter, int size, int new_size, int from)
{
    for (int i = 0; i < axis->n; i++) {
        int32_t *weights = axis->weights + (size_t)i * (size_t)axis->taps_max;
        if (filter == EDGEAI_IMAGE_NEAREST) {
            axis->first[i] = (int)((2 * (int64_t)(from + i) + 1) * size / (2 * (int64_t)new_size));
            axis->n_taps[i] = 1;
            weights[0] = WEIGHT_ONE;
        } else {
            weigh_one(from + i, size, new_size, &axis->first[i], &axis->n_taps[i], weights);
        }
    }
}

static void lay_out(eai_resampler *r, eai_arena *arena, const eai_resize *wanted)
{
    take_axis(&r->columns, arena, wanted->filter, r->image->width, wanted->new_width,
              wanted->width);
    take_axis(&r->rows, arena, wanted->filter, r->image->height, wanted->new_height,
              wanted->height);
    r->luma_row = eai_arena_take(arena, r->luma ? (size_t)r->image->width : 0, 1);
    r->narrow_rows = eai_arena_take(arena, (size_t)r->rows.taps_max * r->row_bytes, 1);
    r->sums = eai_arena_take(arena, r->row_bytes, sizeof *r->sums);
}

edgeai_status eai_resampler_create(eai_resampler *r, const edgeai_allocator *allocator,
                                   const edgeai_image *image, const eai_resize *wanted)
{
    *r = (eai_resampler){.image = image, .luma = wanted->luma && image->n_channels == 3};
    r->n_channels = r->luma ? 1 : image->n_channels;
    r->row_bytes = (size_t)wanted->width * (size_t)r->n_channels;
    eai_arena measure = {0};
    lay_out(r, &measure, wanted);
    if (!eai_arena_init(&r->arena, allocator, measure.used, "image resampling"))
        return EDGEAI_E_MEMORY;
    lay_out(r, &r->arena, wanted);
    weigh(&r->columns, wanted->filter, image->width, wanted->new_width, wanted->left);
    weigh(&r->rows, wanted->filter, image->height, wanted->new_height, wanted->top);
    r->next_row = r->rows.first[0];
    return EDGEAI_OK;
}

void eai_resampler_free(eai_resampler *r, const edgeai_allocator *allocator)
{
    eai_arena_free(&r->arena, allocator);
}

/* Weights are not negative and sum up to one but for their rounding, so only the top can pass. */
static uint8_t to_byte(int32_t sum)
{
    const int32_t value = sum >> WEIGHT_BITS;
    return (uint8_t)(value < 255 ? value : 255);
}

/* ITU-R BT.601 in units of 2^-16. */
static const uint8_t *luma_of(const eai_resampler *r, const uint8_t *from)
{
    for (int x = 0; x < r->image->width; x++, from += 3)
        r->luma_row[x] =
            (uint8_t)((from[0] * 19595u + from[1] * 38470u + from[2] * 7471u + 32768u) >> 16);
    return r->luma_row;
}

static void narrow_row(const eai_resampler *r, int row, uint8_t *out)
{
    const size_t n_channels = (size_t)r->n_channels;
    const uint8_t *from = r->image->pixels + (size_t)row * r->image->row_bytes;
    if (r->luma) from = luma_of(r, from);
    for (int x = 0; x < r->columns.n; x++) {
        const int32_t *weights = r->columns.weights + (size_t)x * (size_t)r->columns.taps_max;
        const uint8_t *first = from + (size_t)r->columns.first[x] * n_channels;
        for (size_t c = 0; c < n_channels; c++) {
            int32_t sum = WEIGHT_HALF;
            for (int tap = 0; tap < r->columns.n_taps[x]; tap++)
                sum += weights[tap] * first[(size_t)tap * n_channels + c];
            *out++ = to_byte(sum);
        }
    }
}

static uint8_t *place_of(const eai_resampler *r, int row)
{
    return r->narrow_rows + (size_t)(row % r->rows.taps_max) * r->row_bytes;
}

void eai_resampler_row(eai_resampler *r, int y, uint8_t *out)
{
    const int first = r->rows.first[y], end = first + r->rows.n_taps[y];
    const int32_t *weights = r->rows.weights + (size_t)y * (size_t)r->rows.taps_max;
    if (r->next_row < first) r->next_row = first;
    for (; r->next_row < end; r->next_row++)
        narrow_row(r, r->next_row, place_of(r, r->next_row));
    for (size_t i = 0; i < r->row_bytes; i++)
        r->sums[i] = WEIGHT_HALF;
    for (int row = first; row < end; row++) {
        const uint8_t *from = place_of(r, row);
        for (size_t i = 0; i < r->row_bytes; i++)
            r->sums[i] += weights[row - first] * from[i];
    }
    for (size_t i = 0; i < r->row_bytes; i++)
        out[i] = to_byte(r->sums[i]);
}
