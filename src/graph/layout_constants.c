/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/fail.h"
#include "graph/layout.h"

/* Where dimension i of N, H, W, C stands in N, C, H, W. */
static const int from_nchw[4] = {0, 2, 3, 1};

static edgeai_status add_constant(eai_layout *l, const eai_value *like, const int64_t *dims,
                                  int n_dims, const void *data, int32_t *out)
{
    eai_value value = {.name = "", .element = like->element, .n_dims = n_dims, .data = data};
    value.data_bytes = like->data_bytes;
    memcpy(value.dims, dims, (size_t)n_dims * sizeof *dims);
    return eai_ir_add_value(l->ir, &value, out);
}

edgeai_status eai_layout_constant(eai_layout *l, int32_t number, int32_t *out)
{
    const eai_value value = l->ir->values[number];
    size_t n;
    *out = EAI_IR_NONE;
    if (!eai_value_elements(&value, &n)) return EDGEAI_OK;
    if (n == 1 && value.n_dims < 4) {
        *out = number;
        return EDGEAI_OK;
    }
    const size_t size = edgeai_element_bytes(value.element, 1);
    if (!value.data || value.n_dims > 4 || value.element >= EDGEAI_ELEMENT_TRITS) return EDGEAI_OK;
    int64_t in[4] = {1, 1, 1, 1}, dims[4];
    for (int d = 0; d < value.n_dims; d++)
        in[4 - value.n_dims + d] = value.dims[d];
    for (int d = 0; d < 4; d++)
        dims[d] = in[from_nchw[d]];
    char *turned = eai_ir_memory(l->ir, n * size);
    if (!turned) return EDGEAI_E_MEMORY;
    const size_t plane = (size_t)(in[2] * in[3]), channels = (size_t)in[1];
    for (size_t i = 0; i < n; i++) {
        const size_t c = i % channels, p = i / channels % plane, b = i / channels / plane;
        memcpy(turned + i * size,
               (const char *)value.data + ((b * channels + c) * plane + p) * size, size);
    }
    return add_constant(l, &value, dims, 4, turned, out);
}

edgeai_status eai_layout_list(eai_layout *l, int32_t number, size_t per, int32_t *out)
{
    const eai_value value = l->ir->values[number];
    const size_t size = edgeai_element_bytes(value.element, 1);
    *out = EAI_IR_NONE;
    if (!value.data || value.n_dims != 1 || value.dims[0] != (int64_t)(4 * per)) return EDGEAI_OK;
    char *turned = eai_ir_memory(l->ir, 4 * per * size);
    if (!turned) return EDGEAI_E_MEMORY;
    for (size_t i = 0; i < 4 * per; i++) {
        const size_t from = i / 4 * 4 + (size_t)from_nchw[i % 4];
        memcpy(turned + i * size, (const char *)value.data + from * size, size);
    }
    return add_constant(l, &value, value.dims, 1, turned, out);
}

edgeai_status eai_layout_channels(eai_layout *l, const float *data, size_t n, int32_t *out)
{
    const eai_value like = {.element = EDGEAI_ELEMENT_F32, .data_bytes = n * sizeof *data};
    const int64_t dims[] = {1, 1, 1, (int64_t)n};
    return add_constant(l, &like, dims, 4, data, out);
}
