/* SPDX-License-Identifier: MIT */

/*
 * Trits times ternary or binary weights, looked up in tables of sums: see kernels/low_bit.h.
 * Weights stay packed, two bits or one for each, filled up to four channels and 32 columns.
 */

#include "conv/conv_blocks.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "conv/conv_patches.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

/* A multiple of the rows that a tile of either kernel has; offsets of some 30 rows and a pair of
 * panels share the caches next to the tables. */
enum { BLOCK_PIXELS = 30 };

typedef struct table {
    bool binary;
    size_t channel_bytes; /* of trits, of one group's channels */
    size_t n_fours;       /* bytes of trits of a patch; even for binary weights */
    size_t panel_bytes, group_panels;
    uint8_t *weights; /* [groups][group_panels] panels */
    eai_conv_blocks blocks;
    size_t patch_stride, offsets_stride; /* of bytes, and of offsets */
    size_t patches_bytes, offsets_bytes, slot_bytes;
} table;

/* Products in a cycle as measured. */
static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    (void)kernels;
    if (p->input_type != EAI_CONV_TRITS) return -1.0;
    const bool binary = p->weights_type == EAI_CONV_WEIGHTS_BINARY;
    return eai_conv_products(&p->shape) / (binary ? 120.0 : 75.0);
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* Puts one output channel's weights into its column; what fills up is zero, or meets zeros. */
static void pack_column(const table *state, const eai_conv_problem *p, size_t out_c)
{
    const eai_conv_shape *s = &p->shape;
    const size_t group_out = s->out_c / s->groups, channels = s->in_c / s->groups;
    const size_t kernel = s->kernel_h * s->kernel_w, column = out_c % group_out;
    const size_t panel = out_c / group_out * state->group_panels + column / EAI_TRIT_PANEL;
    uint8_t *to = state->weights + panel * state->panel_bytes + column % EAI_TRIT_PANEL;
    const int8_t *weights = (const int8_t *)p->weights + out_c * channels * kernel;
    for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < kernel; k++) {
            const int weight = weights[c * kernel + k];
            const size_t four = k * state->channel_bytes + c / 4;
            uint8_t *byte = to + (state->binary ? four / 2 : four) * EAI_TRIT_PANEL;
            const size_t low = state->binary ? four % 2 * 4 : 0;
            if (weight > 0) *byte |= (uint8_t)(1u << (low + c % 4));
            if (weight < 0 && !state->binary) *byte |= (uint8_t)(1u << (4 + c % 4));
        }
}

static void plan(eai_conv *conv, table *state, const eai_conv_problem *p)
{
    const eai_conv_shape *s = &p->shape;
    const size_t n_threads = (size_t)conv->context->n_threads;
    state->binary = p->weights_type == EAI_CONV_WEIGHTS_BINARY;
    state->channel_bytes = eai_conv_tensor_bytes(EAI_CONV_TRITS, 1, s->in_c / s->groups);
    state->n_fours = s->kernel_h * s->kernel_w * state->channel_bytes;
    if (state->binary) state->n_fours += state->n_fours % 2;
    state->panel_bytes = state->n_fours * EAI_TRIT_PANEL / (state->binary ? 2 : 1);
    state->group_panels = divide_up(s->out_c / s->groups, EAI_TRIT_PANEL);
    state->blocks = eai_conv_blocks_cut(s, n_threads, BLOCK_PIXELS);
    /* Room for one patch of all channels too: see repack(). */
    const size_t whole =
        s->kernel_h * s->kernel_w * eai_conv_tensor_bytes(EAI_CONV_TRITS, 1, s->in_c);
    state->patch_stride = state->n_fours;
    state->patches_bytes = eai_align_up(BLOCK_PIXELS * state->n_fours + whole);
    state->offsets_stride = state->n_fours + 16;
    state->offsets_bytes = eai_align_up(BLOCK_PIXELS * state->offsets_stride * sizeof(uint16_t));
    state->slot_bytes = state->patches_bytes + state->offsets_bytes + state->blocks.sums_bytes;
    conv->scratch_bytes = n_threads * state->slot_bytes;
    conv->weight_bytes = s->groups * state->group_panels * state->panel_bytes;
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    table *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    plan(conv, state, p);
    state->weights = eai_allocate(allocator, conv->weight_bytes, "weights of a convolution");
    if (!state->weights) return EDGEAI_E_MEMORY;
    for (size_t c = 0; c < p->shape.out_c; c++)
        pack_column(state, p, c);
    return EDGEAI_OK;
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    table *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->weights, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

/* The trits of channels [first, first + n) of a pixel, from its bytes on. */
static void take_trits(uint8_t *out, const uint8_t *pixel, size_t first, size_t n)
{
    memset(out, 0, divide_up(n, 4));
    for (size_t c = 0; c < n; c++) {
        const size_t at = first + c;
        out[c / 4] |= (uint8_t)((pixel[at / 4] >> (at % 4 * 2) & 3) << (c % 4 * 2));
    }
}

/* Patches of a group whose channels begin or end inside a byte: patches of all channels, one after
 * the other, and what belongs to the group taken out. */
static void repack(const eai_conv_job *job, const eai_conv_item *item, size_t group,
                   uint8_t *patches)
{
    const table *state = job->conv->state;
    const eai_conv_shape *s = &job->conv->problem.shape;
    const size_t channels = s->in_c / s->groups, kernel = s->kernel_h * s->kernel_w;
    eai_patch_source source = eai_patch_source_of(&job->conv->problem, job->x, 0);
    source.n_bytes = source.pixel_bytes;
    uint8_t *whole = patches + BLOCK_PIXELS * state->patch_stride;
    for (size_t i = 0; i < item->n_pixels; i++) {
        eai_patches_gather(whole, 0, &source, item->pixel + i, 1);
        for (size_t k = 0; k < kernel; k++)
            take_trits(patches + i * state->patch_stride + k * state->channel_bytes,
                       whole + k * source.pixel_bytes, group * channels, channels);
    }
}

static uint16_t *offsets_of(const table *state, char *slot)
{
    return (uint16_t *)(void *)(slot + state->patches_bytes);
}

/* Offsets of tables for the patches of one group. */
static void prepare(const eai_conv_job *job, const eai_conv_item *item, size_t group, char *slot)
{
    const table *state = job->conv->state;
    const eai_conv_shape *s = &job->conv->problem.shape;
    const eai_patch_source source = eai_patch_source_of(&job->conv->problem, job->x, group);
    const size_t n = s->kernel_h * s->kernel_w * state->channel_bytes;
    const uint8_t *rows = (uint8_t *)slot;
    size_t stride = state->patch_stride;
    if (s->groups > 1 && s->in_c / s->groups % 4 != 0)
        repack(job, item, group, (uint8_t *)slot);
    else
        rows = eai_patches_rows(slot, &stride, &source, item->pixel, item->n_pixels);
    for (size_t i = 0; i < item->n_pixels; i++) {
        uint16_t *offsets = offsets_of(state, slot) + i * state->offsets_stride;
        job->conv->kernels.trit_offsets(offsets, rows + i * stride, n);
        if (n < state->n_fours) offsets[n] = 0;
    }
}

static void multiply(const eai_conv_job *job, const eai_conv_item *item, size_t group,
                     size_t column, size_t n_columns, int32_t *sums, size_t sums_stride, char *slot)
{
    const table *state = job->conv->state;
    const eai_kernels *kernels = &job->conv->kernels;
    const size_t panel = group * state->group_panels + column / EAI_TRIT_PANEL;
    const eai_trit_product product = {
        .weights = state->weights + panel * state->panel_bytes,
        .panel_bytes = state->panel_bytes,
        .n_panels = divide_up(n_columns, EAI_TRIT_PANEL),
        .rows = offsets_of(state, slot),
        .row_stride = state->offsets_stride,
        .n_rows = item->n_pixels,
        .n_fours = state->n_fours,
    };
    (state->binary ? kernels->trit_sums_binary : kernels->trit_sums_ternary)(sums, sums_stride,
                                                                             &product);
}

static void run_item(void *opaque, size_t index, size_t slot)
{
    static const eai_conv_product product = {prepare, multiply};
    const eai_conv_job *job = opaque;
    const table *state = job->conv->state;
    const eai_conv_item item =
        eai_conv_blocks_item(&state->blocks, job->conv->problem.shape.out_c, index);
    char *memory = job->scratch + slot * state->slot_bytes;
    int32_t *sums = (int32_t *)(void *)(memory + state->patches_bytes + state->offsets_bytes);
    eai_conv_blocks_run(&state->blocks, &product, job, &item, sums, memory);
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    const table *state = conv->state;
    eai_conv_job job = {conv, x, residual, y, scratch};
    eai_parallel_for_work(context, eai_conv_blocks_items(&state->blocks),
                          eai_conv_products(&conv->problem.shape) / 5.0, run_item, &job);
}

const eai_conv_way eai_conv_way_table = {"table", cost, NULL, create, release, run};
