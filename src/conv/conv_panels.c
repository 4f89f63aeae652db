/* SPDX-License-Identifier: MIT */
#include "conv/conv_panels.h"

#include <string.h>

/* Inputs of a tile: 16 KiB of weights, half of a small first-level cache. */
enum { FLOAT_STRETCH = 256, PAIR_STRETCH = 512 };

size_t eai_conv_panel_inputs(bool has_floats, size_t n_inputs)
{
    return has_floats ? n_inputs : n_inputs + n_inputs % 2;
}

static size_t panel_bytes(bool has_floats, size_t n_inputs)
{
    return eai_conv_panel_inputs(has_floats, n_inputs) * EAI_PANEL * (has_floats ? 4 : 2);
}

size_t eai_conv_panels_bytes(bool has_floats, size_t n_inputs, size_t n_columns)
{
    return (n_columns + EAI_PANEL - 1) / EAI_PANEL * panel_bytes(has_floats, n_inputs);
}

void eai_conv_panels_put_float(void *codes, size_t n_inputs, size_t input, size_t column,
                               float weight)
{
    float *panel = (float *)codes + column / EAI_PANEL * EAI_PANEL * n_inputs;
    panel[input * EAI_PANEL + column % EAI_PANEL] = weight;
}

void eai_conv_panels_put_integer(void *codes, size_t n_inputs, size_t input, size_t column,
                                 int16_t weight)
{
    int16_t *panel = (int16_t *)codes + column / EAI_PANEL * EAI_PANEL * n_inputs;
    panel[(input / 2 * EAI_PANEL + column % EAI_PANEL) * 2 + input % 2] = weight;
}

void eai_conv_panels_multiply(const eai_conv_panels *panels, const eai_kernels *kernels,
                              const eai_rows *rows, size_t panel, size_t n_panels, void *sums,
                              size_t stride)
{
    const size_t stretch = panels->has_floats ? FLOAT_STRETCH : PAIR_STRETCH;
    const size_t bytes = panel_bytes(panels->has_floats, panels->n_inputs);
    const size_t input_bytes = EAI_PANEL * (panels->has_floats ? 4u : 2u);
    const char *codes = (const char *)panels->codes + panel * bytes;
    for (size_t i = 0; i < n_panels; i++, codes += bytes) {
        char *out = (char *)sums + i * EAI_PANEL * 4;
        for (size_t row = 0; row < rows->n_rows; row++)
            memset(out + row * stride * 4, 0, (size_t)EAI_PANEL * 4);
        for (size_t first = 0; first < panels->n_inputs; first += stretch) {
            const size_t left = panels->n_inputs - first;
            const eai_tile tile = {.codes = codes + first * input_bytes,
                                   .n_inputs = left < stretch ? left : stretch};
            if (panels->has_floats)
                kernels->multiply_f32((float *)(void *)out, stride, &tile, rows, first);
            else
                kernels->multiply_pairs((int32_t *)(void *)out, stride, &tile, rows, first);
        }
    }
}
