/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_INT8_H
#define EAI_QUANTIZE_INT8_H

/*
 * Eight bits. Weights of a filter: symmetric, codes from -127 to 127. Activations of a tensor:
 * affine, x ~ scale * (code - zero), with 0 among the values so that padding is exact. Codes are
 * rounded to the nearest, halves to even, as ONNX's QuantizeLinear does.
 */

#include <stddef.h>
#include <stdint.h>

/* Codes of n weights; the scale, which is 1 when all are zero. */
float eai_int8_filter(const float *weights, size_t n, int8_t *codes);

typedef struct eai_int8_affine {
    float scale; /* > 0 */
    int8_t zero;
} eai_int8_affine;

/* For values from low to high, which are finite; the range is widened to hold 0. */
eai_int8_affine eai_int8_affine_of(double low, double high);

#endif
