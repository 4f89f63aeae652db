/* SPDX-License-Identifier: MIT */
#ifndef EAI_CONV_CONV_INTERNAL_H
#define EAI_CONV_CONV_INTERNAL_H

/* What the ways to compute a convolution share: conv.c picks one, epilogue.c finishes its sums. */

#include "conv/conv.h"
#include "kernels/kernels.h"

/* A way to compute a convolution. create() fills conv->state, scratch_bytes and weight_bytes. */
typedef struct eai_conv_way {
    const char *name;
    /* Whether it can, and how fast: estimated cycles of one core, the least wins; a negative
     * number: it cannot. May read the weights. */
    double (*cost)(const eai_conv_problem *problem, const eai_kernels *kernels);
    /* Bytes of weights, of a way that needs more for them than others do; NULL where it does not.
     */
    size_t (*large_bytes)(const eai_conv_problem *problem);
    edgeai_status (*create)(eai_conv *conv, const eai_conv_problem *problem);
    /* NULL where there is nothing to free; also called after a create() that failed. */
    void (*free)(eai_conv *conv);
    void (*run)(const eai_conv *conv, const edgeai_context *context, const void *x,
                const void *residual, void *y, void *scratch);
} eai_conv_way;

struct eai_conv {
    edgeai_context *context;
    eai_kernels kernels;
    const eai_conv_way *way;
    eai_conv_problem problem; /* weights NULL; the epilogue's arrays are the plan's own copies,
                                 padded with zeros to a multiple of 64 channels */
    void *epilogue_memory;
    size_t epilogue_bytes;
    void *state;
    size_t scratch_bytes, weight_bytes;
};

extern const eai_conv_way eai_conv_way_naive;       /* the specification: any combination, slow */
extern const eai_conv_way eai_conv_way_gemm;        /* F32 and S8: indirect, tiles of weights */
extern const eai_conv_way eai_conv_way_winograd;    /* F32 3x3, four times the weights' memory */
extern const eai_conv_way eai_conv_way_winograd2;   /* the same with smaller tiles */
extern const eai_conv_way eai_conv_way_winograd8;   /* S8 and U8 3x3, exact for most weights */
extern const eai_conv_way eai_conv_way_winograd8_2; /* for all but the largest */
extern const eai_conv_way eai_conv_way_depthwise;   /* F32 and S8, one input channel a group */
extern const eai_conv_way eai_conv_way_ternary8;    /* S8 or U8 x TERNARY */
extern const eai_conv_way eai_conv_way_low_bit_f32; /* F32 x TERNARY or BINARY, kept packed */
extern const eai_conv_way eai_conv_way_table;       /* TRITS x TERNARY or BINARY */

/* eai_conv_create() with a way given; NULL: the cheapest. For tests and benchmarks: the way must be
 * able. */
edgeai_status eai_conv_create_way(eai_conv **out, edgeai_context *context,
                                  const eai_conv_problem *problem, const eai_conv_way *way);

/* Weights of one output channel: in_c / groups * kernel_h * kernel_w. */
size_t eai_conv_patch_channels(const eai_conv_shape *shape);

/* The largest magnitude that an integer sum of this output channel can have, whatever the input:
 * sum |w| * max |x - input_zero|. */
int64_t eai_conv_sum_bound(const eai_conv_problem *problem, size_t channel);

/*
 * Finishes rows of sums: sums[n_rows][sums_stride] hold columns [channel, channel + n_channels) of
 * output pixels [pixel, pixel + n_rows) (counted through the whole batch), int32 or float32 as the
 * problem makes them; results go to y. For TRITS, channel is a multiple of 4.
 */
void eai_conv_finish(const eai_conv *conv, const void *sums, size_t sums_stride, size_t pixel,
                     size_t n_rows, size_t channel, size_t n_channels, const void *residual,
                     void *y);

#endif
