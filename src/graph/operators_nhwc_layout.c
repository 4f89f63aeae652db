/* SPDX-License-Identifier: MIT */
/* Between [N, C, H, W] and [N, H, W, C], and from float32 pixels to trits. */

#include <string.h>

#include "base/fail.h"
#include "graph/operator.h"
#include "graph/pixel_trits.h"

static edgeai_status check_four(const eai_call *call)
{
    if (call->inputs[0]->n_dims == 4) return EDGEAI_OK;
    return eai_call_fail(call, EDGEAI_E_SHAPE, "expected 4 dimensions, found %d",
                         call->inputs[0]->n_dims);
}

static edgeai_status infer_to_nhwc(const eai_call *call)
{
    EAI_TRY(check_four(call));
    const int64_t *d = call->inputs[0]->dims;
    const int64_t dims[] = {d[0], d[2], d[3], d[1]};
    return eai_call_output(call, 0, call->inputs[0]->element, dims, 4);
}

static edgeai_status infer_to_nchw(const eai_call *call)
{
    EAI_TRY(check_four(call));
    const int64_t *d = call->inputs[0]->dims;
    const int64_t dims[] = {d[0], d[3], d[1], d[2]};
    return eai_call_output(call, 0, call->inputs[0]->element, dims, 4);
}

/* [rows, columns] to [columns, rows], in blocks that stay in the first-level cache. */
static void transpose(char *to, const char *from, size_t rows, size_t columns, size_t size)
{
    enum { BLOCK = 16 };
    for (size_t r = 0; r < rows; r += BLOCK)
        for (size_t c = 0; c < columns; c++) {
            const size_t last = r + BLOCK < rows ? r + BLOCK : rows;
            for (size_t i = r; i < last; i++) {
                const char *a = from + (i * columns + c) * size;
                char *b = to + (c * rows + i) * size;
                if (size == 4)
                    memcpy(b, a, 4);
                else if (size == 1)
                    *b = *a;
                else
                    memcpy(b, a, size);
            }
        }
}

/* Plain trits are packed along rows of the last dimension, pixels' along channels. */
static void turn_trits(const eai_call *call, bool to_pixels)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const int64_t *d = to_pixels ? y->dims : x->dims; /* N, H, W, C */
    const size_t row = edgeai_element_bytes(x->element, (size_t)d[2]);
    const size_t pixel = edgeai_element_bytes(x->element, (size_t)d[3]);
    memset(y->data, 0,
           to_pixels ? (size_t)(d[0] * d[1] * d[2]) * pixel : (size_t)(d[0] * d[1] * d[3]) * row);
    for (int64_t n = 0; n < d[0]; n++)
        for (int64_t h = 0; h < d[1]; h++)
            for (int64_t w = 0; w < d[2]; w++)
                for (int64_t c = 0; c < d[3]; c++) {
                    const size_t plain = (size_t)((n * d[3] + c) * d[1] + h) * row;
                    const size_t packed = (size_t)((n * d[1] + h) * d[2] + w) * pixel;
                    const uint8_t *from = x->data;
                    uint8_t *to = y->data;
                    if (to_pixels)
                        eai_pixel_trit_set(to + packed, (size_t)c,
                                           eai_pixel_trit(from + plain, (size_t)w));
                    else
                        eai_pixel_trit_set(to + plain, (size_t)w,
                                           eai_pixel_trit(from + packed, (size_t)c));
                }
}

static edgeai_status run_to_nhwc(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const size_t size = edgeai_element_bytes(x->element, 1);
    const size_t channels = (size_t)x->dims[1], plane = (size_t)(x->dims[2] * x->dims[3]);
    if (x->n == 0) return EDGEAI_OK;
    if (x->element == EDGEAI_ELEMENT_TRITS) {
        turn_trits(call, true);
        return EDGEAI_OK;
    }
    for (size_t n = 0; n < (size_t)x->dims[0]; n++)
        transpose((char *)call->outputs[0]->data + n * channels * plane * size,
                  (const char *)x->data + n * channels * plane * size, channels, plane, size);
    return EDGEAI_OK;
}

static edgeai_status run_to_nchw(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    const size_t size = edgeai_element_bytes(x->element, 1);
    const size_t channels = (size_t)x->dims[3], plane = (size_t)(x->dims[1] * x->dims[2]);
    if (x->n == 0) return EDGEAI_OK;
    if (x->element == EDGEAI_ELEMENT_TRITS) {
        turn_trits(call, false);
        return EDGEAI_OK;
    }
    for (size_t n = 0; n < (size_t)x->dims[0]; n++)
        transpose((char *)call->outputs[0]->data + n * channels * plane * size,
                  (const char *)x->data + n * channels * plane * size, plane, channels, size);
    return EDGEAI_OK;
}

static edgeai_status infer_trits(const eai_call *call)
{
    const eai_operand *x = call->inputs[0];
    EAI_TRY(check_four(call));
    EAI_TRY(eai_call_check_type(call, 0, EAI_TYPE(EDGEAI_ELEMENT_F32)));
    for (size_t i = 1; i < call->n_inputs; i++) {
        const eai_operand *threshold = call->inputs[i];
        if (!threshold) continue;
        EAI_TRY(eai_call_check_type(call, i, EAI_TYPE(EDGEAI_ELEMENT_F32)));
        if (threshold->n != 1 && threshold->n != (size_t)x->dims[3])
            return eai_call_fail(call, EDGEAI_E_SHAPE,
                                 "input %zu: expected 1 or %lld thresholds, "
                                 "found %zu",
                                 i, (long long)x->dims[3], threshold->n);
    }
    return eai_call_output(call, 0, EDGEAI_ELEMENT_TRITS, x->dims, 4);
}

static float threshold_of(const eai_operand *operand, size_t c)
{
    return operand ? ((const float *)operand->data)[operand->n == 1 ? 0 : c] : 0.0f;
}

static edgeai_status run_trits(const eai_call *call)
{
    const eai_operand *x = call->inputs[0], *y = call->outputs[0];
    const eai_operand *low = eai_call_in(call, 1);
    const eai_operand *high = call->node->op->max_inputs == 3 ? eai_call_in(call, 2) : low;
    const size_t channels = (size_t)x->dims[3], bytes = edgeai_element_bytes(y->element, channels);
    const size_t n_pixels = channels ? x->n / channels : 0;
    memset(y->data, 0, n_pixels * bytes);
    for (size_t p = 0; p < n_pixels; p++) {
        const float *from = (const float *)x->data + p * channels;
        uint8_t *to = (uint8_t *)y->data + p * bytes;
        for (size_t c = 0; c < channels; c++)
            eai_pixel_trit_set(
                to, c, -1 + (from[c] > threshold_of(low, c)) + (from[c] > threshold_of(high, c)));
    }
    return EDGEAI_OK;
}

#define NHWC(identifier, op_name, most_inputs, op_infer, op_run)                                   \
    const eai_operator eai_op_##identifier = {                                                     \
        .domain = "edgeai.nhwc",                                                                   \
        .name = op_name,                                                                           \
        .min_inputs = 1,                                                                           \
        .max_inputs = most_inputs,                                                                 \
        .min_outputs = 1,                                                                          \
        .max_outputs = 1,                                                                          \
        .infer = op_infer,                                                                         \
        .run = op_run,                                                                             \
    };

NHWC(nhwc_binarize, "Binarize", 2, infer_trits, run_trits)
NHWC(nhwc_ternarize, "Ternarize", 3, infer_trits, run_trits)
NHWC(nhwc_to_nchw, "ToNchw", 1, infer_to_nchw, run_to_nchw)
NHWC(nhwc_from_nchw, "ToNhwc", 1, infer_to_nhwc, run_to_nhwc)
