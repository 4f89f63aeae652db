/* SPDX-License-Identifier: MIT */
#include "space/mask_runs.h"

#include <math.h>

#include "base/memory.h"

edgeai_status eai_runs_push(eai_runs *runs, uint32_t length)
{
    if (runs->n == runs->capacity) {
        const size_t wanted = runs->capacity ? 2 * runs->capacity : 256;
        void *bigger =
            eai_reallocate(runs->allocator, runs->lengths, runs->capacity * sizeof *runs->lengths,
                           wanted * sizeof *runs->lengths, "masks");
        if (!bigger) return EDGEAI_E_MEMORY;
        runs->lengths = bigger;
        runs->capacity = wanted;
    }
    runs->lengths[runs->n++] = length;
    return EDGEAI_OK;
}

void eai_runs_free(eai_runs *runs)
{
    eai_release(runs->allocator, runs->lengths, runs->capacity * sizeof *runs->lengths);
    *runs = (eai_runs){.allocator = runs->allocator};
}

edgeai_status eai_runs_push_text(eai_runs *runs, const char *text, size_t n, const char **why)
{
    const size_t first = runs->n;
    *why = "counts: expected COCO's compressed text";
    for (size_t at = 0; at < n;) {
        int64_t value = 0;
        int shift = 0, group;
        do {
            if (at == n || shift > 35) return EDGEAI_E_FORMAT;
            group = (unsigned char)text[at++] - 48;
            if (group < 0 || group > 63) return EDGEAI_E_FORMAT;
            value |= (int64_t)(group & 31) << shift;
            shift += 5;
        } while (group & 32);
        if (group & 16) value -= (int64_t)1 << shift; /* the sign is the last group's high bit */
        if (runs->n - first > 2) value += runs->lengths[runs->n - 2];
        if (value < 0 || value > UINT32_MAX) return EDGEAI_E_FORMAT;
        if (eai_runs_push(runs, (uint32_t)value) != EDGEAI_OK) return EDGEAI_E_MEMORY;
    }
    return EDGEAI_OK;
}

edgeai_status eai_runs_check(const eai_runs *runs, size_t first, int width, int height,
                             const char **why)
{
    uint64_t sum = 0;
    for (size_t i = first; i < runs->n; i++)
        sum += runs->lengths[i];
    *why = "counts: expected runs that fill the image exactly";
    return sum == (uint64_t)width * (uint64_t)height ? EDGEAI_OK : EDGEAI_E_FORMAT;
}

/* Shell's, for a few numbers mostly: no memory, and never quadratic on long rows (gaps after
 * Ciura, then by 2.25). */
static void sort_numbers(double *values, size_t n)
{
    static const size_t gaps[] = {46377, 20612, 9161, 4072, 1810, 804, 357, 159, 70, 30, 12, 4, 1};
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (size_t i = gaps[g]; i < n; i++) {
            const double value = values[i];
            size_t k = i;
            for (; k >= gaps[g] && values[k - gaps[g]] > value; k -= gaps[g])
                values[k] = values[k - gaps[g]];
            values[k] = value;
        }
}

/* Where the polygon's edges cross the line x, from above to below. An edge has its left end and
 * not its right one, so that a corner counts once. */
static size_t cross(const double (*corners)[2], size_t n, double x, double *crossings)
{
    size_t n_crossings = 0;
    for (size_t i = 0; i < n; i++) {
        const double *a = corners[i], *b = corners[i + 1 < n ? i + 1 : 0];
        if ((a[0] <= x) == (b[0] <= x)) continue;
        crossings[n_crossings++] = a[1] + (x - a[0]) / (b[0] - a[0]) * (b[1] - a[1]);
    }
    sort_numbers(crossings, n_crossings);
    return n_crossings;
}

/* The first pixel whose centre is at y or below it, 0 to height. */
static uint32_t pixel_at(double y, int height)
{
    const double pixel = ceil(y - 0.5);
    return pixel < 0 ? 0 : pixel > height ? (uint32_t)height : (uint32_t)pixel;
}

edgeai_status eai_runs_push_polygon(eai_runs *runs, const double (*corners)[2], size_t n, int width,
                                    int height, double *crossings)
{
    uint64_t filled_to = 0; /* pixels so far, down the columns */
    const size_t first = runs->n;
    for (int column = 0; column < width; column++) {
        const size_t n_crossings = cross(corners, n, column + 0.5, crossings);
        for (size_t i = 0; i + 1 < n_crossings; i += 2) {
            const uint32_t from = pixel_at(crossings[i], height),
                           to = pixel_at(crossings[i + 1], height);
            if (from == to) continue;
            const uint64_t begin = (uint64_t)column * (uint64_t)height + from;
            /* A run that goes on from the column before is one run. */
            if (begin == filled_to && runs->n > first)
                runs->lengths[runs->n - 1] += to - from;
            else if (eai_runs_push(runs, (uint32_t)(begin - filled_to)) != EDGEAI_OK ||
                     eai_runs_push(runs, to - from) != EDGEAI_OK)
                return EDGEAI_E_MEMORY;
            filled_to = begin + (to - from);
        }
    }
    return eai_runs_push(runs, (uint32_t)((uint64_t)width * (uint64_t)height - filled_to));
}

int eai_runs_box(const uint32_t *lengths, size_t n, int height, float box[4])
{
    uint64_t at = 0, left = UINT64_MAX, right = 0, top = UINT64_MAX, bottom = 0;
    const uint64_t rows = (uint64_t)height;
    for (size_t i = 0; i < n; at += lengths[i++]) {
        if (i % 2 == 0 || lengths[i] == 0) continue;
        const uint64_t last = at + lengths[i] - 1;
        if (at / rows < left) left = at / rows;
        if (last / rows > right) right = last / rows;
        /* A run over a column's end reaches both the bottom and the top. */
        const uint64_t high = at / rows == last / rows ? at % rows : 0,
                       low = at / rows == last / rows ? last % rows : rows - 1;
        if (high < top) top = high;
        if (low > bottom) bottom = low;
    }
    if (left == UINT64_MAX) return 0;
    box[0] = (float)left;
    box[1] = (float)top;
    box[2] = (float)(right - left + 1);
    box[3] = (float)(bottom - top + 1);
    return 1;
}
