/* SPDX-License-Identifier: MIT */
#ifndef EAI_KERNELS_KERNELS_H
#define EAI_KERNELS_KERNELS_H

/*
 * Row kernels: raw pointers and sizes, no threads, no allocation, no errors. The _ref versions are
 * the specification; the others stay inside the bounds of docs/numerics.md. No alignment is needed,
 * n may be anything from 0, and nothing outside the stated elements is touched.
 */

#include <stddef.h>
#include <stdint.h>

#include "kernels/depthwise.h"
#include "kernels/finish_sums.h"
#include "kernels/low_bit.h"
#include "kernels/tiles.h"
#include "kernels/winograd.h"

/* y[i] = weight[i] * (x[i] / sqrt(mean(x^2) + eps)), the mean in float64. y may be x. */
typedef void eai_rms_norm_fn(float *y, const float *x, const float *weight, size_t n, float eps);

/*
 * Rotates pair i by the angle whose cosine and sine are given, in place. Interleaved pairs are
 * (x[2i], x[2i+1]), half pairs (x[i], x[i + n_pairs]).
 */
typedef void eai_rope_interleaved_fn(float *x, const float *cosine, const float *sine,
                                     size_t n_pairs);
typedef void eai_rope_half_fn(float *x, const float *cosine, const float *sine, size_t n_pairs);

/* gate[i] = gate[i] / (1 + exp(-gate[i])) * up[i]: the gated unit of SwiGLU. */
typedef void eai_silu_gate_fn(float *gate, const float *up, size_t n);

/* x = softmax(scale * x) in place, scale > 0; the sum in float64. n >= 1. */
typedef void eai_softmax_fn(float *x, size_t n, float scale);

/* y[i] += a * x[i]. */
typedef void eai_add_scaled_fn(float *y, const float *x, float a, size_t n);

/* One head's attention: sizes, and strides in floats between the rows of one head. */
typedef struct eai_attention_shape {
    size_t n_queries, n_keys; /* n_keys >= 1 */
    size_t head_dim;          /* >= 1 */
    size_t query_stride;      /* of queries and outputs */
    size_t key_stride;        /* of keys and values */
    float scale;              /* > 0 */
} eai_attention_shape;

/*
 * out = softmax(scale * query keys^T) values: query and out are [n_queries, head_dim], keys and
 * values [n_keys, head_dim]. out may be query. scratch has eai_attention_scratch() floats. The
 * result for a query depends on that query, the keys and the values alone.
 */
typedef void eai_attention_fn(float *out, const float *query, const float *keys,
                              const float *values, const eai_attention_shape *shape,
                              float *scratch);

/* Floats of scratch that any variant needs, for any number of queries. */
size_t eai_attention_scratch(size_t n_keys, size_t head_dim);

/* y[i] = exp(x[i]), 1 / (1 + exp(-x[i])), tanh(x[i]). y may be x. */
typedef void eai_exp_row_fn(float *y, const float *x, size_t n);
typedef void eai_sigmoid_row_fn(float *y, const float *x, size_t n);
typedef void eai_tanh_row_fn(float *y, const float *x, size_t n);

/* y[i] = the IEEE half at halves + 2 i, exactly; NaNs become quiet. */
typedef void eai_widen_half_fn(float *y, const void *halves, size_t n);

/* What one pass over a stretch of logits leaves; stretches are joined by eai_logits_join(). */
typedef struct eai_logits_summary {
    float max;       /* largest logit of all; -INFINITY for none */
    float best;      /* largest logit + penalty, the lowest index on a tie */
    float second;    /* the next one, equal to best on a tie; -INFINITY for none */
    int32_t best_id; /* index of best; -1 when all are penalised away */
    double rest;     /* sum of exp(logit - max) over all but best_id */
    double moment;   /* sum of (logit - max) * exp(logit - max) over all */
} eai_logits_summary;

/* How much of a summary is wanted; each level includes the ones before. */
typedef enum eai_logits_depth {
    EAI_LOGITS_BEST,   /* best, second, best_id */
    EAI_LOGITS_REST,   /* and max, rest */
    EAI_LOGITS_MOMENT, /* and moment */
} eai_logits_depth;

/* Summarizes logits[0..n); penalty[n] holds 0 or -INFINITY (never to be chosen); NULL: all 0. */
typedef void eai_logits_summarize_fn(eai_logits_summary *out, const float *logits,
                                     const float *penalty, size_t n, eai_logits_depth depth);

/* The kernels in use, one for each operation. */
typedef struct eai_kernels {
    eai_rms_norm_fn *rms_norm;
    eai_rope_interleaved_fn *rope_interleaved;
    eai_rope_half_fn *rope_half;
    eai_silu_gate_fn *silu_gate;
    eai_softmax_fn *softmax;
    eai_add_scaled_fn *add_scaled;
    eai_exp_row_fn *exp_row;
    eai_sigmoid_row_fn *sigmoid_row;
    eai_tanh_row_fn *tanh_row;
    eai_attention_fn *attention;
    eai_logits_summarize_fn *logits_summarize;
    eai_widen_half_fn *widen_half;
    eai_widen_bfloat_fn *widen_bfloat;
    eai_widen_bytes_fn *widen_bytes;
    eai_transpose_dwords_fn *transpose_dwords;
    eai_scale_mins_fn *scale_mins;
    eai_decode_codes_fn *decode_codes;
    eai_unpack_nibbles_fn *unpack_nibbles;
    eai_unpack_pairs_fn *unpack_pairs;
    eai_quantize_inputs_fn *quantize_inputs;
    eai_multiply_f32_fn *multiply_f32;
    eai_multiply_u8_fn *multiply_u8;
    eai_multiply_u8_halves_fn *multiply_u8_halves;
    eai_multiply_s8_fn *multiply_s8;
    eai_multiply_s16_fn *multiply_s16;
    eai_multiply_q4_0_fn *multiply_q4_0;
    eai_multiply_q4_1_fn *multiply_q4_1;
    eai_multiply_q4_k_fn *multiply_q4_k;
    eai_multiply_bytes_fn *multiply_bytes;
    eai_multiply_half_floats_fn *multiply_half_floats;
    eai_trit_offsets_fn *trit_offsets;
    eai_trit_sums_binary_fn *trit_sums_binary;
    eai_trit_sums_ternary_fn *trit_sums_ternary;
    eai_multiply_codes_fn *multiply_codes;
    eai_codes_to_floats_fn *codes_to_floats;
    eai_sum_rows_fn *sum_rows;
    eai_multiply_pairs_fn *multiply_pairs;
    eai_multiply_byte_pairs_fn *multiply_byte_pairs;
    eai_interleave_rows_fn *interleave_rows;
    eai_widen_pairs_fn *widen_pairs;
    eai_winograd_input_fn *winograd_input;
    eai_winograd_input8_fn *winograd_input8;
    eai_winograd_output_fn *winograd_output;
    eai_winograd_output8_fn *winograd_output8;
    eai_depthwise_floats_fn *depthwise_floats;
    eai_depthwise_bytes_fn *depthwise_bytes;
    eai_finish_integers_fn *finish_integers;
    eai_finish_floats_fn *finish_floats;
    eai_tile_kind signed_kind; /* how 8-bit codes are best multiplied: EAI_TILE_S8 or _S16 */
    int multiplies_packed;     /* there are fast products of packed codes */
} eai_kernels;

#define EAI_KERNEL(op, isa, cpu) eai_##op##_fn eai_##op##_##isa;
#include "kernels/variants.inc"
#undef EAI_KERNEL

/* Reference first, then whatever `cpu` (a sum of EAI_CPU_) allows, better levels last. */
void eai_kernels_init(eai_kernels *kernels, unsigned cpu);

/* Operation number `index` and the variant that eai_kernels_init() picks; 0 past the last. */
int eai_kernels_choice(unsigned cpu, size_t index, const char **op, const char **variant);

#endif
