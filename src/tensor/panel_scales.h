/* SPDX-License-Identifier: MIT */
#ifndef EAI_TENSOR_PANEL_SCALES_H
#define EAI_TENSOR_PANEL_SCALES_H

/* The scales of a stretch of sixteen rows: out of blocks, and into what tiles multiply with. */

#include "tensor/panels.h"

/* Where the scales of a stretch lie, and bytes of all; the order is that of panels.h. */
typedef struct eai_scale_planes {
    uint8_t *d, *m, *scales, *mins;
    size_t n_blocks;
} eai_scale_planes;

/* Bytes of the scales of n inputs. */
size_t eai_scale_bytes(const eai_panel_format *format, size_t n);

eai_scale_planes eai_scale_planes_at(const eai_panel_format *format, unsigned char *at, size_t n);

/* Copies column c's scales of n inputs from consecutive blocks. */
void eai_scales_gather(const eai_panel_format *format, const eai_scale_planes *planes,
                       const unsigned char *blocks, size_t c);

/* Scales and mins of every group, or half group, of n inputs: [..][EAI_PANEL] each. */
void eai_scales_expand(const eai_panel_format *format, const eai_kernels *kernels,
                       const eai_scale_planes *planes, size_t n, float *scales, float *mins);

#endif
