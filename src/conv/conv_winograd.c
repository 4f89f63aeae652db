/* SPDX-License-Identifier: MIT */

/*
 * 3 x 3 convolutions with stride 1 by Winograd's minimal filtering (kernels/winograd.h): float32,
 * and bytes exactly. Tiles of the whole batch are taken in waves. In each, three loops run one
 * after the other on all threads: groups of six tiles are transformed and laid out as row groups;
 * places of the tile, each a matrix product of its own, are multiplied, so that every weight is
 * read once a wave; tiles are transformed back and finished.
 */

#include <string.h>

#include "base/memory.h"
#include "conv/conv_internal.h"
#include "conv/conv_panels.h"
#include "platform/context_internal.h"
#include "platform/threads.h"

enum {
    COLUMNS = 64,  /* transformed back and finished together */
    CHANNELS = 32, /* transformed together for a group of tiles: 27 KiB of floats */
    CHANNELS_MIN = 16,
    WAVE_BYTES = 3 * 1024 * 1024, /* of inputs and sums of a wave */
};

typedef struct winograd {
    bool has_floats;
    eai_conv_panel_kind kind;
    int m; /* outputs of a tile's side */
    size_t places;
    size_t n_inputs; /* channels as panels hold them */
    size_t tiles_h, tiles_w;
    size_t wave_tiles; /* of all but the last wave */
    size_t stride;     /* of sums: columns of all panels */
    char *panels;      /* [places] of place_bytes */
    size_t place_bytes;
    size_t padding_bytes; /* a pixel of padding, before all else in scratch */
    size_t prepared_bytes, sums_bytes, slot_bytes, tile_bytes; /* a slot ends with a tile */
} winograd;

static size_t divide_up(size_t a, size_t b)
{
    return (a + b - 1) / b;
}

static size_t n_tiles(const eai_conv_shape *s, int m)
{
    return s->n * divide_up(s->out_h, (size_t)m) * divide_up(s->out_w, (size_t)m);
}

static bool fits(const eai_conv_shape *s)
{
    return s->kernel_h == 3 && s->kernel_w == 3 && s->stride_h == 1 && s->stride_w == 1 &&
           s->dilation_h == 1 && s->dilation_w == 1 && s->groups == 1 && s->in_c >= CHANNELS_MIN &&
           s->out_c >= CHANNELS_MIN;
}

/* Tiles of a wave: as many as fit, in waves of about the same size. */
static size_t wave_tiles(const eai_conv_shape *s, int m, bool has_floats)
{
    const size_t tile_bytes =
        EAI_WINOGRAD_PLACES(m) * (s->in_c * (has_floats ? 4 : 2) + s->out_c * 4);
    const size_t n = n_tiles(s, m);
    size_t most = WAVE_BYTES / tile_bytes / EAI_ROW_GROUP * EAI_ROW_GROUP;
    if (most < 4 * EAI_ROW_GROUP) most = 4 * EAI_ROW_GROUP;
    return divide_up(divide_up(n, divide_up(n, most)), EAI_ROW_GROUP) * EAI_ROW_GROUP;
}

/* Transformed weights of -1, 0 and 1 are 49 at most. */
static eai_conv_panel_kind kind_of(const eai_conv_problem *p)
{
    if (p->input_type == EAI_CONV_F32) return EAI_CONV_PANEL_FLOATS;
    return p->weights_type == EAI_CONV_WEIGHTS_S8 ? EAI_CONV_PANEL_PAIRS : EAI_CONV_PANEL_BYTES;
}

static size_t bytes_of(const eai_conv_problem *p, int m)
{
    return EAI_WINOGRAD_PLACES(m) *
           eai_conv_panels_bytes(kind_of(p), p->shape.in_c, p->shape.out_c);
}

/*
 * Cycles as measured, products first. Weights come from memory that is far away, a wave each.
 * Transforms take 0.65 a value, and four and a half cycles an output.
 */
static double cost_of(const eai_conv_problem *p, int m)
{
    const eai_conv_shape *s = &p->shape;
    const bool has_floats = p->input_type == EAI_CONV_F32;
    const double places = (double)EAI_WINOGRAD_PLACES(m), n = (double)n_tiles(s, m);
    const double columns = (double)(divide_up(s->out_c, EAI_PANEL) * EAI_PANEL);
    const double waves = (double)divide_up(n_tiles(s, m), wave_tiles(s, m, has_floats));
    const size_t rest = n_tiles(s, m) % EAI_ROW_GROUP;
    /* One to three rows take as long as four: sums wait for one another. */
    const double rows = n + (rest > 0 && rest < 4 ? (double)(4 - rest) : 0.0);
    return rows * places * (double)s->in_c * columns / (has_floats ? 16.0 : 29.0) +
           waves * (double)bytes_of(p, m) * 0.07 + n * places * ((double)s->in_c + columns) * 0.65 +
           (double)(s->n * s->out_h * s->out_w) * (double)s->out_c * 4.5;
}

static double cost_floats(const eai_conv_problem *p, int m)
{
    /* Ternary and binary weights are chosen for their size: here they would be float32. */
    if (p->input_type != EAI_CONV_F32 || p->weights_type != EAI_CONV_WEIGHTS_F32 ||
        !fits(&p->shape))
        return -1.0;
    return cost_of(p, m);
}

/* Exact where every sum stays inside what winograd.h says. Packed weights are left alone where
 * there are products of signed bytes: those are two to four times as many in an instruction as
 * here, and nobody measured what is left of Winograd's gain. */
static double cost_bytes(const eai_conv_problem *p, const eai_kernels *kernels, int m)
{
    const int64_t limit = (int64_t)1 << (m == 2 ? 29 : 25);
    if ((p->input_type != EAI_CONV_S8 && p->input_type != EAI_CONV_U8) || !fits(&p->shape))
        return -1.0;
    if (kind_of(p) == EAI_CONV_PANEL_BYTES && kernels && kernels->signed_kind == EAI_TILE_S8)
        return -1.0;
    for (size_t c = 0; c < p->shape.out_c; c++)
        if (eai_conv_sum_bound(p, c) >= limit) return -1.0;
    return cost_of(p, m);
}

static size_t bytes4(const eai_conv_problem *p)
{
    return bytes_of(p, 4);
}

static size_t bytes2(const eai_conv_problem *p)
{
    return bytes_of(p, 2);
}

static double cost4(const eai_conv_problem *p, const eai_kernels *kernels)
{
    (void)kernels;
    return cost_floats(p, 4);
}

static double cost2(const eai_conv_problem *p, const eai_kernels *kernels)
{
    (void)kernels;
    return cost_floats(p, 2);
}

static double cost8_4(const eai_conv_problem *p, const eai_kernels *kernels)
{
    return cost_bytes(p, kernels, 4);
}

static double cost8_2(const eai_conv_problem *p, const eai_kernels *kernels)
{
    return cost_bytes(p, kernels, 2);
}

/* One kernel's weights, transformed, to their panels. */
static void pack_kernel(const winograd *state, const eai_conv_problem *p, size_t in, size_t out)
{
    const size_t at = (out * p->shape.in_c + in) * 9;
    const int8_t *bytes = (const int8_t *)p->weights + at;
    float kernel[9], floats[EAI_WINOGRAD_PLACES_MAX];
    int16_t shorts[EAI_WINOGRAD_PLACES_MAX];
    if (!state->has_floats) {
        eai_winograd_weights8(shorts, bytes, state->m);
    } else {
        for (size_t i = 0; i < 9; i++)
            kernel[i] = p->weights_type == EAI_CONV_WEIGHTS_F32
                            ? ((const float *)p->weights)[at + i]
                            : (float)bytes[i];
        eai_winograd_weights(floats, kernel, state->m);
    }
    for (size_t place = 0; place < state->places; place++) {
        void *panels = state->panels + place * state->place_bytes;
        if (state->kind == EAI_CONV_PANEL_FLOATS)
            eai_conv_panels_put_float(panels, state->n_inputs, in, out, floats[place]);
        else if (state->kind == EAI_CONV_PANEL_PAIRS)
            eai_conv_panels_put_pair(panels, state->n_inputs, in, out, shorts[place]);
        else
            eai_conv_panels_put_byte(panels, state->n_inputs, in, out, (int8_t)shorts[place]);
    }
}

static void lay_out(eai_conv *conv, winograd *state)
{
    const eai_conv_shape *s = &conv->problem.shape;
    const size_t element = state->has_floats ? 4 : 2;
    state->padding_bytes =
        eai_align_up(eai_conv_tensor_bytes(conv->problem.input_type, 1, s->in_c));
    state->prepared_bytes =
        eai_align_up(state->places * state->wave_tiles * state->n_inputs * element);
    state->sums_bytes = eai_align_up(state->places * state->wave_tiles * state->stride * 4);
    const size_t inputs = state->places * EAI_ROW_GROUP * CHANNELS * element;
    const size_t outputs = (size_t)(state->m * state->m) * COLUMNS * 4;
    state->tile_bytes = eai_conv_panels_scratch(state->kind);
    state->slot_bytes = eai_align_up(inputs > outputs ? inputs : outputs) + state->tile_bytes;
    conv->scratch_bytes = state->padding_bytes + state->prepared_bytes + state->sums_bytes +
                          (size_t)conv->context->n_threads * state->slot_bytes;
}

static edgeai_status create(eai_conv *conv, const eai_conv_problem *p, int m)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    const eai_conv_shape *s = &p->shape;
    winograd *state = conv->state = eai_allocate(allocator, sizeof *state, "convolution");
    if (!state) return EDGEAI_E_MEMORY;
    state->has_floats = p->input_type == EAI_CONV_F32;
    state->kind = kind_of(p);
    state->m = m;
    state->places = EAI_WINOGRAD_PLACES(m);
    state->n_inputs = eai_conv_panel_inputs(state->kind, s->in_c);
    state->tiles_h = divide_up(s->out_h, (size_t)m);
    state->tiles_w = divide_up(s->out_w, (size_t)m);
    state->wave_tiles = wave_tiles(s, m, state->has_floats);
    state->stride = divide_up(s->out_c, EAI_PANEL) * EAI_PANEL;
    state->place_bytes = eai_conv_panels_bytes(state->kind, s->in_c, s->out_c);
    conv->weight_bytes = state->places * state->place_bytes;
    state->panels = eai_allocate(allocator, conv->weight_bytes, "weights of a convolution");
    if (!state->panels) return EDGEAI_E_MEMORY;
    for (size_t out = 0; out < s->out_c; out++)
        for (size_t in = 0; in < s->in_c; in++)
            pack_kernel(state, p, in, out);
    lay_out(conv, state);
    return EDGEAI_OK;
}

static edgeai_status create4(eai_conv *conv, const eai_conv_problem *p)
{
    return create(conv, p, 4);
}

static edgeai_status create2(eai_conv *conv, const eai_conv_problem *p)
{
    return create(conv, p, 2);
}

static void release(eai_conv *conv)
{
    const edgeai_allocator *allocator = &conv->context->allocator;
    winograd *state = conv->state;
    if (!state) return;
    eai_release(allocator, state->panels, conv->weight_bytes);
    eai_release(allocator, state, sizeof *state);
}

/* Tiles [first, first + n) of one run. */
typedef struct wave {
    const eai_conv *conv;
    const char *x;
    const void *residual;
    void *y;
    const char *padding;
    char *prepared, *sums, *slots;
    size_t first, n;
} wave;

/* Where a tile's outputs begin. */
typedef struct corner {
    size_t image, y, x;
} corner;

static corner corner_of(const winograd *state, size_t tile)
{
    const size_t m = (size_t)state->m;
    return (corner){tile / state->tiles_w / state->tiles_h,
                    tile / state->tiles_w % state->tiles_h * m, tile % state->tiles_w * m};
}

/* The pixels that a tile sees. */
static void point_at_pixels(const void **pixels, const wave *w, size_t tile)
{
    const winograd *state = w->conv->state;
    const eai_conv_problem *p = &w->conv->problem;
    const eai_conv_shape *s = &p->shape;
    const corner at = corner_of(state, tile);
    const size_t side = (size_t)state->m + 2;
    const size_t pixel_bytes = eai_conv_tensor_bytes(p->input_type, 1, s->in_c);
    for (size_t i = 0; i < side; i++)
        for (size_t j = 0; j < side; j++) {
            const size_t y = at.y + i - s->pad_top, x = at.x + j - s->pad_left;
            /* Above and left of the image, differences wrap and are large. */
            pixels[i * side + j] =
                y < s->in_h && x < s->in_w
                    ? w->x + ((at.image * s->in_h + y) * s->in_w + x) * pixel_bytes
                    : w->padding;
        }
}

/* One group of tiles: transformed for some channels at a time, then interleaved, place by place. */
static void prepare_group(void *opaque, size_t group, size_t slot)
{
    const wave *w = opaque;
    const winograd *state = w->conv->state;
    const eai_conv_problem *p = &w->conv->problem;
    const eai_kernels *kernels = &w->conv->kernels;
    const size_t first = group * EAI_ROW_GROUP, in_c = p->shape.in_c;
    const size_t r = w->n - first < EAI_ROW_GROUP ? w->n - first : EAI_ROW_GROUP;
    const size_t element = state->has_floats ? 4 : 2, per_dword = 4 / element;
    const size_t place_stride = (size_t)EAI_ROW_GROUP * CHANNELS;
    char *own = w->slots + slot * state->slot_bytes;
    const void *pixels[EAI_ROW_GROUP][EAI_WINOGRAD_PLACES_MAX];
    for (size_t i = 0; i < r; i++)
        point_at_pixels(pixels[i], w, w->first + first + i);
    for (size_t c = 0; c < in_c; c += CHANNELS) {
        const size_t n = in_c - c < CHANNELS ? in_c - c : CHANNELS;
        for (size_t i = 0; i < r; i++)
            if (state->has_floats)
                kernels->winograd_input((float *)(void *)own + i * CHANNELS, place_stride,
                                        pixels[i], c, n, state->m);
            else
                kernels->winograd_input8((int16_t *)(void *)own + i * CHANNELS, place_stride,
                                         pixels[i], c, n, state->m, p->input_zero,
                                         p->input_type == EAI_CONV_S8);
        const size_t n_dwords = divide_up(n, per_dword);
        for (size_t place = 0; place < state->places; place++) {
            /* Rows of this place, then this group's, then this channel's dwords. */
            char *to = w->prepared + (place * w->n + first) * state->n_inputs * element +
                       c / per_dword * r * 4;
            kernels->interleave_rows(to, own + place * place_stride * element, CHANNELS * element,
                                     r, n_dwords);
        }
    }
}

/* One place's product for a part of the columns. */
static void multiply_place(void *opaque, size_t item, size_t slot)
{
    const wave *w = opaque;
    const winograd *state = w->conv->state;
    const size_t n_parts = divide_up(state->stride, COLUMNS);
    const size_t place = item / n_parts, column = item % n_parts * COLUMNS;
    const size_t left = state->stride - column, element = state->has_floats ? 4 : 2;
    const eai_conv_panels panels = {state->kind, state->n_inputs, state->stride,
                                    state->panels + place * state->place_bytes};
    const eai_rows rows = {.codes = w->prepared + place * w->n * state->n_inputs * element,
                           .n_rows = w->n,
                           .n_inputs = state->n_inputs};
    char *own_tile = w->slots + (slot + 1) * state->slot_bytes - state->tile_bytes;
    eai_conv_panels_multiply(&panels, &w->conv->kernels, &rows, column / EAI_PANEL,
                             (left < COLUMNS ? left : COLUMNS) / EAI_PANEL,
                             w->sums + (place * w->n * state->stride + column) * 4, state->stride,
                             own_tile);
}

/* One tile's outputs, those inside the image. */
static void finish_tile(void *opaque, size_t item, size_t slot)
{
    const wave *w = opaque;
    const winograd *state = w->conv->state;
    const eai_conv_shape *s = &w->conv->problem.shape;
    const eai_kernels *kernels = &w->conv->kernels;
    const size_t m = (size_t)state->m, place_stride = w->n * state->stride;
    const corner at = corner_of(state, w->first + item);
    const size_t n_rows = s->out_h - at.y < m ? s->out_h - at.y : m;
    const size_t n_columns = s->out_w - at.x < m ? s->out_w - at.x : m;
    char *own = w->slots + slot * state->slot_bytes;
    for (size_t c = 0; c < s->out_c; c += COLUMNS) {
        const size_t n = s->out_c - c < COLUMNS ? s->out_c - c : COLUMNS;
        const char *sums = w->sums + (item * state->stride + c) * 4;
        if (state->has_floats)
            kernels->winograd_output((float *)(void *)own, COLUMNS,
                                     (const float *)(const void *)sums, place_stride, n, state->m);
        else
            kernels->winograd_output8((int32_t *)(void *)own, COLUMNS,
                                      (const int32_t *)(const void *)sums, place_stride, n,
                                      state->m);
        for (size_t i = 0; i < n_rows; i++)
            eai_conv_finish(w->conv, own + i * m * COLUMNS * 4, COLUMNS,
                            (at.image * s->out_h + at.y + i) * s->out_w + at.x, n_columns, c, n,
                            w->residual, w->y);
    }
}

static void run(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch)
{
    const winograd *state = conv->state;
    const eai_conv_shape *s = &conv->problem.shape;
    const size_t all = n_tiles(s, state->m);
    char *memory = scratch;
    wave w = {.conv = conv, .x = x, .residual = residual, .y = y, .padding = memory};
    memset(memory, (unsigned char)conv->problem.input_zero, state->padding_bytes);
    w.prepared = memory + state->padding_bytes;
    w.sums = w.prepared + state->prepared_bytes;
    w.slots = w.sums + state->sums_bytes;
    for (w.first = 0; w.first < all; w.first += w.n) {
        w.n = all - w.first < state->wave_tiles ? all - w.first : state->wave_tiles;
        const double values = (double)state->places * (double)w.n;
        eai_parallel_for_work(context, divide_up(w.n, EAI_ROW_GROUP),
                              16.0 * values * (double)s->in_c, prepare_group, &w);
        eai_parallel_for_work(context, state->places * divide_up(state->stride, COLUMNS),
                              values * (double)s->in_c * (double)s->out_c, multiply_place, &w);
        eai_parallel_for_work(context, w.n, 16.0 * values * (double)s->out_c, finish_tile, &w);
    }
}

const eai_conv_way eai_conv_way_winograd = {"winograd 4x4", cost4, bytes4, create4, release, run};
const eai_conv_way eai_conv_way_winograd2 = {"winograd 2x2", cost2, bytes2, create2, release, run};
const eai_conv_way eai_conv_way_winograd8 = {
    "exact winograd 4x4", cost8_4, bytes4, create4, release, run};
const eai_conv_way eai_conv_way_winograd8_2 = {
    "exact winograd 2x2", cost8_2, bytes2, create2, release, run};
