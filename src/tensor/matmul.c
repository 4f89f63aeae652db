/* SPDX-License-Identifier: MIT */
#include "tensor/matmul.h"

#include <stdint.h>
#include <string.h>

#include "base/fail.h"
#include "platform/threads.h"
#include "tensor/prepared_rows.h"

/*
 * Panels of an item: enough items that sixteen threads stay busy to the end, and not more panels
 * than share a stretch of prepared rows in the second-level cache to advantage.
 */
enum { ITEMS_WANTED = 64, ITEM_PANELS_MAX = 8, FEW_ROWS = EAI_ROW_GROUP };

static size_t panels_of(size_t n_out)
{
    return (n_out + EAI_PANEL - 1) / EAI_PANEL;
}

static size_t choose_item(size_t n_out)
{
    size_t panels = panels_of(n_out) / ITEMS_WANTED;
    if (panels > ITEM_PANELS_MAX) panels = ITEM_PANELS_MAX;
    return (panels == 0 ? 1 : panels) * EAI_PANEL;
}

edgeai_status eai_matmul_plan(eai_matmul *plan, const edgeai_tensor *tensor, bool exact,
                              const eai_kernels *kernels)
{
    size_t n_in = (size_t)tensor->shape[0], n_out = 1;
    for (int i = 1; i < tensor->n_dims; i++)
        n_out *= (size_t)tensor->shape[i];
    if (n_in == 0 || n_in > EAI_MATMUL_MAX || n_out == 0 || n_out > EAI_MATMUL_MAX)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: %zu x %zu is no matrix that fits", tensor->name,
                        n_in, n_out);
    float none;
    EAI_TRY(edgeai_dequantize(tensor->dtype, tensor->data, &none, 0));
    *plan = (eai_matmul){
        .n_in = n_in,
        .n_out = n_out,
        .rows = tensor->data,
        .row_bytes = edgeai_dtype_row_bytes(tensor->dtype, (int64_t)n_in),
        .item_columns = choose_item(n_out),
        .format = eai_panel_format_of(tensor->dtype, exact, kernels),
        .kernels = kernels,
    };
    if (plan->row_bytes == 0)
        return eai_fail(EDGEAI_E_SHAPE, "tensor %s: rows of %zu do not fit %s", tensor->name, n_in,
                        edgeai_dtype_name(tensor->dtype));
    return EDGEAI_OK;
}

size_t eai_matmul_packed_bytes(const eai_matmul *plan)
{
    if (!plan->rows) return 0;
    return panels_of(plan->n_out) * eai_panel_bytes(&plan->format, plan->n_in);
}

static eai_panel_source source_of(const eai_matmul *plan, size_t panel)
{
    const size_t first = panel * EAI_PANEL, left = plan->n_out - first;
    return (eai_panel_source){plan->rows + first * plan->row_bytes, plan->row_bytes,
                              left < EAI_PANEL ? left : EAI_PANEL};
}

typedef struct pack_loop {
    const eai_matmul *plan;
    unsigned char *memory;
    const eai_scratch *scratch;
} pack_loop;

static eai_tile_buffers *buffers_of(float *slot)
{
    return (eai_tile_buffers *)(void *)slot;
}

static void pack_panel(void *opaque, size_t panel, size_t slot)
{
    const pack_loop *loop = opaque;
    const eai_matmul *plan = loop->plan;
    const eai_panel_source source = source_of(plan, panel);
    float *floats = loop->scratch->floats + slot * loop->scratch->slot_floats;
    eai_panel_pack(loop->memory + panel * plan->panel_bytes, buffers_of(floats), &plan->format,
                   plan->kernels, &source, plan->n_in);
}

void eai_matmul_pack(eai_matmul *plan, const edgeai_context *context, void *memory,
                     const eai_scratch *scratch)
{
    plan->panel_bytes = eai_panel_bytes(&plan->format, plan->n_in);
    pack_loop loop = {plan, memory, scratch};
    eai_parallel_for(context, panels_of(plan->n_out), pack_panel, &loop);
    plan->packed = memory;
}

eai_matmul eai_matmul_rows(const eai_matmul *plan, size_t first, size_t n)
{
    eai_matmul part = *plan;
    part.rows += first * plan->row_bytes;
    part.n_out = n;
    if (part.packed) part.packed += first / EAI_PANEL * plan->panel_bytes;
    if (part.bias) part.bias += first;
    part.item_columns = choose_item(n);
    return part;
}

/*
 * A thread's scratch: what tiles take, then the item's sums, panel by panel. Rows of y are apart by
 * a power of two more often than not, which would put all sums of a panel into a few sets of the
 * cache.
 */
#define SUMS_OFFSET (sizeof(eai_tile_buffers) / sizeof(float))

size_t eai_matmul_scratch(void)
{
    return SUMS_OFFSET + EAI_MATMUL_ROWS * EAI_PANEL * ITEM_PANELS_MAX;
}

size_t eai_matmul_prepared_bytes(const eai_matmul *plan, size_t n)
{
    return plan->rows ? eai_prepared_bytes(plan->format.kind, n, plan->n_in) : 0;
}

size_t eai_matmul_items(const eai_matmul *plan)
{
    return (plan->n_out + plan->item_columns - 1) / plan->item_columns;
}

/* Sums of n_columns columns of a panel, and the bias, to y. */
static void store_columns(float *restrict sums, const float *bias, size_t n_columns, size_t n,
                          float *restrict y, size_t y_stride, bool accumulate)
{
    for (size_t row = 0; bias && row < n; row++)
        for (size_t i = 0; i < n_columns; i++)
            sums[row * EAI_PANEL + i] += bias[i];
    const bool whole = n_columns == EAI_PANEL; /* a constant length is worth a loop of its own */
    for (size_t row = 0; row < n; row++, sums += EAI_PANEL, y += y_stride)
        if (!accumulate && whole)
            memcpy(y, sums, EAI_PANEL * sizeof *y);
        else if (!accumulate)
            memcpy(y, sums, n_columns * sizeof *y);
        else
            for (size_t i = 0; i < n_columns; i++)
                y[i] += sums[i];
}

static eai_multiply_fn *multiply_of(const eai_kernels *kernels, eai_tile_kind kind)
{
    switch (kind) {
    case EAI_TILE_F32:
        return kernels->multiply_f32;
    case EAI_TILE_U8:
        return kernels->multiply_u8;
    case EAI_TILE_U8_HALVES:
        return kernels->multiply_u8_halves;
    case EAI_TILE_S8:
        return kernels->multiply_s8;
    default:
        return kernels->multiply_s16;
    }
}

/* Adds one tile's product to the sums of its panel. */
static void add_tile(const eai_matmul *plan, size_t panel, size_t first, const eai_rows *rows,
                     float *sums, eai_tile_buffers *buffers)
{
    const size_t n = plan->n_in - first < EAI_STRETCH ? plan->n_in - first : EAI_STRETCH;
    const eai_panel_format *format = &plan->format;
    const eai_kernels *kernels = plan->kernels;
    eai_multiply_fn *multiply = multiply_of(kernels, format->kind);
    eai_tile tile;
    if (plan->packed) {
        const unsigned char *packed = plan->packed + panel * plan->panel_bytes;
        eai_multiply_fn *direct = eai_panel_multiply_packed(format, kernels);
        if (direct && rows->n_rows <= FEW_ROWS) {
            eai_panel_tile_as_packed(&tile, format, packed, first, n);
            multiply = direct;
        } else {
            eai_panel_tile_packed(&tile, buffers, format, kernels, packed, first, n);
        }
    } else {
        const eai_panel_source source = source_of(plan, panel);
        eai_panel_tile_mapped(&tile, buffers, format, kernels, &source, first, n);
    }
    multiply(sums, EAI_PANEL, &tile, rows, first);
}

size_t eai_matmul_item(const eai_matmul *plan, size_t item, const eai_rows *rows, float *y,
                       size_t y_stride, bool accumulate, float *slot)
{
    const size_t begin = item * plan->item_columns, left = plan->n_out - begin;
    const size_t n_columns = left < plan->item_columns ? left : plan->item_columns;
    const size_t n_panels = panels_of(n_columns), panel_floats = rows->n_rows * EAI_PANEL;
    float *sums = slot + SUMS_OFFSET;
    memset(sums, 0, n_panels * panel_floats * sizeof *sums);
    /* With many rows, a stretch of them serves all panels while it is in the cache; with few, all
     * stretches stay there, and weights come in the order in which they lie. */
    const size_t n_stretches = (plan->n_in + EAI_STRETCH - 1) / EAI_STRETCH;
    const bool few = rows->n_rows <= FEW_ROWS;
    for (size_t i = 0; i < n_panels * n_stretches; i++) {
        const size_t panel = few ? i / n_stretches : i % n_panels;
        const size_t stretch = few ? i % n_stretches : i / n_panels;
        add_tile(plan, begin / EAI_PANEL + panel, stretch * EAI_STRETCH, rows,
                 sums + panel * panel_floats, buffers_of(slot));
    }
    for (size_t i = 0; i < n_panels; i++) {
        const size_t at = i * EAI_PANEL,
                     n = n_columns - at < EAI_PANEL ? n_columns - at : EAI_PANEL;
        store_columns(sums + i * panel_floats, plan->bias ? plan->bias + begin + at : NULL, n,
                      rows->n_rows, y + at, y_stride, accumulate);
    }
    return n_columns;
}
