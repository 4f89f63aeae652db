/* SPDX-License-Identifier: MIT */
#include "conv/conv_internal.h"

void eai_conv_finish(const eai_conv *conv, const void *sums, size_t sums_stride, size_t pixel,
                     size_t n_rows, size_t channel, size_t n_channels, const void *residual,
                     void *y)
{
    const eai_conv_problem *p = &conv->problem;
    const eai_conv_epilogue *e = &p->epilogue;
    const size_t out_c = p->shape.out_c;
    eai_finish_rows rows = {
        .sums = sums,
        .sums_stride = sums_stride,
        .y_stride = eai_conv_tensor_bytes(e->output_type, 1, out_c),
        .n_rows = n_rows,
        .channel = channel,
        .n_channels = n_channels,
    };
    rows.y = (char *)y + pixel * rows.y_stride + eai_conv_tensor_bytes(e->output_type, 1, channel);
    if (e->has_residual) {
        rows.residual_stride = eai_conv_tensor_bytes(e->residual_type, 1, out_c);
        rows.residual = (const char *)residual + pixel * rows.residual_stride +
                        eai_conv_tensor_bytes(e->residual_type, 1, channel);
    }
    if (p->input_type == EAI_CONV_F32)
        conv->kernels.finish_floats(e, &rows);
    else
        conv->kernels.finish_integers(e, &rows);
}
