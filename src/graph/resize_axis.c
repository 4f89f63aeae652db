/* SPDX-License-Identifier: MIT */
#include "graph/resize_axis.h"

#include <math.h>

#include "base/memory.h"

/* Taps lie at floor(x) + first .. floor(x) + 1 - first. */
static double first_tap(const eai_resize_rules *rules, const eai_resize_axis *axis)
{
    const double reach = rules->mode == EAI_RESIZE_CUBIC ? 2 : 1, scale = axis->grown / axis->from;
    if (!rules->antialias || scale >= 1) return 1 - reach;
    return floor(-reach / scale) + 1;
}

bool eai_resize_taps(const eai_resize_rules *rules, eai_resize_axis *axis, size_t *bytes)
{
    size_t n = 0;
    axis->n_taps = 1;
    *bytes = 0;
    if (!axis->identity && rules->mode != EAI_RESIZE_NEAREST) {
        const double taps = 2 - 2 * first_tap(rules, axis);
        if (!(taps < 0x1p31)) return false;
        axis->n_taps = (size_t)taps;
    }
    if (!eai_size_multiply((size_t)axis->out, axis->n_taps, &n)) return false;
    if (!eai_size_multiply(n, sizeof *axis->index + sizeof *axis->weight, &n)) return false;
    if (!eai_size_add(n, (size_t)axis->out + 3, &n)) return false;
    *bytes = n / 4 * 4;
    return true;
}

/* Where output o lies in the input. */
static double coordinate(const eai_resize_rules *rules, const eai_resize_axis *axis, int64_t o)
{
    const double x = (double)o, in = (double)axis->in;
    const double back = axis->from / axis->grown, length = in / back; /* not rounded */
    switch (rules->transform) {
    case EAI_RESIZE_ASYMMETRIC:
        return x * axis->from / axis->grown;
    case EAI_RESIZE_ALIGN_CORNERS:
        return length == 1 ? 0 : x * (in - 1) / (length - 1);
    case EAI_RESIZE_PYTORCH_HALF_PIXEL:
        if (axis->out == 1) return 0;
        break;
    case EAI_RESIZE_HALF_PIXEL_SYMMETRIC:
        return in / 2 * (1 - (double)axis->out / length) + (x + 0.5) * back - 0.5;
    case EAI_RESIZE_TF_CROP_AND_RESIZE: {
        const double region = axis->end - axis->start, first = axis->start * (in - 1);
        if (length == 1) return first + region * (in - 1) / 2;
        return first + x * region * (in - 1) / (length - 1);
    }
    case EAI_RESIZE_HALF_PIXEL:
        break;
    }
    return (x + 0.5) * axis->from / axis->grown - 0.5;
}

/* Scales are float32: what differs that little from a whole or a half was meant to be it. */
static double nearest(eai_resize_rounding rounding, double x)
{
    const double twice = rint(2 * x);
    if (fabs(2 * x - twice) <= 0x1p-21 * (fabs(x) + 1)) x = twice / 2;
    switch (rounding) {
    case EAI_RESIZE_FLOOR:
        return floor(x);
    case EAI_RESIZE_CEIL:
        return ceil(x);
    case EAI_RESIZE_PREFER_CEIL:
        return floor(x + 0.5);
    case EAI_RESIZE_PREFER_FLOOR:
        break;
    }
    return ceil(x - 0.5);
}

static double cubic(double x, double a)
{
    x = fabs(x);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

static double kernel(const eai_resize_rules *rules, double x)
{
    if (rules->mode == EAI_RESIZE_CUBIC) return cubic(x, rules->cubic_a);
    return fabs(x) < 1 ? 1 - fabs(x) : 0;
}

static int32_t clamp(double x, int64_t in)
{
    return x > 0 ? (int32_t)(x < (double)in ? x : (double)(in - 1)) : 0;
}

/* All taps of an output that lies at x. */
static void fill_taps(const eai_resize_rules *rules, const eai_resize_axis *axis, double x,
                      int32_t *index, float *weight)
{
    const double scale = axis->grown / axis->from, first = floor(x) + first_tap(rules, axis);
    const double stretch = rules->antialias && scale < 1 ? scale : 1;
    double sum = 0;
    for (int pass = 0; pass < 2; pass++) {
        const double total = pass == 0 ? 1 : sum;
        for (size_t k = 0; k < axis->n_taps; k++) {
            const double at = first + (double)k;
            double w = kernel(rules, (at - x) * stretch);
            if (rules->exclude_outside && (at < 0 || at >= (double)axis->in)) w = 0;
            sum += pass == 0 ? w : 0;
            index[k] = clamp(at, axis->in);
            weight[k] = total != 0 ? (float)(w / total) : 0;
        }
    }
}

void eai_resize_tables(const eai_resize_rules *rules, eai_resize_axis *axis, void *memory)
{
    const size_t n = (size_t)axis->out * axis->n_taps;
    axis->index = memory;
    axis->weight = (float *)(axis->index + n);
    axis->outside = (unsigned char *)(axis->weight + n);
    for (int64_t o = 0; o < axis->out; o++) {
        int32_t *index = axis->index + (size_t)o * axis->n_taps;
        float *weight = axis->weight + (size_t)o * axis->n_taps;
        const double x = axis->identity ? (double)o : coordinate(rules, axis, o);
        axis->outside[o] = !axis->identity && rules->transform == EAI_RESIZE_TF_CROP_AND_RESIZE &&
                           !(x >= 0 && x <= (double)(axis->in - 1));
        if (axis->identity || rules->mode == EAI_RESIZE_NEAREST) {
            index[0] = clamp(axis->identity ? x : nearest(rules->rounding, x), axis->in);
            weight[0] = 1;
        } else
            fill_taps(rules, axis, x, index, weight);
    }
}
