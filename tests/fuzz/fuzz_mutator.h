/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_FUZZ_MUTATOR_H
#define TESTS_FUZZ_FUZZ_MUTATOR_H

/* What the mutators of libFuzzer programs share (mutate_NAME.c, linked to fuzz_NAME with clang). */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* libFuzzer's own changes, in place; returns the new size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t n, size_t n_max);

/* libFuzzer calls this in place of LLVMFuzzerMutate(), which it may call itself. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t n, size_t n_max, unsigned seed);

/* Below n, which is not 0. */
static inline size_t fuzz_random(unsigned *state, size_t n)
{
    *state = *state * 1664525u + 1013904223u;
    return (size_t)(*state >> 8) % n;
}

/* Puts n_new bytes in place of data[begin .. end); returns the new size, or `n` where they do not
 * fit. */
static inline size_t fuzz_replace(uint8_t *data, size_t n, size_t n_max, size_t begin, size_t end,
                                  const void *bytes, size_t n_new)
{
    if (n - (end - begin) + n_new > n_max) return n;
    memmove(data + begin + n_new, data + end, n - end);
    memcpy(data + begin, bytes, n_new);
    return n - (end - begin) + n_new;
}

/* Operators, to stand in the place of others. */
static const char *const fuzz_operators[] = {
#define EAI_OPERATOR(domain, name, identifier) name,
#include "graph/operators.inc"
#undef EAI_OPERATOR
};

enum { FUZZ_OPERATORS = sizeof fuzz_operators / sizeof fuzz_operators[0] };

/* Attributes that operators read. */
static const char *const fuzz_attributes[] = {
    "allowzero",
    "alpha",
    "antialias",
    "approximate",
    "auto_pad",
    "axes",
    "axis",
    "batch_dims",
    "beta",
    "bias",
    "block_size",
    "blocksize",
    "ceil_mode",
    "center_point_box",
    "coordinate_transformation_mode",
    "count_include_pad",
    "cubic_coeff_a",
    "detect_negative",
    "detect_positive",
    "dilations",
    "direction",
    "edgeai_linearizable",
    "end",
    "epsilon",
    "exclude_outside",
    "exclusive",
    "extrapolation_value",
    "filters_per_scale",
    "fmod",
    "gamma",
    "group",
    "keepdims",
    "kernel_shape",
    "keep_aspect_ratio_policy",
    "lambd",
    "largest",
    "mode",
    "nearest_mode",
    "noop_with_empty_axes",
    "num_groups",
    "num_outputs",
    "output_padding",
    "output_shape",
    "p",
    "pads",
    "perm",
    "reduction",
    "reverse",
    "saturate",
    "select_last_index",
    "size",
    "sorted",
    "start",
    "stash_type",
    "storage_order",
    "strides",
    "to",
    "transA",
    "transB",
    "upper",
    "x_scale",
    "x_zero",
};

enum { FUZZ_ATTRIBUTES = sizeof fuzz_attributes / sizeof fuzz_attributes[0] };

/* Numbers at which something may change. */
static const int64_t fuzz_numbers[] = {
    0,
    1,
    2,
    3,
    4,
    5,
    7,
    8,
    15,
    16,
    17,
    31,
    63,
    64,
    255,
    256,
    65535,
    65536,
    -1,
    -2,
    -3,
    -8,
    -9,
    INT32_MAX,
    INT32_MIN,
    (int64_t)UINT32_MAX + 1,
    INT64_MAX,
    INT64_MIN,
    INT64_MAX - 7,
};

enum { FUZZ_NUMBERS = sizeof fuzz_numbers / sizeof fuzz_numbers[0] };

#endif
