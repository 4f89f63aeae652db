/* SPDX-License-Identifier: MIT */
#ifndef EAI_QUANTIZE_FILTER_SCALES_H
#define EAI_QUANTIZE_FILTER_SCALES_H

/*
 * Scales of filters with few-valued weights, one for each filter or shared by neighbours (Lyu, Zhu,
 * Liu: cross-filter compression, arXiv 2005.09034). The scale a of codes c that makes the squared
 * error of w ~ a c least is sum(w c) / sum(c c), whatever filters share it; what sharing adds for
 * filter f is n_f (a_f - a)^2, with its own best scale a_f and n_f codes that are not zero.
 */

#include <stddef.h>
#include <stdint.h>

/* Of the weights whose code is not zero. */
typedef struct eai_code_sums {
    double magnitudes; /* sum of |w| */
    size_t n_used;
} eai_code_sums;

/* The best scale for codes with these sums; 0 when all are zero. */
double eai_best_scale(const eai_code_sums *sums);

/* Scales of n filters, per_scale (>= 1) neighbours sharing one: ceil(n / per_scale) of them. */
void eai_filter_scales(const eai_code_sums *filters, size_t n, size_t per_scale, float *scales);

/* order[i]: the filter that comes i-th when they are sorted by their own scales; equal ones stay in
 * their order. */
void eai_filter_order(const eai_code_sums *filters, size_t n, size_t *order);

/* sum (w - scale c)^2 over n weights. */
double eai_scale_error(const float *weights, const int8_t *codes, size_t n, double scale);

#endif
