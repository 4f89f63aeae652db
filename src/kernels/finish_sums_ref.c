/* SPDX-License-Identifier: MIT */
#include <math.h>

#include "kernels/kernels.h"

static float residual_at(const eai_conv_epilogue *e, const void *row, size_t c)
{
    switch (e->residual_type) {
    case EAI_CONV_S8:
        return (float)(((const int8_t *)row)[c] - e->residual_zero) * e->residual_scale;
    case EAI_CONV_U8:
        return (float)(((const uint8_t *)row)[c] - e->residual_zero) * e->residual_scale;
    default:
        return ((const float *)row)[c];
    }
}

static float clip(float v, float low, float high)
{
    v = low > v ? low : v;
    return high < v ? high : v;
}

static float activated(const eai_conv_epilogue *e, float v, size_t channel)
{
    switch (e->activation) {
    case EAI_CONV_RELU:
        return 0.0f > v ? 0.0f : v;
    case EAI_CONV_CLIP:
        return clip(v, e->low, e->high);
    case EAI_CONV_LEAKY:
        return v > 0.0f ? v : e->low * v;
    case EAI_CONV_PRELU:
        return v > 0.0f ? v : e->slope[channel] * v;
    case EAI_CONV_HARD_SWISH:
        return v * clip(v / 6.0f + 0.5f, 0.0f, 1.0f);
    case EAI_CONV_SILU:
        return v / (1.0f + expf(-v));
    case EAI_CONV_SIGMOID:
        return 1.0f / (1.0f + expf(-v));
    default:
        return v;
    }
}

/* Cut to the type's range first, so that what is rounded is an int. */
static int quantized(const eai_conv_epilogue *e, float v)
{
    const int lowest = e->output_type == EAI_CONV_S8 ? -128 : 0;
    const float low = (float)(lowest - e->output_zero);
    const float high = (float)(lowest + 255 - e->output_zero);
    v *= e->output_inverse_scale;
    v = v > low ? v : low;
    v = v < high ? v : high;
    return (int)rintf(v) + e->output_zero;
}

static void put(const eai_conv_epilogue *e, void *row, size_t c, size_t channel, float v)
{
    unsigned char *bytes = row;
    switch (e->output_type) {
    case EAI_CONV_F32:
        ((float *)row)[c] = v;
        break;
    case EAI_CONV_TRITS: {
        int trit = -1 + (v > e->low_threshold[channel]) + (v > e->high_threshold[channel]);
        if (c % 4 == 0) bytes[c / 4] = 0;
        bytes[c / 4] = (unsigned char)(bytes[c / 4] | (trit & 3) << (c % 4 * 2));
        break;
    }
    default:
        bytes[c] = (unsigned char)quantized(e, v);
    }
}

/* One row's column c from float(s) on. */
static void finish(const eai_conv_epilogue *e, const eai_finish_rows *rows, size_t row, size_t c,
                   float s)
{
    const size_t channel = rows->channel + c;
    float v = s * e->scale[channel];
    v = v + e->bias[channel];
    float residual = 0.0f;
    if (e->has_residual)
        residual = residual_at(e, (const char *)rows->residual + row * rows->residual_stride, c);
    if (e->has_residual && !e->residual_last) v += residual;
    v = activated(e, v, channel);
    if (e->has_residual && e->residual_last) v += residual;
    put(e, (char *)rows->y + row * rows->y_stride, c, channel, v);
}

void eai_finish_integers_ref(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    for (size_t row = 0; row < rows->n_rows; row++)
        for (size_t c = 0; c < rows->n_channels; c++) {
            /* Sums are right modulo 2^32; so is what an offset takes back. */
            uint32_t s = (uint32_t)((const int32_t *)rows->sums)[row * rows->sums_stride + c] +
                         (uint32_t)epilogue->offset[rows->channel + c];
            finish(epilogue, rows, row, c, (float)(int32_t)s);
        }
}

void eai_finish_floats_ref(const eai_conv_epilogue *epilogue, const eai_finish_rows *rows)
{
    for (size_t row = 0; row < rows->n_rows; row++)
        for (size_t c = 0; c < rows->n_channels; c++)
            finish(epilogue, rows, row, c,
                   ((const float *)rows->sums)[row * rows->sums_stride + c]);
}
