/* SPDX-License-Identifier: MIT */

/*
 * Bytes times ternary weights. Weights stay packed in two bits, as codes weight + 1, and are
 * unpacked tile by tile while all pixels of a block pass by. The sum of a patch, which codes count
 * once too often, is taken off first; unsigned bytes are brought down by 128; and zero points move
 * into the offset.
 */

#include "conv/conv_blocks.h"

#include <string.h>

#include "base/fail.h"
#include "base/memory.h"
#include "conv/conv_patches.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum {
    BLOCK_PIXELS = 48, /* a stretch of them and the sums of 64 columns fit the first-level cache */
    CODES_A_BYTE = 4,
    BLOCK_CODES = 128, /* of eai_unpack_pairs() */
    TILE_BYTES = EAI_STRETCH * EAI_CODE_COLUMNS,
    INPUTS_MAX = 1 << 22, /* sums with codes for weights stay far inside 32 bits */
};

typedef struct ternary8 {
    size_t n_inputs; /* of a patch */
    size_t n_codes;  /* the same, filled up to a whole block of packed codes */
    size_t n_read;   /* filled up to four */
    size_t panel_bytes, group_panels;
    uint8_t *weights; /* [groups][group_panels] panels of EAI_CODE_COLUMNS columns */
    eai_conv_blocks blocks;
    size_t row_stride, rows_bytes, row_sums_bytes, slot_bytes;
} ternary8;

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

/* Cycles as measured: products, unpacking for every block, gathering of patches, epilogue. */
static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    const eai_conv_shape *s = &p->shape;
    const double inputs = (double)eai_conv_patch_channels(s);
    const double pixels = (double)(s->n * s->out_h * s->out_w), groups = (double)s->groups;
    const double columns =
        (double)(divide_up(s->out_c / s->groups, EAI_CODE_COLUMNS) * EAI_CODE_COLUMNS);
    const double blocks = (double)divide_up(s->n * s->out_h * s->out_w, BLOCK_PIXELS);
    (void)kernels;
    if (p->input_type != EAI_CONV_S8 && p->input_type != EAI_CONV_U8) return -1.0;
    if (p->weights_type == EAI_CONV_WEIGHTS_S8) return -1.0;
    if (eai_conv_patch_channels(s) > INPUTS_MAX) return -1.0;
    return groups * inputs * columns * (pixels / 55.0 + blocks * 0.03) +
           groups * pixels * inputs * 0.7 + pixels * (double)s->out_c;
}

/* Code (k, column) of a panel of packed codes: as eai_unpack_pairs() wants it. */
static void put_code(uint8_t *panel, size_t k, size_t column, unsigned code)
{
    const size_t at = (k / 4 * EAI_CODE_COLUMNS + column) * 4 + k % 4;
    const size_t in_block = at % BLOCK_CODES;
    panel[at / BLOCK_CODES * (BLOCK_CODES / CODES_A_BYTE) + in_block % 32] |=
        (uint8_t)(code << (in_block / 32 * 2));
}

/* Packs one output channel, and takes the zero point's share into its offset. */
static void pack_column(eai_conv *conv, const eai_conv_problem *p, size_t out_c)
{
    const ternary8 *state = conv->state;
    const eai_conv_shape *s = &p->shape;
    const size_t group_out = s->out_c / s->groups, channels = s->in_c / s->groups;
    const size_t kernel = s->kernel_h * s->kernel_w, column = out_c % group_out;
    const size_t panel = out_c / group_out * state->group_panels + column / EAI_CODE_COLUMNS;
    uint8_t *to = state->weights + panel * state->panel_bytes;
    const int8_t *weights = (const int8_t *)p->weights + out_c * channels * kernel;
    const int32_t zero = p->input_zero - (p->input_type == EAI_CONV_U8 ? 128 : 0);
    int32_t sum = 0;
    for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < kernel; k++) {
            const int weight = weights[c * kernel + k];
            sum += weight;
            put_code(to, k * channels + c, column % EAI_CODE_COLUMNS, (unsigned)(weight + 1));
        }
    int32_t *offset = (int32_t *)(uintptr_t)conv->problem.epilogue.offset; /* the plan's own */
    offset[out_c] = (int32_t)((uint32_t)offset[out_c] - (uint32_t)(sum * zero));
}

static void plan(eai_conv *conv, ternary8 *state, const eai_conv_problem *p)
{
    const eai_conv_shape *s = &p->shape;
    const size_t n_threads = (size_t)conv->context->n_threads;
    const size_t block_inputs = BLOCK_CODES / EAI_CODE_COLUMNS;
    state->n_inputs = eai_conv_patch_channels(s);
    state->n_codes = divide_up(state->n_inputs, block_inputs) * block_inputs;
    state->n_read = divide_up(state->n_inputs, 4) * 4;
    state->panel_bytes = state->n_codes * EAI_CODE_COLUMNS / CODES_A_BYTE;
    state->group_panels = divide_up(s->out_c / s->groups, EAI_CODE_COLUMNS);
    state->blocks = eai_conv_blocks_cut(s, n_threads, BLOCK_PIXELS);
    /* Rows that are a power of two apart would share a few sets of the cache. */
    state->row_stride = eai_align_up(state->n_read) + EAI_ALIGNMENT;
    state->rows_bytes = BLOCK_PIXELS * state->row_stride;
    state->row_sums_bytes = eai_align_up(BLOCK_PIXELS * sizeof(int32_t));
    state->slot_bytes =
        TILE_BYTES + state->rows_bytes + state->row_sums_bytes + state->blocks.sums_bytes;
    conv->scratch_bytes = n_threads * state->slot_bytes;
    conv->weight_bytes = s->groups * state->group_panels * state->panel_bytes;
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    ternary8 *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    plan(conv, state, p);
    state->weights = eai_allocate(allocator, conv->weight_bytes, "weights of a convolution");
    if (!state->weights) return EDGEAI_E_MEMORY;
    for (size_t c = 0; c < p->shape.out_c; c++)
        pack_column(conv, p, c);
    return EDGEAI_OK;
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    ternary8 *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->weights, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

static int8_t *rows_of(char *slot)
{
    return (int8_t *)slot + TILE_BYTES;
}

static int32_t *row_sums_of(const ternary8 *state, char *slot)
{
    return (int32_t *)(void *)(slot + TILE_BYTES + state->rows_bytes);
}

/* Patches of a group as signed bytes, and their sums. */
static void prepare(const eai_conv_job *job, const eai_conv_item *item, size_t group, char *slot)
{
    const ternary8 *state = job->conv->state;
    const eai_conv_problem *p = &job->conv->problem;
    const eai_patch_source source = eai_patch_source_of(p, job->x, group);
    int8_t *rows = rows_of(slot);
    eai_patches_gather(rows, state->row_stride, &source, item->pixel, item->n_pixels);
    for (size_t i = 0; i < item->n_pixels; i++) {
        uint8_t *row = (uint8_t *)rows + i * state->row_stride;
        for (size_t k = 0; p->input_type == EAI_CONV_U8 && k < state->n_inputs; k++)
            row[k] ^= 128;
        memset(row + state->n_inputs, 0, state->n_read - state->n_inputs);
    }
    job->conv->kernels.sum_rows(row_sums_of(state, slot), rows, state->row_stride, item->n_pixels,
                                state->n_inputs);
}

static void multiply(const eai_conv_job *job, const eai_conv_item *item, size_t group,
                     size_t column, size_t n_columns, int32_t *sums, size_t sums_stride, char *slot)
{
    const ternary8 *state = job->conv->state;
    const eai_kernels *kernels = &job->conv->kernels;
    const size_t panel = group * state->group_panels + column / EAI_CODE_COLUMNS;
    const size_t n_panels = divide_up(n_columns, EAI_CODE_COLUMNS);
    const int32_t *row_sums = row_sums_of(state, slot);
    for (size_t i = 0; i < item->n_pixels; i++)
        for (size_t c = 0; c < n_panels * EAI_CODE_COLUMNS; c++)
            sums[i * sums_stride + c] = -row_sums[i];
    uint8_t *tile = (uint8_t *)slot;
    for (size_t k = 0; k < state->n_codes; k += EAI_STRETCH)
        for (size_t v = 0; v < n_panels; v++) {
            const size_t left = state->n_codes - k, left_read = state->n_read - k;
            const size_t n = left < EAI_STRETCH ? left : EAI_STRETCH;
            kernels->unpack_pairs(tile,
                                  state->weights + (panel + v) * state->panel_bytes +
                                      k * EAI_CODE_COLUMNS / CODES_A_BYTE,
                                  n * EAI_CODE_COLUMNS);
            kernels->multiply_codes(sums + v * EAI_CODE_COLUMNS, sums_stride, tile,
                                    rows_of(slot) + k, state->row_stride, item->n_pixels,
                                    left_read < EAI_STRETCH ? left_read : EAI_STRETCH);
        }
}

static void run_item(void *opaque, size_t index, size_t slot)
{
    static const eai_conv_product product = {prepare, multiply};
    const eai_conv_job *job = opaque;
    const ternary8 *state = job->conv->state;
    const eai_conv_item item =
        eai_conv_blocks_item(&state->blocks, job->conv->problem.shape.out_c, index);
    char *memory = job->scratch + slot * state->slot_bytes;
    int32_t *sums =
        (int32_t *)(void *)(memory + TILE_BYTES + state->rows_bytes + state->row_sums_bytes);
    eai_conv_blocks_run(&state->blocks, &product, job, &item, sums, memory);
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    const ternary8 *state = conv->state;
    eai_conv_job job = {conv, x, residual, y, scratch};
    eai_parallel_for_work(context, eai_conv_blocks_items(&state->blocks),
                          eai_conv_products(&conv->problem.shape) / 3.0, run_item, &job);
}

const eai_conv_way eai_conv_way_ternary8 = {"ternary bytes", cost, NULL, create, release, run};
