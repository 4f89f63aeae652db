/* SPDX-License-Identifier: MIT */
#ifndef TESTS_SUPPORT_CONV_CASE_H
#define TESTS_SUPPORT_CONV_CASE_H

/* Convolutions with random contents, and ways to compute them held against the specification. */

#include "base/rng.h"
#include "conv/conv_internal.h"

/* A problem with memory of its own for everything it points to. */
typedef struct conv_case {
    eai_conv_problem problem;
    void *weights, *x, *residual;
    float *arrays;
    int32_t *offset;
} conv_case;

/* A shape with the output sizes that follow from symmetric padding `pad`. */
eai_conv_shape conv_case_shape(size_t n, size_t in_h, size_t in_w, size_t in_c, size_t out_c,
                               size_t kernel, size_t stride, size_t pad);

/*
 * Fills in weights, inputs and the arrays of the epilogue from `problem`'s shape, types and
 * settings; scales are such that outputs use their type's range.
 */
void conv_case_make(conv_case *c, const eai_conv_problem *problem, uint64_t seed);
void conv_case_free(conv_case *c);

/* A random epilogue for these inputs: any activation, residual, output type. */
void conv_case_random_epilogue(eai_conv_problem *problem, eai_rng *rng);

/* Integers may take their whole range at every place: the hardest for exact sums. */
void conv_case_make_extreme(conv_case *c, const eai_conv_problem *problem, uint64_t seed);

/*
 * Runs the case by the specification and by `way` (NULL: the cheapest), with n_threads, and
 * compares what comes out: integer sums to the bit (one step where SILU or SIGMOID precede a
 * rounding), float32 within `bound` times sum |x w| scale. Memory behind the output must stay as it
 * is. The way must be able.
 */
void conv_case_check(const conv_case *c, const eai_conv_way *way, int n_threads, double bound);

#endif
