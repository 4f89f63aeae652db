/* SPDX-License-Identifier: MIT */
#include "conv/conv_panels.h"

#include <string.h>

/* Inputs of a tile: 16 KiB of weights, half of a small first-level cache. */
enum { FLOAT_STRETCH = 256, PAIR_STRETCH = 512 };

size_t eai_conv_panels_scratch(eai_conv_panel_kind kind)
{
    return kind == EAI_CONV_PANEL_BYTES ? PAIR_STRETCH * EAI_PANEL * sizeof(int16_t) : 0;
}

size_t eai_conv_panel_inputs(eai_conv_panel_kind kind, size_t n_inputs)
{
    return kind == EAI_CONV_PANEL_FLOATS ? n_inputs : n_inputs + n_inputs % 2;
}

/* Bytes of one input in a panel. */
static size_t input_bytes(eai_conv_panel_kind kind)
{
    static const size_t element[] = {sizeof(float), sizeof(int16_t), sizeof(int8_t)};
    return EAI_PANEL * element[kind];
}

size_t eai_conv_panels_bytes(eai_conv_panel_kind kind, size_t n_inputs, size_t n_columns)
{
    return (n_columns + EAI_PANEL - 1) / EAI_PANEL * eai_conv_panel_inputs(kind, n_inputs) *
           input_bytes(kind);
}

void eai_conv_panels_put_float(void *codes, size_t n_inputs, size_t input, size_t column,
                               float weight)
{
    float *panel = (float *)codes + column / EAI_PANEL * EAI_PANEL * n_inputs;
    panel[input * EAI_PANEL + column % EAI_PANEL] = weight;
}

/* Where weights in pairs lie, counted in weights. */
static size_t pair_at(size_t n_inputs, size_t input, size_t column)
{
    return column / EAI_PANEL * EAI_PANEL * n_inputs +
           (input / 2 * EAI_PANEL + column % EAI_PANEL) * 2 + input % 2;
}

void eai_conv_panels_put_pair(void *codes, size_t n_inputs, size_t input, size_t column,
                              int16_t weight)
{
    ((int16_t *)codes)[pair_at(n_inputs, input, column)] = weight;
}

void eai_conv_panels_put_byte(void *codes, size_t n_inputs, size_t input, size_t column,
                              int8_t weight)
{
    ((int8_t *)codes)[pair_at(n_inputs, input, column)] = weight;
}

static void multiply_tile(const eai_conv_panels *panels, const eai_kernels *kernels,
                          const eai_rows *rows, const char *codes, size_t first, size_t n,
                          void *sums, size_t stride, void *scratch)
{
    const eai_tile tile = {.codes = codes,
                           .n_inputs = n,
                           .next = codes + n * input_bytes(panels->kind),
                           .is_first = first == 0};
    if (panels->kind == EAI_CONV_PANEL_FLOATS)
        kernels->multiply_f32(sums, stride, &tile, rows, first);
    else if (panels->kind == EAI_CONV_PANEL_PAIRS)
        kernels->multiply_pairs(sums, stride, &tile, rows, first);
    else
        kernels->multiply_byte_pairs(sums, stride, &tile, rows, first, scratch);
}

void eai_conv_panels_multiply(const eai_conv_panels *panels, const eai_kernels *kernels,
                              const eai_rows *rows, size_t panel, size_t n_panels, void *sums,
                              size_t stride, void *scratch)
{
    const size_t stretch = panels->kind == EAI_CONV_PANEL_FLOATS ? FLOAT_STRETCH : PAIR_STRETCH;
    const size_t bytes = panels->n_inputs * input_bytes(panels->kind);
    const char *codes = (const char *)panels->codes + panel * bytes;
    for (size_t i = 0; i < n_panels; i++, codes += bytes) {
        char *out = (char *)sums + i * EAI_PANEL * 4;
        for (size_t row = 0; row < rows->n_rows && panels->kind == EAI_CONV_PANEL_FLOATS; row++)
            memset(out + row * stride * 4, 0, (size_t)EAI_PANEL * 4);
        for (size_t first = 0; first < panels->n_inputs; first += stretch) {
            const size_t left = panels->n_inputs - first;
            multiply_tile(panels, kernels, rows, codes + first * input_bytes(panels->kind), first,
                          left < stretch ? left : stretch, out, stride, scratch);
        }
    }
}
