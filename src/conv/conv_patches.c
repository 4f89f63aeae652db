/* SPDX-License-Identifier: MIT */
#include "conv/conv_patches.h"

#include <string.h>

eai_patch_source eai_patch_source_of(const eai_conv_problem *problem, const void *x, size_t group)
{
    const eai_conv_shape *s = &problem->shape;
    const size_t channels = s->in_c / s->groups;
    return (eai_patch_source){
        .shape = s,
        .x = x,
        .pixel_bytes = eai_conv_tensor_bytes(problem->input_type, 1, s->in_c),
        .first_byte = eai_conv_tensor_bytes(problem->input_type, 1, group * channels),
        .n_bytes = eai_conv_tensor_bytes(problem->input_type, 1, channels),
        .pad = (unsigned char)problem->input_zero,
    };
}

size_t eai_patch_bytes(const eai_patch_source *source)
{
    return source->shape->kernel_h * source->shape->kernel_w * source->n_bytes;
}

/* The kernel's columns [first, end) that lie inside the image, for an output column. */
typedef struct columns {
    size_t first, end;
} columns;

static columns columns_inside(const eai_conv_shape *s, size_t out_x)
{
    const size_t at = out_x * s->stride_w;
    columns c = {0, 0};
    if (at < s->pad_left) c.first = (s->pad_left - at + s->dilation_w - 1) / s->dilation_w;
    if (at < s->pad_left + s->in_w)
        c.end = (s->pad_left + s->in_w - at + s->dilation_w - 1) / s->dilation_w;
    if (c.end > s->kernel_w) c.end = s->kernel_w;
    if (c.first > c.end) c.first = c.end;
    return c;
}

/* One row of a window: what is inside the image in one piece where pixels follow one another. */
static void gather_row(unsigned char *out, const eai_patch_source *source,
                       const unsigned char *image_row, size_t out_x, columns inside)
{
    const eai_conv_shape *s = source->shape;
    const size_t n = source->n_bytes, n_inside = inside.end - inside.first;
    const size_t x = out_x * s->stride_w + inside.first * s->dilation_w - s->pad_left;
    const unsigned char *from = image_row + x * source->pixel_bytes + source->first_byte;
    memset(out, source->pad, inside.first * n);
    out += inside.first * n;
    if (s->dilation_w == 1 && n == source->pixel_bytes)
        memcpy(out, from, n_inside * n);
    else
        for (size_t k = 0; k < n_inside; k++)
            memcpy(out + k * n, from + k * s->dilation_w * source->pixel_bytes, n);
    memset(out + n_inside * n, source->pad, (s->kernel_w - inside.end) * n);
}

static void gather_patch(unsigned char *out, const eai_patch_source *source, size_t image,
                         size_t out_y, size_t out_x)
{
    const eai_conv_shape *s = source->shape;
    const size_t row_bytes = s->kernel_w * source->n_bytes;
    const columns inside = columns_inside(s, out_x);
    for (size_t ky = 0; ky < s->kernel_h; ky++, out += row_bytes) {
        const size_t at = out_y * s->stride_h + ky * s->dilation_h;
        if (inside.first == inside.end || at < s->pad_top || at - s->pad_top >= s->in_h) {
            memset(out, source->pad, row_bytes);
            continue;
        }
        const size_t row = image * s->in_h + (at - s->pad_top);
        gather_row(out, source,
                   (const unsigned char *)source->x + row * s->in_w * source->pixel_bytes, out_x,
                   inside);
    }
}

void eai_patches_gather(void *out, size_t stride, const eai_patch_source *source, size_t pixel,
                        size_t n)
{
    const eai_conv_shape *s = source->shape;
    unsigned char *to = out;
    size_t x = pixel % s->out_w, y = pixel / s->out_w % s->out_h;
    size_t image = pixel / s->out_w / s->out_h;
    for (size_t i = 0; i < n; i++, to += stride) {
        gather_patch(to, source, image, y, x);
        if (++x < s->out_w) continue;
        x = 0;
        if (++y < s->out_h) continue;
        y = 0;
        image++;
    }
}

static bool is_pixel(const eai_conv_shape *s)
{
    return s->kernel_h == 1 && s->kernel_w == 1 && s->stride_h == 1 && s->stride_w == 1 &&
           s->pad_top == 0 && s->pad_left == 0 && s->out_h == s->in_h && s->out_w == s->in_w;
}

const void *eai_patches_rows(void *buffer, size_t *stride, const eai_patch_source *source,
                             size_t pixel, size_t n)
{
    if (!is_pixel(source->shape)) {
        eai_patches_gather(buffer, *stride, source, pixel, n);
        return buffer;
    }
    *stride = source->pixel_bytes;
    return (const char *)source->x + pixel * source->pixel_bytes + source->first_byte;
}
