/* SPDX-License-Identifier: MIT */
#include "tensor/prepared_rows.h"

static size_t round_up(size_t bytes)
{
    return (bytes + 63) & ~(size_t)63;
}

static size_t code_bytes(eai_tile_kind kind)
{
    return kind == EAI_TILE_F32 ? 4 : kind == EAI_TILE_S16 ? 2 : 1;
}

size_t eai_prepared_bytes(eai_tile_kind kind, size_t n_rows, size_t n_inputs)
{
    const size_t codes = round_up(n_rows * n_inputs * code_bytes(kind));
    if (kind == EAI_TILE_F32) return codes;
    const size_t floats = round_up(n_rows * (n_inputs / EAI_GROUP) * sizeof(float));
    return codes + 2 * floats + round_up(2 * floats);
}

eai_rows eai_prepared_layout(eai_tile_kind kind, void *memory, size_t n_rows, size_t n_inputs)
{
    eai_rows rows = {.codes = memory, .n_rows = n_rows, .n_inputs = n_inputs};
    if (kind == EAI_TILE_F32) return rows;
    const size_t floats = round_up(n_rows * (n_inputs / EAI_GROUP) * sizeof(float)) / sizeof(float);
    rows.scales =
        (const float *)memory + round_up(n_rows * n_inputs * code_bytes(kind)) / sizeof(float);
    rows.sums = rows.scales + floats;
    rows.half_sums = rows.sums + floats;
    return rows;
}

int eai_prepared_alike(eai_tile_kind a, eai_tile_kind b)
{
    return code_bytes(a) == code_bytes(b);
}

/* [K][r] from r rows. */
static void interleave(float *out, const float *x, size_t x_stride, size_t r, size_t n)
{
    for (size_t i = 0; i < r; i++)
        for (size_t k = 0; k < n; k++)
            out[k * r + i] = x[i * x_stride + k];
}

void eai_prepared_fill(const eai_rows *rows, eai_tile_kind kind, const eai_kernels *kernels,
                       const float *x, size_t x_stride, size_t group)
{
    const size_t first = group * EAI_ROW_GROUP, n = rows->n_inputs, n_groups = n / EAI_GROUP;
    const size_t r = rows->n_rows - first < EAI_ROW_GROUP ? rows->n_rows - first : EAI_ROW_GROUP;
    x += first * x_stride;
    /* The views are const for the kernels that read them; this is where they are written. */
    char *codes = (char *)(uintptr_t)rows->codes + first * n * code_bytes(kind);
    if (kind == EAI_TILE_F32) {
        interleave((float *)(void *)codes, x, x_stride, r, n);
        return;
    }
    const eai_row_group out = {
        .codes = codes,
        .scales = (float *)(uintptr_t)rows->scales + first * n_groups,
        .sums = (float *)(uintptr_t)rows->sums + first * n_groups,
        .half_sums = (float *)(uintptr_t)rows->half_sums + 2 * first * n_groups,
    };
    kernels->quantize_inputs(&out, x, x_stride, r, n, kind == EAI_TILE_S16);
}
