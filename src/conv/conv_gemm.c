/* SPDX-License-Identifier: MIT */

/*
 * A convolution as a matrix product. Patches of a block of output pixels are brought into the order
 * of row groups once and stay in the second-level cache while the panels of weights pass by; sums
 * of 64 columns stay in the first and are finished there. Float32 as it is; integers as exact sums
 * of int16 pairs, where the zero point moves into the offset.
 */

#include "conv/conv_internal.h"

#include "base/memory.h"
#include "conv/conv_panels.h"
#include "conv/conv_patches.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum {
    COLUMNS = 64,             /* finished together */
    BLOCK_BYTES = 192 * 1024, /* of prepared rows: less than half of a second-level cache */
    BLOCK_ROWS = 96,
};

typedef struct gemm {
    bool has_floats;
    size_t n_inputs; /* of a patch, as panels hold them */
    size_t group_out;
    char *panels; /* [groups] of group_bytes */
    size_t group_bytes;
    size_t block_rows, n_blocks;
    size_t n_parts, part_columns; /* a group's columns are cut where pixels are few */
    size_t patch_bytes, prepared_bytes, slot_bytes;
} gemm;

static bool has_floats(const eai_conv_problem *p)
{
    return p->input_type == EAI_CONV_F32;
}

static eai_conv_panel_kind kind_of(const gemm *state)
{
    return state->has_floats ? EAI_CONV_PANEL_FLOATS : EAI_CONV_PANEL_PAIRS;
}

static size_t n_pixels(const eai_conv_shape *s)
{
    return s->n * s->out_h * s->out_w;
}

/* Multiply-adds in a cycle: what is reached of 16 and 32, edges and the rest of the work apart. */
static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    const eai_conv_shape *s = &p->shape;
    const size_t group_out = s->out_c / s->groups, k = eai_conv_patch_channels(s);
    (void)kernels;
    if (p->input_type == EAI_CONV_TRITS) return -1.0;
    if (p->epilogue.output_type == EAI_CONV_TRITS && s->groups > 1 && group_out % 4 != 0)
        return -1.0;
    const double columns = (double)((group_out + EAI_PANEL - 1) / EAI_PANEL * EAI_PANEL);
    const double products = (double)n_pixels(s) * (double)s->groups * columns * (double)k;
    const double gathering = (double)n_pixels(s) * (double)s->groups * (double)k;
    const double outputs = (double)n_pixels(s) * (double)s->out_c;
    return products / (has_floats(p) ? 15.8 : 27.5) + 0.8 * gathering + outputs;
}

/* Weight of an output channel of the group for input i of a patch, [kernel][channels] there. */
static size_t weight_at(const eai_conv_shape *s, size_t out_c, size_t i)
{
    const size_t channels = s->in_c / s->groups, kernel = s->kernel_h * s->kernel_w;
    return (out_c * channels + i % channels) * kernel + i / channels;
}

static void pack(eai_conv *conv, const eai_conv_problem *p)
{
    const gemm *state = conv->state;
    const eai_conv_shape *s = &p->shape;
    const size_t k = eai_conv_patch_channels(s);
    int32_t *offset = (int32_t *)(uintptr_t)conv->problem.epilogue.offset; /* the plan's own */
    for (size_t c = 0; c < s->out_c; c++) {
        void *panels = state->panels + c / state->group_out * state->group_bytes;
        const size_t column = c % state->group_out;
        uint32_t sum = 0;
        for (size_t i = 0; i < k; i++) {
            const size_t at = weight_at(s, c, i);
            const int8_t *bytes = p->weights;
            if (p->weights_type == EAI_CONV_WEIGHTS_F32)
                eai_conv_panels_put_float(panels, state->n_inputs, i, column,
                                          ((const float *)p->weights)[at]);
            else if (state->has_floats)
                eai_conv_panels_put_float(panels, state->n_inputs, i, column, (float)bytes[at]);
            else
                eai_conv_panels_put_pair(panels, state->n_inputs, i, column, bytes[at]);
            if (!state->has_floats) sum += (uint32_t)bytes[at];
        }
        if (!state->has_floats)
            offset[c] = (int32_t)((uint32_t)offset[c] - sum * (uint32_t)p->input_zero);
    }
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* Cuts pixels into blocks that fill the cache, and that threads can share evenly. */
static void cut(gemm *state, const eai_conv_shape *s, size_t n_threads)
{
    const size_t row_bytes = state->n_inputs * (state->has_floats ? 4 : 2);
    const size_t pixels = n_pixels(s), groups_of_rows = divide_up(pixels, EAI_ROW_GROUP);
    size_t rows = BLOCK_BYTES / row_bytes;
    rows = rows > BLOCK_ROWS ? BLOCK_ROWS : rows < 2 * EAI_ROW_GROUP ? 2 * EAI_ROW_GROUP : rows;
    size_t n = divide_up(groups_of_rows, rows / EAI_ROW_GROUP);
    if (groups_of_rows >= 2 * n_threads) n = divide_up(n, n_threads) * n_threads;
    state->block_rows = divide_up(groups_of_rows, n) * EAI_ROW_GROUP;
    state->n_blocks = divide_up(pixels, state->block_rows);
    const size_t n_columns = divide_up(state->group_out, COLUMNS),
                 items = state->n_blocks * s->groups;
    state->n_parts = items >= n_threads ? 1 : divide_up(2 * n_threads, items);
    if (state->n_parts > n_columns) state->n_parts = n_columns;
    state->part_columns = divide_up(n_columns, state->n_parts) * COLUMNS;
    state->n_parts = divide_up(state->group_out, state->part_columns);
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    const eai_conv_shape *s = &p->shape;
    gemm *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    state->has_floats = has_floats(p);
    state->n_inputs = eai_conv_panel_inputs(kind_of(state), eai_conv_patch_channels(s));
    state->group_out = s->out_c / s->groups;
    state->group_bytes = eai_conv_panels_bytes(kind_of(state), state->n_inputs, state->group_out);
    conv->weight_bytes = s->groups * state->group_bytes;
    state->panels = eai_allocate(allocator, conv->weight_bytes, "weights of a convolution");
    if (!state->panels) return EDGEAI_E_MEMORY;
    pack(conv, p);
    cut(state, s, (size_t)conv->context->n_threads);
    const size_t element = state->has_floats ? 4 : 1;
    state->patch_bytes = eai_align_up(EAI_ROW_GROUP * eai_conv_patch_channels(s) * element);
    state->prepared_bytes =
        eai_align_up(state->block_rows * state->n_inputs * (state->has_floats ? 4 : 2));
    state->slot_bytes =
        state->patch_bytes + state->prepared_bytes + eai_align_up(state->block_rows * COLUMNS * 4);
    conv->scratch_bytes = (size_t)conv->context->n_threads * state->slot_bytes;
    return EDGEAI_OK;
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    gemm *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->panels, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

typedef struct job {
    const eai_conv *conv;
    const void *x, *residual;
    void *y;
    char *scratch;
} job;

/* Patches of pixels [pixel, pixel + n) as row groups. */
static void prepare(const job *j, size_t group, size_t pixel, size_t n, char *patches,
                    char *prepared)
{
    const eai_conv_problem *p = &j->conv->problem;
    const gemm *state = j->conv->state;
    const eai_kernels *kernels = &j->conv->kernels;
    const eai_patch_source source = eai_patch_source_of(p, j->x, group);
    const size_t bytes = eai_patch_bytes(&source);
    for (size_t first = 0; first < n; first += EAI_ROW_GROUP) {
        const size_t r = n - first < EAI_ROW_GROUP ? n - first : EAI_ROW_GROUP;
        size_t stride = bytes;
        const void *rows = eai_patches_rows(patches, &stride, &source, pixel + first, r);
        if (state->has_floats)
            kernels->interleave_rows(prepared + first * state->n_inputs * 4, rows, stride, r,
                                     bytes / 4);
        else
            kernels->widen_pairs((int16_t *)(void *)prepared + first * state->n_inputs, rows,
                                 stride, r, bytes, p->input_type == EAI_CONV_S8);
    }
}

/* A part of a group's columns for one block of pixels. */
static void run_item(void *opaque, size_t item, size_t slot)
{
    const job *j = opaque;
    const gemm *state = j->conv->state;
    const size_t part = item % state->n_parts, block = item / state->n_parts % state->n_blocks;
    const size_t group = item / state->n_parts / state->n_blocks;
    const size_t pixel = block * state->block_rows;
    const size_t left = n_pixels(&j->conv->problem.shape) - pixel;
    const size_t n = left < state->block_rows ? left : state->block_rows;
    char *patches = j->scratch + slot * state->slot_bytes;
    char *prepared = patches + state->patch_bytes, *sums = prepared + state->prepared_bytes;
    const eai_conv_panels panels = {kind_of(state), state->n_inputs, state->group_out,
                                    state->panels + group * state->group_bytes};
    const eai_rows rows = {.codes = prepared, .n_rows = n, .n_inputs = state->n_inputs};
    prepare(j, group, pixel, n, patches, prepared);
    const size_t begin = part * state->part_columns;
    for (size_t c = begin; c < begin + state->part_columns && c < state->group_out; c += COLUMNS) {
        const size_t n_columns = state->group_out - c < COLUMNS ? state->group_out - c : COLUMNS;
        eai_conv_panels_multiply(&panels, &j->conv->kernels, &rows, c / EAI_PANEL,
                                 divide_up(n_columns, EAI_PANEL), sums, COLUMNS, NULL);
        eai_conv_finish(j->conv, sums, COLUMNS, pixel, n, group * state->group_out + c, n_columns,
                        j->residual, j->y);
    }
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    const gemm *state = conv->state;
    const eai_conv_shape *s = &conv->problem.shape;
    job j = {conv, x, residual, y, scratch};
    eai_parallel_for_work(
        context, s->groups * state->n_blocks * state->n_parts,
        (double)n_pixels(s) * (double)s->out_c * (double)eai_conv_patch_channels(s), run_item, &j);
}

const eai_conv_way eai_conv_way_gemm = {"matrix product", cost, NULL, create, release, run};
