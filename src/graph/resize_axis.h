/* SPDX-License-Identifier: MIT */
#ifndef EAI_GRAPH_RESIZE_AXIS_H
#define EAI_GRAPH_RESIZE_AXIS_H

/* Resize along one axis: which inputs each output is made of, and with which weights. */

#include "graph/operator.h"

typedef enum eai_resize_mode {
    EAI_RESIZE_NEAREST,
    EAI_RESIZE_LINEAR,
    EAI_RESIZE_CUBIC,
} eai_resize_mode;

typedef enum eai_resize_transform {
    EAI_RESIZE_HALF_PIXEL,
    EAI_RESIZE_HALF_PIXEL_SYMMETRIC,
    EAI_RESIZE_PYTORCH_HALF_PIXEL,
    EAI_RESIZE_ALIGN_CORNERS,
    EAI_RESIZE_ASYMMETRIC,
    EAI_RESIZE_TF_CROP_AND_RESIZE,
} eai_resize_transform;

typedef enum eai_resize_rounding {
    EAI_RESIZE_PREFER_FLOOR,
    EAI_RESIZE_PREFER_CEIL,
    EAI_RESIZE_FLOOR,
    EAI_RESIZE_CEIL,
} eai_resize_rounding;

typedef struct eai_resize_rules {
    eai_resize_mode mode;
    eai_resize_transform transform;
    eai_resize_rounding rounding;
    double cubic_a;
    bool exclude_outside, antialias;
} eai_resize_rules;

typedef struct eai_resize_axis {
    int64_t in, out;
    double grown, from;     /* the scale is grown / from: a given scale / 1, or sizes, exactly */
    bool identity;          /* not resized: output i is input i */
    double start, end;      /* of the region, for TF_CROP_AND_RESIZE */
    size_t n_taps;          /* of each output */
    int32_t *index;         /* [out * n_taps], inside the input */
    float *weight;          /* [out * n_taps]; 0 where a tap does not count */
    unsigned char *outside; /* [out]: 1 where the output lies outside (TF_CROP_AND_RESIZE) */
} eai_resize_axis;

/* Sets n_taps; *bytes: for eai_resize_tables(). False when that is too large. */
bool eai_resize_taps(const eai_resize_rules *rules, eai_resize_axis *axis, size_t *bytes);

/* Fills index, weight and outside, which then lie in memory [bytes], aligned to 4. */
void eai_resize_tables(const eai_resize_rules *rules, eai_resize_axis *axis, void *memory);

#endif
