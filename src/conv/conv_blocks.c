/* SPDX-License-Identifier: MIT */
#include "conv/conv_blocks.h"

#include "base/memory.h"

/* Items for every thread, so that none waits long for the last. */
enum { ITEMS_A_THREAD = 3 };

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

eai_conv_blocks eai_conv_blocks_cut(const eai_conv_shape *s, size_t n_threads, size_t block_pixels)
{
    eai_conv_blocks b = {.n_pixels = s->n * s->out_h * s->out_w, .block_pixels = block_pixels};
    b.n_blocks = divide_up(b.n_pixels, block_pixels);
    const size_t wanted = n_threads == 1 ? 1 : ITEMS_A_THREAD * n_threads;
    const size_t n_columns = divide_up(s->out_c, EAI_CONV_BLOCK_COLUMNS);
    b.n_parts = s->groups > 1 ? 1 : divide_up(wanted, b.n_blocks);
    if (b.n_parts > n_columns) b.n_parts = n_columns;
    b.part_columns = divide_up(n_columns, b.n_parts) * EAI_CONV_BLOCK_COLUMNS;
    b.n_parts = divide_up(s->out_c, b.part_columns);
    b.sums_stride = s->groups > 1 ? s->out_c + EAI_CONV_BLOCK_COLUMNS : EAI_CONV_BLOCK_COLUMNS;
    b.sums_bytes = eai_align_up(block_pixels * b.sums_stride * sizeof(int32_t));
    return b;
}

size_t eai_conv_blocks_items(const eai_conv_blocks *b)
{
    return b->n_blocks * b->n_parts;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

eai_conv_item eai_conv_blocks_item(const eai_conv_blocks *b, size_t out_c, size_t item)
{
    eai_conv_item i = {.pixel = item / b->n_parts * b->block_pixels,
                       .channel = item % b->n_parts * b->part_columns};
    i.n_pixels = smaller(b->block_pixels, b->n_pixels - i.pixel);
    i.end = smaller(out_c, i.channel + b->part_columns);
    return i;
}

void eai_conv_blocks_run(const eai_conv_blocks *b, const eai_conv_product *product,
                         const eai_conv_job *job, const eai_conv_item *item, int32_t *sums,
                         char *slot)
{
    const eai_conv_shape *s = &job->conv->problem.shape;
    const size_t columns = EAI_CONV_BLOCK_COLUMNS, group_out = s->out_c / s->groups;
    if (s->groups == 1) {
        product->prepare(job, item, 0, slot);
        for (size_t c = item->channel; c < item->end; c += columns) {
            const size_t n = smaller(columns, item->end - c);
            product->multiply(job, item, 0, c, n, sums, b->sums_stride, slot);
            eai_conv_finish(job->conv, sums, b->sums_stride, item->pixel, item->n_pixels, c, n,
                            job->residual, job->y);
        }
        return;
    }
    /* A group's last panel is wider than it: the next group writes over what is too much. */
    for (size_t group = 0; group < s->groups; group++) {
        product->prepare(job, item, group, slot);
        for (size_t c = 0; c < group_out; c += columns)
            product->multiply(job, item, group, c, smaller(columns, group_out - c),
                              sums + group * group_out + c, b->sums_stride, slot);
    }
    eai_conv_finish(job->conv, sums, b->sums_stride, item->pixel, item->n_pixels, 0, s->out_c,
                    job->residual, job->y);
}

double eai_conv_products(const eai_conv_shape *s)
{
    return (double)s->n * (double)s->out_h * (double)s->out_w * (double)s->out_c *
           (double)eai_conv_patch_channels(s);
}
