/* SPDX-License-Identifier: MIT */
#ifndef EAI_REPARAM_KERNEL_ALGEBRA_H
#define EAI_REPARAM_KERNEL_ALGEBRA_H

/*
 * Linear layers as kernels in double precision, and what happens when they are joined:
 *
 *     y[o, p] = bias[o] + sum over c, a of weights[o, c, a] x[c, stride p + dilation a - pad]
 *
 * for both axes alike; x is zero outside. Everything but eai_kernel_compose() is exact.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <edgeai/context.h>

/* Most weights that a kernel may have. */
#define EAI_KERNEL_WEIGHTS_MAX ((size_t)1 << 26)

typedef struct eai_kernel_shape {
    size_t out_channels, in_channels, groups; /* groups divides both */
    size_t size[2];                           /* taps: rows, columns; >= 1 */
    size_t strides[2], dilations[2];          /* >= 1 */
    size_t pads[4];                           /* top, left, bottom, right */
} eai_kernel_shape;

typedef struct eai_kernel {
    eai_kernel_shape shape;
    double *weights; /* [out_channels, in_channels / groups, rows, columns] */
    double *bias;    /* [out_channels] */
    const edgeai_allocator *allocator;
} eai_kernel;

/* All zero, for a shape that is checked: EDGEAI_E_SHAPE, EDGEAI_E_LIMIT, EDGEAI_E_MEMORY. After a
 * failure there is nothing to free; eai_kernel_free() of a zero kernel is fine. */
edgeai_status eai_kernel_create(eai_kernel *out, const eai_kernel_shape *shape,
                                const edgeai_allocator *allocator);
void eai_kernel_free(eai_kernel *kernel);
/* Weights of one filter, and of all. */
size_t eai_kernel_filter_weights(const eai_kernel_shape *shape);
size_t eai_kernel_n_weights(const eai_kernel_shape *shape);
/* Rows (axis 0) or columns of the output; 0 where the kernel does not fit. */
size_t eai_kernel_output_size(const eai_kernel_shape *shape, int axis, size_t input_size);

/* Layers that are kernels: depthwise 1x1 of ones; the mean of a window that counts its padding; a
 * matrix [n, channels * rows * columns] on a flattened image of that size. */
edgeai_status eai_kernel_identity(eai_kernel *out, size_t channels,
                                  const edgeai_allocator *allocator);
edgeai_status eai_kernel_average(eai_kernel *out, size_t channels, const size_t size[2],
                                 const size_t strides[2], const size_t pads[4],
                                 const edgeai_allocator *allocator);
edgeai_status eai_kernel_flat_matrix(eai_kernel *out, size_t n, size_t channels, size_t rows,
                                     size_t columns, const double *matrix,
                                     const edgeai_allocator *allocator);

/* Batch normalization with running statistics as y = scale x + shift. */
void eai_kernel_batch_norm(size_t n, const double *gamma, const double *beta, const double *mean,
                           const double *variance, double epsilon, double *scale, double *shift);
/* y = scale[o] kernel(x) + shift[o]. */
void eai_kernel_affine_after(eai_kernel *kernel, const double *scale, const double *shift);

/* The same kernel otherwise written, in place: with dilation 1 and zeros between the taps; with
 * fewer groups (a divisor); with the most groups that its weights allow. */
edgeai_status eai_kernel_spread(eai_kernel *kernel);
edgeai_status eai_kernel_regroup(eai_kernel *kernel, size_t groups);
edgeai_status eai_kernel_find_groups(eai_kernel *kernel);
/* With larger windows: pads of at least its own, taps that they are counted in; dilation 1. */
edgeai_status eai_kernel_embed(eai_kernel *kernel, const size_t size[2], const size_t pads[4]);

/* For inputs of this size, of which it makes one output: with a tap for each element and without
 * padding, strides and dilation, in place. EDGEAI_E_SHAPE: it makes more than one. */
edgeai_status eai_kernel_cover(eai_kernel *kernel, const size_t input_size[2]);
/* The shape that it has then. */
void eai_kernel_cover_shape(eai_kernel_shape *shape, const size_t input_size[2]);

/* Whether two branches can be added: EDGEAI_E_SHAPE for other channels or strides, or for outputs
 * that are not of one size whatever the input's. */
edgeai_status eai_kernel_check_branches(const eai_kernel_shape *a, const eai_kernel_shape *b);
/* Adds `other` to `kernel`: parallel branches. Both are written in one size and grouping.
 * EDGEAI_E_SHAPE as above. */
edgeai_status eai_kernel_add(eai_kernel *kernel, eai_kernel *other);

/* Whether one kernel stands for two in a row. */
typedef enum eai_kernel_exactness {
    EAI_KERNEL_EXACT,
    EAI_KERNEL_BORDER_CONSTANT, /* but for a constant map that differs near the border */
    EAI_KERNEL_INEXACT          /* outputs near the border depend on data otherwise */
} eai_kernel_exactness;

/* Rows and columns of the output where merged and original differ, from each side. */
typedef struct eai_kernel_border {
    eai_kernel_exactness exactness;
    size_t ring[4]; /* top, left, bottom, right */
} eai_kernel_border;

/* Judges eai_kernel_compose() of kernels of these shapes for an input of input_size; 0: of any size
 * (the rings at the bottom and the right are then upper bounds). biased: the first kernel has a
 * bias that is not zero. */
void eai_kernel_judge(const eai_kernel_shape *first, bool biased, const eai_kernel_shape *second,
                      const size_t input_size[2], eai_kernel_border *border);
bool eai_kernel_is_biased(const eai_kernel *kernel);

/* The shape of second after first; EDGEAI_E_SHAPE. */
edgeai_status eai_kernel_joint_shape(const eai_kernel_shape *first, const eai_kernel_shape *second,
                                     eai_kernel_shape *out);

/*
 * second after first as one kernel; *out is the caller's. Strides, dilations and groups may differ.
 * EDGEAI_E_SHAPE: channels that do not fit.
 */
edgeai_status eai_kernel_compose(const eai_kernel *first, const eai_kernel *second,
                                 const edgeai_allocator *allocator, eai_kernel *out);
/* y = kernel(scale[c] x + shift[c]) as a kernel of x, in place; the border is judged as if the
 * affine layer were a first kernel. */
void eai_kernel_affine_before(eai_kernel *kernel, const double *scale, const double *shift);

/* Computes: input [in_channels, rows, columns], output [out_channels, ...] as
 * eai_kernel_output_size() says. The map of biases behind `kernel` is its output for the map before
 * it, which makes EAI_KERNEL_BORDER_CONSTANT exact. */
void eai_kernel_apply(const eai_kernel *kernel, const double *input, const size_t input_size[2],
                      double *output);

#endif
