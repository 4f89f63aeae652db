/* SPDX-License-Identifier: MIT */
#include "kernels/kernels.h"

void eai_depthwise_floats_rest(float *sums, size_t stride, const eai_depthwise *d, size_t first)
{
    for (size_t i = 0; i < d->n_outputs; i++)
        for (size_t c = first; c < d->n_channels; c++) {
            float sum = 0.0f;
            for (size_t tap = 0; tap < d->n_taps; tap++) {
                const float *x =
                    (const float *)(const void *)((const char *)d->taps[tap] + i * d->step);
                sum += x[c] * ((const float *)d->weights[tap])[c];
            }
            sums[i * stride + c] = sum;
        }
}

void eai_depthwise_bytes_rest(int32_t *sums, size_t stride, const eai_depthwise *d, size_t first)
{
    for (size_t i = 0; i < d->n_outputs; i++)
        for (size_t c = first; c < d->n_channels; c++) {
            int32_t sum = 0;
            for (size_t tap = 0; tap < d->n_taps; tap++) {
                const unsigned char byte = ((const unsigned char *)d->taps[tap])[i * d->step + c];
                const int x = (d->is_signed ? (int8_t)byte : byte) - d->zero;
                sum += x * ((const int16_t *)d->weights[tap])[c];
            }
            sums[i * stride + c] = sum;
        }
}

void eai_depthwise_floats_ref(float *sums, size_t stride, const eai_depthwise *d)
{
    eai_depthwise_floats_rest(sums, stride, d, 0);
}

void eai_depthwise_bytes_ref(int32_t *sums, size_t stride, const eai_depthwise *d)
{
    eai_depthwise_bytes_rest(sums, stride, d, 0);
}
