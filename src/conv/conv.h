/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_H
#define EAI_CONV_CONV_H

/*
 * Two-dimensional convolutions, planned once and run many times: y = epilogue(x * W).
 *
 * Activations lie in memory as [N, H, W, C]. A plan checks the geometry, re-lays the weights for
 * the kernels of the context and knows its scratch; running allocates nothing. Fully connected
 * layers are convolutions with a 1 x 1 kernel over a 1 x 1 image.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>
#include <edgeai/status.h>

#include "kernels/finish_sums.h" /* eai_conv_type, eai_conv_activation, eai_conv_epilogue */

/* What the weights are. TERNARY and BINARY are given as int8 of -1, 0, 1 and -1, 1. */
typedef enum eai_conv_weights {
    EAI_CONV_WEIGHTS_F32,
    EAI_CONV_WEIGHTS_S8,
    EAI_CONV_WEIGHTS_TERNARY,
    EAI_CONV_WEIGHTS_BINARY,
} eai_conv_weights;

typedef struct eai_conv_shape {
    size_t n, in_h, in_w, in_c;
    size_t out_h, out_w, out_c;
    size_t kernel_h, kernel_w;
    size_t stride_h, stride_w;
    size_t dilation_h, dilation_w;
    size_t pad_top, pad_left; /* what lies beyond bottom and right follows from out_h and out_w */
    size_t groups;            /* divides in_c and out_c */
} eai_conv_shape;

/*
 * A convolution to plan. Weights are [out_c][in_c / groups][kernel_h][kernel_w], borrowed while the
 * plan is made. Combinations: F32 x F32; S8 or U8 x S8, TERNARY or BINARY; TRITS x TERNARY or
 * BINARY; and F32 x TERNARY or BINARY (weights unpacked to float32 tile by tile).
 * input_zero is the value of padding (the zero point of S8 and U8); sums are those of
 * (x - input_zero) * w.
 */
typedef struct eai_conv_problem {
    eai_conv_shape shape;
    eai_conv_type input_type;
    int32_t input_zero;
    eai_conv_weights weights_type;
    const void *weights;
    bool small_weights; /* no way whose weights take more memory than those of another */
    eai_conv_epilogue epilogue;
} eai_conv_problem;

typedef struct eai_conv eai_conv;

/* EDGEAI_E_SHAPE, _DTYPE (no such combination), _INVALID (a setting or weight outside its range),
 * _LIMIT (too large, or integer sums could overflow), _MEMORY. */
edgeai_status eai_conv_create(eai_conv **out, edgeai_context *context,
                              const eai_conv_problem *problem);
void eai_conv_free(eai_conv *conv);

/* Bytes of the weights of a convolution that eai_conv_create() would plan, where small_weights
 * would make it another, slower one with the same results; 0 otherwise. (Float32 results would not
 * be the same to the bit.) 0 also for what eai_conv_create() would refuse. */
size_t eai_conv_large_bytes(const edgeai_context *context, const eai_conv_problem *problem);

/* Bytes of scratch that a run needs (aligned to EAI_ALIGNMENT), and of packed weights. */
size_t eai_conv_scratch_bytes(const eai_conv *conv);
size_t eai_conv_weight_bytes(const eai_conv *conv);

/* How it is computed: "winograd 4x4", "indirect", "depthwise", "table", ...; a static string. */
const char *eai_conv_method(const eai_conv *conv);

/* residual: the output's shape, in residual_type; NULL unless has_residual. It may be y itself when
 * types and sizes agree. x and y may not overlap. */
void eai_conv_run(const eai_conv *conv, const edgeai_context *context, const void *x,
                  const void *residual, void *y, void *scratch);

/* Bytes of an activation tensor of this type. */
size_t eai_conv_tensor_bytes(eai_conv_type type, size_t n_pixels, size_t channels);

#endif
